import type { JsonValue } from "../../../schema/types";
import { isObject, str, type JsonObject } from "../../json";
import type { Overlay, Overlays } from "../overlay";
import { HandlerError, type HandlerContext } from "../types";

function isSocket(model: JsonObject | undefined): boolean {
  return model?.ProtocolType === "WEBSOCKET";
}

/** ApiGatewayV2 answers in the same envelope, under its own name (sam-cli #7030 [I]). */
function notFound(context: HandlerContext, message: string): HandlerError {
  const text = `${message} (Service: ApiGatewayV2, Status Code: 404, Request ID: ${context.ids.uuid()})`;
  return new HandlerError("NotFound", `${text} (SDK Attempt Count: 1)`);
}

const api: Overlay = {
  ids: (_, context) => ({ ApiId: context.ids.text(10) }),
  exactAttributes: true,
  // Defaults that reads were observed to show.
  defaults: (model, { partition, region, account }) => ({
    ApiEndpoint: `${isSocket(model) ? "wss" : "https"}://${str(model.ApiId) ?? ""}.execute-api.${region}.amazonaws.com`,
    ExecuteApiArn: `arn:${partition}:execute-api:${region}:${account}:${str(model.ApiId) ?? ""}`,
    ApiKeySelectionExpression: model.ApiKeySelectionExpression ?? "$request.header.x-api-key",
    RouteSelectionExpression: model.RouteSelectionExpression ?? "$request.method $request.path",
    IpAddressType: model.IpAddressType ?? "ipv4",
    DisableExecuteApiEndpoint: model.DisableExecuteApiEndpoint ?? false,
  }),
  remove(live, context) {
    for (const child of context.store.listFamily("AWS::ApiGatewayV2::")) {
      const own = child.typeName !== "AWS::ApiGatewayV2::Api" && child.model.ApiId === live.ApiId;
      if (own) context.store.remove(child.typeName, child.identifier);
    }
  },
  missing: (identifier, context) =>
    notFound(context, `Invalid API identifier specified ${context.account}:${identifier}`),
};

/** fixtures: two recorded AWS::ApiGatewayV2::Stage, of an HTTP API and of a WebSocket API. */
function stageDefaults(model: JsonObject, context: HandlerContext): Record<string, JsonValue | undefined> {
  const parent = context.store.get("AWS::ApiGatewayV2::Api", str(model.ApiId) ?? "");
  const given = isObject(model.DefaultRouteSettings) ? model.DefaultRouteSettings : {};
  const routes: JsonObject = isSocket(parent?.model)
    ? { LoggingLevel: "OFF", DataTraceEnabled: false, DetailedMetricsEnabled: false }
    : { DetailedMetricsEnabled: false };
  return {
    DeploymentId: model.DeploymentId ?? (model.AutoDeploy === true ? context.ids.text(6) : undefined),
    RouteSettings: model.RouteSettings ?? {},
    StageVariables: model.StageVariables ?? {},
    DefaultRouteSettings: { ...routes, ...given },
  };
}

const stage: Overlay = {
  check(model, context) {
    const id = str(model.ApiId) ?? "";
    if (context.store.get("AWS::ApiGatewayV2::Api", id)) return;
    throw notFound(context, `Invalid API identifier specified ${context.account}:${id}`);
  },
  defaults: stageDefaults,
  missing: (_, context) => notFound(context, "Invalid stage identifier specified"),
};

/** HTTP and WebSocket APIs, as far as recordings and observations go. @internal */
export const httpApi: Overlays = { "AWS::ApiGatewayV2::Api": api, "AWS::ApiGatewayV2::Stage": stage };
