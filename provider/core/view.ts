import { project } from "./compare";
import type { Family, Notes } from "./families/family";
import { deepEqual, isObject, own, put, type JsonObject, type JsonValue } from "./json";
import { treeOf, type PathTree } from "./paths";
import { typeSchema, type RegistrySchema, type SchemaPath, type TypeSchema } from "./schema";

/** What a live model looks like through a desired state. */
export interface View {
  /** The owned paths with their live values, in the words of the desired state. Equal to it if nothing drifted. */
  readonly owned: JsonObject;
  /** What only AWS sets. */
  readonly attributes: JsonObject;
  /** The notes, with the spellings that AWS turned out to use. */
  readonly notes: Notes;
}

/** Whether AWS's own spelling of a value is being learned (after a create or an update) or applied (in a read). */
export type Spelling = "learn" | "apply";

/** Looks at a live model: what of it is owned, what is AWS's. */
export function viewOf(
  root: RegistrySchema,
  family: Family,
  desired: JsonObject,
  notes: Notes,
  live: JsonObject,
  spelling: Spelling,
): View {
  const schema = typeSchema(root);
  const wire = family.toWire?.(desired, notes) ?? desired;
  const implied = family.implied?.(wire) ?? wire;
  const seen = project(schema, implied, graft(schema, live, wire));
  // What is only implied is shown where it is not as implied; else the user's own words stand.
  for (const [key, value] of Object.entries(implied)) {
    if (wire[key] !== undefined && deepEqual(seen[key], value)) seen[key] = wire[key];
  }
  const spelled: JsonObject = {};
  for (const [key, value] of Object.entries(seen)) {
    if (deepEqual(value, wire[key]) || wire[key] === undefined) continue;
    const known = spelling === "learn" ? value : notes.spelled && own(notes.spelled, key);
    if (!deepEqual(known, value)) continue;
    put(spelled, key, value);
    seen[key] = wire[key];
  }
  return {
    owned: family.fromWire?.(seen, desired, notes) ?? seen,
    attributes: pick(live, schema.readOnly),
    notes: { ...notes, spelled },
  };
}

/** A live model never holds write-only values, so the desired ones stand in for them wherever their place exists. */
function graft(schema: TypeSchema, live: JsonObject, desired: JsonObject): JsonObject {
  return graftAt(live, desired, treeOf(schema.writeOnly)) as JsonObject;
}

function graftAt(live: JsonValue | undefined, desired: JsonValue | undefined, tree: PathTree): JsonValue | undefined {
  if (tree.ends && live === undefined) return desired;
  const items = tree.next.get("*");
  if (items && Array.isArray(live)) {
    if (!Array.isArray(desired) || live.length !== desired.length) return live;
    return live.map((item, i) => graftAt(item, desired[i], items) ?? item);
  }
  if (!isObject(desired) || (live !== undefined && !isObject(live))) return live;
  const made: JsonObject = { ...live };
  for (const [key, value] of Object.entries(desired)) {
    const below = tree.next.get(key);
    // Where nothing of an object is shown, its place is known by what stands right in it.
    if (!below || (live === undefined && !below.ends)) continue;
    const seen = graftAt(own(made, key), value, below);
    if (seen !== undefined) put(made, key, seen);
  }
  return live === undefined && Object.keys(made).length === 0 ? undefined : made;
}

/** The parts of a model that the paths name. */
function pick(model: JsonObject, paths: readonly SchemaPath[]): JsonObject {
  return pickAt(model, treeOf(paths));
}

function pickAt(from: JsonObject, tree: PathTree): JsonObject {
  const picked: JsonObject = {};
  for (const [step, below] of tree.next) {
    // A read-only member of list items has no fixed place to be shown at.
    const value = step === "*" ? undefined : own(from, step);
    if (value === undefined) continue;
    if (below.ends) put(picked, step, value);
    else if (isObject(value)) {
      const inner = pickAt(value, below);
      if (Object.keys(inner).length > 0) put(picked, step, inner);
    }
  }
  return picked;
}
