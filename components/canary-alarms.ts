import * as pulumi from "@pulumi/pulumi";
import { Alarm, type AlarmArgs } from "../resources/cloudwatch";
import { MetricFilter } from "../resources/logs";
import { given } from "./later";
import type { ReleasePlace } from "./release";

/**
 * Alarms that watch the canary alone: they count in the access log of its requests, which API Gateway writes to a group
 * of its own.
 *
 * @public
 */
export interface CanaryAlarmsArgs {
  /**
   * The share of the canary's requests that may fail by the server's fault (5xx), 0 to 1; `false` for no such alarm.
   *
   * @defaultValue 0.05, as the stage's own alarm
   */
  readonly errorRatio?: pulumi.Input<number> | false;
  /**
   * The milliseconds within which 99 of 100 of the canary's requests are answered; `false` for no such alarm.
   *
   * @defaultValue 3000, as the stage's own alarm
   */
  readonly latencyP99?: pulumi.Input<number> | false;
  /**
   * The canary's requests a minute that may be throttled (429); `false` for no such alarm.
   *
   * @defaultValue 10, as the stage's own alarm
   */
  readonly throttles?: pulumi.Input<number> | false;
  /**
   * Minutes in a row that have to be beyond a limit.
   *
   * @defaultValue 1: a candidate that fails shall go soon, and a rollback costs little
   */
  readonly minutes?: pulumi.Input<number>;
}

/** The alarms of a canary, and what counts for them. */
export interface CanaryAlarms {
  readonly alarms: readonly Alarm[];
  readonly metricFilters: readonly MetricFilter[];
}

const NAMESPACE = "ApiGatewayCanaries";
const DEFAULTS = { errorRatio: 0.05, latencyP99: 3000, throttles: 10, minutes: 1 } as const;

/** Makes the alarms and the metric filters that count for them, on the log of the canary's requests. */
export function makeCanaryAlarms(made: ReleasePlace, args: CanaryAlarmsArgs): CanaryAlarms {
  const { children, canaryLogGroup: logGroup, logFormat } = made;
  if (logGroup === undefined || (typeof logFormat === "string" && !hasFields(logFormat))) {
    throw new pulumi.RunError(
      "gate.canary: expected an access log in JSON with `status` and `responseLatency`, which the component keeps itself, as its lines are counted, got none. Fix: set `accessLog: {}`, or give `gate.alarms` of your own",
    );
  }
  const { errorRatio, latencyP99, throttles, minutes } = { ...DEFAULTS, ...given(args) };
  const title = pulumi.interpolate`${children.place.restApiId}/${children.place.stageName}`;
  const metricFilters: MetricFilter[] = [];
  const count = (suffix: string, filterPattern: string, metricValue = "1"): pulumi.Output<string> => {
    const metricName = pulumi.interpolate`${suffix}_${title}`;
    const metricTransformations = [{ metricNamespace: NAMESPACE, metricName, metricValue }];
    const filter = { logGroupName: logGroup.logGroupName, filterName: suffix, filterPattern };
    const child = `-canary-${suffix.toLowerCase()}`;
    metricFilters.push(children.make("metricFilter", child, MetricFilter, { ...filter, metricTransformations }));
    return metricName;
  };
  const alarms: Alarm[] = [];
  const alarm = (suffix: string, settings: AlarmArgs): void => {
    const common: AlarmArgs = {
      alarmName: pulumi.interpolate`API-Gateway_${title}_canary-${suffix}`,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: minutes,
      // No request in a minute is no failure.
      treatMissingData: "notBreaching",
    };
    // A metric that nobody counts would be watched in vain.
    const dependsOn = [...metricFilters];
    alarms.push(children.make("alarm", `-canary-${suffix}-alarm`, Alarm, { ...common, ...settings }, { dependsOn }));
  };
  if (errorRatio !== false) {
    const [requests, errors] = [count("Requests", '{ $.status = "*" }'), count("Errors", '{ $.status = "5*" }')];
    const metric = (id: string, metricName: pulumi.Output<string>): object => ({
      id,
      metricStat: { metric: { namespace: NAMESPACE, metricName }, period: 60, stat: "Sum" },
      returnData: false,
    });
    const ratio = { id: "ratio", expression: "FILL(errors, 0) / requests", label: "5xx ratio", returnData: true };
    const metrics = [metric("requests", requests), metric("errors", errors), ratio] as AlarmArgs["metrics"];
    const alarmDescription = "The share of the canary's requests that fail by the server's fault (5xx).";
    alarm("errors", { alarmDescription, threshold: errorRatio, ...given({ metrics }) });
  }
  if (latencyP99 !== false) {
    const metricName = count("Latency", '{ $.responseLatency = "*" }', "$.responseLatency");
    const alarmDescription = "The time within which 99 of 100 of the canary's requests are answered, in milliseconds.";
    const metric = { namespace: NAMESPACE, metricName, extendedStatistic: "p99", period: 60 };
    alarm("latency", { alarmDescription, ...metric, threshold: latencyP99 });
  }
  if (throttles !== false) {
    const metricName = count("Throttles", '{ $.status = "429" }');
    const alarmDescription = "The canary's requests a minute that are throttled (429).";
    const metric = { namespace: NAMESPACE, metricName, statistic: "Sum", period: 60 };
    alarm("throttles", { alarmDescription, ...metric, threshold: throttles });
  }
  return { alarms, metricFilters };
}

/** Whether a JSON format has what is counted, under the names of the default format. */
function hasFields(format: string): boolean {
  try {
    const record = JSON.parse(format) as Readonly<Record<string, unknown>>;
    return record.status === "$context.status" && record.responseLatency === "$context.responseLatency";
  } catch {
    return false;
  }
}
