import { isObject, put, type JsonObject, type JsonValue } from "./json";
import type { RegistrySchema } from "./schema";

/*
 * A schema that is not in the shipped table comes from the account's registry, private types' own ones included, and lies
 * in a file between two runs. Nothing in it is trusted: what is not as JSON schema has it is left out, so that the rest
 * of the package need not ask.
 */

/** Levels of a schema; AWS's own have some twenty. */
const MOST_LEVELS = 64;

type Reader = (value: JsonValue, level: number) => JsonValue | undefined;

const text: Reader = (value) => (typeof value === "string" ? value : undefined);
const number: Reader = (value) => (typeof value === "number" ? value : undefined);
const flag: Reader = (value) => (typeof value === "boolean" ? value : undefined);
const object: Reader = (value) => (isObject(value) ? value : undefined);
const list: Reader = (value) => (Array.isArray(value) ? value : undefined);
const texts: Reader = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
const textOrTexts: Reader = (value, level) => text(value, level) ?? texts(value, level);
const nodeOrFlag: Reader = (value, level) => flag(value, level) ?? node(value, level);
const nodes: Reader = (value, level) =>
  Array.isArray(value) ? value.flatMap((one) => node(one, level) ?? []) : undefined;
const nodeMap: Reader = (value, level) => {
  if (!isObject(value)) return undefined;
  const made: JsonObject = {};
  for (const [key, one] of Object.entries(value)) {
    const read = node(one, level);
    if (read !== undefined) put(made, key, read);
  }
  return made;
};

const NODE: ReadonlyMap<string, Reader> = new Map(
  Object.entries({
    $ref: text,
    type: textOrTexts,
    properties: nodeMap,
    patternProperties: nodeMap,
    additionalProperties: nodeOrFlag,
    items: node,
    required: texts,
    enum: list,
    const: (value: JsonValue) => value,
    default: (value: JsonValue) => value,
    format: text,
    pattern: text,
    minimum: number,
    maximum: number,
    minLength: number,
    maxLength: number,
    minItems: number,
    maxItems: number,
    minProperties: number,
    maxProperties: number,
    uniqueItems: flag,
    insertionOrder: flag,
    oneOf: nodes,
    anyOf: nodes,
    allOf: nodes,
    dependencies: object,
    dependentRequired: object,
    dependentExcluded: object,
    requiredXor: texts,
    requiredOr: texts,
  }),
);

const ROOT: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...NODE,
  ["definitions", nodeMap],
  ["primaryIdentifier", texts],
  ["createOnlyProperties", texts],
  ["conditionalCreateOnlyProperties", texts],
  ["readOnlyProperties", texts],
  ["writeOnlyProperties", texts],
  ["handlers", (value) => read(value, HANDLERS, 0)],
  ["tagging", (value) => read(value, TAGGING, 0)],
]);

const HANDLERS: ReadonlyMap<string, Reader> = new Map(
  ["create", "read", "update", "delete", "list"].map((name) => [name, object]),
);

const TAGGING: ReadonlyMap<string, Reader> = new Map([
  ["taggable", flag],
  ["tagProperty", text],
]);

function node(value: JsonValue, level: number): JsonObject | undefined {
  return level > MOST_LEVELS ? undefined : read(value, NODE, level);
}

function read(value: JsonValue, readers: ReadonlyMap<string, Reader>, level: number): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const made: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const seen = readers.get(key)?.(member, level + 1);
    if (seen !== undefined) made[key] = seen;
  }
  return made;
}

/** A schema as AWS gives it, or undefined where the text is no schema of the type. */
export function parseSchema(written: string, typeName: string): RegistrySchema | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(written) as JsonValue;
  } catch {
    return undefined;
  }
  const root = read(value, ROOT, 0);
  if (!root || !isObject(root.properties)) return undefined;
  return { primaryIdentifier: [], ...root, typeName } as unknown as RegistrySchema;
}
