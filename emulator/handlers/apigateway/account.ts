import type { JsonValue } from "../../../schema/types";
import { compact, isObject, objects, parseJson, str, type JsonObject } from "../../json";
import type { View } from "../../state/world";
import { HandlerError, type HandlerContext, type TypeHandler } from "../types";
import { badRequest } from "./shared";

const roleKey = "apigateway.cloudWatchRoleArn";
const idKey = "apigateway.accountId";

/** The role with which API Gateway writes logs in this region, if one is set. @internal */
export function accountRole(store: View): string | undefined {
  return str(store.settings.get(roleKey));
}

function trusts(document: JsonValue | undefined): boolean {
  let policy = document;
  if (typeof policy === "string") {
    try {
      policy = parseJson(policy);
    } catch {
      return false;
    }
  }
  const statements = isObject(policy) ? policy.Statement : undefined;
  return objects(Array.isArray(statements) ? statements : [statements ?? null]).some((statement) => {
    const services = isObject(statement.Principal) ? statement.Principal.Service : statement.Principal;
    const names = Array.isArray(services) ? services : [services];
    return statement.Effect === "Allow" && (names.includes("apigateway.amazonaws.com") || names.includes("*"));
  });
}

/** UpdateAccount tries the role before it takes it; the text is API Gateway's own, widely reported [I]. */
function checkRole(arn: string, context: HandlerContext): void {
  if (!context.quirks.accountRoleChecked) return;
  const role = context.store.list("AWS::IAM::Role").find((r) => r.model.Arn === arn);
  if (role && trusts(role.model.AssumeRolePolicyDocument)) return;
  throw badRequest(
    context,
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
  );
}

function apply(desired: JsonObject, context: HandlerContext): JsonObject {
  const arn = str(desired.CloudWatchRoleArn);
  if (arn) checkRole(arn, context);
  if (arn) context.store.settings.set(roleKey, arn);
  else context.store.settings.delete(roleKey);
  const id = str(context.store.settings.get(idKey)) ?? context.ids.text(12);
  context.store.settings.set(idKey, id);
  return compact({ Id: id, CloudWatchRoleArn: arn });
}

/**
 * AWS::ApiGateway::Account: one per account and region. It is a setting rather than a thing, so that a create takes
 * over what is there, and its id stays the same.
 *
 * @internal
 */
export const account: TypeHandler = {
  create: apply,
  update: (_, desired, context) => apply(desired, context),
  remove(_, context) {
    if (!context.quirks.accountRoleSurvivesDelete) context.store.settings.delete(roleKey);
  },
  missing(identifier) {
    return new HandlerError(
      "NotFound",
      `Resource of type 'AWS::ApiGateway::Account' with identifier '${identifier}' was not found.`,
    );
  },
  seed(model, context) {
    if (model.Id !== undefined) context.store.settings.set(idKey, model.Id);
    if (model.CloudWatchRoleArn !== undefined) context.store.settings.set(roleKey, model.CloudWatchRoleArn);
  },
};
