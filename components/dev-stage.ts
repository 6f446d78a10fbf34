import type * as pulumi from "@pulumi/pulumi";
import { ApiStage, type ApiStageArgs } from "./api-stage";
import { given } from "./later";
import { underAllMethods } from "./method-settings";

/**
 * The arguments of a {@link DevStage}: those of an `ApiStage`. What is given wins over the preset.
 *
 * @public
 */
export type DevStageArgs = ApiStageArgs;

/** Enough for a team and its tests, and little enough that a loop gone wild is noticed by a 429 and not by the bill. */
const THROTTLE = { throttlingRateLimit: 50, throttlingBurstLimit: 100 } as const;

/**
 * The settings of a development stage, under those given:
 *
 * | setting | value | reason |
 * | --- | --- | --- |
 * | `metricsEnabled` on all methods | `true` | numbers by method, to see what a change does |
 * | `tracingEnabled` | `true` | X-Ray shows where a request spends its time |
 * | `throttlingRateLimit`, `throttlingBurstLimit` on all methods | 50 per second, 100 | a runaway client is stopped |
 * | `dataTraceEnabled` on all methods | `false` | traces hold whole requests, with the secrets in them |
 * | `cacheClusterEnabled` | `false` | a cache costs by the hour and hides changes |
 *
 * Logs are left out, because AWS refuses a stage that logs in a region without a CloudWatch role (`apigateway.Account`):
 * a development stage has to come up in an empty account. Where the role is there, `logging(dev(args))` adds them.
 *
 * @public
 */
export function dev(args: ApiStageArgs): ApiStageArgs {
  return {
    tracingEnabled: true,
    // AWS takes a size without `cacheClusterEnabled` as no cache: who gives a size decides for himself.
    ...(args.cacheClusterSize === undefined ? { cacheClusterEnabled: false } : {}),
    ...given(args),
    methodSettings: underAllMethods(args.methodSettings, {
      metricsEnabled: true,
      dataTraceEnabled: false,
      ...THROTTLE,
    }),
  };
}

/**
 * An {@link ApiStage} with the settings of a development stage; {@link dev} has them in a table, with reasons.
 *
 * @example
 * ```ts
 * const stage = new DevStage("pets", { restApi: api, stageName: "dev", redeployOn: [getPets] });
 * ```
 *
 * @public
 */
export class DevStage extends ApiStage {
  constructor(name: string, args: DevStageArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, dev(args), opts, "DevStage");
  }
}
