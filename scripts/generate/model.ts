import { sdkNames } from "../../schema/names";
import type { RegistrySchema, SchemaNode } from "../../schema/types";
import { memberDoc, objectDoc } from "./docs";
import { membersOf, resolve } from "./nodes";
import type { Addition, TypeOverlay } from "./overlay/overlay";
import { memberKey, memberKeys } from "./paths";
import { isJson, isObject, typeOf, type ObjectUse, type Side } from "./typescript";

/** A property of a class or of an object inside it. */
export interface Member {
  readonly name: string;
  readonly doc: readonly string[];
  /** What stands inside `pulumi.Input<…>`; absent where only AWS or the provider sets it. */
  readonly input?: string;
  readonly output: string;
  readonly isRequired: boolean;
  /** The output is never undefined. */
  readonly isAlwaysSet: boolean;
}

export interface ObjectModel {
  /** The interface's name without `Args`. */
  readonly name: string;
  readonly doc: readonly string[];
  readonly members: readonly Member[];
  /** Its outputs are not just its inputs unwrapped and get an interface of their own. */
  readonly hasOutputs: boolean;
}

/** Everything a class file says. */
export interface ClassModel {
  readonly typeName: string;
  readonly className: string;
  /** The module the class stands in, such as `apigateway`. */
  readonly module: string;
  readonly doc: readonly string[];
  readonly members: readonly Member[];
  readonly objects: readonly ObjectModel[];
  /** The members of the primary identifier that the class shows, in the schema's order. */
  readonly identifier: readonly string[];
}

/** What the parts of one model share while it is built. */
export interface Context {
  readonly schema: RegistrySchema;
  readonly overlay: TypeOverlay;
  readonly className: string;
  readonly createOnly: ReadonlySet<string>;
  readonly conditionalCreateOnly: ReadonlySet<string>;
  readonly readOnly: ReadonlySet<string>;
  readonly writeOnly: ReadonlySet<string>;
  readonly deprecated: ReadonlySet<string>;
  /** Objects that are used and not yet described. */
  readonly pending: Map<string, SchemaNode>;
  readonly problems: string[];
}

/** Builds the model, or throws one error that lists everything the overlay still has to say. */
export function modelOf(schema: RegistrySchema, overlay: TypeOverlay): ClassModel {
  const [, service = "", className = ""] = schema.typeName.split("::");
  const context = contextOf(schema, overlay, className);
  const own = members(context, "", schema).filter(({ name }) => name !== "id");
  checkReserved(context, schema);
  checkOverlay(context);
  const model: ClassModel = {
    typeName: schema.typeName,
    className,
    module: service.toLowerCase(),
    doc: objectDoc(context, ""),
    members: [...own, ...additions(overlay.outputs, "output")].sort(byName),
    objects: objects(context),
    identifier: identifier(schema),
  };
  if (context.problems.length > 0) throw new Error(context.problems.join("\n"));
  return model;
}

function contextOf(schema: RegistrySchema, overlay: TypeOverlay, className: string): Context {
  return {
    schema,
    overlay,
    className,
    createOnly: memberKeys(schema, schema.createOnlyProperties),
    conditionalCreateOnly: memberKeys(schema, schema.conditionalCreateOnlyProperties),
    readOnly: memberKeys(schema, schema.readOnlyProperties),
    writeOnly: memberKeys(schema, schema.writeOnlyProperties),
    deprecated: memberKeys(schema, schema.deprecatedProperties),
    pending: new Map(),
    problems: [],
  };
}

function members(context: Context, owner: string, node: SchemaNode): Member[] {
  const properties = membersOf(context.schema, node);
  const names = sdkNames(Object.keys(properties));
  return Object.entries(properties)
    .map(([property, member]) => memberOf(context, { owner, property, node: member, parent: node }, names))
    .sort(byName);
}

/** Where a property stands. */
export interface Place {
  readonly owner: string;
  readonly property: string;
  readonly node: SchemaNode;
  readonly parent: SchemaNode;
}

function memberOf(context: Context, place: Place, names: ReadonlyMap<string, string>): Member {
  const { owner, property, node, parent } = place;
  const { schema, overlay } = context;
  const key = memberKey(owner, property);
  const isRoot = owner === "";
  const isReadOnly = context.readOnly.has(key);
  const isOptional = isRoot && overlay.optional?.includes(property) === true;
  const isDemanded = isRoot && overlay.required?.includes(property) === true;
  const isRequired = !isReadOnly && !isOptional && (isDemanded || parent.required?.includes(property) === true);
  const isIdentifying = isRoot && schema.primaryIdentifier.includes(`/properties/${property}`);
  const type = (side: Side): string =>
    typeOf(schema, node, owner + property, side, (use) => objectType(context, use, side));
  return {
    name: names.get(property) ?? property,
    doc: memberDoc(context, place, key),
    ...(isReadOnly ? {} : { input: type("input") }),
    output: type("output"),
    isRequired,
    isAlwaysSet: isRequired || isReadOnly || isOptional || isIdentifying,
  };
}

function objectType(context: Context, use: ObjectUse, side: Side): string {
  const name = objectName(context, use.owner);
  if (!context.pending.has(use.owner)) context.pending.set(use.owner, use.node);
  if (side === "input") return `${name}Args`;
  return hasOutputs(context, use) ? name : `pulumi.Unwrap<${name}Args>`;
}

function objectName(context: Context, owner: string): string {
  return context.className + owner.charAt(0).toUpperCase() + owner.slice(1);
}

/** Describing one object can bring up others; a Map's iteration reaches those too. */
function objects(context: Context): ObjectModel[] {
  const result: ObjectModel[] = [];
  for (const [owner, node] of context.pending) {
    const inputs = additions(context.overlay.definitions?.[owner]?.inputs, "input");
    result.push({
      name: objectName(context, owner),
      doc: objectDoc(context, owner),
      members: [...members(context, owner, node), ...inputs].sort(byName),
      hasOutputs: hasOutputs(context, { owner, node }),
    });
  }
  return result.sort(byName);
}

/** `pulumi.Unwrap` cannot unwrap free-form JSON (it recurses for ever), nor show what only AWS sets. */
function hasOutputs(context: Context, use: ObjectUse, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(use.owner)) return false;
  return Object.entries(membersOf(context.schema, use.node)).some(([property, node]) => {
    if (context.readOnly.has(memberKey(use.owner, property))) return true;
    let { node: value, definition: owner = use.owner + property } = resolve(context.schema, node);
    while (value.items) ({ node: value, definition: owner = owner } = resolve(context.schema, value.items));
    if (isObject(context.schema, value))
      return hasOutputs(context, { owner, node: value }, new Set([...seen, use.owner]));
    return isJson(context.schema, value);
  });
}

function additions(list: Readonly<Record<string, Addition>> | undefined, side: Side): Member[] {
  return Object.entries(list ?? {}).map(([name, { type, doc }]) => ({
    name,
    doc: doc.split("\n"),
    ...(side === "input" ? { input: type } : {}),
    output: type,
    isRequired: false,
    isAlwaysSet: side === "output",
  }));
}

/** A property called `id` that is the whole identifier is Pulumi's own `id` and needs no second output. */
function identifier(schema: RegistrySchema): string[] {
  const names = sdkNames(Object.keys(schema.properties));
  return schema.primaryIdentifier
    .map((pointer) => names.get(pointer.replace("/properties/", "")) ?? pointer)
    .filter((name) => name !== "id");
}

/** Names that Pulumi, the provider or every resource already uses. */
function checkReserved(context: Context, schema: RegistrySchema): void {
  for (const [property, name] of sdkNames(Object.keys(schema.properties))) {
    const isPulumisId = name === "id" && schema.primaryIdentifier.join() === `/properties/${property}`;
    if ((name === "id" && !isPulumisId) || name === "urn" || name === "region" || name.startsWith("__")) {
      context.problems.push(
        `${schema.typeName}: the property ${property} would be called "${name}", which is reserved. ` +
          "Fix: give it another name in schema/names.ts, so that class and provider agree.",
      );
    }
  }
}

/** A name that nothing has is a slip, or a property that a newer registry has lost. */
function checkOverlay({ schema, overlay, pending, problems }: Context): void {
  const known = Object.keys(schema.properties);
  const unknown = [...Object.keys(overlay.docs ?? {}), ...(overlay.required ?? []), ...(overlay.optional ?? [])]
    .filter((name) => !known.includes(name))
    .concat(
      ...Object.entries(overlay.definitions ?? {}).map(([owner, { docs }]) => {
        const node = pending.get(owner) ?? schema.definitions?.[owner];
        if (!node) return [`definitions ${owner}`];
        const names = Object.keys(membersOf(schema, node));
        return Object.keys(docs ?? {})
          .filter((name) => !names.includes(name))
          .map((name) => `definitions ${owner} ${name}`);
      }),
    );
  for (const name of unknown) {
    problems.push(`${schema.typeName}: the overlay speaks of ${name}, which the schema does not have.`);
  }
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}
