import type { JsonValue } from "../../schema/types";
import { compact, isObject, objects, parseJson, str, type JsonObject } from "../json";
import { generatedName, serviceError, type HandlerContext, type TypeHandler } from "./types";

/** Policies are kept as documents, also when they were given as text. */
function document(value: JsonValue | undefined, context: HandlerContext): JsonValue | undefined {
  let parsed = value;
  if (typeof value === "string") {
    try {
      parsed = parseJson(value);
    } catch {
      parsed = undefined;
    }
  }
  if (isObject(parsed)) return parsed;
  throw serviceError(context, "Iam", 400, "InvalidRequest", "This policy contains invalid Json");
}

function nonEmpty(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}

/** What every role reads back with (fixtures: five recorded AWS::IAM::Role; the description is there even when empty). */
function materialise(desired: JsonObject, fixed: JsonObject, context: HandlerContext): JsonObject {
  const policies = objects(desired.Policies).map((policy) =>
    compact({ ...policy, PolicyDocument: document(policy.PolicyDocument, context) }),
  );
  return compact({
    ...desired,
    ...fixed,
    AssumeRolePolicyDocument: document(desired.AssumeRolePolicyDocument, context),
    Description: desired.Description ?? "",
    MaxSessionDuration: desired.MaxSessionDuration ?? 3600,
    ManagedPolicyArns: nonEmpty(desired.ManagedPolicyArns),
    Policies: nonEmpty(policies),
    Tags: nonEmpty(desired.Tags),
  });
}

/** AWS::IAM::Role: one set for all regions of an account. @internal */
export const role: TypeHandler = {
  create(desired, context) {
    const name = str(desired.RoleName) ?? generatedName(context);
    if (context.store.get("AWS::IAM::Role", name)) {
      throw serviceError(context, "Iam", 409, "AlreadyExists", `Role with name ${name} already exists.`);
    }
    const path = str(desired.Path) ?? "/";
    const fixed = {
      RoleName: name,
      Path: path,
      Arn: `arn:${context.partition}:iam::${context.account}:role${path}${name}`,
      RoleId: `AROA${context.ids.text(17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
    };
    return materialise(desired, fixed, context);
  },
  update(live, desired, context) {
    const { RoleName, Path, Arn, RoleId } = live;
    return materialise(desired, compact({ RoleName, Path, Arn, RoleId }), context);
  },
  missing: (name, context) =>
    serviceError(context, "Iam", 404, "NotFound", `The role with name ${name} cannot be found.`),
};
