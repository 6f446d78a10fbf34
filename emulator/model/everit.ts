import type { ErrorObject } from "ajv";

import { isObject } from "../json";

interface Violation {
  readonly pointer: string;
  readonly text: string;
}

/**
 * Keywords whose everit message would show the value; AWS replaces it (cloudformation-resource-schema, pull request
 * 40: no message of the schema validation may contain a value).
 */
const scrubbed = new Set([
  "const",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "maximum",
  "minimum",
  "multipleOf",
  "pattern",
]);

const typeNames: Readonly<Record<string, string>> = {
  string: "String",
  boolean: "Boolean",
  integer: "Integer",
  number: "Number",
  object: "JSONObject",
  array: "JSONArray",
  null: "Null",
};

/** Java's name for the type of a JSON value, as org.json would hold it. */
function found(value: unknown): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "JSONArray";
  if (isObject(value)) return "JSONObject";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "BigDecimal";
  return typeof value === "boolean" ? "Boolean" : "String";
}

type Param = string | number;

const wordings: Readonly<Record<string, (error: ErrorObject, param: (name: string) => Param) => string>> = {
  additionalProperties: (_, p) => `extraneous key [${p("additionalProperty")}] is not permitted`,
  required: (_, p) => `required key [${p("missingProperty")}] not found`,
  minLength: (e, p) => `expected minLength: ${p("limit")}, actual: ${Array.from(String(e.data)).length}`,
  maxLength: (e, p) => `expected maxLength: ${p("limit")}, actual: ${Array.from(String(e.data)).length}`,
  minItems: (e, p) => `expected minimum item count: ${p("limit")}, found: ${size(e.data)}`,
  maxItems: (e, p) => `expected maximum item count: ${p("limit")}, found: ${size(e.data)}`,
  minProperties: (e, p) => `minimum size: [${p("limit")}], found: [${size(e.data)}]`,
  maxProperties: (e, p) => `maximum size: [${p("limit")}], found: [${size(e.data)}]`,
  uniqueItems: () => "array items are not unique",
  oneOf: (e) =>
    `${Array.isArray((e.params as { passingSchemas?: unknown }).passingSchemas) ? 2 : 0} subschemas matched instead of one`,
  anyOf: (e) => `no subschema matched out of the total ${size(e.schema)} subschemas`,
};

function size(value: unknown): number {
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

function typeText(error: ErrorObject): string {
  const types = error.schema;
  // everit turns a list of types into an anyOf.
  if (Array.isArray(types)) return `no subschema matched out of the total ${types.length} subschemas`;
  return `expected type: ${typeNames[String(types)] ?? String(types)}, found: ${found(error.data)}`;
}

function violation(error: ErrorObject): Violation {
  const pointer = `#${error.instancePath}`;
  const params = error.params as Readonly<Record<string, Param | undefined>>;
  const param = (name: string): Param => params[name] ?? "";
  const wording = wordings[error.keyword];
  if (error.keyword === "type") return { pointer, text: typeText(error) };
  if (scrubbed.has(error.keyword) || !wording) {
    return { pointer, text: `failed validation constraint for keyword [${error.keyword}]` };
  }
  return { pointer, text: wording(error, param) };
}

/** The branches of a failed oneOf/anyOf explain nothing to everit's reader; only the combination itself is reported. */
function isBranch(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  return all.some(
    (other) =>
      other !== error &&
      (other.keyword === "oneOf" || other.keyword === "anyOf") &&
      error.schemaPath !== other.schemaPath &&
      (error.schemaPath.startsWith(`${other.schemaPath}/`) || isReferencedBranch(error, other)),
  );
}

function isReferencedBranch(error: ErrorObject, combination: ErrorObject): boolean {
  // Errors behind a $ref carry the path of the definition; they lie at or below the combination's own place.
  return (
    error.schemaPath.startsWith("#/definitions/") &&
    !combination.schemaPath.startsWith(error.schemaPath.split("/").slice(0, 3).join("/")) &&
    error.instancePath.startsWith(combination.instancePath)
  );
}

/**
 * The text of a failed validation in the words of AWS's validator: the one violation, or their number and one line
 * for each [U for the layout of several].
 *
 * @internal
 */
export function everitMessage(errors: readonly ErrorObject[]): string {
  const reported = errors.filter((error) => error.keyword !== "if" && !isBranch(error, errors));
  const unique = new Map<string, Violation>();
  for (const error of reported) {
    const v = violation(error);
    unique.set(`${v.pointer}: ${v.text}`, v);
  }
  const all = [...unique.values()];
  const [first] = all;
  if (all.length === 1 && first) return `Model validation failed (${first.pointer}: ${first.text})`;
  const lines = all.map((v) => `\n${v.pointer}: ${v.text} (${v.pointer})`).join("");
  return `Model validation failed (#: ${all.length} schema violations found)${lines}`;
}
