import type * as pulumi from "@pulumi/pulumi";
import { ApiStage } from "./api-stage";
import type { ApiStageArgs } from "./api-stage-args";
import { given } from "./later";
import { underAllMethods } from "./method-settings";
import { accessLogUnder, merged } from "./preset";

/**
 * The arguments of a {@link DevStage}: those of an `ApiStage`. What is given wins over the preset.
 *
 * @public
 */
export type DevStageArgs = ApiStageArgs;

/** Enough for a team and its tests, and little enough that a loop gone wild is noticed by a 429 and not by the bill. */
const THROTTLE = { throttlingRateLimit: 50, throttlingBurstLimit: 100 } as const;
/** Long enough for the bug of last week. */
const LOGS = { retentionInDays: 7 } as const;

/**
 * The settings of a development stage, under those given:
 *
 * | setting | value | reason |
 * | --- | --- | --- |
 * | `loggingLevel` on all methods | `INFO` | every step of every request, which is what one looks for here |
 * | `accessLog` | on, JSON, a log group of its own, 7 days | who called what; `false` turns it off |
 * | `executionLog` | a log group with 7 days | API Gateway's own would be kept for ever |
 * | `logsOnDelete` | `delete` | nothing stays behind |
 * | `accountRole` | `ensure` | the stage comes up in an empty account |
 * | `metricsEnabled` on all methods | `true` | numbers by method, to see what a change does |
 * | `tracingEnabled` | `true` | X-Ray shows where a request spends its time |
 * | `throttlingRateLimit`, `throttlingBurstLimit` on all methods | 50 per second, 100 | a runaway client is stopped |
 * | `dataTraceEnabled` on all methods | `false` | traces hold whole requests, with the secrets in them |
 * | `cacheClusterEnabled` | `false` | a cache costs by the hour and hides changes |
 *
 * @public
 */
export function dev(args: ApiStageArgs): ApiStageArgs {
  const waivers = {
    CKV_AWS_120: "a cache hides the changes that a development stage is for",
    "APIGateway.4": "a development stage is for its developers: set `webAcl` where others reach it",
    CloudWatchLogGroupEncrypted: "CloudWatch's own encryption is enough for lines that live seven days",
  };
  return {
    tracingEnabled: true,
    logsOnDelete: "delete",
    // AWS takes a size without `cacheClusterEnabled` as no cache: who gives a size decides for himself.
    ...(args.cacheClusterSize === undefined ? { cacheClusterEnabled: false } : {}),
    ...given(args),
    ...accessLogUnder(args, LOGS),
    executionLog: merged(args.executionLog, LOGS),
    waivers: { ...waivers, ...args.waivers },
    methodSettings: underAllMethods(args.methodSettings, {
      loggingLevel: "INFO",
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
