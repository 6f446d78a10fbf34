import * as pulumi from "@pulumi/pulumi";
import { ApiStage, apigateway, iam, logs } from "pulumi-cloudcontrol";

const config = new pulumi.Config();

const api = new apigateway.RestApi("api", { name: "access-logging-example" });
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

const logGroup = new logs.LogGroup("access-log", {
  logGroupName: pulumi.interpolate`access-logging-example/${api.restApiId}`,
  retentionInDays: 7,
});

/**
 * The role with which API Gateway writes logs. The setting is one for the whole region: with
 * `pulumi config set cloudWatchRole existing` the example uses what is there and changes nothing of it.
 */
function cloudWatchRole(): apigateway.Account[] {
  if (config.get("cloudWatchRole") === "existing") return [];
  const role = new iam.Role("cloudwatch-role", {
    assumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
  });
  return [new apigateway.Account("account", { cloudWatchRoleArn: role.arn })];
}

const description = config.get("description");

const stage = new ApiStage(
  "prod",
  {
    restApi: api,
    stageName: "prod",
    redeployOn: [getRoot],
    accessLogSetting: {
      destinationArn: logGroup.arn,
      // Not how AWS writes variables: the stage drops the braces, and says so once.
      format: "${context.requestId} - ${context.identity.sourceIp} - ${context.httpMethod} ${context.path}",
    },
    ...(description === undefined ? {} : { description }),
  },
  // AWS refuses a stage that logs before the region has a role.
  { dependsOn: cloudWatchRole() },
);

export const restApiId = stage.restApiId;
export const stageName = stage.stageName;
export const stageId = stage.stage.id;
export const stageArn = stage.arn;
export const invokeUrl = stage.invokeUrl;
export const executionArn = stage.executionArn;
