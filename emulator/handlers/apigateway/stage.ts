import { compact, isObject, objects, str, type JsonObject } from "../../json";
import { HandlerError, type HandlerContext, type TypeHandler } from "../types";
import { checkAccessLog, logsAnything } from "./stageLogs";
import { methodSettings } from "./stageMethods";
import { accountRole } from "./account";
import { badRequest, checkTags, conflict, notFound, quota, requireApi, tagsOnRead, under } from "./shared";

const sizes = new Set(["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"]);
const variableValue = /^[A-Za-z0-9\-._~:/?#&=,]+$/;

function checkDeployment(id: unknown, model: JsonObject, context: HandlerContext): void {
  const key = `${typeof id === "string" ? id : ""}|${str(model.RestApiId) ?? ""}`;
  // Facts 2.1, recorded.
  if (!context.store.get("AWS::ApiGateway::Deployment", key)) throw badRequest(context, "Deployment id does not exist");
}

/** Facts 2.5; the texts of these two are inferred [U]. */
function checkVariables(variables: unknown, context: HandlerContext): void {
  for (const [name, value] of Object.entries(isObject(variables) ? variables : {})) {
    if (!/^[A-Za-z0-9_]{1,64}$/.test(name)) {
      throw badRequest(context, `Stage variable names must be alphanumeric or underscore: '${name}'`);
    }
    const text = str(value) ?? "";
    if (!variableValue.test(text) || text.length > 512) {
      throw badRequest(context, `Stage variable value for '${name}' must match [A-Za-z0-9-._~:/?#&=,]+`);
    }
  }
}

function checkReferences(desired: JsonObject, context: HandlerContext): void {
  const version = str(desired.DocumentationVersion);
  const known = `${version ?? ""}|${str(desired.RestApiId) ?? ""}`;
  // Both must exist; the texts are inferred [U].
  if (version && !context.store.get("AWS::ApiGateway::DocumentationVersion", known)) {
    throw notFound(context, "Invalid Documentation version specified");
  }
  const certificate = str(desired.ClientCertificateId);
  if (certificate && !context.store.get("AWS::ApiGateway::ClientCertificate", certificate)) {
    throw badRequest(context, "Invalid client certificate identifier specified");
  }
}

function checkCommon(desired: JsonObject, context: HandlerContext, live?: JsonObject): void {
  // No envelope: the handler itself says it, before it calls API Gateway (facts 2.1).
  if (!str(desired.DeploymentId)) throw new HandlerError("InvalidRequest", "DeploymentId cannot be empty");
  requireApi(context, desired);
  checkDeployment(desired.DeploymentId, desired, context);
  checkVariables(desired.Variables, context);
  checkTags(context, desired.Tags, live?.Tags);
  const size = str(desired.CacheClusterSize);
  if (size !== undefined && !sizes.has(size)) {
    throw badRequest(context, `Invalid cache cluster size: ${size}. Must be one of [${[...sizes].join(", ")}]`);
  }
  const canary = desired.CanarySetting;
  if (!isObject(canary)) return;
  checkVariables(canary.StageVariableOverrides, context);
  if (canary.DeploymentId !== undefined) checkDeployment(canary.DeploymentId, desired, context);
}

function checkNew(desired: JsonObject, context: HandlerContext): void {
  const name = str(desired.StageName) ?? "";
  // Facts 2.5: letters, digits, hyphens, underscores, at most 128; the text is the reported one, which forgets the hyphen.
  if (name === "") throw new HandlerError("InvalidRequest", "StageName cannot be empty");
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) throw badRequest(context, "Stage name only allows a-zA-Z0-9_");
  const siblings = under(context, "Stage", desired.RestApiId);
  if (siblings.some((s) => s.model.StageName === name)) throw conflict(context, "Stage already exists");
  quota(context, siblings.length, 10, "stages", "api");
}

/** What the handler can only set by UpdateStage, after the stage exists (facts 2.1). */
function checkPatched(desired: JsonObject, context: HandlerContext): void {
  checkReferences(
    { RestApiId: desired.RestApiId ?? "", ClientCertificateId: desired.ClientCertificateId ?? "" },
    context,
  );
  if (logsAnything(desired) && accountRole(context.store) === undefined) {
    throw badRequest(context, "CloudWatch Logs role ARN must be set in account settings to enable logging");
  }
}

function canaryOnRead(desired: JsonObject): JsonObject | undefined {
  const canary = desired.CanarySetting;
  if (!isObject(canary)) return undefined;
  // Facts 2.2: the deployment is filled in, UseStageCache is false.
  return compact({
    PercentTraffic: 0,
    UseStageCache: false,
    ...canary,
    DeploymentId: canary.DeploymentId ?? desired.DeploymentId,
  });
}

/** The members that CreateStage takes and every read shows (facts 2.2; fixtures: AWS::ApiGateway::Stage). */
function base(desired: JsonObject, context: HandlerContext): JsonObject {
  return compact({
    RestApiId: desired.RestApiId,
    StageName: desired.StageName,
    DeploymentId: desired.DeploymentId,
    Description: str(desired.Description) === "" ? undefined : desired.Description,
    DocumentationVersion: str(desired.DocumentationVersion) === "" ? undefined : desired.DocumentationVersion,
    CacheClusterEnabled: desired.CacheClusterEnabled ?? false,
    CacheClusterSize: desired.CacheClusterSize,
    TracingEnabled: desired.TracingEnabled ?? false,
    Variables: nonEmpty(desired.Variables),
    CanarySetting: canaryOnRead(desired),
    Tags: tagsOnRead(context, desired.Tags),
  });
}

function nonEmpty(value: unknown): JsonObject | undefined {
  return isObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

function full(desired: JsonObject, live: JsonObject | undefined, context: HandlerContext): JsonObject {
  const settings = methodSettings(desired, live, context);
  return compact({
    ...base(desired, context),
    ClientCertificateId: str(desired.ClientCertificateId) === "" ? undefined : desired.ClientCertificateId,
    AccessLogSetting: checkAccessLog(desired.AccessLogSetting, context),
    MethodSettings: settings.length > 0 ? settings : undefined,
  });
}

/** AWS::ApiGateway::Stage. @internal */
export const stage: TypeHandler = {
  create(desired, context) {
    checkCommon(desired, context);
    checkReferences({ ...desired, ClientCertificateId: "" }, context);
    checkNew(desired, context);
    try {
      checkPatched(desired, context);
      return full(desired, undefined, context);
    } catch (error) {
      if (!(error instanceof HandlerError) || !context.quirks.failedCreateLeavesStage) throw error;
      throw new HandlerError(error.code, error.message, base(desired, context));
    }
  },
  update(live, desired, context) {
    const wanted = { ...desired };
    // Bugs b and c of facts 2.4: what the handler forgets to take away stays.
    if (context.quirks.cacheStaysOn && live.CacheClusterEnabled === true) wanted.CacheClusterEnabled ??= true;
    if (context.quirks.canaryStays && live.CanarySetting !== undefined) wanted.CanarySetting ??= live.CanarySetting;
    checkCommon(wanted, context, live);
    checkReferences({ ...wanted, ClientCertificateId: "" }, context);
    checkPatched(wanted, context);
    return full(wanted, live, context);
  },
  remove: removeUses,
  missing: (_, context) => notFound(context, "Invalid stage identifier specified"),
};

/** A stage that goes leaves the usage plans it was in (terraform-provider-aws #14100 [I]). */
function removeUses(live: JsonObject, context: HandlerContext): void {
  for (const plan of context.store.list("AWS::ApiGateway::UsagePlan")) {
    const stages = objects(plan.model.ApiStages);
    const kept = stages.filter((s) => s.ApiId !== live.RestApiId || s.Stage !== live.StageName);
    if (kept.length < stages.length) context.store.put(plan.typeName, { ...plan.model, ApiStages: kept });
  }
}
