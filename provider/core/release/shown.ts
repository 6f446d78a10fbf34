import { isObject, omit, type JsonObject, type JsonValue } from "../json";
import { effectiveVariables, type ReleaseRecord } from "./record";
import { liveOf } from "./recovery";

/**
 * The inputs that a program would have to give for the stage to be as it is: what a refresh shows. The program's own
 * words stand, but for what somebody changed.
 *
 * @param inputs - the stage's, as they would be without a release
 * @param words - the release's, as they were last applied
 * @param owned - what of the live model the resource owns
 */
export function shownInputs(
  inputs: JsonObject,
  words: JsonObject,
  record: ReleaseRecord,
  owned: JsonObject,
): JsonObject {
  const own = omit(inputs, ["deploymentId", "canarySetting", "variables"]);
  const variables = shownVariables(record, owned.Variables);
  return { ...own, ...(variables ? { variables } : {}), release: shownWords(words, record, owned) };
}

function shownVariables(record: ReleaseRecord, live: JsonValue | undefined): JsonObject | undefined {
  const { variables, merged } = record;
  if (!variables) return undefined;
  const wanted = effectiveVariables(variables, merged);
  const has = isObject(live) ? live : {};
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]): [string, JsonValue][] => {
      const now = has[name];
      if (now === wanted[name]) return [[name, value]];
      return now === undefined ? [] : [[name, now]];
    }),
  );
}

/** A share that somebody changed is shown where the program has one to compare it with. */
function shownWords(words: JsonObject, { candidate }: ReleaseRecord, owned: JsonObject): JsonObject {
  if (!candidate || words.steps !== undefined) return words;
  const { canary } = liveOf(owned);
  const percent = canary?.deploymentId === candidate.id ? canary.percent : 0;
  return percent === candidate.percent ? words : { ...words, percentTraffic: percent };
}
