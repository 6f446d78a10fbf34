import type { JsonObject } from "../json";
import { partitionOf } from "../place";
import { isUnknown } from "../unknown";
import type { Family, Place } from "./family";

/**
 * `AWS::Logs::LogGroup`: its ARN follows from its name. A preview has to know it, or every change of a retention would
 * show a change of the stage that logs there, which never comes.
 */
export const logGroupFamily: Family = { computed, computedNames: Object.freeze(["arn"]) };

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html */
function computed({ LogGroupName: name }: JsonObject, { region, account }: Place): JsonObject {
  if (typeof name !== "string" || isUnknown(name) || account === undefined) return {};
  return { arn: `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${name}:*` };
}
