import type { TypeOverlay } from "./overlay";

export const alarm: TypeOverlay = {
  typeName: "AWS::CloudWatch::Alarm",
  doc: `An alarm on a metric, or on an expression over metrics.

A dimension that is slightly wrong is no error: the alarm then watches nothing, for ever.

@example
\`\`\`ts
const alarm = new Alarm("errors", {
  namespace: "AWS/ApiGateway",
  metricName: "5XXError",
  dimensions: [{ name: "ApiName", value: "pets" }, { name: "Stage", value: "prod" }],
  statistic: "Average",
  period: 60,
  evaluationPeriods: 5,
  threshold: 0.05,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
});
\`\`\``,
  docs: {
    ActionConfiguration: "How the alarm's actions are carried out.",
    Arn: "The alarm's ARN.",
  },
  definitions: {
    ActionConfiguration: { doc: "How an alarm's actions are carried out." },
    AlarmTagsPropagation: { doc: "Whether the alarm's tags are passed on to what its actions make." },
  },
};

export const dashboard: TypeOverlay = {
  typeName: "AWS::CloudWatch::Dashboard",
  doc: "A dashboard of CloudWatch: widgets on a page, described by a JSON text.",
  docs: {
    DashboardBody: "The widgets, as JSON text.",
    DashboardName: "The dashboard's name, which is part of its address. Left out, AWS makes one up.",
  },
};

export const metricFilter: TypeOverlay = {
  typeName: "AWS::Logs::MetricFilter",
  doc: `A rule that counts, or measures, the lines of a log group that match a pattern, as a metric.

Only lines that come after the filter was made are counted.`,
};

export const webAclAssociation: TypeOverlay = {
  typeName: "AWS::WAFv2::WebACLAssociation",
  doc: `The tie between a web ACL of AWS WAF and what it protects, such as a stage of a REST API.

A resource has one web ACL at most.`,
  docs: {
    ResourceArn: "The ARN of what is protected; of a stage it is the `arn` output.",
    WebACLArn: "The ARN of the web ACL. It has to be regional and in the same region.",
  },
};
