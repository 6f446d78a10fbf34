import type { Failure, PathNames } from "./failures";
import { reason } from "./failures";
import { choiceFailures } from "./choices";
import { deepEqual, isObject, kindOf, own, textOf, type JsonObject, type JsonValue } from "./json";
import {
  branchesOf,
  covers,
  isDocument,
  itemNode,
  mapValueNode,
  membersOf,
  oncePerNode,
  resolveNode,
  typesOf,
  type SchemaNode,
  type TypeSchema,
} from "./schema";
import { matches } from "./pattern";
import { closest } from "../../schema/closest";
import { didYouMean } from "./suggest";
import { hasUnknown, isUnknown } from "./unknown";

/** What a walk through a desired state carries along. */
interface Walk {
  readonly schema: TypeSchema;
  readonly names: PathNames;
  readonly failures: Failure[];
  /** The properties of which something is said. */
  readonly said: Set<string>;
}

/** A list of thousands of entries that are all wrong would be told in megabytes. */
const MOST_FAILURES = 100;

type Path = readonly (string | number)[];

/**
 * Holds a desired state against the type's registry schema: unknown members, types, required members, enumerations,
 * patterns, bounds, members that go together or exclude each other. Values that a preview does not know yet are skipped. String values are never quoted in a failure
 * unless they nearly match an allowed one, as they may be secret.
 */
export function validate(schema: TypeSchema, desired: JsonObject, names: PathNames): Failure[] {
  const walk: Walk = { schema, names, failures: [], said: new Set() };
  for (const key of Object.keys(desired)) {
    if (covers(schema.readOnly, [key]) && Object.hasOwn(schema.root.properties, key)) {
      fail(walk, [key], reason("a property that can be set", "one that only AWS sets", "remove it"));
    }
  }
  visitObject(walk, schema.root, desired, []);
  if (walk.failures.length < MOST_FAILURES) return walk.failures;
  const [first = { property: "" }] = walk.failures;
  const rest = `more is wrong than the ${MOST_FAILURES} properties that are named. Fix: correct these first`;
  return [...walk.failures.slice(0, MOST_FAILURES), { property: first.property, reason: rest }];
}

function fail(walk: Walk, path: Path, text: string): void {
  if (walk.failures.length < MOST_FAILURES) push(walk, walk.names(path), text);
}

function push({ failures, said }: Walk, property: string, text: string): void {
  failures.push({ property, reason: text });
  said.add(property);
}

function visit(walk: Walk, node: SchemaNode, value: JsonValue, path: Path): void {
  if (isUnknown(value) || walk.failures.length >= MOST_FAILURES) return;
  const types = typesOf(walk.schema, node);
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) {
    fail(walk, path, reason(typeWords(types), describe(value), typeFix(types, value)));
    return;
  }
  const here = resolveNode(walk.schema, node);
  if (!hasUnknown(value)) visitEnum(walk, here, value, path);
  if (typeof value === "string") visitString(walk, here, value, path);
  else if (typeof value === "number") visitNumber(walk, here, value, path);
  else if (Array.isArray(value)) visitArray(walk, here, value, path);
  else if (isObject(value) && !isDocument(walk.schema, node)) visitObject(walk, node, value, path);
}

function visitEnum(walk: Walk, node: SchemaNode, value: JsonValue, path: Path): void {
  const allowed = node.const === undefined ? node.enum : [node.const];
  if (!allowed || isChoice(allowed, value)) return;
  const near = typeof value === "string" ? closest(value, allowed.map(textOf)) : undefined;
  const got = near === undefined ? describe(value) : `"${textOf(value)}"`;
  const choices = allowed.map((one) => JSON.stringify(one)).join(", ");
  fail(walk, path, reason(`one of ${choices}`, got, near === undefined ? "choose one of these" : `write "${near}"`));
}

/** What a schema's list allows, whose length is its writer's: a list of values is not held against it one by one. */
const choicesOf = new WeakMap<readonly JsonValue[], { readonly texts: Set<string>; readonly others: JsonValue[] }>();

function isChoice(allowed: readonly JsonValue[], value: JsonValue): boolean {
  let choices = choicesOf.get(allowed);
  if (!choices) {
    const texts = allowed.filter((one) => typeof one !== "object").map(textOf);
    choices = { texts: new Set(texts), others: allowed.filter((one) => typeof one === "object") };
    choicesOf.set(allowed, choices);
  }
  // A number may stand as its text.
  return choices.texts.has(textOf(value)) || choices.others.some((one) => deepEqual(one, value));
}

function visitString(walk: Walk, node: SchemaNode, value: string, path: Path): void {
  if (hasUnknown(value)) return;
  const { minLength = 0, maxLength = Infinity, pattern } = node;
  if (value.length < minLength || value.length > maxLength) {
    const expected =
      maxLength === Infinity ? `at least ${minLength} characters` : `${minLength} to ${maxLength} characters`;
    fail(walk, path, reason(expected, `${value.length}`));
  } else if (pattern !== undefined && !matches(pattern, value)) {
    fail(walk, path, reason(`text that matches ${pattern}`, `a string of ${value.length} characters that does not`));
  }
}

function visitNumber(walk: Walk, node: SchemaNode, value: number, path: Path): void {
  const { minimum = -Infinity, maximum = Infinity } = node;
  if (value >= minimum && value <= maximum) return;
  const expected =
    maximum === Infinity
      ? `${minimum} or more`
      : minimum === -Infinity
        ? `${maximum} or less`
        : `${minimum} to ${maximum}`;
  fail(walk, path, reason(`a number ${expected}`, `${value}`));
}

function visitArray(walk: Walk, node: SchemaNode, value: JsonValue[], path: Path): void {
  const { minItems = 0, maxItems = Infinity } = node;
  if (value.length < minItems || value.length > maxItems) {
    const expected = maxItems === Infinity ? `at least ${minItems} items` : `${minItems} to ${maxItems} items`;
    fail(walk, path, reason(expected, `${value.length}`));
  }
  const items = itemNode(walk.schema, node);
  if (items)
    value.forEach((item, i) => {
      visit(walk, items, item, [...path, i]);
    });
}

function visitObject(walk: Walk, node: SchemaNode, value: JsonObject, path: Path): void {
  const members = membersOf(walk.schema, node);
  const here = resolveNode(walk.schema, node);
  for (const [key, member] of Object.entries(value)) {
    if (walk.failures.length >= MOST_FAILURES) return;
    const below = own(members, key) ?? mapValueNode(walk.schema, node, key);
    if (below) visit(walk, below, member, [...path, key]);
    else if (isClosed(walk.schema, node)) visitExtraneous(walk, members, key, path);
  }
  for (const key of here.required ?? []) {
    if (walk.failures.length >= MOST_FAILURES) return;
    if (own(value, key) === undefined && !isReadOnly(walk.schema, [...path, key])) {
      fail(walk, [...path, key], reason("a value, as AWS requires one", "nothing", "set it"));
    }
  }
  visitChoices(walk, node, value, path);
  if (path.length > 0) visitSize(walk, here, Object.keys(value).length, path);
}

/** Wherever a member is missing that is required by itself, nothing is said of its alternatives. */
function visitChoices(walk: Walk, node: SchemaNode, value: JsonObject, path: Path): void {
  if (walk.failures.length >= MOST_FAILURES) return;
  const found: [property: string, text: string][] = [];
  for (const { members, say } of choiceFailures(walk.schema, node, value)) {
    if (members.some((name) => isReadOnly(walk.schema, [...path, name]))) continue;
    const names = members.map((name) => walk.names([...path, name]));
    const [property = ""] = names;
    if (!names.some((name) => walk.said.has(name))) found.push([property, say(names.map(lastStep))]);
  }
  for (const [property, text] of found) push(walk, property, text);
}

function visitSize(
  walk: Walk,
  { minProperties = 0, maxProperties = Infinity }: SchemaNode,
  size: number,
  path: Path,
): void {
  if (size >= minProperties && size <= maxProperties) return;
  const expected =
    maxProperties === Infinity ? `at least ${minProperties} keys` : `${minProperties} to ${maxProperties} keys`;
  fail(walk, path, reason(expected, `${size}`));
}

function isReadOnly(schema: TypeSchema, path: Path): boolean {
  return covers(
    schema.readOnly,
    path.map((step) => (typeof step === "number" ? "*" : step)),
  );
}

const isClosed = oncePerNode((schema, node): boolean =>
  branchesOf(schema, node).some((branch) => branch.additionalProperties === false),
);

function visitExtraneous(walk: Walk, members: object, key: string, path: Path): void {
  const known = Object.keys(members);
  if (known.length === 0) {
    fail(walk, [...path, key], reason("a key that the schema's pattern allows", "another", "rename or remove it"));
    return;
  }
  const candidates = known
    .filter((name) => !isReadOnly(walk.schema, [...path, name]))
    .map((name) => lastStep(walk.names([...path, name])));
  const written = lastStep(walk.names([...path, key]));
  fail(
    walk,
    [...path, key],
    `unknown property of ${walk.schema.typeName}.${didYouMean(written, candidates)} Fix: rename or remove it`,
  );
}

function lastStep(path: string): string {
  const end = path.replace(/"?\]?$/, "");
  const at = Math.max(...[".", "[", "]", '"'].map((sign) => end.lastIndexOf(sign)));
  return end.slice(at + 1) || path;
}

function isOfType(type: string, value: JsonValue): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function typeWords(types: readonly string[]): string {
  const words: Record<string, string> = {
    array: "a list",
    object: "an object",
    integer: "a whole number",
    number: "a number",
    string: "a string",
    boolean: "true or false",
    null: "null",
  };
  return types.map((type) => words[type] ?? type).join(" or ");
}

function describe(value: JsonValue): string {
  return typeof value === "number" || typeof value === "boolean" ? `the ${typeof value} ${value}` : kindOf(value);
}

function typeFix(types: readonly string[], value: JsonValue): string | undefined {
  if (types.includes("array")) return "put it into a list";
  if (typeof value === "string" && (types.includes("integer") || types.includes("number") || types.includes("boolean")))
    return "write it without quotes";
  if (types.includes("string") && typeof value !== "object") return "write it as text, in quotes";
  return undefined;
}
