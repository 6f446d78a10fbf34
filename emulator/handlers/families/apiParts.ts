import { isObject, parseJson, str, type JsonObject } from "../../json";
import { badRequest, conflict, inferredConflict, inferredRefusal, notFound, quota, under } from "../apigateway/shared";
import type { Overlay, Overlays } from "../overlay";
import type { HandlerContext } from "../types";
import { below, missing, sixAs } from "./shared";

function nameTaken(kind: string, model: JsonObject, context: HandlerContext): boolean {
  return under(context, kind, model.RestApiId).some((r) => r.model.Name === model.Name);
}

function usedByMethod(live: JsonObject, context: HandlerContext, member: string): boolean {
  return under(context, "Method", live.RestApiId).some((m) => m.model[member] === live[member]);
}

const authTypes: Readonly<Record<string, string>> = { COGNITO_USER_POOLS: "cognito_user_pools" };

/** CreateAuthorizer: the requirements of its API reference [D]; the texts are inferred [U]. */
function checkAuthorizer(model: JsonObject, context: HandlerContext): void {
  const type = str(model.Type) ?? "";
  if (!["TOKEN", "REQUEST", "COGNITO_USER_POOLS"].includes(type)) {
    throw badRequest(context, "Invalid authorizer type specified. Must be one of [TOKEN, REQUEST, COGNITO_USER_POOLS]");
  }
  const pools = Array.isArray(model.ProviderARNs) ? model.ProviderARNs : [];
  if (type === "COGNITO_USER_POOLS" && pools.length === 0) {
    throw badRequest(context, "At least one provider ARN is required for an authorizer of type COGNITO_USER_POOLS");
  }
  if (type !== "COGNITO_USER_POOLS" && str(model.AuthorizerUri) === undefined) {
    throw badRequest(context, "Invalid Authorizer URI");
  }
  const ttl = model.AuthorizerResultTtlInSeconds;
  if (typeof ttl === "number" && (ttl < 0 || ttl > 3600)) {
    throw badRequest(context, "Authorizer result TTL must be between 0 and 3600 seconds");
  }
}

const authorizer: Overlay = {
  ...sixAs("AuthorizerId"),
  ...missing("Authorizer"),
  check(model, context, live) {
    checkAuthorizer(model, context);
    if (live) return;
    if (nameTaken("Authorizer", model, context)) {
      // Widely reported [I].
      throw conflict(
        context,
        `Authorizer name must be unique. Authorizer ${str(model.Name) ?? ""} already exists in this RestApi.`,
      );
    }
    quota(context, under(context, "Authorizer", model.RestApiId).length, 10, "authorizers", "api");
  },
  defaults: (model) => ({
    // fixtures: AWS::ApiGateway::Authorizer; no time to live is shown that was not given (fixtures/localstack
    // test_apigateway_with_custom_authorization_method).
    ProviderARNs: model.ProviderARNs ?? [],
    AuthType: model.AuthType ?? authTypes[str(model.Type) ?? ""] ?? "custom",
  }),
  remove(live, context) {
    if (usedByMethod(live, context, "AuthorizerId")) {
      inferredConflict(
        context,
        `Cannot delete authorizer '${str(live.AuthorizerId) ?? ""}', is referenced in a method`,
      );
    }
  },
};

const requestValidator: Overlay = {
  ...sixAs("RequestValidatorId"),
  ...missing("Request Validator"),
  defaults: (model, context) => ({
    Name: model.Name ?? context.ids.text(12),
    ValidateRequestBody: model.ValidateRequestBody ?? false,
    ValidateRequestParameters: model.ValidateRequestParameters ?? false,
  }),
  remove(live, context) {
    if (usedByMethod(live, context, "RequestValidatorId")) {
      inferredConflict(context, `Cannot delete request validator '${str(live.Name) ?? ""}', is referenced in a method`);
    }
  },
};

/** A model's schema must be JSON; a name is letters and digits [D]. */
function checkModel(model: JsonObject, context: HandlerContext, live?: JsonObject): void {
  if (!/^[A-Za-z0-9]+$/.test(str(model.Name) ?? ""))
    throw badRequest(context, "Model name must be alphanumeric: " + (str(model.Name) ?? ""));
  const text = str(model.Schema);
  if (text !== undefined) {
    try {
      parseJson(text);
    } catch {
      throw badRequest(context, "Invalid model schema specified.");
    }
  }
  if (live) return;
  if (nameTaken("Model", model, context)) {
    throw conflict(context, `Model name already exists for this REST API`);
  }
}

const model: Overlay = {
  ids: (desired, context) => ({ Name: desired.Name ?? context.ids.text(12) }),
  check: checkModel,
  exists: (_, context) => conflict(context, "Model name already exists for this REST API"),
  missing: (identifier, context) =>
    notFound(context, `Invalid model name specified: ${identifier.split("|")[1] ?? ""}`),
  defaults: (desired) => ({ ContentType: desired.ContentType ?? "application/json" }),
};

const responseTypes = new Set(
  (
    "ACCESS_DENIED API_CONFIGURATION_ERROR AUTHORIZER_CONFIGURATION_ERROR AUTHORIZER_FAILURE BAD_REQUEST_BODY " +
    "BAD_REQUEST_PARAMETERS DEFAULT_4XX DEFAULT_5XX EXPIRED_TOKEN INTEGRATION_FAILURE INTEGRATION_TIMEOUT " +
    "INVALID_API_KEY INVALID_SIGNATURE MISSING_AUTHENTICATION_TOKEN QUOTA_EXCEEDED REQUEST_TOO_LARGE " +
    "RESOURCE_NOT_FOUND THROTTLED UNAUTHORIZED UNSUPPORTED_MEDIA_TYPE WAF_FILTERED"
  ).split(" "),
);

const gatewayResponse: Overlay = {
  ids: (desired) => ({ Id: `${str(desired.RestApiId) ?? ""}:${str(desired.ResponseType) ?? ""}` }),
  check(desired, context) {
    if (responseTypes.has(str(desired.ResponseType) ?? "")) return;
    throw badRequest(context, `Invalid response type specified: ${str(desired.ResponseType) ?? ""}`);
  },
  ...missing("GatewayResponse"),
  // fixtures: AWS::ApiGateway::GatewayResponse.
  defaults: (desired) => ({
    ResponseParameters: desired.ResponseParameters ?? {},
    ResponseTemplates: desired.ResponseTemplates ?? { "application/json": '{"message":$context.error.messageString}' },
  }),
};

const clientCertificate: Overlay = {
  ...sixAs("ClientCertificateId"),
  ...missing("Client Certificate"),
  check(_, context, live) {
    if (!live)
      quota(context, context.store.list("AWS::ApiGateway::ClientCertificate").length, 60, "client certificates");
  },
  remove(live, context) {
    const user = context.store
      .list("AWS::ApiGateway::Stage")
      .find((s) => s.model.ClientCertificateId === live.ClientCertificateId);
    if (!user) return;
    inferredRefusal(
      context,
      `Client certificate ${str(live.ClientCertificateId) ?? ""} is in use by stage ${str(user.model.StageName) ?? ""}`,
    );
  },
};

const vpcLink: Overlay = {
  ...sixAs("VpcLinkId"),
  ...missing("VpcLink"),
  check(desired, context, live) {
    const targets = Array.isArray(desired.TargetArns) ? desired.TargetArns : [];
    if (targets.length !== 1) throw badRequest(context, "Only one target ARN is supported for a VPC link");
    if (!live) quota(context, context.store.list("AWS::ApiGateway::VpcLink").length, 20, "VPC links");
  },
  remove(live, context) {
    const used = context.store.list("AWS::ApiGateway::Method").some(({ model: m }) => {
      return isObject(m.Integration) && m.Integration.ConnectionId === live.VpcLinkId;
    });
    // Widely reported [I].
    if (used)
      throw badRequest(
        context,
        "Cannot delete vpc link. Vpc link '" +
          (str(live.VpcLinkId) ?? "") +
          "', is referenced in methods of some REST APIs",
      );
  },
};

/** The lesser parts of a REST API. @internal */
export const apiParts: Overlays = {
  "AWS::ApiGateway::Authorizer": below(authorizer),
  "AWS::ApiGateway::ClientCertificate": clientCertificate,
  "AWS::ApiGateway::GatewayResponse": below(gatewayResponse),
  "AWS::ApiGateway::Model": below(model),
  "AWS::ApiGateway::RequestValidator": below(requestValidator),
  "AWS::ApiGateway::VpcLink": vpcLink,
};
