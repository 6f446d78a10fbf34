import type { JsonValue } from "../schema/types";

/** A JSON object: what a resource's model is. */
export type JsonObject = { [key: string]: JsonValue };

/** Whether the value is a JSON object (not an array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A deep copy that shares nothing with its source. */
export function clone<T extends JsonValue>(value: T): T {
  return structuredClone(value);
}

/** Deep equality of two JSON values; the order of object keys does not count. */
export function equal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

/** A canonical text of a JSON value: keys sorted, so that equal values have equal texts. */
export function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

const maxDepth = 200;

/**
 * Parses JSON and refuses what is nested so deeply that copying or printing it would exhaust the stack.
 *
 * @throws SyntaxError when the text is not JSON or is nested more than 200 levels deep.
 */
export function parseJson(text: string): JsonValue {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > maxDepth) throw new SyntaxError("JSON is nested too deeply");
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return JSON.parse(text) as JsonValue;
}

/** The value as a string, or undefined when it is none. */
export function str(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value as an array of objects; anything else in it is left out. */
export function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A copy without the members whose value is undefined. */
export function compact(members: Record<string, JsonValue | undefined>): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) out[key] = value;
  return out;
}
