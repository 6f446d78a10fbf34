import * as pulumi from "@pulumi/pulumi";
import { ApiStage, apigateway } from "pulumi-cloudcontrol";

const config = new pulumi.Config();

const api = new apigateway.RestApi("api", { name: "minimal-example" });

// A method without a resource stands at the API's root. MOCK answers without any backend.
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

// No deployment is given: the component makes one, after the method.
const stage = new ApiStage("dev", {
  restApi: api,
  stageName: "dev",
  description: config.get("description") ?? "Development stage for testing new features",
  redeployOn: [getRoot],
});

export const restApiId = stage.restApiId;
export const stageName = stage.stageName;
export const stageId = stage.stage.id;
export const stageArn = stage.arn;
export const invokeUrl = stage.invokeUrl;
export const executionArn = stage.executionArn;
