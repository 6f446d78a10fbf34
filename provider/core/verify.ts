import { isSystemTag, projectMember } from "./compare";
import type { Family } from "./families/family";
import { deepEqual, isObject, type JsonObject, type JsonValue } from "./json";
import { removedMembers } from "./patch";
import { covers, type TypeSchema } from "./schema";

/** What an update is judged by; all in CloudFormation's casing and AWS's own terms. */
export interface Outcome {
  readonly desired: JsonObject;
  readonly owned: JsonObject;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/**
 * Members that AWS did not change although it reported success: set ones that still have the value they had, removed
 * ones that are still there. A member that took on a third value was changed: AWS spells it in another way.
 */
export function notApplied(schema: TypeSchema, family: Family, outcome: Outcome): string[] {
  const vanishing = new Set([...(family.vanishing ?? []), ...(schema.tagProperty ? [schema.tagProperty] : [])]);
  const unset = Object.keys(outcome.desired).filter((key) => !isSet(schema, key, outcome));
  const kept = removedMembers(schema, outcome.desired, outcome.owned).filter(
    (key) => vanishing.has(key) && isStillThere(outcome.after[key], outcome.before[key]),
  );
  return [...unset, ...kept];
}

function isSet(schema: TypeSchema, key: string, { desired, before, after }: Outcome): boolean {
  const wanted = desired[key];
  if (wanted === undefined || covers(schema.createOnly, [key]) || covers(schema.readOnly, [key])) return true;
  if (schema.writeOnly.some((path) => path[0] === key)) return true;
  const now = projectMember(schema, key, wanted, after[key]);
  return deepEqual(now, wanted) || !deepEqual(now, projectMember(schema, key, wanted, before[key]));
}

function isStillThere(after: JsonValue | undefined, before: JsonValue | undefined): boolean {
  if (after === undefined || !deepEqual(after, before)) return false;
  if (Array.isArray(after)) return after.some((entry) => !isSystemTag(entry));
  return after !== "" && !(isObject(after) && Object.keys(after).length === 0);
}
