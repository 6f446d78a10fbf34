import { tokenOf } from "../schema/names";
import { fromCloud, namesOf, toCloud } from "./core/casing";
import { familyOf, schemaForUsers } from "./core/families/index";
import type { Notes } from "./core/families/family";
import { renderPath, type PathNames } from "./core/failures";
import { isObject, omit, own, put, type JsonObject } from "./core/json";
import {
  itemNode,
  mapValueNode,
  membersOf,
  without,
  type RegistrySchema,
  type SchemaNode,
  type TypeSchema,
} from "./core/schema";
import { isUnknown } from "./core/unknown";
import { KEPT_KEYS, OPTION_KEYS, optionsOf } from "./target";
import type { State, Want } from "./state";

/*
 * The property bags of Pulumi's state. A typed resource has its properties in camelCase beside hidden keys (`__…`,
 * which the CLI never shows); the generic one has `typeName` and `properties` in CloudFormation's casing. These shapes
 * are part of the state format: what is written here must be readable for ever.
 *
 *   inputs   the program's properties and options + region, account
 *   outputs  owned paths with live values + AWS's attributes + computed outputs + kept options + notes
 *
 * Early states have the computed outputs among the inputs as well, and the account always.
 */

/** The registry type of a typed resource. */
const TYPE = "__type";
/** The resource is only read (`get`). */
const GET = "__get";
/** What the provider worked out and must know later. Only there when there is something. */
export const NOTES = "__notes";
const PROVIDER = "__provider";
/** What the program calls the resource, for the journal. Only in the inputs; never a reason for a change. */
const IDENTITY = "__identity";
/** Names of the inputs that hold a secret, as the program's class found out; see secrets.ts. */
export const SECRETS = "__secrets";
/** The keys of a bag that no program gives and no CLI shows. */
export const HIDDEN = [TYPE, GET, NOTES, PROVIDER, IDENTITY, SECRETS];

/** A bag, read as far as it goes without a schema. */
export interface Bag {
  readonly typeName: string;
  readonly typed: boolean;
  readonly bag: JsonObject;
}

/** Reads which type a bag is of. An unknown or missing type name is left to the caller. */
export function openBag(bag: JsonObject): Bag {
  const typed = typeof bag[TYPE] === "string";
  const typeName = typed ? bag[TYPE] : bag.typeName;
  return { typeName: typeof typeName === "string" ? typeName : "", typed, bag };
}

/** Whether the bag is of a resource that is only read. */
export function isGet({ bag }: Bag): boolean {
  return bag[GET] === true;
}

/** What a bag of inputs wants, in CloudFormation's casing. */
export function desiredOf({ bag, typed, typeName }: Bag, root: RegistrySchema): JsonObject {
  if (!typed) return isObject(bag.properties) ? bag.properties : {};
  const computed = familyOf(typeName).computedNames ?? [];
  return toCloud(schemaForUsers(root), omit(bag, [...HIDDEN, ...OPTION_KEYS, ...computed]));
}

/** What a checked bag of inputs wants. */
export function wantOf(bag: Bag, root: RegistrySchema): Want {
  const identity = identityOf(bag);
  const account = accountOf(bag);
  return {
    schema: root,
    options: optionsOf(bag.bag),
    account,
    identity,
    desired: desiredOf(bag, root),
    names: pathNames(bag, root),
  };
}

/**
 * `project/stack/type::name`, where the program gave it. A resource without parents leaves its type out, as the name of
 * the registry's type says it.
 */
export function identityOf({ bag, typeName }: Bag): string | undefined {
  const given = bag[IDENTITY];
  return typeof given === "string" ? given.replace(/^([^/]*\/[^/]*\/)::/, `$1${tokenOf(typeName)}::`) : undefined;
}

/** What a bag of outputs says of the resource. */
export function stateOf(bag: Bag, root: RegistrySchema, id: string): State {
  const notes: Notes = isObject(bag.bag[NOTES]) ? bag.bag[NOTES] : {};
  const schema = schemaForUsers(root);
  const shown = desiredOf({ ...bag, bag: omit(bag.bag, ["attributes"]) }, root);
  return {
    schema: root,
    id,
    options: optionsOf(bag.bag),
    account: accountOf(bag),
    owned: notes.external ? shown : omit(without(shown, schema.readOnly), Object.keys(notes.filled ?? {})),
    attributes: {},
    notes,
  };
}

/** The account that a bag of inputs or outputs is of, where it is known. */
export function accountOf({ bag, typeName }: Bag): string | undefined {
  if (typeof bag.account === "string") return isUnknown(bag.account) ? undefined : bag.account;
  return familyOf(typeName).accountIn?.(bag);
}

/** The options that the outputs repeat, as refresh and delete see nothing else. */
function keptOptions(bag: Bag, { account, options }: State): JsonObject {
  const kept = Object.fromEntries(KEPT_KEYS.flatMap((key) => (key in bag.bag ? [[key, bag.bag[key] ?? null]] : [])));
  return { ...kept, region: options.target.region, ...(account === undefined ? {} : { account }) };
}

/** The outputs of a resource: everything that the state will know. */
export function outputsOf(bag: Bag, state: State): JsonObject {
  const { schema: root, owned, attributes, notes } = state;
  const hidden = { ...keptOptions(bag, state), ...notesBag(notes) };
  if (!bag.typed) return { typeName: root.typeName, properties: owned, attributes, ...hidden };
  const schema = schemaForUsers(root);
  const model = merge(merge(attributes, notes.filled ?? {}), owned);
  const place = { region: state.options.target.region, account: state.account };
  const family = familyOf(root.typeName);
  const outputs = { ...fromCloud(schema, model), ...family.computed?.(model, place), ...hidden, [TYPE]: root.typeName };
  return family.accountIn?.(outputs) === state.account ? omit(outputs, ["account"]) : outputs;
}

function notesBag(notes: Notes): JsonObject {
  const entries = Object.entries(notes as JsonObject).filter(
    ([, value]) => !isObject(value) || Object.keys(value).length > 0,
  );
  return entries.length === 0 ? {} : { [NOTES]: Object.fromEntries(entries) };
}

/** The inputs that a program would have to give for the resource to be as it is now. */
export function inputsOf(bag: Bag, state: State): JsonObject {
  const { typeName } = state.schema;
  const options = keptOptions(bag, state);
  if (!bag.typed) return { typeName, properties: state.owned, ...options };
  const model = fromCloud(schemaForUsers(state.schema), state.owned);
  return { ...model, ...options, [TYPE]: typeName };
}

function merge(under: JsonObject, over: JsonObject): JsonObject {
  const made: JsonObject = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = own(made, key);
    put(made, key, isObject(below) && isObject(value) ? merge(below, value) : value);
  }
  return made;
}

/** How a path of CloudFormation names is written for the user of this bag. */
export function pathNames({ typed }: Bag, root: RegistrySchema): PathNames {
  if (!typed) return (path) => renderPath(["properties", ...path]);
  const schema = schemaForUsers(root);
  return (path) => renderPath(sdkPath(schema, path));
}

function sdkPath(schema: TypeSchema, path: readonly (string | number)[]): (string | number)[] {
  let node: SchemaNode | undefined = schema.root;
  return path.map((step) => {
    if (!node || typeof step === "number") {
      node = node && itemNode(schema, node);
      return step;
    }
    const renamed: string | undefined = namesOf(schema, node).toSdk.get(step);
    node = own(membersOf(schema, node), step) ?? mapValueNode(schema, node, step);
    return renamed ?? step;
  });
}

/** The user's names of top-level members, for `replaces`. */
export function memberNames(bag: Bag, root: RegistrySchema, members: readonly string[]): string[] {
  if (!bag.typed) return members.length === 0 ? [] : ["properties"];
  const { toSdk } = namesOf(schemaForUsers(root), schemaForUsers(root).root);
  return members.map((member) => toSdk.get(member) ?? member);
}
