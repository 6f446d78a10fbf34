import type { JsonValue } from "../../../schema/types";
import { compact, isObject, str, type JsonObject } from "../../json";
import type { HandlerContext, TypeHandler } from "../types";
import { badRequest, conflict, notFound, requireApi } from "./shared";

const verbs = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"]);

/**
 * A method as a read shows it (fixtures: three recorded AWS::ApiGateway::Method). WHEN_NO_MATCH is API Gateway's
 * documented default; all recordings declare another.
 *
 * @internal
 */
export function materialiseMethod(desired: JsonObject): JsonObject {
  const integration = desired.Integration;
  return compact({
    ...desired,
    ApiKeyRequired: desired.ApiKeyRequired ?? false,
    AuthorizationType: desired.AuthorizationType ?? "NONE",
    Integration: isObject(integration)
      ? compact({
          ...integration,
          CacheNamespace: integration.CacheNamespace ?? desired.ResourceId,
          PassthroughBehavior: integration.PassthroughBehavior ?? "WHEN_NO_MATCH",
          ResponseTransferMode: integration.ResponseTransferMode ?? "BUFFERED",
          TimeoutInMillis: integration.TimeoutInMillis ?? 29000,
        })
      : undefined,
  });
}

/** Integrations that call a backend by HTTP, and what PutIntegration wants of them; its texts are reported [I]. */
function checkIntegration(integration: JsonValue | undefined, context: HandlerContext): void {
  if (!isObject(integration)) return;
  const type = str(integration.Type) ?? "";
  const uri = str(integration.Uri) ?? "";
  if (type === "" || type === "MOCK") return;
  if (!str(integration.IntegrationHttpMethod)) {
    throw badRequest(context, "Enumeration value for HttpMethod must be non-empty");
  }
  if (type.startsWith("HTTP") && integration.ConnectionType !== "VPC_LINK" && !/^https?:\/\/\S+$/.test(uri)) {
    throw badRequest(context, "Invalid HTTP endpoint specified for URI");
  }
  if (type.startsWith("AWS") && !uri.startsWith("arn:")) {
    throw badRequest(context, "Invalid ARN specified in the request");
  }
  if (type.startsWith("AWS") && !/^arn:[^:]+:apigateway:[^:]*:[^:]+:(path|action)\//.test(uri)) {
    throw badRequest(context, "AWS ARN for integration must contain path or action");
  }
}

function check(desired: JsonObject, context: HandlerContext): void {
  checkIntegration(desired.Integration, context);
  const type = str(desired.AuthorizationType) ?? "NONE";
  const authorizer = str(desired.AuthorizerId);
  const known = context.store.get("AWS::ApiGateway::Authorizer", `${str(desired.RestApiId) ?? ""}|${authorizer ?? ""}`);
  if ((type === "CUSTOM" || type === "COGNITO_USER_POOLS") && !known) {
    // API Gateway's own text, widely reported [I].
    throw badRequest(
      context,
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    );
  }
}

/** AWS::ApiGateway::Method. @internal */
export const method: TypeHandler = {
  create(desired, context) {
    requireApi(context, desired);
    const id = [desired.RestApiId, desired.ResourceId].map((part) => str(part) ?? "").join("|");
    if (!context.store.get("AWS::ApiGateway::Resource", id)) {
      throw notFound(context, "Invalid Resource identifier specified");
    }
    const verb = str(desired.HttpMethod) ?? "";
    if (!verbs.has(verb)) throw badRequest(context, "Invalid HTTP method specified");
    if (context.store.get("AWS::ApiGateway::Method", `${id}|${verb}`)) {
      throw conflict(context, "Method already exists for this resource");
    }
    check(desired, context);
    return materialiseMethod(desired);
  },
  update(_, desired, context) {
    check(desired, context);
    return materialiseMethod(desired);
  },
  missing: (_, context) => notFound(context, "Invalid Method identifier specified"),
};
