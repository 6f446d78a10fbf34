import type { ResourceArgs } from "../resources/base";
import { given } from "./later";

/** Where a resource lives and who acts for it: what a stage's children share with it. */
export type Target = Pick<ResourceArgs, "region" | "profile" | "assumeRole" | "endpoint">;

/** The target among the arguments of a stage; time limits and adoption are the stage's own affair. */
export function targetOf({ region, profile, assumeRole, endpoint }: Target): Target {
  return given({ region, profile, assumeRole, endpoint });
}
