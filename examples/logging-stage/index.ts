import * as pulumi from "@pulumi/pulumi";
import { LoggingStage, apigateway, logFormat } from "pulumi-cloudcontrol";

const config = new pulumi.Config();

const api = new apigateway.RestApi("api", { name: "logging-stage-example" });
const getRoot = new apigateway.Method("get-root", {
  restApiId: api.restApiId,
  httpMethod: "GET",
  authorizationType: "NONE",
  integration: {
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    integrationResponses: [{ statusCode: "200" }],
  },
  methodResponses: [{ statusCode: "200" }],
});

const { fields } = logFormat;

const stage = new LoggingStage("prod", {
  restApi: api,
  stageName: "prod",
  description: config.get("description") ?? "Production",
  redeployOn: [getRoot],
  audit: true,
  accessLog: {
    format: logFormat.json({
      ...logFormat.standard,
      // A value that a Lambda authorizer puts into its context.
      tenant: logFormat.authorizerValue("tenant"),
      domain: fields.domainName,
    }),
  },
  methodSettings: { "*": { throttlingRateLimit: 200, throttlingBurstLimit: 400 } },
  usagePlan: { usagePlanName: "logging-stage-example", quota: { limit: 100_000, period: "DAY" } },
  clientCertificate: true,
  alarms: { latencyP99: 1000 },
  dashboard: true,
  waivers: { "APIGateway.4": "the API is called by our own services only" },
});

export const stageId = stage.stage.id;
export const invokeUrl = stage.invokeUrl;
export const alarms = stage.alarmArns;
export const dashboard = stage.dashboardUrl;
/** What is not met. */
export const open = stage.compliance.apply((findings) =>
  findings.filter(({ status }) => status === "not met").map(({ id, reason }) => `${id}: ${reason}`),
);
