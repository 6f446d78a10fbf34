import { compact, objects, str, type JsonObject } from "../json";
import { removeFilters } from "./families/logs";
import { generatedName, HandlerError, serviceError, type HandlerContext, type TypeHandler } from "./types";

function named(context: HandlerContext, name: string): string {
  return `Resource of type '${context.schema.typeName}' with identifier '{"/properties/LogGroupName":"${name}"}'`;
}

/** What every log group reads back with (fixtures: three recorded AWS::Logs::LogGroup). */
function materialise(desired: JsonObject, name: string, context: HandlerContext): JsonObject {
  const { partition, region, account } = context;
  return compact({
    ...desired,
    LogGroupName: name,
    Arn: `arn:${partition}:logs:${region}:${account}:log-group:${name}:*`,
    LogGroupClass: desired.LogGroupClass ?? "STANDARD",
    FieldIndexPolicies: desired.FieldIndexPolicies ?? [],
    DataProtectionPolicy: desired.DataProtectionPolicy ?? {},
    BearerTokenAuthenticationEnabled: desired.BearerTokenAuthenticationEnabled ?? false,
    DeletionProtectionEnabled: desired.DeletionProtectionEnabled ?? false,
    Tags: objects(desired.Tags).length > 0 ? desired.Tags : undefined,
  });
}

/** AWS::Logs::LogGroup. @internal */
export const logGroup: TypeHandler = {
  create(desired, context) {
    const name = str(desired.LogGroupName) ?? generatedName(context);
    if (context.store.get("AWS::Logs::LogGroup", name)) {
      throw new HandlerError("AlreadyExists", `${named(context, name)} already exists.`);
    }
    return materialise(desired, name, context);
  },
  update: (live, desired, context) => materialise(desired, str(live.LogGroupName) ?? "", context),
  remove(live, context) {
    if (live.DeletionProtectionEnabled === true && context.quirks.inferredRefusals) {
      const text = `Log group ${str(live.LogGroupName) ?? ""} cannot be deleted because deletion protection is enabled`;
      throw serviceError(context, "CloudWatchLogs", 400, "InvalidRequest", text);
    }
    removeFilters(live, context);
  },
  missing: (identifier, context) => new HandlerError("NotFound", `${named(context, identifier)} was not found.`),
};
