import { compact, isObject, str, type JsonObject } from "../../json";
import { HandlerError, type HandlerContext, type TypeHandler } from "../types";
import { badRequest, notFound, requireApi, under } from "./shared";
import { stage } from "./stage";

/** An API without methods cannot be deployed; nor can one with a method that has no integration [I]. */
function checkMethods(desired: JsonObject, context: HandlerContext): void {
  const methods = under(context, "Method", desired.RestApiId);
  if (methods.length === 0) throw badRequest(context, "The REST API doesn't contain any methods");
  if (methods.some((m) => !isObject(m.model.Integration))) {
    throw badRequest(context, "No integration defined for method");
  }
}

function canaryRefusal(desired: JsonObject, existing: JsonObject | undefined): string | undefined {
  const name = str(desired.StageName);
  const canary = isObject(desired.DeploymentCanarySettings);
  // Facts 2.3: the first text was reported, the others are recorded.
  if (existing?.CanarySetting && !canary) {
    return `Invalid deployment content specified.Non canary deployment not supported on stage ${name ?? ""} because Canary is enabled. Provide CanarySettings in deploymentInput.`;
  }
  if (canary && !name) {
    return "Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is null";
  }
  if (canary && !existing) {
    return `Invalid deployment content specified.Stage ${name ?? ""} must already be created before making a canary release deployment`;
  }
  return undefined;
}

/** StageName on a deployment makes the stage, or points an existing one at the new deployment (facts 2.1). */
function deployTo(desired: JsonObject, deploymentId: string, context: HandlerContext): void {
  const name = str(desired.StageName);
  if (!name) return;
  const existing = context.store.get("AWS::ApiGateway::Stage", `${str(desired.RestApiId) ?? ""}|${name}`);
  const canary = desired.DeploymentCanarySettings;
  if (existing && isObject(canary)) {
    const setting = { PercentTraffic: 0, UseStageCache: false, ...canary, DeploymentId: deploymentId };
    context.store.put("AWS::ApiGateway::Stage", { ...existing.model, CanarySetting: setting });
  } else if (existing) {
    context.store.put("AWS::ApiGateway::Stage", { ...existing.model, DeploymentId: deploymentId });
  } else {
    const wanted = compact({
      ...stageProperties(desired.StageDescription),
      RestApiId: desired.RestApiId,
      StageName: name,
      DeploymentId: deploymentId,
    });
    context.store.put("AWS::ApiGateway::Stage", stage.create(wanted, context));
  }
}

/** Those members of StageDescription that are properties of a stage; the rest are its settings for all methods. */
function stageProperties(description: unknown): JsonObject {
  if (!isObject(description)) return {};
  const settings = [
    "CacheDataEncrypted",
    "CacheTtlInSeconds",
    "CachingEnabled",
    "DataTraceEnabled",
    "LoggingLevel",
    "MetricsEnabled",
    "ThrottlingBurstLimit",
    "ThrottlingRateLimit",
  ];
  const all: JsonObject = {};
  const rest: JsonObject = {};
  for (const [key, value] of Object.entries(description)) (settings.includes(key) ? all : rest)[key] = value;
  if (Object.keys(all).length > 0) {
    const given = Array.isArray(rest.MethodSettings) ? rest.MethodSettings : [];
    rest.MethodSettings = [{ ResourcePath: "/*", HttpMethod: "*", ...all }, ...given];
  }
  return rest;
}

/** AWS::ApiGateway::Deployment. @internal */
export const deployment: TypeHandler = {
  create(desired, context) {
    requireApi(context, desired);
    if (desired.StageDescription !== undefined && !str(desired.StageName)) {
      throw new HandlerError("InvalidRequest", "StageDescription cannot be specified when stage name is empty");
    }
    checkMethods(desired, context);
    const key = `${str(desired.RestApiId) ?? ""}|${str(desired.StageName) ?? ""}`;
    const refusal = canaryRefusal(desired, context.store.get("AWS::ApiGateway::Stage", key)?.model);
    if (refusal !== undefined) throw badRequest(context, refusal);
    const id = context.ids.text(6);
    const live = compact({ DeploymentId: id, RestApiId: desired.RestApiId, Description: desired.Description });
    context.store.put("AWS::ApiGateway::Deployment", live);
    try {
      deployTo(desired, id, context);
    } catch (error) {
      context.store.remove("AWS::ApiGateway::Deployment", `${id}|${str(desired.RestApiId) ?? ""}`);
      if (!(error instanceof HandlerError) || !error.remnant) throw error;
      // The stage stands although its settings were refused, and with it the deployment it points to.
      context.store.put("AWS::ApiGateway::Stage", error.remnant);
      throw new HandlerError(error.code, error.message, live);
    }
    return live;
  },
  update(live, desired) {
    return compact({
      DeploymentId: live.DeploymentId,
      RestApiId: live.RestApiId,
      Description: desired.Description,
    });
  },
  remove(live, context) {
    const used = under(context, "Stage", live.RestApiId).some(({ model }) => {
      const canary = isObject(model.CanarySetting) ? model.CanarySetting.DeploymentId : undefined;
      return model.DeploymentId === live.DeploymentId || canary === live.DeploymentId;
    });
    // fixtures/localstack test_create_delete_deployments.
    if (used) throw badRequest(context, "Active stages pointing to this deployment must be moved or deleted");
  },
  missing: (_, context) => notFound(context, "Invalid Deployment identifier specified"),
};
