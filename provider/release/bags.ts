import { openBag, SECRETS } from "../bag";
import type { Failure } from "../core/failures";
import { isObject, omit, textOf, type JsonObject } from "../core/json";
import { stageMembers, type ReleaseRecord } from "../core/release/record";
import { quiet } from "../dynamic";
import { KIND } from "../kinds";
import { redacted, sealed } from "../secrets";

/** A bag as the engine hands it over. */
export type Bags = Record<string, unknown>;

/** The kind of a stage with a release. */
export const RELEASE = "release";

/** The words of the release, in inputs and outputs. */
export const WORDS = "release";
/** What the release remembers, in the outputs. */
export const RECORD = "releaseState";

/** In the outputs, where the stage is gone and deployments of its release are left. */
export const GONE = "__gone";

/** Outputs that may hold something of any program before: a promotion leaves its variables. */
export const REMEMBERED = [RECORD, "variables", "canarySetting"];

/** The keys that a release adds to the bags of a stage. */
export const RELEASE_KEYS = [WORDS, RECORD, KIND, GONE];

/** A bag without what belongs to the release: that of a plain stage. */
export function stageBag(bags: Bags): JsonObject {
  return omit(bags as JsonObject, RELEASE_KEYS);
}

/** What the program says of the release. */
export function wordsOf(bags: Bags): JsonObject {
  const words = (bags as JsonObject)[WORDS];
  return isObject(words) ? words : {};
}

/** The primary identifier of a stage that is about to be made. */
export function stageIdOf({ restApiId, stageName }: JsonObject): string {
  return `${textOf(restApiId)}|${textOf(stageName)}`;
}

/** What of a bag of outputs belongs to the release. */
function releaseBag(bags: Bags): JsonObject {
  const { [WORDS]: words = {}, [RECORD]: record = {}, [KIND]: kind = RELEASE } = bags as JsonObject;
  return { [WORDS]: words, [RECORD]: record, [KIND]: kind };
}

/** How a stage is called in messages. */
export function titleOf(id: string): string {
  return `release of stage "${id.split("|").slice(1).join("|")}"`;
}

/** The record's members in the casing of a typed stage. */
export function camelMembers(record: ReleaseRecord): {
  readonly deploymentId: string;
  readonly canarySetting: JsonObject | undefined;
  readonly variables: JsonObject | undefined;
} {
  const members = stageMembers(record);
  const canary = isObject(members.CanarySetting) ? members.CanarySetting : undefined;
  return {
    deploymentId: record.stable.id,
    canarySetting:
      canary &&
      Object.fromEntries(
        Object.entries(canary).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
      ),
    variables: isObject(members.Variables) ? members.Variables : undefined,
  };
}

/** The paths of what is wrong, in the words that a canary is written in. */
export function renamed({ property, reason: why }: Failure): Failure {
  return { property: property.replace(/^canarySetting\./, ""), reason: why };
}

/**
 * The failure of a stage that was to leave its release. Until it has, the state knows what the release has made, or nobody
 * would delete it; and what was secret in its words is secret wherever the plain stage shows it.
 */
export function leftHalfWay(error: unknown, olds: Bags): Error {
  const failed = error as Error & { properties?: JsonObject; reasons?: string[] };
  const before = openBag(olds as JsonObject);
  if (failed.properties) {
    const kept = sealed(before, releaseBag(olds), { wary: REMEMBERED });
    failed.properties = { ...kept, ...sealed(before, omit(failed.properties, [SECRETS]), { wary: REMEMBERED }) };
    failed.reasons = failed.reasons?.map((reason) => redacted(reason, before));
  }
  return quiet(failed, before);
}
