import { isObject, type JsonObject, type JsonValue } from "./json";
import type { PatchOperation } from "./patch";
import { itemNode, mapValueNode, membersOf, typesOf, type TypeSchema } from "./schema";
import { hasUnknown } from "./unknown";

/** How a type writes its tags: AWS uses both a list of keys and values, and a map. */
type TagStyle = "list" | "map";

/** Tags that the stack leaves to others. */
export interface IgnoredTags {
  readonly keys: readonly string[];
  readonly keyPrefixes: readonly string[];
  /** What the program sets is its own, whatever the stack ignores. */
  readonly except?: ReadonlySet<string>;
}

function styleOf(schema: TypeSchema): { readonly member: string; readonly style: TagStyle } | undefined {
  const member = schema.tagProperty;
  const node = member === undefined ? undefined : schema.root.properties[member];
  if (member === undefined || !node) return undefined;
  const items = itemNode(schema, node);
  if (typesOf(schema, node).includes("array") && items) {
    return "Key" in membersOf(schema, items) && "Value" in membersOf(schema, items)
      ? { member, style: "list" }
      : undefined;
  }
  // A map whose values the schema does not describe (`AWS::Glue::Job`) is one, too.
  const isMap = mapValueNode(schema, node, "key") !== undefined || Object.keys(membersOf(schema, node)).length === 0;
  return typesOf(schema, node).includes("object") && isMap ? { member, style: "map" } : undefined;
}

/**
 * Adds the stack's default tags to a desired state, in the type's own style. What the resource itself says wins; a
 * type without tags, or tags that are not known yet, stay as they are.
 */
export function withDefaultTags(
  schema: TypeSchema,
  desired: JsonObject,
  defaults: Readonly<Record<string, string>>,
): JsonObject {
  const found = styleOf(schema);
  if (!found || Object.keys(defaults).length === 0) return desired;
  const own = desired[found.member];
  if (own !== undefined && hasUnknown(own)) return desired;
  // A text in the place of a free-form map is a document of the user's own.
  if (found.style === "map" && own !== undefined && !isObject(own)) return desired;
  if (found.style === "map") return { ...desired, [found.member]: { ...defaults, ...(isObject(own) ? own : {}) } };
  const list = Array.isArray(own) ? own : [];
  const keys = new Set(list.map(keyOf));
  const added = Object.entries(defaults).filter(([key]) => !keys.has(key));
  return { ...desired, [found.member]: [...list, ...added.map(([Key, Value]): JsonValue => ({ Key, Value }))] };
}

function keyOf(entry: JsonValue): string {
  return isObject(entry) && typeof entry.Key === "string" ? entry.Key : "";
}

/** The keys of a model's tags, without AWS's own. */
export function tagKeys(schema: TypeSchema, model: JsonObject): string[] {
  const tags = model[styleOf(schema)?.member ?? ""];
  const keys = Array.isArray(tags) ? tags.map(keyOf) : isObject(tags) ? Object.keys(tags) : [];
  return keys.filter((key) => !key.startsWith("aws:"));
}

/**
 * The tags that are left to others: AWS's own, which no client may set or remove, those the stack ignores, and those
 * that an adopted resource brought along and the program does not set.
 */
export function leftToOthers(
  schema: TypeSchema,
  ignored: IgnoredTags,
  brought: readonly string[] | undefined,
  desired: JsonObject,
): IgnoredTags {
  return {
    keys: [...ignored.keys, ...(brought ?? [])],
    keyPrefixes: ["aws:", ...ignored.keyPrefixes],
    except: new Set(tagKeys(schema, desired)),
  };
}

function isIgnored(key: string, { keys, keyPrefixes, except }: IgnoredTags): boolean {
  if (except?.has(key)) return false;
  return keys.includes(key) || keyPrefixes.some((prefix) => key.startsWith(prefix));
}

/** A live model as if the tags that are left to others were not there. */
export function withoutIgnoredTags(schema: TypeSchema, live: JsonObject, ignored: IgnoredTags): JsonObject {
  const [kept] = partition(schema, live, ignored);
  return kept;
}

/** The patch with the tags that are left to others put back, wherever it would strip them. */
export function keepIgnoredTags(
  schema: TypeSchema,
  patch: readonly PatchOperation[],
  live: JsonObject,
  ignored: IgnoredTags,
): PatchOperation[] {
  const [, theirs, member] = partition(schema, live, ignored);
  if (theirs === undefined) return [...patch];
  return patch.map((operation): PatchOperation => {
    if (operation.path !== `/${member}`) return operation;
    const value = operation.op === "add" ? operation.value : Array.isArray(theirs) ? [] : {};
    return { op: "add", path: operation.path, value: joined(value, theirs) };
  });
}

function joined(own: JsonValue, theirs: JsonValue): JsonValue {
  if (Array.isArray(own) && Array.isArray(theirs)) return [...own, ...theirs];
  return isObject(own) && isObject(theirs) ? { ...theirs, ...own } : own;
}

/** The model without ignored tags, those tags, and the member that holds them. */
function partition(
  schema: TypeSchema,
  live: JsonObject,
  ignored: IgnoredTags,
): readonly [JsonObject, JsonValue | undefined, string] {
  const member = styleOf(schema)?.member ?? "";
  const tags = live[member];
  if (Array.isArray(tags)) {
    const theirs = tags.filter((entry) => isIgnored(keyOf(entry), ignored));
    if (theirs.length === 0) return [live, undefined, member];
    return [{ ...live, [member]: tags.filter((entry) => !isIgnored(keyOf(entry), ignored)) }, theirs, member];
  }
  if (!isObject(tags)) return [live, undefined, member];
  const split = (wanted: boolean): JsonObject =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => isIgnored(key, ignored) === wanted));
  const theirs = split(true);
  return Object.keys(theirs).length === 0
    ? [live, undefined, member]
    : [{ ...live, [member]: split(false) }, theirs, member];
}
