import type { JsonValue } from "../../../schema/types";
import { isObject, objects, str, type JsonObject } from "../../json";
import { badRequest, conflict, inferredRefusal, notFound, quota } from "../apigateway/shared";
import type { Overlay, Overlays } from "../overlay";
import type { HandlerContext } from "../types";
import { missing, sixAs } from "./shared";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** API keys: 20 to 128 characters, unique in account and region [D]. */
function checkKey(model: JsonObject, context: HandlerContext, live?: JsonObject): void {
  const value = str(model.Value);
  if (value !== undefined && (value.length < 20 || value.length > 128)) {
    throw badRequest(context, "API Key value should be at least 20 characters");
  }
  for (const { RestApiId, StageName } of objects(model.StageKeys)) {
    const key = `${str(RestApiId) ?? ""}|${str(StageName) ?? ""}`;
    if (!context.store.get("AWS::ApiGateway::Stage", key))
      throw notFound(context, "Invalid stage identifier specified");
  }
  if (live) return;
  const keys = context.store.list("AWS::ApiGateway::ApiKey");
  if (value !== undefined && keys.some((k) => k.model.Value === value))
    throw conflict(context, "API Key already exists");
  quota(context, keys.length, 10_000, "API Keys");
}

const apiKey: Overlay = {
  ids: (_, context) => ({ APIKeyId: context.ids.text(10) }),
  ...missing("API Key"),
  check: checkKey,
  defaults: (model, context) => ({
    // Without a name the handler makes one up, as CloudFormation does; the value is forty characters [D].
    Name: model.Name ?? `CloudControl-ApiKey-${context.ids.text(12, letters)}`,
    Value: model.Value ?? context.ids.text(40, letters),
    Enabled: model.Enabled ?? false,
  }),
  remove(live, context) {
    for (const key of context.store.list("AWS::ApiGateway::UsagePlanKey")) {
      if (key.model.KeyId === live.APIKeyId) context.store.remove(key.typeName, key.identifier);
    }
  },
};

function stageText({ ApiId, Stage }: JsonObject): string {
  return `{api: ${str(ApiId) ?? ""}, stage: ${str(Stage) ?? ""}}`;
}

/** Each stage of a plan must exist (fixtures/localstack test_usage_plan_crud, all three texts). */
function checkPlanStages(model: JsonObject, context: HandlerContext): void {
  for (const entry of objects(model.ApiStages)) {
    const { ApiId, Stage } = entry;
    if (str(ApiId) === undefined || str(Stage) === undefined) throw badRequest(context, "Invalid API Stage specified");
    if (context.store.get("AWS::ApiGateway::Stage", `${str(ApiId) ?? ""}|${str(Stage) ?? ""}`)) continue;
    throw notFound(context, `Invalid API Stage ${stageText(entry)} specified for usageplan ${str(model.Id) ?? ""}`);
  }
}

const periods: readonly JsonValue[] = ["DAY", "WEEK", "MONTH"];

/** CreateUsagePlan's own rules for quotas and throttles [D]. */
function checkPlan(model: JsonObject, context: HandlerContext, live?: JsonObject): void {
  const { Quota: given, Throttle: throttle } = model;
  if (isObject(given)) {
    const { Limit, Period, Offset } = given;
    if (Limit === undefined || !periods.includes(Period ?? null)) {
      throw badRequest(context, "Usage Plan quota must have a limit and a period, one of [DAY, WEEK, MONTH]");
    }
    const last = { DAY: 0, WEEK: 6, MONTH: 27 }[str(Period) ?? "DAY"] ?? 0;
    if (typeof Offset === "number" && (Offset < 0 || Offset > last)) {
      throw badRequest(
        context,
        `Usage Plan quota offset for period ${str(Period) ?? ""} should be in the range of 0-${last}`,
      );
    }
  }
  if (isObject(throttle) && (throttle.RateLimit === undefined) !== (throttle.BurstLimit === undefined)) {
    inferredRefusal(context, "Usage Plan throttle must have a rate limit and a burst limit");
  }
  checkPlanStages(model, context);
  if (!live) quota(context, context.store.list("AWS::ApiGateway::UsagePlan").length, 300, "usage plans");
}

const usagePlan: Overlay = {
  ...sixAs("Id"),
  // fixtures/localstack test_usage_plan_crud.
  missing: (_, context) => notFound(context, "Invalid Usage Plan ID specified"),
  check: checkPlan,
  // fixtures: AWS::ApiGateway::UsagePlan.
  defaults: (model) => ({
    ApiStages: model.ApiStages ?? [],
    Quota: isObject(model.Quota) ? { Offset: 0, ...model.Quota } : undefined,
  }),
  remove(live, context) {
    // DeleteUsagePlan refuses a plan that has stages [I]; stacks with one are deleted all the same, so the handler takes
    // the stages off first. The keys' memberships go with the plan.
    for (const key of context.store.list("AWS::ApiGateway::UsagePlanKey")) {
      if (key.model.UsagePlanId === live.Id) context.store.remove(key.typeName, key.identifier);
    }
  },
};

const usagePlanKey: Overlay = {
  ids: (desired) => ({ Id: `${str(desired.KeyId) ?? ""}:${str(desired.UsagePlanId) ?? ""}` }),
  check(desired, context) {
    if (!context.store.get("AWS::ApiGateway::UsagePlan", str(desired.UsagePlanId) ?? "")) {
      throw notFound(context, "Invalid Usage Plan ID specified");
    }
    if (desired.KeyType !== "API_KEY") throw badRequest(context, "Usage Plan Key type must be API_KEY");
    if (!context.store.get("AWS::ApiGateway::ApiKey", str(desired.KeyId) ?? "")) {
      throw notFound(context, "Invalid API Key identifier specified");
    }
  },
  exists: (_, context) => conflict(context, "Usage Plan Key already exists"),
  missing: (_, context) => notFound(context, "Invalid Usage Plan ID specified"),
};

/** API keys and what they may use. @internal */
export const usage: Overlays = {
  "AWS::ApiGateway::ApiKey": apiKey,
  "AWS::ApiGateway::UsagePlan": usagePlan,
  "AWS::ApiGateway::UsagePlanKey": usagePlanKey,
};
