import * as pulumi from "@pulumi/pulumi";
import type { StageCanarySettingArgs } from "../resources/apigateway";
import { ApiStage } from "./api-stage";
import type { ApiStageArgs } from "./api-stage-args";
import { deploymentIdOf, type DeploymentReference } from "./references";

/**
 * The arguments of a {@link CanaryStage}: those of an `ApiStage`, and the canary in flat words.
 *
 * @public
 */
export interface CanaryStageArgs extends ApiStageArgs {
  /**
   * The deployment that the canary serves, as an object or by its id.
   *
   * @defaultValue the stage's own deployment, so that only the variables are on trial
   */
  readonly candidate?: DeploymentReference;
  /**
   * The share of requests that the canary takes, in percent: 0 to 100, fractions allowed. Set it to 0 to take the canary
   * out of use: AWS has been seen to keep a canary whose settings are merely removed, and the update then fails.
   *
   * @defaultValue 10 as soon as there is a candidate or an override; AWS's own default of 0 would try nothing
   */
  readonly percentTraffic?: pulumi.Input<number>;
  /** Stage variables that are different, or only there, for the canary's requests. */
  readonly stageVariableOverrides?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const PERCENT = 10;

/**
 * Turns the canary's flat words into a `canarySetting`, whose cache is apart from the stage's (`useStageCache: false`),
 * so that neither answers with what the other stored. An explicit `canarySetting` stays exactly as it is, and without
 * any of these words there is no canary. Nothing else is added.
 *
 * @public
 */
export function canary({ candidate, percentTraffic, stageVariableOverrides, ...args }: CanaryStageArgs): ApiStageArgs {
  const flat = { candidate, percentTraffic, stageVariableOverrides };
  const words = Object.entries(flat).flatMap(([word, value]) => (value === undefined ? [] : [word]));
  if (words.length === 0) return args;
  if (args.canarySetting !== undefined) {
    throw new pulumi.RunError(
      `canarySetting: expected either \`canarySetting\` or ${words.join(", ")}, got both. Fix: move them into \`canarySetting\``,
    );
  }
  const canarySetting: StageCanarySettingArgs = {
    ...(candidate === undefined ? {} : { deploymentId: deploymentIdOf(candidate, "candidate") }),
    percentTraffic: percentTraffic ?? PERCENT,
    ...(stageVariableOverrides === undefined ? {} : { stageVariableOverrides }),
    useStageCache: false,
  };
  return { ...args, canarySetting };
}

/**
 * An {@link ApiStage} of whose requests a share goes to another deployment, or to the same one with other variables.
 *
 * @example
 * ```ts
 * const stage = new CanaryStage("pets", {
 *   restApi: api,
 *   stageName: "prod",
 *   deployment: stable,
 *   candidate: next,
 *   percentTraffic: 5,
 *   stageVariableOverrides: { newFeatureEnabled: "true" },
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
 * @public
 */
export class CanaryStage extends ApiStage {
  constructor(name: string, args: CanaryStageArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, canary(args), opts, "CanaryStage");
  }
}
