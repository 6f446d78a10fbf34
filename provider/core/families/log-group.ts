import type { JsonObject } from "../json";
import { addressesOf } from "../../../schema/addresses";
import { isUnknown } from "../unknown";
import type { Family, Place } from "./family";

const addresses = addressesOf("AWS::Logs::LogGroup");

/** `AWS::Logs::LogGroup`: its ARN follows from its name. */
export const logGroupFamily: Family = { computed, computedNames: addresses?.names ?? [] };

function computed({ LogGroupName: name }: JsonObject, place: Place): JsonObject {
  return typeof name !== "string" || isUnknown(name) ? {} : { ...addresses?.compose([name], place) };
}
