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

const BEHIND_PULUMI =
  "Better left out: a deployment that names a stage creates that stage behind Pulumi's back, where no resource manages it and a `Stage` of that name then fails with `AlreadyExists`.";

export const deployment: TypeOverlay = {
  typeName: "AWS::ApiGateway::Deployment",
  doc: `A deployment: an immutable snapshot of a REST API, which a \`Stage\` serves.

AWS takes the snapshot when the deployment is created, so it has to depend on every method and integration it is to
contain (\`dependsOn\`), and a later change of the API wants a new deployment. An API without methods cannot be
deployed, and a deployment that a stage serves cannot be deleted.

@example
\`\`\`ts
const deployment = new Deployment("v1", { restApiId: api.restApiId }, { dependsOn: [getPets] });
\`\`\``,
  docs: {
    DeploymentCanarySettings: `How the new deployment becomes the canary of the stage that \`stageName\` names. ${BEHIND_PULUMI} A \`Stage\` has its own \`canarySetting\`.`,
    DeploymentId: "The id that API Gateway gave the deployment; a `Stage` refers to it.",
    Description: "What this snapshot contains, in your words.",
    RestApiId: "The id of the REST API to take the snapshot of.",
    StageDescription: `Settings for the stage that \`stageName\` names. ${BEHIND_PULUMI}`,
    StageName: `The name of a stage to create, or to point to this deployment. ${BEHIND_PULUMI}`,
  },
  definitions: {
    AccessLogSetting: { doc: "Where and in which form the stage logs its requests.", docs: accessLog },
    CanarySetting: { doc: "A canary of the stage that the deployment creates.", docs: canaryLeaves },
    DeploymentCanarySettings: { doc: "How a deployment becomes the canary of a stage.", docs: canaryLeaves },
    MethodSetting: {
      doc: "Settings of one method, of all methods of a resource, or of all methods of the stage.",
      docs: { ...methodLeaves, ...methodTarget },
    },
    StageDescription: {
      doc: "The stage that a deployment creates. A `Stage` resource says the same and is managed.",
      docs: {
        ...methodLeaves,
        AccessLogSetting: "Where and in which form one line per request is logged.",
        CacheClusterEnabled: cacheClusterEnabled,
        CacheClusterSize: cacheClusterSize,
        CanarySetting: "A canary of the stage.",
        ClientCertificateId: clientCertificateId,
        Description: "What the stage is for, in your words.",
        DocumentationVersion: documentationVersion,
        MethodSettings: "Logging, metrics, throttling and caching by method.",
        Tags: "Tags on the stage.",
        TracingEnabled: tracingEnabled,
        Variables: stageVariables,
      },
    },
    Tag: { doc: "A tag on the stage.", docs: tag },
  },
};
