import { sameMember } from "./compare";
import { identifierOf, membersOfIdentifier } from "./identifier";
import { deepEqual, isObject, own, type JsonObject, type JsonValue } from "./json";
import { covers, type SchemaPath, type TypeSchema } from "./schema";
import { hasUnknown, isUnknown } from "./unknown";

/** What a diff is computed from; both bags are in CloudFormation's casing. */
export interface DiffInput {
  /** The primary identifier in the state. */
  readonly id: string;
  /** Owned paths as the state holds them. */
  readonly owned: JsonObject;
  /** What the program wants now; unknowns stand where a preview does not know yet. */
  readonly desired: JsonObject;
  /** What AWS has refused to change in place, by path; see {@link refusedChanges}. */
  readonly refused?: JsonObject | undefined;
  /** Members that the provider filled in at create (the API's root as a parent): leaving them out is no change. */
  readonly resolved: readonly string[];
}

/** What changed between the state and the program. */
export interface Difference {
  /** Top-level members that differ. */
  readonly changed: readonly string[];
  /** Those of them that AWS cannot change in place. */
  readonly replaces: readonly string[];
  /** Whether the replacement would have the very identifier of the resource it replaces. */
  readonly sameIdentifier: boolean;
}

/**
 * Compares the state with the program, member by member. A create-only value that a preview does not know counts as
 * "no change" until it is known: most often it comes from a resource that is itself only updated.
 */
export function difference(schema: TypeSchema, input: DiffInput): Difference {
  const replaces = new Set<string>();
  for (const path of followed(schema.createOnly)) {
    const [key] = path;
    if (key !== undefined && !replaces.has(key) && !covers(schema.readOnly, path) && isReplacedAt(schema, path, input))
      replaces.add(key);
  }
  for (const path of followed(schema.conditionalCreateOnly)) {
    const [key] = path;
    if (key !== undefined && !replaces.has(key) && isRefusedAt(schema, path, input)) replaces.add(key);
  }
  const changed = new Set(replaces);
  for (const key of new Set([...Object.keys(input.owned), ...Object.keys(input.desired)])) {
    if (isChanged(schema, key, input)) changed.add(key);
  }
  return {
    changed: [...changed],
    replaces: [...replaces],
    sameIdentifier: replaces.size > 0 && identifierOf(schema, nextModel(schema, input)) === input.id,
  };
}

/**
 * The paths, of those through lists only so many: each is followed in every entry, and thousands would stop every preview.
 * AWS's types have some thirty; what is left out is sent as an update, which AWS refuses.
 */
function followed(paths: readonly SchemaPath[]): SchemaPath[] {
  let through = 0;
  return paths.filter((path) => !path.includes("*") || ++through <= MOST_THROUGH_LISTS);
}

const MOST_THROUGH_LISTS = 200;

/** The members that decide the next identifier: what the program sets, else what the provider filled in. */
function nextModel(schema: TypeSchema, input: DiffInput): JsonObject {
  const kept = Object.entries(membersOfIdentifier(schema, input.id)).filter(([key]) => input.resolved.includes(key));
  return { ...Object.fromEntries(kept), ...input.desired };
}

function isChanged(schema: TypeSchema, key: string, input: DiffInput): boolean {
  // Wholly create-only members are judged by value above, also where one side is unknown or filled in.
  if (covers(schema.createOnly, [key])) return false;
  const [before, now] = [own(input.owned, key), own(input.desired, key)];
  if (before === undefined && now === undefined) return false;
  if (now === undefined) return !input.resolved.includes(key);
  return before === undefined || !sameMember(schema, key, now, before);
}

function isReplacedAt(schema: TypeSchema, path: SchemaPath, input: DiffInput): boolean {
  const key = path[0] ?? "";
  const now = valuesAt(input.desired, path);
  if (now.some(hasUnknown)) return false;
  let before = valuesAt(input.owned, path);
  if (before.length === 0 && now.length > 0) before = valuesAt(membersOfIdentifier(schema, input.id), path);
  if (now.length === 0) return before.length > 0 && !input.resolved.includes(key);
  if (path.length === 1 && before[0] !== undefined && now[0] !== undefined) {
    return !sameMember(schema, key, now[0], before[0]);
  }
  return !deepEqual(before, now);
}

/**
 * Conditional create-only values that a failed update was to change. Whether AWS changes such a value in place is known
 * only once it was asked, so the refusal is remembered with the value: the next preview shows the replacement then.
 */
export function refusedChanges(schema: TypeSchema, input: DiffInput): JsonObject {
  const found = followed(schema.conditionalCreateOnly)
    .filter((path) => isReplacedAt(schema, path, input))
    .map((path): [string, JsonValue] => [path.join("/"), valuesAt(input.desired, path)]);
  return Object.fromEntries(found);
}

function isRefusedAt(schema: TypeSchema, path: SchemaPath, input: DiffInput): boolean {
  const refused = input.refused && own(input.refused, path.join("/"));
  if (refused === undefined || !isReplacedAt(schema, path, input)) return false;
  return deepEqual(refused, valuesAt(input.desired, path));
}

/** Every value that a path with `*` for items reaches, in order. */
function valuesAt(model: JsonValue | undefined, path: SchemaPath): JsonValue[] {
  if (model === undefined) return [];
  const [step, ...rest] = path;
  // What an unknown object will hold is unknown as well.
  if (step === undefined || isUnknown(model)) return [model];
  if (step === "*") return Array.isArray(model) ? model.flatMap((item) => valuesAt(item, rest)) : [];
  return isObject(model) ? valuesAt(own(model, step), rest) : [];
}
