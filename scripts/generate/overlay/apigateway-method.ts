import type { TypeOverlay } from "./overlay";

export const method: TypeOverlay = {
  typeName: "AWS::ApiGateway::Method",
  doc: `A method of a resource: what a client may call, who may call it, and the integration that answers.

A change takes effect with the next deployment of the API.

@example
\`\`\`ts
const getPets = new Method("get-pets", {
  restApiId: api.restApiId,
  resourceId: pets.resourceId,
  httpMethod: "GET",
  authorizationType: "NONE",
  integration: { type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 200}' } },
});
\`\`\``,
  docs: {
    ApiKeyRequired:
      "Whether a call needs an API key of a usage plan. A key identifies, it does not authorize.\n@defaultValue `false`",
    AuthorizationScopes:
      "The OAuth scopes of which a caller's token must hold at least one. Only for `COGNITO_USER_POOLS`; with scopes the token is taken for an access token, without for an id token.",
    AuthorizationType:
      "Who may call the method: `NONE`, `AWS_IAM`, `CUSTOM` (a Lambda authorizer) or `COGNITO_USER_POOLS`. The latter two need `authorizerId`.\n@defaultValue `NONE`",
    AuthorizerId: "The id of the authorizer, for `CUSTOM` and `COGNITO_USER_POOLS`.",
    HttpMethod: "The HTTP method in capitals, or `ANY` for all that have no method of their own.",
    Integration: "What answers a call. A deployment is refused while any method has none.",
    MethodResponses: "The responses a client may get, by status code. Proxy integrations need none.",
    OperationName: "A name for the operation, which generated client code calls it by.",
    RequestModels:
      "The model that a request body must follow, by media type. The keys, such as `application/json`, stay as you write them.",
    RequestParameters:
      "The parameters the method reads and whether each is required, such as `method.request.querystring.page` with `false`. The keys stay as you write them. An integration can map only parameters that stand here.",
    RequestValidatorId:
      "The id of the validator that checks parameters, body or both before the integration is called.",
    ResourceId: "The id of the resource the method stands on. Leave it out for the API's root.",
    RestApiId: "The id of the REST API.",
  },
  optional: ["ResourceId"],
  definitions: {
    Integration: {
      doc: "The backend of a method, and how requests are passed to it.",
      docs: {
        CacheKeyParameters:
          "The request parameters whose values tell cached responses apart, such as `method.request.path.id`.",
        CacheNamespace:
          "A name under which responses are cached, so that methods can share them. When it is left out, AWS fills in the id of the resource.",
        ConnectionId: "The id of the VPC link, when `connectionType` is `VPC_LINK`.",
        ConnectionType: "Whether the backend is reached over the internet or a VPC link.\n@defaultValue `INTERNET`",
        ContentHandling:
          "Whether the request body is converted between bytes and Base64 text. Without it the body is passed as it is.",
        Credentials:
          "The ARN of an IAM role with which API Gateway calls the backend, or `arn:aws:iam::*:user/*` to pass on the caller's identity. Without it a Lambda function needs a resource-based permission.",
        IntegrationHttpMethod:
          "The HTTP method with which the backend is called. Lambda functions are always called by `POST`, whatever the client's method is.",
        IntegrationResponses:
          "How the backend's answers become responses, the first whose `selectionPattern` matches. Proxy integrations need none.",
        IntegrationTarget: "The ARN of the load balancer or listener behind a VPC link of the newer kind.",
        PassthroughBehavior:
          "What happens to a body whose media type has no template: passed on when no template matches, passed on when there are no templates at all, or refused with 415.\n@defaultValue `WHEN_NO_MATCH`",
        RequestParameters:
          "Parameters of the backend call, such as `integration.request.header.x-id`, and where each value comes from, such as `method.request.querystring.id`, or a constant in single quotes. The keys stay as you write them.",
        RequestTemplates:
          "The template (VTL) that makes the backend's request body, by media type. The keys stay as you write them.",
        ResponseTransferMode:
          "Whether a response is collected before it is sent, or streamed as it comes. Only proxy integrations can stream.",
        TimeoutInMillis:
          "How long API Gateway waits for the backend, in milliseconds. The account's quota caps it, 29000 if it was never raised.\n@defaultValue `29000`",
        Type: "The kind of backend: an AWS service (`AWS`), a Lambda function (`AWS_PROXY`), an HTTP endpoint with (`HTTP`) or without (`HTTP_PROXY`) mapping, or none (`MOCK`).",
        Uri: "The backend: a URL for the `HTTP` kinds, an ARN `arn:aws:apigateway:<region>:<service>:path/…` or `…:action/…` for the `AWS` kinds. `MOCK` has none.",
      },
    },
    IntegrationResponse: {
      doc: "How an answer of the backend becomes a response of the method.",
      docs: {
        ContentHandling: "Whether the answer's body is converted between bytes and Base64 text.",
        ResponseParameters:
          "Headers of the response, such as `method.response.header.x-id`, and where each value comes from, such as `integration.response.header.id`, or a constant in single quotes. The keys stay as you write them.",
        ResponseTemplates:
          "The template (VTL) that makes the response's body, by media type. The keys stay as you write them.",
        SelectionPattern:
          "The regular expression that the backend's status code, or a Lambda function's error message, must match for this response to be taken. The one without a pattern is the default.",
        StatusCode: "The status code of the response. It has to be one of `methodResponses`.",
      },
    },
    MethodResponse: {
      doc: "A response that a client may get.",
      docs: {
        ResponseModels:
          "The model of the response's body, by media type. The keys, such as `application/json`, stay as you write them.",
        ResponseParameters:
          "The headers the response may have, such as `method.response.header.x-id`, each with `true` or `false`. The keys stay as you write them.",
        StatusCode: "The status code, as a string.",
      },
    },
  },
};
