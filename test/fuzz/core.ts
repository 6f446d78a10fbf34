/** All that the pure core makes of a schema and of models, which the fuzzers call with whatever they have. */
import { fromCloud, toCloud } from "../../provider/core/casing";
import { project } from "../../provider/core/compare";
import { difference, refusedChanges } from "../../provider/core/diff";
import type { Failure } from "../../provider/core/failures";
import { identifierOf, membersOfIdentifier } from "../../provider/core/identifier";
import type { JsonObject } from "../../provider/core/json";
import { ownedByEither } from "../../provider/core/owned";
import { planPatch } from "../../provider/core/patch";
import { without, type TypeSchema } from "../../provider/core/schema";
import { leftToOthers, tagKeys, withDefaultTags, withoutIgnoredTags } from "../../provider/core/tags";
import { validate } from "../../provider/core/validate";
import { notApplied } from "../../provider/core/verify";
import { viewOf } from "../../provider/core/view";

const names = (path: readonly (string | number)[]): string => path.join(".");

/** What a desired state is told of by its schema. */
export const wrong = (schema: TypeSchema, desired: JsonObject): Failure[] => validate(schema, desired, names);

/** Everything that the pure core makes of a schema and of two models. */
export function useAll(schema: TypeSchema, desired: JsonObject, live: JsonObject): void {
  wrong(schema, desired);
  toCloud(schema, desired);
  fromCloud(schema, live);
  project(schema, desired, live);
  const id = identifierOf(schema, live) ?? "a|b";
  membersOfIdentifier(schema, id);
  planPatch(schema, { desired, owned: live, live, offValues: {} });
  planPatch(schema, { desired: {}, owned: desired, live, offValues: {} });
  difference(schema, { id, owned: live, desired, resolved: [] });
  refusedChanges(schema, { id, owned: live, desired, resolved: [] });
  viewOf(schema.root, {}, desired, {}, live, "learn");
  ownedByEither(schema, desired, live);
  notApplied(schema, {}, { desired, owned: live, before: live, after: live });
  without(live, schema.readOnly);
  const brought = leftToOthers(schema, { keys: ["a"], keyPrefixes: ["b"] }, tagKeys(schema, live), desired);
  withoutIgnoredTags(schema, withDefaultTags(schema, live, { c: "d" }), brought);
}
