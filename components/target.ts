import { argumentsOf, type ResourceArgs } from "../resources/base";
import { comesLater, given } from "./later";
import type { RestApiReference } from "./references";

/** Where a resource lives and who acts for it: what a stage's children share with it. */
export type Target = Pick<ResourceArgs, "region" | "profile" | "assumeRole" | "endpoint">;

/**
 * The target of a stage and its children: that of the arguments, and what they leave open as its API has it, as a stage
 * lives where its API does. Time limits and adoption are the stage's own affair.
 */
export function targetOf(restApi: RestApiReference, args: Target): Target {
  const api = typeof restApi === "object" && !comesLater(restApi) ? argumentsOf(restApi) : undefined;
  return { ...placeIn(api ?? {}), ...placeIn(args) };
}

function placeIn({ region, profile, assumeRole, endpoint }: Target): Target {
  return given({ region, profile, assumeRole, endpoint });
}
