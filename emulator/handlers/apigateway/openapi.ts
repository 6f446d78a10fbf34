import { compact, isObject, str, type JsonObject } from "../../json";
import type { HandlerContext } from "../types";
import { materialiseMethod } from "./method";
import { under } from "./shared";

const verbs: Readonly<Record<string, string>> = {
  get: "GET",
  put: "PUT",
  post: "POST",
  delete: "DELETE",
  options: "OPTIONS",
  head: "HEAD",
  patch: "PATCH",
  "x-amazon-apigateway-any-method": "ANY",
};

/** The resource at a path below the root; missing ones on the way are made. */
function resourceAt(api: JsonObject, path: string, context: HandlerContext): string {
  let parent = str(api.RootResourceId) ?? "";
  for (const part of path.split("/").filter((p) => p !== "")) {
    const known = under(context, "Resource", api.RestApiId).find(
      (r) => r.model.ParentId === parent && r.model.PathPart === part,
    );
    const id = str(known?.model.ResourceId) ?? context.ids.text(6);
    if (!known) {
      const model = compact({ RestApiId: api.RestApiId, ResourceId: id, ParentId: parent, PathPart: part });
      context.store.put("AWS::ApiGateway::Resource", model);
    }
    parent = id;
  }
  return parent;
}

function integrationOf(operation: JsonObject): JsonObject | undefined {
  const extension = operation["x-amazon-apigateway-integration"];
  if (!isObject(extension)) return undefined;
  return compact({
    Type: (str(extension.type) ?? "MOCK").toUpperCase(),
    Uri: str(extension.uri),
    IntegrationHttpMethod: str(extension.httpMethod),
    PassthroughBehavior: str(extension.passthroughBehavior)?.toUpperCase(),
    RequestTemplates: isObject(extension.requestTemplates) ? extension.requestTemplates : undefined,
  });
}

/**
 * Imports the paths and methods of an OpenAPI body: enough for deployments and stages to find what they need, no
 * more (models, authorizers and validators of the body are left out).
 *
 * @internal
 */
export function importBody(api: JsonObject, body: JsonObject, context: HandlerContext): void {
  const paths = isObject(body.paths) ? body.paths : {};
  for (const [path, item] of Object.entries(paths)) {
    if (!isObject(item)) continue;
    const resourceId = resourceAt(api, path, context);
    for (const [name, operation] of Object.entries(item)) {
      const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
      if (verb === undefined || !isObject(operation)) continue;
      const method = compact({
        RestApiId: api.RestApiId,
        ResourceId: resourceId,
        HttpMethod: verb,
        AuthorizationType: "NONE",
        Integration: integrationOf(operation),
      });
      context.store.put("AWS::ApiGateway::Method", materialiseMethod(method));
    }
  }
}
