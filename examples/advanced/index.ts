import * as pulumi from "@pulumi/pulumi";
import { apigateway } from "pulumi-cloudcontrol";

const config = new pulumi.Config();

const api = new apigateway.RestApi("api", { name: "advanced-example" });
const pets = new apigateway.Resource("pets", { restApiId: api.restApiId, pathPart: "pets" });
const pet = new apigateway.Resource("pet", {
  restApiId: api.restApiId,
  parentId: pets.resourceId,
  pathPart: "{id}",
});
const getPet = new apigateway.Method("get-pet", {
  restApiId: api.restApiId,
  resourceId: pet.resourceId,
  httpMethod: "GET",
  authorizationType: "NONE",
  integration: {
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    integrationResponses: [{ statusCode: "200" }],
  },
  methodResponses: [{ statusCode: "200" }],
});

// A deployment is a snapshot of the API, so it is made after the methods.
const deployment = new apigateway.Deployment("deployment", { restApiId: api.restApiId }, { dependsOn: [getPet] });

const stage = new apigateway.Stage("prod", {
  restApiId: api.restApiId,
  deploymentId: deployment.deploymentId,
  stageName: "prod",
  description: config.get("description") ?? "Production stage with enhanced monitoring",
  tracingEnabled: true,
  methodSettings: [
    {
      httpMethod: "*",
      // The id of the resource, not its path: the provider finds /pets/{id} and writes it as AWS takes it.
      resourceId: pet.resourceId,
      throttlingBurstLimit: 100,
      throttlingRateLimit: 50,
    },
  ],
});

export const restApiId = stage.restApiId;
export const stageName = stage.stageName;
export const stageId = stage.id;
export const stageArn = stage.arn;
export const invokeUrl = stage.invokeUrl;
export const executionArn = stage.executionArn;
