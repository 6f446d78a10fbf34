import * as pulumi from "@pulumi/pulumi";
import { CanaryStage, apigateway } from "pulumi-cloudcontrol";

const config = new pulumi.Config();

const api = new apigateway.RestApi("api", { name: "canary-example" });
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

const stable = new apigateway.Deployment("stable", { restApiId: api.restApiId }, { dependsOn: [getRoot] });
const candidate = new apigateway.Deployment("candidate", { restApiId: api.restApiId }, { dependsOn: [getRoot] });

const description = config.get("description");

const stage = new CanaryStage("canary", {
  restApi: api,
  stageName: "canary",
  deployment: stable,
  canarySetting: {
    deploymentId: candidate.deploymentId,
    percentTraffic: 10,
    stageVariableOverrides: { newFeatureEnabled: "true" },
  },
  ...(description === undefined ? {} : { description }),
});

export const restApiId = stage.restApiId;
export const stageName = stage.stageName;
export const stageId = stage.stage.id;
export const stageArn = stage.arn;
export const invokeUrl = stage.invokeUrl;
export const executionArn = stage.executionArn;
