import type { JsonValue, RegistrySchema } from "../../schema/types";

/** What is written for readers, not for programs. */
const PROSE = new Set([
  "$comment",
  "$schema",
  "description",
  "documentationUrl",
  "examples",
  "resourceLink",
  "sourceUrl",
  "title",
]);
/** Keywords whose value maps free names to schema nodes: there, `description` is a property's name. */
const MAPS = new Set(["definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"]);
/** Keywords whose value is data and stays as it is. */
const DATA = new Set(["const", "default", "enum"]);

/** The schema as compact JSON: no prose, keys in code-unit order, so that equal schemas give equal texts. */
export function stripped(schema: RegistrySchema): string {
  return JSON.stringify(stripNode(schema as unknown as JsonValue));
}

function stripNode(node: JsonValue): JsonValue {
  if (Array.isArray(node)) return node.map(stripNode);
  if (typeof node !== "object" || node === null) return node;
  return sorted(node, (key, value) => {
    if (PROSE.has(key)) return undefined;
    if (DATA.has(key)) return value;
    return MAPS.has(key) && isObject(value) ? sorted(value, (_name, member) => stripNode(member)) : stripNode(value);
  });
}

function sorted(
  object: Readonly<Record<string, JsonValue>>,
  convert: (key: string, value: JsonValue) => JsonValue | undefined,
): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(object).sort()) {
    const value = convert(key, object[key] ?? null);
    if (value !== undefined) result[key] = value;
  }
  return result;
}

function isObject(value: JsonValue): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
