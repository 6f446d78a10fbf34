import * as pulumi from "@pulumi/pulumi";
import { ApiStage } from "./api-stage";
import type { ApiStageArgs } from "./api-stage-args";
import { given } from "./later";
import { mayCache, underAllMethods } from "./method-settings";
import { accessLogUnder, merged } from "./preset";
import type { ArnReference } from "./references";

/**
 * The arguments of a {@link LoggingStage}: those of an `ApiStage`, and two about its logs. What is given wins over the
 * preset.
 *
 * @public
 */
export interface LoggingStageArgs extends ApiStageArgs {
  /**
   * Whether the log groups that the component makes are kept for 365 days instead of 90, as auditors mostly want.
   *
   * @defaultValue `false`
   */
  readonly audit?: boolean;
  /**
   * The KMS key that encrypts the log groups that the component makes. The key's policy must let the service
   * `logs.<region>.amazonaws.com` use it.
   *
   * @defaultValue CloudWatch Logs' own encryption
   */
  readonly kmsKeyId?: ArnReference;
}

const DAYS = 90;
const AUDIT_DAYS = 365;
/** A tenth of what a whole account may do by default: one API in trouble does not take the others along. */
const THROTTLE = { throttlingRateLimit: 1000, throttlingBurstLimit: 2000 } as const;

/**
 * The settings of a production stage, under those given:
 *
 * | setting | value | reason |
 * | --- | --- | --- |
 * | `accessLog` | on, JSON with every value quoted, a log group of its own, 90 days (365 with `audit`) | who called what, in a form that queries read |
 * | `executionLog` | a log group with the same retention | API Gateway's own would be kept for ever |
 * | `kmsKeyId` | none | CloudWatch encrypts by itself; a key of yours costs and can lock you out |
 * | `logsOnDelete` | `keep` | the lines are wanted most after something went wrong |
 * | `accountRole` | `ensure` | AWS refuses a stage that logs in a region without a role |
 * | `loggingLevel` on all methods | `ERROR` | failures in full; `INFO` logs every request and costs accordingly |
 * | `dataTraceEnabled` on all methods | `false` | traces hold whole requests, with the secrets in them |
 * | `metricsEnabled` on all methods | `true` | alarms by method need them |
 * | `tracingEnabled` | `true` | X-Ray shows where a request spends its time |
 * | `throttlingRateLimit`, `throttlingBurstLimit` on all methods | 1000 per second, 2000 | the account's limit is shared by all its APIs; set what yours needs |
 * | `cacheClusterEnabled` | `false`, unless a size is given | a cache is billed by the hour, so it is chosen, not met |
 * | `cacheDataEncrypted` on all methods | `true` where there is a cache | API Gateway leaves cached answers readable |
 *
 * @public
 */
export function logging({ audit = false, kmsKeyId, ...args }: LoggingStageArgs): ApiStageArgs {
  const { accessLog, accessLogSetting, executionLog } = args;
  const isElsewhere = accessLog === false || accessLog?.destination !== undefined || accessLogSetting !== undefined;
  if (isElsewhere && executionLog === false) refuseUnused({ audit: audit || undefined, kmsKeyId });
  const hasCache = args.cacheClusterSize !== undefined || args.cacheClusterEnabled !== undefined;
  const logs = { retentionInDays: audit ? AUDIT_DAYS : DAYS, ...given({ kmsKeyId }) };
  const waivers = {
    CKV_AWS_120: "whether answers may be cached is for the API to say, and a cache is billed by the hour",
  };
  return {
    tracingEnabled: true,
    ...(hasCache ? {} : { cacheClusterEnabled: false }),
    logsOnDelete: "keep",
    ...given(args),
    ...accessLogUnder(args, logs),
    executionLog: merged(args.executionLog, logs),
    waivers: { ...waivers, ...args.waivers },
    methodSettings: underAllMethods(args.methodSettings, {
      loggingLevel: "ERROR",
      dataTraceEnabled: false,
      metricsEnabled: true,
      ...THROTTLE,
      ...(mayCache(args) ? { cacheDataEncrypted: true } : {}),
    }),
  };
}

function refuseUnused(words: Pick<LoggingStageArgs, "audit" | "kmsKeyId">): void {
  const [word] = Object.keys(given(words));
  if (word === undefined) return;
  throw new pulumi.RunError(
    `${word}: expected a log group that the component makes, which it is for, got none. Fix: leave \`${word}\` out, or let the component make one: \`accessLog\` without \`destination\`, or \`executionLog\``,
  );
}

/**
 * An {@link ApiStage} for production: access log, execution log, metrics, X-Ray, a throttle. {@link logging} has its
 * settings in a table, with reasons.
 *
 * @example
 * ```ts
 * const stage = new LoggingStage("pets", {
 *   restApi: api,
 *   stageName: "prod",
 *   redeployOn: [getPets],
 *   accessLog: { retentionInDays: 30 },
 *   alarms: { actions: [topic.arn] },
 * });
 * export const logs = stage.logGroupName;
 * ```
 *
 * @public
 */
export class LoggingStage extends ApiStage {
  constructor(name: string, args: LoggingStageArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, logging(args), opts, "LoggingStage");
  }
}
