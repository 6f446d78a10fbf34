import { canonicalJson, deepEqual, isObject, own, put, type JsonObject, type JsonValue } from "./json";
import {
  ANYTHING,
  isDocument,
  isMap,
  itemNode,
  membersOf,
  resolveNode,
  typesOf,
  type SchemaNode,
  type TypeSchema,
} from "./schema";

/*
 * Only owned paths count: what the user set. Live models hold more (defaults that AWS fills in, system tags) and spell
 * some values in another way (numbers as text, policies as text, log-group ARNs with `:*`). `project` cuts a live model
 * down to the owned paths and gives back the user's own spelling wherever both mean the same, so that "no drift" is
 * plain equality everywhere else.
 */

/** Which members tell the entries of an array apart, by the array's own type definition. */
const ENTRY_KEYS: readonly (readonly string[])[] = [
  ["ResourcePath", "HttpMethod"],
  ["Key", "Value"],
];

/** How absence is read: a live model leaves out what is off, two desired states do not. */
export type AbsenceMode = "live" | "strict";

interface Comparison {
  readonly schema: TypeSchema;
  readonly absence: AbsenceMode;
}

/** Tags that AWS itself keeps; no client may set or remove them. */
export function isSystemTag(entry: JsonValue): boolean {
  return isObject(entry) && typeof entry.Key === "string" && entry.Key.startsWith("aws:");
}

/** The live model at the paths that the desired state owns; equal to it if and only if nothing drifted. */
export function project(schema: TypeSchema, desired: JsonObject, live: JsonObject): JsonObject {
  return projectObject({ schema, absence: "live" }, schema.root, desired, live);
}

/** The live value of one top-level member at the paths that its desired value owns. */
export function projectMember(
  schema: TypeSchema,
  key: string,
  desired: JsonValue,
  live: JsonValue | undefined,
): JsonValue | undefined {
  return projectNode(schema, own(schema.root.properties, key) ?? ANYTHING, desired, live);
}

/** The live value at any node of the schema, at the paths that its desired value owns. */
export function projectNode(
  schema: TypeSchema,
  node: SchemaNode,
  desired: JsonValue,
  live: JsonValue | undefined,
): JsonValue | undefined {
  return projectValue({ schema, absence: "live" }, node, desired, live);
}

/** Whether two desired values of one top-level member mean the same, whatever their spelling or order. */
export function sameMember(schema: TypeSchema, key: string, a: JsonValue, b: JsonValue): boolean {
  if (deepEqual(a, b)) return true;
  const node = own(schema.root.properties, key) ?? ANYTHING;
  const context: Comparison = { schema, absence: "strict" };
  return deepEqual(projectValue(context, node, a, b), a) && deepEqual(projectValue(context, node, b, a), b);
}

function projectObject(context: Comparison, node: SchemaNode, desired: JsonObject, live: JsonObject): JsonObject {
  const members = membersOf(context.schema, node);
  const made: JsonObject = {};
  for (const [key, value] of Object.entries(desired)) {
    const seen = projectValue(context, own(members, key) ?? ANYTHING, value, own(live, key));
    if (seen !== undefined) put(made, key, seen);
  }
  return made;
}

function projectValue(
  context: Comparison,
  node: SchemaNode,
  desired: JsonValue,
  live: JsonValue | undefined,
): JsonValue | undefined {
  if (live === undefined) return context.absence === "live" && meansAbsent(desired) ? desired : undefined;
  if (isDocument(context.schema, node)) return sameDocument(desired, live, context.absence) ? desired : live;
  if (Array.isArray(desired) && Array.isArray(live)) return projectArray(context, node, desired, live);
  if (isObject(desired) && isObject(live)) {
    // A map without named members (stage variables) is owned whole: a key that somebody added is drift.
    if (isMap(context.schema, node)) return projectMap(context, node, desired, live);
    return projectObject(context, node, desired, live);
  }
  return sameScalar(context.schema, node, desired, live) ? desired : live;
}

/** AWS leaves out what is off or empty, so an owned "off" that is not in the live model has not drifted. */
function meansAbsent(desired: JsonValue): boolean {
  if (desired === false || desired === "" || desired === "OFF") return true;
  if (Array.isArray(desired)) return desired.length === 0;
  return isObject(desired) && Object.values(desired).every(meansAbsent);
}

function projectMap(context: Comparison, node: SchemaNode, desired: JsonObject, live: JsonObject): JsonObject {
  const made: JsonObject = { ...live };
  for (const [key, value] of Object.entries(desired)) {
    if (Object.hasOwn(live, key)) put(made, key, projectValue(context, ANYTHING, value, live[key]) ?? value);
  }
  return deepEqual(made, desired) ? desired : made;
}

function sameScalar(schema: TypeSchema, node: SchemaNode, desired: JsonValue, live: JsonValue): boolean {
  if (deepEqual(desired, live)) return true;
  if (typeof desired === "object" || typeof live === "object") return false;
  const types = typesOf(schema, node);
  // Some handlers give numbers and booleans as text, and 100 as 100.0.
  if (types.includes("integer") || types.includes("number")) return Number(desired) === Number(live);
  if (types.includes("boolean")) return String(desired).toLowerCase() === String(live).toLowerCase();
  return typeof desired === "string" && typeof live === "string" && sameLogGroupArn(desired, live);
}

/** A log group's ARN is written with `:*` by CloudWatch Logs and read back without it from a stage: one and the same. */
function sameLogGroupArn(a: string, b: string): boolean {
  return /^arn:[^:]*:logs:/.test(a) && a.replace(/:\*$/, "") === b.replace(/:\*$/, "");
}

/** A document and its text are the same document; IAM gives a list of one as the bare value and the reverse. */
function sameDocument(a: JsonValue, b: JsonValue, absence: AbsenceMode): boolean {
  // Two programs' documents are what they say.
  if (absence === "strict") return deepEqual(parsed(a), parsed(b));
  return deepEqual(canonicalDocument(parsed(a)), canonicalDocument(parsed(b)));
}

function parsed(value: JsonValue): JsonValue {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

function canonicalDocument(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map(canonicalDocument);
    return items.length === 1 && items[0] !== undefined ? items[0] : items;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, canonicalDocument(member)]));
}

function projectArray(context: Comparison, node: SchemaNode, desired: JsonValue[], live: JsonValue[]): JsonValue[] {
  const items = itemNode(context.schema, node) ?? ANYTHING;
  const theirs = live.filter((entry) => !isSystemTag(entry));
  const keyOf = entryKeyOf(context.schema, items);
  if (keyOf) return projectKeyed(context, items, keyOf, desired, theirs);
  if (resolveNode(context.schema, node).insertionOrder === false) return projectSet(context, items, desired, theirs);
  return theirs.map((entry, i) => {
    const wanted = desired[i];
    return wanted === undefined ? entry : (projectValue(context, items, wanted, entry) ?? entry);
  });
}

/** Which members identify an entry: tags by key, method settings by path and method. */
function entryKeys(schema: TypeSchema, items: SchemaNode): readonly string[] | undefined {
  const members = membersOf(schema, items);
  const found = ENTRY_KEYS.find((keys) => keys.every((key) => Object.hasOwn(members, key)));
  return found?.[0] === "Key" ? ["Key"] : found;
}

/** Tells an array's entries apart by their identifying members, or undefined where none are known. */
export function entryKeyOf(schema: TypeSchema, items: SchemaNode): ((entry: JsonValue) => string) | undefined {
  const keys = entryKeys(schema, items);
  return keys && ((entry) => JSON.stringify(keys.map((key) => (isObject(entry) ? entry[key] : entry))));
}

function projectKeyed(
  context: Comparison,
  items: SchemaNode,
  keyOf: (entry: JsonValue) => string,
  desired: JsonValue[],
  live: JsonValue[],
): JsonValue[] {
  const left = new Map(live.map((entry) => [keyOf(entry), entry]));
  const made: JsonValue[] = [];
  for (const wanted of desired) {
    const match = left.get(keyOf(wanted));
    if (match === undefined) continue;
    left.delete(keyOf(wanted));
    made.push(projectValue(context, items, wanted, match) ?? match);
  }
  return [...made, ...left.values()];
}

/** Order means nothing: each wanted entry takes a live one that means the same; what is left over is drift. */
function projectSet(context: Comparison, items: SchemaNode, desired: JsonValue[], live: JsonValue[]): JsonValue[] {
  const { same, unmatched: others, left } = takeSame(desired, live);
  const made = new Set(same);
  const unmatched: number[] = [];
  let looks = 0;
  for (const at of others) {
    const wanted = desired[at] ?? null;
    const alike = (entry: JsonValue): boolean => deepEqual(projectValue(context, items, wanted, entry), wanted);
    const found = looks > MOST_LOOKS ? -1 : left.findIndex(alike);
    looks += found < 0 ? left.length : found + 1;
    if (found < 0) unmatched.push(at);
    else {
      made.add(at);
      left.splice(found, 1);
    }
  }
  const found = desired.filter((_, at) => made.has(at));
  const [only] = unmatched;
  const wanted = only === undefined ? undefined : desired[only];
  if (unmatched.length === 1 && left.length === 1 && left[0] !== undefined && wanted !== undefined) {
    return [...found, projectValue(context, items, wanted, left[0]) ?? left[0]];
  }
  return [...found, ...left];
}

/**
 * Comparisons of entries that are not spelled alike. AWS's lists have some hundred entries at most; of more than that
 * is left, what is not alike to the letter counts as drift, as comparing each with each would stop every preview.
 */
const MOST_LOOKS = 250_000;

/** The entries of a set that are alike to the letter, found in one pass. */
function takeSame(
  desired: readonly JsonValue[],
  live: readonly JsonValue[],
): { readonly same: number[]; readonly unmatched: number[]; readonly left: JsonValue[] } {
  const places = new Map<string, number[]>();
  live.forEach((entry, at) => {
    const text = canonicalJson(entry);
    const known = places.get(text);
    if (known) known.push(at);
    else places.set(text, [at]);
  });
  const taken = new Set<number>();
  const same: number[] = [];
  const unmatched: number[] = [];
  desired.forEach((wanted, at) => {
    const place = places.get(canonicalJson(wanted))?.pop();
    if (place === undefined) unmatched.push(at);
    else {
      same.push(at);
      taken.add(place);
    }
  });
  return { same, unmatched, left: live.filter((_, at) => !taken.has(at)) };
}
