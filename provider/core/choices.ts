import { reason } from "./failures";
import type { JsonObject, JsonValue } from "./json";
import { oncePerNode, resolveNode, type SchemaNode, type TypeSchema } from "./schema";
import { isUnknown } from "./unknown";

/** Something wrong with the members of one object; `members` are those it is about, the first stands for all. */
export interface ChoiceFailure {
  readonly members: readonly string[];
  /** How the text speaks of the members is left to the caller, who knows how the user writes them. */
  readonly say: (names: readonly string[]) => string;
}

/** How members depend on one another, as the registry writes it beside JSON schema's own words. */
interface Dependent {
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly dependentRequired?: Readonly<Record<string, unknown>>;
  readonly dependentExcluded?: Readonly<Record<string, unknown>>;
  /** Exactly one of them. */
  readonly requiredXor?: unknown;
  /** At least one of them. */
  readonly requiredOr?: unknown;
}

/** What a branch may hold so that two of them, both met in what they require, exclude each other. */
const PLAIN = new Set([
  "required",
  "type",
  "properties",
  "additionalProperties",
  "title",
  "description",
  "minProperties",
]);

/**
 * Which members of an object go together, and which do not: one of several that is needed, several of which only one may
 * stand, one that needs another. A member whose value is not known yet may turn out to be missing, so that it neither
 * fails to be there nor stands in another's way.
 */
export function choiceFailures(schema: TypeSchema, node: SchemaNode, value: JsonObject): ChoiceFailure[] {
  const here = resolveNode(schema, node);
  const all = (here.allOf ?? []).slice(0, MOST_BRANCHES);
  const nodes = [here, ...all.map((branch) => resolveNode(schema, branch))];
  return nodes.flatMap((one) => [...ofBranches(schema, one, value), ...ofDependents(one as Dependent, value)]);
}

/** What the branches of a node require, each without what all of them do. */
interface Alternatives {
  readonly isOne: boolean;
  readonly sets: readonly (readonly string[])[];
  readonly own: readonly (readonly string[])[];
  /** They hold nothing else by which one of them could be ruled out. */
  readonly arePlain: boolean;
}

const alternativesOf = oncePerNode((schema, { oneOf, anyOf }): readonly Alternatives[] =>
  [
    { branches: oneOf ?? [], isOne: true },
    { branches: anyOf ?? [], isOne: false },
  ].flatMap(({ branches, isOne }) => {
    // AWS's have some twenty; each object of a list held against thousands would stop every preview, and AWS judges it.
    if (branches.length > MOST_BRANCHES) return [];
    const resolved = branches.map((branch) => resolveNode(schema, branch));
    const sets = resolved.map(({ required }) => required ?? []);
    if (sets.length === 0 || sets.some((set) => set.length === 0)) return [];
    const common = shared(sets);
    const own = sets.map((set) => set.filter((name) => !common.has(name)));
    const arePlain = resolved.every((branch) => Object.keys(branch).every((key) => PLAIN.has(key)));
    return [{ isOne, sets, own, arePlain }];
  }),
);

function ofBranches(schema: TypeSchema, node: SchemaNode, value: JsonObject): ChoiceFailure[] {
  const found: ChoiceFailure[] = [];
  for (const { isOne, sets, own, arePlain } of alternativesOf(schema, node)) {
    const met = own.filter((set) => set.length > 0 && set.every((name) => isSet(value[name])));
    if (!sets.some((set) => set.every((name) => value[name] !== undefined))) {
      // Where the branches have everything in common, the missing one is named by itself.
      if (own.every((set) => set.length > 0)) found.push(missing(own));
    } else if (isOne && met.length > 1 && arePlain) {
      found.push(tooMany(met.flat()));
    }
  }
  return found;
}

const MOST_BRANCHES = 200;

/** The names that all of the lists have. */
function shared(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const [first = [], ...others] = lists.map((list) => new Set(list));
  return new Set([...first].filter((name) => others.every((other) => other.has(name))));
}

function ofDependents(node: Dependent, value: JsonObject): ChoiceFailure[] {
  const found: ChoiceFailure[] = [];
  const xor = namesIn(node.requiredXor);
  const or = namesIn(node.requiredOr);
  for (const group of [xor, or]) {
    if (group.length > 0 && group.every((name) => value[name] === undefined))
      found.push(missing(group.map((name) => [name])));
  }
  const together = xor.filter((name) => isSet(value[name]));
  if (together.length > 1) found.push(tooMany(together));
  for (const [name, others] of Object.entries({ ...node.dependencies, ...node.dependentRequired })) {
    if (!isSet(value[name])) continue;
    for (const other of namesIn(others)) if (value[other] === undefined) found.push(lacking(name, other));
  }
  // Said once: most are written down from both sides.
  const said = new Set(together.length > 1 ? together : []);
  const pairs = new Set<string>();
  for (const [name, others] of Object.entries(node.dependentExcluded ?? {})) {
    if (!isSet(value[name])) continue;
    for (const other of namesIn(others)) {
      const pair = JSON.stringify([name, other].sort());
      if (!isSet(value[other]) || pairs.has(pair) || (said.has(name) && said.has(other))) continue;
      pairs.add(pair);
      found.push(tooMany([name, other]));
    }
  }
  return found;
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && !isUnknown(value);
}

function missing(groups: readonly (readonly string[])[]): ChoiceFailure {
  return {
    members: groups.flat(),
    say: (names) => reason(`one of ${listed(names)}`, "none of them", "set one of them"),
  };
}

function tooMany(members: readonly string[]): ChoiceFailure {
  return {
    members,
    say: (names) => reason(`only one of ${listed(names)}`, "more than one", "remove all of them but one"),
  };
}

function lacking(name: string, other: string): ChoiceFailure {
  return {
    members: [other, name],
    say: ([missed = "", given = ""]) =>
      reason(`a value, as ${given} needs one`, "nothing", `set ${missed}, or remove ${given}`),
  };
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].join(", ");
}
