import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LoggingStage } from "pulumi-cloudcontrol";

// What the program had before: an API with one method and a log group, by the AWS provider.
const api = new aws.apigateway.RestApi("pets", { description: "Pets" });
const pets = new aws.apigateway.Resource("pets", {
  restApi: api.id,
  parentId: api.rootResourceId,
  pathPart: "pets",
});
const getPets = new aws.apigateway.Method("get-pets", {
  restApi: api.id,
  resourceId: pets.id,
  httpMethod: "GET",
  authorization: "NONE",
});
const integration = new aws.apigateway.Integration("get-pets", {
  restApi: api.id,
  resourceId: pets.id,
  httpMethod: getPets.httpMethod,
  type: "MOCK",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
});
const accessLog = new aws.cloudwatch.LogGroup("pets", { retentionInDays: 30 });

// What is new: a stage that serves and logs them. It takes the objects as they are.
const stage = new LoggingStage("pets", {
  restApi: api,
  stageName: "prod",
  redeployOn: [getPets, integration],
  accessLog: { destination: accessLog },
  tags: { team: "pets", stack: pulumi.getStack() },
});

export const invokeUrl = stage.invokeUrl;
export const stageArn = stage.arn;
