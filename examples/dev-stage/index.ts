import * as pulumi from "@pulumi/pulumi";
import { DevStage, apigateway } from "pulumi-cloudcontrol";

const config = new pulumi.Config();

const mock = {
  responses: { "200": { description: "A pet" } },
  "x-amazon-apigateway-integration": {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    responses: { default: { statusCode: "200" } },
  },
};

const api = new apigateway.RestApi("api", {
  name: "dev-stage-example",
  body: {
    openapi: "3.0.1",
    info: { title: "dev-stage-example", version: config.get("version") ?? "1.0" },
    paths: { "/pets": { get: mock }, "/pets/{id}": { get: mock } },
  },
});

const stage = new DevStage("dev", {
  restApi: api,
  stageName: "dev",
  // By path; what is not said for a method is what the preset says for all.
  methodSettings: { "GET /pets/{id}": { throttlingRateLimit: 5, throttlingBurstLimit: 10 } },
  tags: { stack: pulumi.getStack() },
});

export const stageId = stage.stage.id;
export const deploymentId = stage.deploymentId;
export const invokeUrl = stage.invokeUrl;
export const logGroupName = stage.logGroupName;
