import { entryKeyOf, isSystemTag, projectMember, projectNode } from "./compare";
import type { Family } from "./families/family";
import { deepEqual, isObject, own, type JsonObject, type JsonValue } from "./json";
import { removedMembers } from "./patch";
import {
  ANYTHING,
  covers,
  isDocument,
  isMap,
  itemNode,
  mapValueNode,
  membersOf,
  type SchemaNode,
  type SchemaPath,
  type TypeSchema,
} from "./schema";

/** Steps from the model's root, with the positions in lists. */
export type ModelPath = readonly (string | number)[];

/** What an update is judged by; all in CloudFormation's casing and AWS's own terms. */
export interface Outcome {
  readonly desired: JsonObject;
  readonly owned: JsonObject;
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** AWS's own spelling of what it spells in another way than the program. */
  readonly spelled?: JsonObject | undefined;
}

/**
 * The paths of values that AWS did not change although it reported success: set ones that still are as they were,
 * removed ones that are still there. A value that took on a third form was changed: AWS spells it in another way.
 */
export function notApplied(schema: TypeSchema, family: Family, outcome: Outcome): ModelPath[] {
  const { desired, owned, before, after } = outcome;
  const vanishing = new Set([...(family.vanishing ?? []), ...(schema.tagProperty ? [schema.tagProperty] : [])]);
  const spot = { schema, node: schema.root, path: [], shown: [] };
  const unset = unsetMembers(spot, desired, before, after).filter(
    ([key]) => !isSpelledAs(schema, String(key), outcome),
  );
  const removed = removedMembers(schema, desired, owned).filter((key) => isStillThere(after[key], before[key]));
  const named = new Set(unset.map(([key]) => key));
  const emptied = Object.keys(desired).filter((key) => !named.has(key) && keepsDropped(schema, key, outcome));
  const kept = [...removed, ...emptied].filter((key) => vanishing.has(key));
  return [...unset, ...kept.map((key) => [key])];
}

/** Whether a member that the program did not change reads as AWS has always spelled it: sent again, it stays the same. */
function isSpelledAs(schema: TypeSchema, key: string, { desired, owned, after, spelled = {} }: Outcome): boolean {
  const [wanted, spelling] = [own(desired, key), own(spelled, key)];
  if (wanted === undefined || spelling === undefined || !deepEqual(wanted, own(owned, key))) return false;
  return deepEqual(spelling, projectMember(schema, key, wanted, own(after, key)));
}

/** Whether AWS still has an entry or a key that the program owned in a member and does not set any more. */
function keepsDropped(schema: TypeSchema, key: string, { desired, owned, after }: Outcome): boolean {
  const [wanted, was, now] = [own(desired, key), own(owned, key), own(after, key)];
  const node = own(schema.root.properties, key) ?? ANYTHING;
  if (isObject(wanted) && isObject(was) && isObject(now)) {
    const isWhole = isMap(schema, node) && !isDocument(schema, node);
    return isWhole && Object.keys(was).some((name) => !Object.hasOwn(wanted, name) && Object.hasOwn(now, name));
  }
  const keyOf = entryKeyOf(schema, itemNode(schema, node) ?? ANYTHING);
  if (!keyOf || !Array.isArray(wanted) || !Array.isArray(was) || !Array.isArray(now)) return false;
  const [wanteds, nows] = [wanted, now].map((list) => new Set(list.map(keyOf)));
  return was.some((entry) => !isSystemTag(entry) && !wanteds?.has(keyOf(entry)) && nows?.has(keyOf(entry)));
}

/** Where in the model a value stands. */
interface Spot {
  readonly schema: TypeSchema;
  readonly node: SchemaNode;
  /** With `*` for items, as schemas write it. */
  readonly path: SchemaPath;
  /** With the positions of the desired state. */
  readonly shown: ModelPath;
}

function unsetMembers(spot: Spot, wanted: JsonObject, before: JsonObject, after: JsonObject): ModelPath[] {
  const { schema, node, path, shown } = spot;
  const members = membersOf(schema, node);
  return Object.entries(wanted).flatMap(([key, value]) => {
    const below = {
      schema,
      node: own(members, key) ?? mapValueNode(schema, node, key) ?? ANYTHING,
      path: [...path, key],
    };
    return unset({ ...below, shown: [...shown, key] }, value, own(before, key), own(after, key));
  });
}

/** AWS may have heeded one leaf of a member and dropped the next one, so each is judged by itself. */
function unset(
  spot: Spot,
  wanted: JsonValue,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): ModelPath[] {
  const { schema, node, path, shown } = spot;
  // What cannot be changed or is never shown cannot be judged.
  if ([schema.createOnly, schema.readOnly, schema.writeOnly].some((paths) => covers(paths, path))) return [];
  const now = projectNode(schema, node, wanted, after);
  if (deepEqual(now, wanted)) return [];
  if (!isDocument(schema, node) && isObject(wanted) && isObject(after)) {
    return unsetMembers(spot, wanted, isObject(before) ? before : {}, after);
  }
  const items = itemNode(schema, node) ?? ANYTHING;
  const keyOf = entryKeyOf(schema, items);
  if (keyOf && Array.isArray(wanted) && Array.isArray(after)) {
    const [earlier, later] = [byKey(before, keyOf), byKey(after, keyOf)];
    return wanted.flatMap((entry, at) => {
      const below = { schema, node: items, path: [...path, "*"], shown: [...shown, at] };
      return unset(below, entry, earlier.get(keyOf(entry)), later.get(keyOf(entry)));
    });
  }
  // A write-only leaf inside makes the whole differ, although nothing was dropped.
  if (schema.writeOnly.some((other) => other.length > path.length && path.every((step, i) => step === other[i]))) {
    return [];
  }
  return deepEqual(now, projectNode(schema, node, wanted, before)) ? [shown] : [];
}

/** A list's entries by what tells them apart; of two alike the first. */
function byKey(list: JsonValue | undefined, keyOf: (entry: JsonValue) => string): ReadonlyMap<string, JsonValue> {
  const entries = Array.isArray(list) ? list : [];
  return new Map(entries.map((entry): [string, JsonValue] => [keyOf(entry), entry]).reverse());
}

function isStillThere(after: JsonValue | undefined, before: JsonValue | undefined): boolean {
  if (after === undefined || !deepEqual(after, before)) return false;
  if (Array.isArray(after)) return after.some((entry) => !isSystemTag(entry));
  return after !== "" && !(isObject(after) && Object.keys(after).length === 0);
}
