import { reason, type Failure } from "../core/failures";
import { isObject, type JsonObject } from "../core/json";
import { checkWish } from "../core/release/wish";
import { hasUnknown } from "../core/unknown";
import { optionsOf } from "../target";
import type { Bags } from "./bags";

/** What is wrong with the words of a release, and what they need that is not installed. */
export function failuresOf(words: JsonObject, news: Bags, hasAlarms: () => boolean): Failure[] {
  const timeouts = (news as JsonObject).timeouts;
  const isReadable = isObject(timeouts) && !hasUnknown(timeouts);
  const update = isReadable ? optionsOf({ timeouts }).timeouts.update : undefined;
  const failures = checkWish(words, update);
  if (words.gate === undefined || hasAlarms()) return failures;
  const expected = "the package @aws-sdk/client-cloudwatch, by which alarms are read, in the program's folder";
  return [
    ...failures,
    { property: "gate", reason: reason(expected, "none", "run `npm install @aws-sdk/client-cloudwatch`") },
  ];
}
