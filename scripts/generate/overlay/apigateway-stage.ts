import type { TypeOverlay } from "./overlay";
import {
  accessLog,
  cacheClusterEnabled,
  cacheClusterSize,
  canaryLeaves,
  clientCertificateId,
  documentationVersion,
  methodLeaves,
  methodTarget,
  stageVariables,
  tag,
  tracingEnabled,
} from "./stage-settings";

export const stage: TypeOverlay = {
  typeName: "AWS::ApiGateway::Stage",
  doc: `A stage: a named, callable snapshot of a REST API with its own settings, log, cache and variables.

Only what is set here is managed. AWS fills in the rest (a method setting, for one, always comes back with all its
leaves), and that is no drift.

@example
\`\`\`ts
const stage = new Stage("prod", {
  restApiId: api.restApiId,
  deploymentId: deployment.deploymentId,
  stageName: "prod",
  methodSettings: [{ resourcePath: "/*", httpMethod: "*", metricsEnabled: true, throttlingRateLimit: 100 }],
});
export const url = stage.invokeUrl;
\`\`\``,
  docs: {
    AccessLogSetting:
      "Where and in which form one line per request is logged. Leaving it out later switches access logging off.",
    CacheClusterEnabled: cacheClusterEnabled,
    CacheClusterSize: cacheClusterSize,
    CanarySetting:
      "A second deployment that gets a share of the stage's requests. Take it away to end the canary, and set `deploymentId` to its deployment in the same change to promote it.",
    ClientCertificateId: clientCertificateId,
    DeploymentId:
      "The id of the deployment that the stage serves. The schema lets you leave it out, the service does not: a stage without one is refused with `DeploymentId cannot be empty`.",
    Description: "What the stage is for, in your words.",
    DocumentationVersion: documentationVersion,
    MethodSettings:
      "Logging, metrics, throttling and caching by method. An entry is known by its path and method, the order means nothing; a leaf that is left out gets AWS's default. An entry for one method does not follow later changes of the entry for all.",
    RestApiId: "The id of the REST API that the stage belongs to.",
    StageName:
      "The name of the stage, which is the first part of its URL's path: letters, digits, `-` and `_`, at most 128 characters. Required here, because a name that AWS made up would leave the stage without a predictable identifier.",
    Tags: "Tags on the stage. Tags that AWS sets itself (`aws:…`) are left alone.",
    TracingEnabled: tracingEnabled,
    Variables: stageVariables,
  },
  required: ["StageName"],
  definitions: {
    AccessLogSetting: { doc: "Where and in which form a stage logs its requests.", docs: accessLog },
    CanarySetting: {
      doc: "A canary: the deployment that gets a share of the stage's requests.",
      docs: {
        ...canaryLeaves,
        DeploymentId:
          "The id of the canary's deployment. When it is left out, AWS fills in the stage's own, and the canary differs only in its variables.",
      },
    },
    MethodSetting: {
      doc: "Settings of one method, of all methods of a resource, or of all methods of the stage.",
      docs: { ...methodLeaves, ...methodTarget },
      inputs: {
        resourceId: {
          type: "string",
          doc: "The id of the API Gateway resource the entry is for, in place of `resourcePath`: its path is looked up when the stage is created or updated, and encoded as AWS wants it. Give one of the two.",
        },
      },
    },
    Tag: { doc: "A tag on a stage.", docs: tag },
  },
  outputs: {
    arn: {
      type: "string",
      doc: "The stage's ARN (`arn:aws:apigateway:<region>::/restapis/<api>/stages/<stage>`), as tags, WAF and IAM policies for managing it want it. Known in a preview as soon as `restApiId` is.",
    },
    invokeUrl: {
      type: "string",
      doc: "The URL that clients call, without a slash at its end. It does not answer while the API's `disableExecuteApiEndpoint` is on. Known in a preview as soon as `restApiId` is.",
    },
    executionArn: {
      type: "string",
      doc: "The ARN of the stage's calls (`arn:aws:execute-api:<region>:<account>:<api>/<stage>`), as Lambda permissions and IAM policies for calling it want it. Append `/<method>/<path>`.",
    },
  },
};
