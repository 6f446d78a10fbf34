import type * as pulumi from "@pulumi/pulumi";
import { ApiStage, type ApiStageArgs } from "./api-stage";
import { given } from "./later";
import { underAllMethods } from "./method-settings";

/**
 * The arguments of a {@link LoggingStage}: those of an `ApiStage`. What is given wins over the preset.
 *
 * @public
 */
export type LoggingStageArgs = ApiStageArgs;

/**
 * The settings of a stage that is watched, under those given:
 *
 * | setting | value | reason |
 * | --- | --- | --- |
 * | `accessLog` | on, JSON, a log group of its own, 90 days | who called what, in a form that queries read |
 * | `loggingLevel` on all methods | `ERROR` | failures in full; `INFO` logs every request and costs accordingly |
 * | `dataTraceEnabled` on all methods | `false` | traces hold whole requests, with the secrets in them |
 * | `metricsEnabled` on all methods | `true` | alarms by method need them |
 * | `tracingEnabled` | `true` | X-Ray shows where a request spends its time |
 * | `cacheClusterEnabled` | `false`, unless a size is given | a cache is billed by the hour, so it is chosen, not met |
 * | `cacheDataEncrypted` on all methods | `true` where there is a cache | API Gateway leaves cached answers readable |
 *
 * AWS refuses such a stage in a region whose account setting has no CloudWatch role: make it depend on an
 * `apigateway.Account`, or see that the region has one.
 *
 * @public
 */
export function logging(args: ApiStageArgs): ApiStageArgs {
  const hasCache = args.cacheClusterSize !== undefined || args.cacheClusterEnabled !== undefined;
  return {
    tracingEnabled: true,
    ...(hasCache ? {} : { cacheClusterEnabled: false }),
    ...(args.accessLogSetting === undefined ? { accessLog: {} } : {}),
    ...given(args),
    methodSettings: underAllMethods(args.methodSettings, {
      loggingLevel: "ERROR",
      dataTraceEnabled: false,
      metricsEnabled: true,
      ...(hasCache && args.cacheClusterEnabled !== false ? { cacheDataEncrypted: true } : {}),
    }),
  };
}

/**
 * An {@link ApiStage} that is watched: access log, execution log, metrics and X-Ray. {@link logging} has its settings in
 * a table, with reasons.
 *
 * @example
 * ```ts
 * const stage = new LoggingStage(
 *   "pets",
 *   { restApi: api, stageName: "prod", redeployOn: [getPets], accessLog: { retentionInDays: 30 } },
 *   { dependsOn: account },
 * );
 * export const logs = stage.logGroup?.logGroupName;
 * ```
 *
 * @public
 */
export class LoggingStage extends ApiStage {
  constructor(name: string, args: LoggingStageArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, logging(args), opts, "LoggingStage");
  }
}
