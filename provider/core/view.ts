import { project } from "./compare";
import type { Family, Notes } from "./families/family";
import { deepEqual, isObject, own, put, type JsonObject, type JsonValue } from "./json";
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
  return schema.writeOnly.reduce<JsonObject>((model, path) => graftAt(model, desired, path) as JsonObject, live);
}

function graftAt(live: JsonValue | undefined, desired: JsonValue | undefined, path: SchemaPath): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return live ?? desired;
  if (step === "*") {
    if (!Array.isArray(live) || !Array.isArray(desired) || live.length !== desired.length) return live;
    return live.map((item, i) => graftAt(item, desired[i], rest) ?? item);
  }
  if (!isObject(desired) || desired[step] === undefined) return live;
  if (live === undefined) return rest.length === 0 ? { [step]: desired[step] } : live;
  if (!isObject(live)) return live;
  const below = graftAt(live[step], desired[step], rest);
  return below === undefined ? live : { ...live, [step]: below };
}

/** The parts of a model that the paths name. */
function pick(model: JsonObject, paths: readonly SchemaPath[]): JsonObject {
  const picked: JsonObject = {};
  for (const path of paths) pickAt(picked, model, path);
  return picked;
}

function pickAt(into: JsonObject, from: JsonObject, path: SchemaPath): void {
  const [step, ...rest] = path;
  // A read-only member of list items has no fixed place to be shown at.
  if (step === undefined || step === "*" || rest[0] === "*") return;
  const value = from[step];
  if (value === undefined) return;
  if (rest.length === 0) {
    into[step] = value;
  } else if (isObject(value)) {
    const below = isObject(into[step]) ? into[step] : {};
    pickAt(below, value, rest);
    if (Object.keys(below).length > 0) into[step] = below;
  }
}
