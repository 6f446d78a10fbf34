import type { TypeOverlay } from "./overlay";

export const basePathMapping: TypeOverlay = {
  typeName: "AWS::ApiGateway::BasePathMapping",
  doc: `A path of a custom domain name that leads to a stage of a REST API.

@example
\`\`\`ts
const mapping = new BasePathMapping("v1", {
  domainName: "api.example.com",
  basePath: "v1",
  restApiId: api.restApiId,
  stage: stage.stageName,
});
\`\`\``,
  docs: {
    BasePath:
      "The path below the domain name, without slashes at its ends. Left out, the whole domain leads to the API.",
    DomainName: "The custom domain name, which has to exist in the same region.",
    RestApiId: "The id of the REST API.",
    Stage: "The name of the stage. Left out, a caller has to write it behind the base path.",
  },
};
