import type { TypeOverlay } from "./overlay";
import { tag } from "./stage-settings";

const WITH_A_DOCUMENT = "It matters only together with `body` or `bodyS3Location`.";

export const restApi: TypeOverlay = {
  typeName: "AWS::ApiGateway::RestApi",
  doc: `A REST API of API Gateway: the root under which resources, methods, deployments and stages stand.

Describe it either by an OpenAPI document (\`body\`) or by \`Resource\` and \`Method\` resources; a document that is
imported over the latter in the mode \`overwrite\` removes them.

@example
\`\`\`ts
const api = new RestApi("pets", { name: "pets", endpointConfiguration: { types: ["REGIONAL"] } });
\`\`\``,
  docs: {
    ApiKeySourceType:
      "Where API Gateway looks for the API key of a request: `HEADER` (the `X-API-Key` header) or `AUTHORIZER` (the authorizer's answer).\n@defaultValue `HEADER`",
    BinaryMediaTypes:
      "The media types that are passed as bytes, such as `image/png`; all others are treated as UTF-8 text. In OpenAPI documents a slash in them is written `~1`.",
    Body: "An OpenAPI document that describes the API, as an object or as JSON text.",
    BodyS3Location: "An OpenAPI document that describes the API, kept in S3.",
    CloneFrom: "The id of a REST API whose content the new one starts with.",
    Description: "What the API is for, in your words.",
    DisableExecuteApiEndpoint:
      "Whether the default `execute-api` host is switched off, so that clients have to use a custom domain name. The stages' `invokeUrl` then answers with an error. A change takes effect with the next deployment.\n@defaultValue `false`",
    EndpointAccessMode:
      "How strictly API Gateway checks the host and SNI a client connects with: `BASIC` or `STRICT`. `STRICT` is only for APIs with an enhanced security policy (`SecurityPolicy_…`).",
    EndpointConfiguration:
      "Whether the API is reached through CloudFront, in its region, or from VPCs only, and over which IP versions.",
    FailOnWarnings: `Whether a warning of the import refuses the OpenAPI document. ${WITH_A_DOCUMENT}\n@defaultValue \`false\``,
    MinimumCompressionSize:
      "Responses of at least this many bytes are compressed; `0` compresses all. Without it nothing is compressed. At most 10485760.",
    Mode: `What an import does with what is already there: \`overwrite\` replaces the API's definition and keeps its id, \`merge\` adds to it. ${WITH_A_DOCUMENT}\n@defaultValue \`overwrite\``,
    Name: "The name of the API. Required, unless an OpenAPI document brings one. Names need not be unique.",
    Parameters: `Parameters of the OpenAPI import, such as \`endpointConfigurationTypes\` or \`basepath\`. ${WITH_A_DOCUMENT}`,
    Policy:
      "The resource policy: who may call the API, and from which accounts, VPCs or addresses. A private API needs one. Give an object or JSON text; AWS returns text. A change takes effect with the next deployment.",
    RestApiId: "The id of the API, which is also the first part of its default host.",
    RootResourceId: "The id of the API's root resource (`/`), under which the first `Resource` stands.",
    SecurityPolicy:
      "The TLS version and cipher suites that the default endpoint accepts, such as `TLS_1_0`, `TLS_1_2` or a `SecurityPolicy_…` name.",
    Tags: "Tags on the API. Its stages have their own.",
    Version: "A version of the API, in your own numbering. API Gateway does nothing with it.",
  },
  definitions: {
    EndpointConfiguration: {
      doc: "How an API is reached.",
      docs: {
        IpAddressType:
          "The IP versions that may call the API: `ipv4` or `dualstack`. Private APIs are always `dualstack`.",
        Types: "The kind of endpoint, exactly one: `EDGE`, `REGIONAL` or `PRIVATE`.\n@defaultValue `EDGE`",
        VpcEndpointIds: "The interface VPC endpoints that get a DNS name for a `PRIVATE` API.",
      },
    },
    S3Location: { doc: "An OpenAPI document in S3." },
    Tag: { doc: "A tag on an API.", docs: tag },
  },
};
