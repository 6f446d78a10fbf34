import type { JsonValue } from "../../schema/types";

export type { JsonValue } from "../../schema/types";

/** A JSON object: a model, a desired state, an inputs or outputs bag. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Whether a value is an object with members, so neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The object's own member. Keys come from programs and from AWS, and a plain look-up of `constructor` or `toString` finds
 * what every object inherits.
 */
export function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own member, whatever it is called: assigned to, `__proto__` would change what the object inherits. */
export function put<T>(object: Record<string, T>, key: string, value: T): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Levels of objects and lists that a value may have: most of the code walks it by recursion. AWS's models have some ten. */
export const MOST_LEVELS = 500;

/** Whether a value has more levels than {@link MOST_LEVELS}. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap((one): unknown[] => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}

/**
 * The value as JSON carries it: no `undefined`, no functions, dates as text. The engine's wire format refuses
 * `undefined` with "Unexpected struct type" *after* a create has run, which would orphan the resource, so every
 * result goes through here.
 */
export function jsonClean<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/**
 * The value as JSON text that does not depend on the order of members: the engine hands them over in another order each
 * time, and a request that is resent must be the same to the byte.
 */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: JsonValue) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** Deep equality that does not depend on the order of members; arrays are compared in order. */
export function deepEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  );
}

/** The object without some members. */
export function omit(object: JsonObject, keys: Iterable<string>): JsonObject {
  const dropped = new Set(keys);
  return Object.fromEntries(Object.entries(object).filter(([key]) => !dropped.has(key)));
}

/** The value at a path of member names and indices, or undefined where the path ends early. */
export function valueAt(root: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isObject(value)) value = own(value, step);
    else return undefined;
  }
  return value;
}

/** A scalar as plain text, anything else as JSON. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** What kind of JSON value this is, in the words of a message to a user. */
export function kindOf(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}
