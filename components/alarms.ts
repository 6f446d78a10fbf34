import * as pulumi from "@pulumi/pulumi";
import { RestApi } from "../resources/apigateway";
import { Alarm, type AlarmArgs } from "../resources/cloudwatch";
import { MetricFilter, type LogGroup } from "../resources/logs";
import { statusFieldOf } from "./access-log";
import type { Children } from "./children";
import { given } from "./later";
import { actionsOf, toldOf, type ActionReference, type RestApiReference } from "./references";

/**
 * Alarms on a stage.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 * @public
 */
export interface StageAlarmsArgs {
  /**
   * The share of requests that may fail by the server's fault (5xx), 0 to 1; `false` for no such alarm.
   *
   * @defaultValue 0.05, which is one request in twenty
   */
  readonly errorRatio?: pulumi.Input<number> | false;
  /**
   * The milliseconds within which 99 of 100 requests are answered; `false` for no such alarm.
   *
   * @defaultValue 3000, a tenth of what API Gateway itself waits for a backend
   */
  readonly latencyP99?: pulumi.Input<number> | false;
  /**
   * The requests a minute that may be throttled (answered by 429); `false` for no such alarm. API Gateway has no metric
   * for them, so they are counted in the access log: the alarm is there only where the component makes the log group,
   * and the format is JSON with a `status`.
   *
   * @defaultValue 10
   */
  readonly throttles?: pulumi.Input<number> | false;
  /**
   * Minutes in a row that have to be beyond a limit.
   *
   * @defaultValue 5, so that a single deployment or a hiccup wakes nobody
   */
  readonly minutes?: pulumi.Input<number>;
  /** What is told, such as SNS topics, when an alarm goes off. */
  readonly actions?: pulumi.Input<ActionReference[]>;
  /** What is told when all is well again. */
  readonly okActions?: pulumi.Input<ActionReference[]>;
  /**
   * The API's name, which is what API Gateway's metrics know it by.
   *
   * @defaultValue the name of the API where it is given as an object, else AWS is asked for it
   */
  readonly apiName?: pulumi.Input<string>;
}

/** The alarms of a stage, and what they need. */
export interface StageAlarms {
  readonly alarms: readonly Alarm[];
  readonly metricFilter: MetricFilter | undefined;
}

/** The access log as far as alarms look at it. */
export interface CountedLog {
  readonly group: LogGroup | undefined;
  readonly format: pulumi.Input<string> | undefined;
}

const NAMESPACE = "AWS/ApiGateway";
/** Of the metrics that are counted in logs. */
const OWN_NAMESPACE = "ApiGatewayStages";
const DEFAULTS = { errorRatio: 0.05, latencyP99: 3000, throttles: 10, minutes: 5 } as const;

/** Makes the alarms of a stage. `warn` gets what could not be watched. */
export function makeAlarms(
  children: Children,
  args: StageAlarmsArgs,
  apiName: pulumi.Input<string>,
  log: CountedLog,
  warn: (text: string) => void,
): StageAlarms {
  const { restApiId, stageName } = children.place;
  const { errorRatio, latencyP99, throttles, minutes, actions, okActions } = { ...DEFAULTS, ...given(args) };
  const title = pulumi.interpolate`API-Gateway_${restApiId}/${stageName}`;
  const make = (suffix: string, alarm: Omit<AlarmArgs, "comparisonOperator" | "evaluationPeriods">): Alarm =>
    children.make("alarm", `-${suffix}`, Alarm, {
      alarmName: pulumi.interpolate`${title}_${suffix}`,
      ...alarm,
      period: 60,
      evaluationPeriods: minutes,
      comparisonOperator: "GreaterThanThreshold",
      // No request in a minute is no failure.
      treatMissingData: "notBreaching",
      ...given({
        alarmActions: actionsOf(actions, "alarms.actions"),
        okActions: actionsOf(okActions, "alarms.okActions"),
      }),
    });
  // A REST API's metrics have the API's name as a dimension, not its id: with the id an alarm would watch nothing.
  const dimensions = [
    { name: "ApiName", value: apiName },
    { name: "Stage", value: stageName },
  ];
  const common = { namespace: NAMESPACE, dimensions };
  const alarms: Alarm[] = [];
  if (errorRatio !== false) {
    // The average of this metric is the share of requests that failed.
    const alarmDescription = "The share of requests that fail by the server's fault (5xx).";
    const metric = { ...common, metricName: "5XXError", statistic: "Average", threshold: errorRatio };
    alarms.push(make("5xx", { alarmDescription, ...metric }));
  }
  if (latencyP99 !== false) {
    const alarmDescription = "The time within which 99 of 100 requests are answered, in milliseconds.";
    const metric = { ...common, metricName: "Latency", extendedStatistic: "p99", threshold: latencyP99 };
    alarms.push(make("latency", { alarmDescription, ...metric }));
  }
  const metricFilter = throttles === false ? undefined : throttled(children, log, warn);
  if (throttles !== false && metricFilter !== undefined) {
    const alarmDescription = "The requests a minute that are throttled (429).";
    const metric = { namespace: OWN_NAMESPACE, metricName: throttledMetric(children), statistic: "Sum" };
    alarms.push(make("throttles", { alarmDescription, ...metric, threshold: throttles }));
  }
  return { alarms, metricFilter };
}

function throttledMetric({ place: { restApiId, stageName } }: Children): pulumi.Output<string> {
  return pulumi.interpolate`Throttled_${restApiId}/${stageName}`;
}

function throttled(
  children: Children,
  { group, format }: CountedLog,
  warn: (text: string) => void,
): MetricFilter | undefined {
  const field = statusFieldOf(format);
  if (group === undefined || field === undefined) {
    const why = "API Gateway has no metric for throttled requests, and they can only be counted in a JSON access log";
    const fix =
      "turn `accessLog` on with its own log group and a JSON format that has $context.status, or set it to false";
    warn(`alarms.throttles: left out: ${why}. Fix: ${fix}`);
    return undefined;
  }
  return children.make("metricFilter", "-throttled", MetricFilter, {
    logGroupName: group.logGroupName,
    filterName: "throttled",
    // The status stands in quotes, so it is compared as a text.
    filterPattern: `{ $.${field} = "429" }`,
    metricTransformations: [
      { metricNamespace: OWN_NAMESPACE, metricName: throttledMetric(children), metricValue: "1", defaultValue: 0 },
    ],
  });
}

/**
 * The API's name, which its metrics are kept under. An API that is known by its id only is read: its name is nowhere else.
 */
export function apiNameOf(children: Children, restApi: RestApiReference): pulumi.Input<string> {
  const { name, restApiId, target, parent } = children.place;
  const told = toldOf(restApi)?.name as pulumi.Input<string> | undefined;
  if (told !== undefined) return told;
  const read = new RestApi(`${name}-api`, target, { parent, id: restApiId });
  return read.name as pulumi.Output<string>;
}
