import * as pulumi from "@pulumi/pulumi";
import { CanaryStage, apigateway, type ReleasePhase } from "pulumi-cloudcontrol";

const config = new pulumi.Config();
/** Another answer is another content of the API, and so a candidate. */
const answer = config.get("answer") ?? "hello";
/** Left out, a candidate walks the steps; `promote` and `rollback` end its trial at once. */
const phase = config.get<ReleasePhase>("phase");

const api = new apigateway.RestApi("api", { name: "canary-release-example" });
const getRoot = new apigateway.Method("get-root", {
  restApiId: api.restApiId,
  httpMethod: "GET",
  authorizationType: "NONE",
  integration: {
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    integrationResponses: [{ statusCode: "200", responseTemplates: { "application/json": answer } }],
  },
  methodResponses: [{ statusCode: "200" }],
});

const stage = new CanaryStage("release", {
  restApi: api,
  stageName: "prod",
  redeployOn: [getRoot],
  accessLog: { retentionInDays: 30 },
  steps: [
    { percent: 5, bake: "5m" },
    { percent: 50, bake: "10m" },
  ],
  // Alarms that count in the log of the canary's requests, and so watch the candidate alone.
  gate: { canary: true },
  ...(phase === undefined ? {} : { phase }),
});

export const invokeUrl = stage.invokeUrl;
export const deploymentId = stage.deploymentId;
export const release = stage.releaseState;
