import { compact, str, type JsonObject } from "../../json";
import type { HandlerContext, TypeHandler } from "../types";
import { badRequest, conflict, notFound, quota, requireApi, under } from "./shared";

/** Path parts as API Gateway takes them; the text is API Gateway's own, widely reported [I]. */
const pathPart = /^([a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\})$/;

function check(desired: JsonObject, context: HandlerContext): void {
  requireApi(context, desired);
  const api = str(desired.RestApiId) ?? "";
  const part = str(desired.PathPart) ?? "";
  if (!context.store.get("AWS::ApiGateway::Resource", `${api}|${str(desired.ParentId) ?? ""}`)) {
    throw notFound(context, "Invalid Resource identifier specified");
  }
  if (!pathPart.test(part)) {
    throw badRequest(
      context,
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  }
  const all = under(context, "Resource", api);
  quota(context, all.length, 300, "resources", "api");
  const siblings = all.filter((r) => r.model.ParentId === desired.ParentId);
  if (siblings.some((r) => r.model.PathPart === part)) {
    throw conflict(context, `Another resource with the same parent already has this name: ${part}`);
  }
  const variable = siblings.find((r) => str(r.model.PathPart)?.startsWith("{"));
  if (part.startsWith("{") && variable) {
    const text = `A sibling (${str(variable.model.PathPart) ?? ""}) of this resource already has a variable path part -- only one is allowed`;
    throw badRequest(context, text);
  }
}

/** AWS::ApiGateway::Resource. Everything but its id is create-only, so an update changes nothing. @internal */
export const resource: TypeHandler = {
  create(desired, context) {
    check(desired, context);
    return compact({ ...desired, ResourceId: context.ids.text(6) });
  },
  update: (live) => live,
  remove(live, context) {
    const api = context.store.get("AWS::ApiGateway::RestApi", str(live.RestApiId) ?? "");
    // The root lives and dies with its API; the text is inferred [U].
    if (api && api.model.RootResourceId === live.ResourceId)
      throw badRequest(context, "Unable to delete the root resource");
    removeBelow(live, context);
  },
  missing: (_, context) => notFound(context, "Invalid Resource identifier specified"),
};

/** A deleted resource takes its methods and everything below it along. */
function removeBelow(live: JsonObject, context: HandlerContext): void {
  for (const method of under(context, "Method", live.RestApiId)) {
    if (method.model.ResourceId === live.ResourceId) context.store.remove(method.typeName, method.identifier);
  }
  for (const child of under(context, "Resource", live.RestApiId)) {
    if (child.model.ParentId !== live.ResourceId) continue;
    removeBelow(child.model, context);
    context.store.remove(child.typeName, child.identifier);
  }
}
