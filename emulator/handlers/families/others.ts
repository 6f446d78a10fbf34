import type { JsonValue } from "../../../schema/types";
import { isObject, objects, parseJson, str, type JsonObject } from "../../json";
import type { Stored } from "../../state/world";
import type { Overlay, Overlays } from "../overlay";
import { serviceError, type HandlerContext } from "../types";

/** A statement in a function's policy; its id is made up when the call names none [D]. The function itself may live elsewhere. */
const permission: Overlay = {
  exactAttributes: true,
  ids: (_, context) => ({ Id: context.ids.uuid() }),
  missing: (_, context) =>
    serviceError(context, "Lambda", 404, "NotFound", "No policy is associated with the given resource."),
};

function roleOf(model: JsonObject, context: HandlerContext): Stored {
  const name = str(model.RoleName) ?? "";
  const role = context.store.get("AWS::IAM::Role", name);
  if (role) return role;
  throw serviceError(context, "Iam", 404, "NotFound", `The role with name ${name} cannot be found.`);
}

/** The role's inline policies without the one of this name, and with the new one where there is one. */
function setPolicy(
  role: Stored,
  name: JsonValue | undefined,
  document: JsonValue | undefined,
  context: HandlerContext,
): void {
  const rest: JsonValue[] = objects(role.model.Policies).filter((policy) => policy.PolicyName !== name);
  const own = document === undefined || name === undefined ? [] : [{ PolicyName: name, PolicyDocument: document }];
  const model: JsonObject = { ...role.model, Policies: [...rest, ...own] };
  if (rest.length + own.length === 0) delete model.Policies;
  context.store.put("AWS::IAM::Role", model);
}

function parsed(document: JsonValue | undefined): JsonValue {
  if (typeof document !== "string") return document ?? {};
  try {
    return parseJson(document);
  } catch {
    return {};
  }
}

/** An inline policy is part of its role: the role's own read shows it (fixtures: AWS::IAM::Role, BuildRole). */
const rolePolicy: Overlay = {
  check(model, context) {
    roleOf(model, context);
    const valid =
      isObject(parsed(model.PolicyDocument)) && Object.keys(parsed(model.PolicyDocument) as JsonObject).length > 0;
    if (valid) return;
    throw serviceError(context, "Iam", 400, "InvalidRequest", "Syntax errors in policy.");
  },
  made(model, context) {
    setPolicy(roleOf(model, context), model.PolicyName, parsed(model.PolicyDocument), context);
  },
  remove(live, context) {
    const role = context.store.get("AWS::IAM::Role", str(live.RoleName) ?? "");
    if (role) setPolicy(role, live.PolicyName, undefined, context);
  },
};

/** Single types of other services. @internal */
export const others: Overlays = { "AWS::Lambda::Permission": permission, "AWS::IAM::RolePolicy": rolePolicy };
