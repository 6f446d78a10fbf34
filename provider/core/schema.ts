import type { RegistrySchema, SchemaNode } from "../../schema/types";
import { covers } from "./paths";
import { matches } from "./pattern";
import { isObject, own, put, type JsonObject, type JsonValue } from "./json";

export type { RegistrySchema, SchemaNode } from "../../schema/types";
export { covers } from "./paths";

/** Steps from the model's root: member names, `*` for any item of an array. */
export type SchemaPath = readonly string[];

/** A resource type's schema, with its lists of paths taken apart once. */
export interface TypeSchema {
  readonly typeName: string;
  readonly root: RegistrySchema;
  readonly identifier: readonly SchemaPath[];
  readonly createOnly: readonly SchemaPath[];
  readonly conditionalCreateOnly: readonly SchemaPath[];
  readonly readOnly: readonly SchemaPath[];
  readonly writeOnly: readonly SchemaPath[];
  /** The member that holds tags, if the type has one that AWS documents. */
  readonly tagProperty: string | undefined;
}

/**
 * Whether AWS can show resources of the type. A few have no read handler (`AWS::IAM::Policy`, `AWS::SQS::QueuePolicy`):
 * of those nothing is known but what was sent.
 */
export function isReadable({ handlers }: RegistrySchema): boolean {
  return handlers?.read !== undefined || Object.keys(handlers ?? {}).length === 0;
}

/** The node of what the schema does not describe. One object, as something is remembered for each node. */
export const ANYTHING: SchemaNode = Object.freeze({});

const cache = new WeakMap<RegistrySchema, TypeSchema>();

/** Takes a registry schema's path lists apart; the result is remembered per schema object. */
export function typeSchema(root: RegistrySchema): TypeSchema {
  const known = cache.get(root);
  if (known) return known;
  const paths = (list: readonly string[] | undefined): SchemaPath[] => (list ?? []).map(pathOfPointer);
  const made: TypeSchema = {
    typeName: root.typeName,
    root,
    identifier: paths(root.primaryIdentifier),
    createOnly: paths(root.createOnlyProperties),
    conditionalCreateOnly: paths(root.conditionalCreateOnlyProperties),
    readOnly: paths(root.readOnlyProperties),
    writeOnly: paths(root.writeOnlyProperties),
    tagProperty: root.tagging?.taggable === false ? undefined : tagMember(root),
  };
  cache.set(root, made);
  return made;
}

function tagMember(root: RegistrySchema): string | undefined {
  const named = root.tagging?.tagProperty;
  if (named) return pathOfPointer(named)[0];
  return "Tags" in root.properties ? "Tags" : undefined;
}

/** `/properties/Code/S3Key` → `["Code", "S3Key"]`; some schemas write `/items/properties/` where others write `/*`. */
function pathOfPointer(pointer: string): SchemaPath {
  return pointer
    .replace(/^\/properties\//, "")
    .replaceAll("/items/properties/", "/*/")
    .replaceAll("/properties/", "/")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * Works something out once for each node. Per schema, as one node may stand in a registry schema and, meaning more, in
 * what the package adds to it. A node is asked for each value in a list, and may have branches without end.
 */
export function oncePerNode<T extends object | boolean>(
  work: (schema: TypeSchema, node: SchemaNode) => T,
): (schema: TypeSchema, node: SchemaNode) => T {
  const known = new WeakMap<TypeSchema, WeakMap<SchemaNode, T>>();
  return (schema, node) => {
    const ofSchema = known.get(schema) ?? new WeakMap<SchemaNode, T>();
    known.set(schema, ofSchema);
    const found = ofSchema.get(node);
    if (found !== undefined) return found;
    const made = work(schema, node);
    ofSchema.set(node, made);
    return made;
  };
}

/** Follows `$ref` inside the type's own schema. Members beside `$ref` stay in force. */
export const resolveNode = oncePerNode((schema, node): SchemaNode => {
  let current = node;
  for (let hops = 0; current.$ref !== undefined && hops < 20; hops++) {
    const target = lookUp(schema, current.$ref);
    if (!target) return current;
    const beside = Object.fromEntries(Object.entries(current).filter(([key]) => key !== "$ref"));
    current = { ...target, ...beside };
  }
  return current;
});

function lookUp(schema: TypeSchema, ref: string): SchemaNode | undefined {
  if (!ref.startsWith("#/")) return undefined;
  let value: unknown = schema.root;
  for (const step of ref.slice(2).split("/")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = own(value as Record<string, unknown>, step);
  }
  return typeof value === "object" && value !== null ? value : undefined;
}

/** The node and, resolved, every branch that it combines (`oneOf`, `anyOf`, `allOf`). */
export const branchesOf = oncePerNode((schema, node): readonly SchemaNode[] => {
  const found: SchemaNode[] = [];
  const visit = (one: SchemaNode, depth: number): void => {
    if (found.length >= MOST_BRANCHES) return;
    const here = resolveNode(schema, one);
    found.push(here);
    if (depth > 8) return;
    for (const branch of [...(here.oneOf ?? []), ...(here.anyOf ?? []), ...(here.allOf ?? [])])
      visit(branch, depth + 1);
  };
  visit(node, 0);
  return found;
});

/** A branch may refer to the node that it is a branch of: a private type's schema could otherwise stop every preview. */
const MOST_BRANCHES = 1000;

/**
 * The named members of an object node, those of its branches included. Empty for a free-form map, whose keys are the
 * user's and are never converted.
 */
export const membersOf = oncePerNode((schema, node): Readonly<Record<string, SchemaNode>> => {
  const found: Record<string, SchemaNode> = {};
  for (const branch of [...branchesOf(schema, node)].reverse()) Object.assign(found, branch.properties);
  return found;
});

/** Whether a node names no members: an object of it is a map, whose keys are the user's. */
export const isMap = oncePerNode((schema, node): boolean => Object.keys(membersOf(schema, node)).length === 0);

/** The node of a map's value under this key: by pattern, else by `additionalProperties`. */
export function mapValueNode(schema: TypeSchema, node: SchemaNode, key: string): SchemaNode | undefined {
  const rules = mapRules(schema, node);
  // AWS's have two at most. Each key held against thousands would stop every preview; AWS judges the values then.
  if (rules.length > MOST_PATTERNS) return ANYTHING;
  return rules.find(({ pattern }) => pattern === undefined || matches(pattern, key))?.value;
}

const MOST_PATTERNS = 100;

interface MapRule {
  /** Undefined for `additionalProperties`, which is of any key. */
  readonly pattern: string | undefined;
  readonly value: SchemaNode;
}

const mapRules = oncePerNode((schema, node): readonly MapRule[] =>
  branchesOf(schema, node).flatMap(({ patternProperties = {}, additionalProperties }): MapRule[] => [
    ...Object.entries(patternProperties).map(([pattern, value]) => ({ pattern, value })),
    ...(typeof additionalProperties === "object" ? [{ pattern: undefined, value: additionalProperties }] : []),
  ]),
);

/** The node of an array's items, from the node itself or from one of its branches. */
export function itemNode(schema: TypeSchema, node: SchemaNode): SchemaNode | undefined {
  const [items] = itemNodes(schema, node);
  return items;
}

const itemNodes = oncePerNode((schema, node): readonly SchemaNode[] =>
  branchesOf(schema, node).flatMap(({ items }) => items ?? []),
);

/** The JSON types a node allows; empty where it does not say. */
export const typesOf = oncePerNode((schema, node): readonly string[] => {
  const own = resolveNode(schema, node).type;
  if (own !== undefined) return typeof own === "string" ? [own] : [...own];
  return [...new Set(branchesOf(schema, node).flatMap((branch) => branch.type ?? []))];
});

/** Whether AWS's registry lets this be either a JSON document or its text, as for IAM policies. */
export const isDocument = oncePerNode(
  (schema, node): boolean => typesOf(schema, node).includes("object") && !hasMapValues(schema, node),
);

function hasMapValues(schema: TypeSchema, node: SchemaNode): boolean {
  return branchesOf(schema, node).some(
    (branch) =>
      branch.properties !== undefined ||
      branch.patternProperties !== undefined ||
      typeof branch.additionalProperties === "object",
  );
}

/** A model without what the listed paths name, `*` meaning every item. */
export function without(model: JsonObject, list: readonly SchemaPath[]): JsonObject {
  return prune(model, list, []) as JsonObject;
}

function prune(value: JsonValue, list: readonly SchemaPath[], path: readonly string[]): JsonValue {
  if (Array.isArray(value)) return value.map((item) => prune(item, list, [...path, "*"]));
  if (typeof value !== "object" || value === null) return value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, key];
    if (covers(list, here)) continue;
    const left = prune(member, list, here);
    // Of what held nothing else, nothing is left.
    if (!isEmptied(member, left)) put(kept, key, left);
  }
  return kept;
}

function isEmptied(before: JsonValue, left: JsonValue): boolean {
  const size = (value: JsonValue): number => (isObject(value) ? Object.keys(value).length : -1);
  return size(before) > 0 && size(left) === 0;
}
