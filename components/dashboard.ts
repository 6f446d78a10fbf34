import * as pulumi from "@pulumi/pulumi";
import { Dashboard } from "../resources/cloudwatch";
import type { LogGroup } from "../resources/logs";
import { statusFieldOf } from "./access-log";
import type { Children } from "./children";

/** What a dashboard of a stage shows. */
export interface DashboardSubject {
  readonly apiName: pulumi.Input<string>;
  readonly region: pulumi.Output<string>;
  readonly hasCache: boolean;
  readonly accessLog: LogGroup | undefined;
  readonly logFormat: pulumi.Input<string> | undefined;
}

interface Widget {
  readonly type: "metric" | "log";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: object;
}

type Series = readonly [metric: string, stat: string];

/** Makes the dashboard of a stage: what came in, what failed, how long it took. */
export function makeDashboard(children: Children, subject: DashboardSubject): Dashboard {
  const { restApiId, stageName } = children.place;
  const { apiName, region, hasCache, accessLog, logFormat } = subject;
  const status = statusFieldOf(logFormat);
  // Lines that do not tell their status cannot be searched by it.
  const query = status === undefined ? undefined : accessLog?.logGroupName.apply((group) => errorsIn(group, status));
  const body = pulumi
    .all([apiName, stageName, region, pulumi.output(query)])
    .apply(([api, stage, at, errors]) => JSON.stringify({ widgets: widgets(api, stage, at, errors, hasCache) }));
  return children.make("dashboard", "-dashboard", Dashboard, {
    dashboardName: dashboardName(restApiId, stageName),
    dashboardBody: body,
  });
}

/** The console's host: China and GovCloud are worlds of their own. */
function consoleOf(region: string): string {
  if (region.startsWith("cn-")) return `${region}.console.amazonaws.cn`;
  return region.startsWith("us-gov-") ? `${region}.console.amazonaws-us-gov.com` : `${region}.console.aws.amazon.com`;
}

/** The address of a dashboard in AWS's console. */
export function dashboardUrl(children: Children, region: pulumi.Output<string>): pulumi.Output<string> {
  const name = dashboardName(children.place.restApiId, children.place.stageName);
  return pulumi.interpolate`https://${region.apply(consoleOf)}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`;
}

function dashboardName(restApiId: pulumi.Input<string>, stageName: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`API-Gateway_${restApiId}_${stageName}`;
}

function widgets(
  api: string,
  stage: string,
  region: string,
  query: string | undefined,
  hasCache: boolean,
): readonly Widget[] {
  const chart = (place: number, title: string, series: readonly Series[]): Widget => ({
    type: "metric",
    x: (place % 2) * 12,
    y: Math.floor(place / 2) * 6,
    width: 12,
    height: 6,
    properties: {
      title,
      region,
      period: 60,
      metrics: series.map(([metric, stat]) => ["AWS/ApiGateway", metric, "ApiName", api, "Stage", stage, { stat }]),
    },
  });
  const charts = [
    chart(0, "Requests a minute", [["Count", "Sum"]]),
    chart(1, "Failed requests a minute", [
      ["4XXError", "Sum"],
      ["5XXError", "Sum"],
    ]),
    chart(2, "Latency in milliseconds", [
      ["Latency", "p50"],
      ["Latency", "p90"],
      ["Latency", "p99"],
    ]),
    chart(3, "Latency of the backend in milliseconds", [
      ["IntegrationLatency", "p50"],
      ["IntegrationLatency", "p99"],
    ]),
  ];
  if (hasCache) {
    const series: readonly Series[] = [
      ["CacheHitCount", "Sum"],
      ["CacheMissCount", "Sum"],
    ];
    charts.push(chart(4, "Cache", series));
  }
  if (query === undefined) return charts;
  const properties = { title: "Last server errors", region, view: "table", query };
  return [...charts, { type: "log", x: 0, y: 18, width: 24, height: 6, properties }];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html */
function errorsIn(group: string, status: string): string {
  // Names with other characters than these stand in backticks.
  const field = /^[A-Za-z0-9_]+$/.test(status) ? status : `\`${status}\``;
  return `SOURCE '${group}' | fields @timestamp, @message | filter ${field} like /^5/ | sort @timestamp desc | limit 50`;
}
