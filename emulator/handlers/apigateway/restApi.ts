import type { JsonValue } from "../../../schema/types";
import { compact, isObject, parseJson, str, type JsonObject } from "../../json";
import { HandlerError, type HandlerContext, type TypeHandler } from "../types";
import { badRequest, checkTags, jsonText, notFound, quota, tagsOnRead } from "./shared";
import { importBody } from "./openapi";

/** What every REST API reads back with (fixtures: three recorded AWS::ApiGateway::RestApi). */
function materialise(desired: JsonObject, fixed: JsonObject, context: HandlerContext): JsonObject {
  const endpoint = isObject(desired.EndpointConfiguration) ? desired.EndpointConfiguration : {};
  const isPrivate = Array.isArray(endpoint.Types) && endpoint.Types.includes("PRIVATE");
  return compact({
    ...desired,
    ...fixed,
    // Private APIs take clients of both address families and TLS 1.2 only [D], read live (cdk-real-drift #678).
    SecurityPolicy: desired.SecurityPolicy ?? (isPrivate ? "TLS_1_2" : "TLS_1_0"),
    ApiKeySourceType: desired.ApiKeySourceType ?? "HEADER",
    EndpointConfiguration: { IpAddressType: isPrivate ? "dualstack" : "ipv4", Types: ["EDGE"], ...endpoint },
    DisableExecuteApiEndpoint: desired.DisableExecuteApiEndpoint ?? false,
    Policy: policyOnRead(desired.Policy, str(fixed.RestApiId) ?? "", context),
    Tags: tagsOnRead(context, desired.Tags),
    BinaryMediaTypes: emptyAsAbsent(desired.BinaryMediaTypes),
  });
}

/**
 * A policy reads back as a JSON string, whatever it was given as (facts 1.2), and its short resources, `execute-api:/*`,
 * with the API's whole ARN (cdk-real-drift #676, read live).
 */
function policyOnRead(policy: JsonValue | undefined, id: string, context: HandlerContext): string | undefined {
  const text = jsonText(policy);
  const whole = `arn:${context.partition}:execute-api:${context.region}:${context.account}:${id}/`;
  return text?.replaceAll('"execute-api:/', `"${whole}`);
}

function emptyAsAbsent(list: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(list) && list.length === 0 ? undefined : list;
}

function bodyOf(desired: JsonObject, context: HandlerContext): JsonObject | undefined {
  const body = desired.Body;
  if (body === undefined) return undefined;
  if (isObject(body)) return body;
  try {
    const parsed = parseJson(str(body) ?? "");
    if (isObject(parsed)) return parsed;
  } catch {
    // YAML bodies exist; without a parser for them they are refused like broken ones.
  }
  throw badRequest(context, "Invalid OpenAPI input.");
}

function withName(desired: JsonObject, body: JsonObject | undefined): JsonObject {
  const info = isObject(body?.info) ? body.info : {};
  const name = str(desired.Name) ?? str(info.title);
  // Required by CreateRestApi unless a body names the API; the text is inferred [U].
  if (name === undefined || name === "") throw new HandlerError("InvalidRequest", "Name cannot be empty");
  return compact({ ...desired, Name: name, Description: desired.Description ?? str(info.description) });
}

/** 600 regional and private APIs, 120 edge-optimised ones (facts 2.5). */
function checkQuota(desired: JsonObject, context: HandlerContext): void {
  const edge = (model: JsonObject): boolean => {
    const endpoint = isObject(model.EndpointConfiguration) ? model.EndpointConfiguration : {};
    return !Array.isArray(endpoint.Types) || endpoint.Types.includes("EDGE");
  };
  const same = context.store.list("AWS::ApiGateway::RestApi").filter((api) => edge(api.model) === edge(desired));
  quota(context, same.length, edge(desired) ? 120 : 600, edge(desired) ? "edge APIs" : "regional APIs");
}

/** DeleteRestApi while a domain maps to the API; text: amplify-education/serverless-domain-manager #406 [I]. */
function checkMappings(live: JsonObject, context: HandlerContext): void {
  const mappings = context.store
    .list("AWS::ApiGateway::BasePathMapping")
    .filter((mapping) => mapping.model.RestApiId === live.RestApiId);
  if (mappings.length === 0) return;
  const names = mappings.map((mapping) => str(mapping.model.DomainName) ?? "").join(", ");
  const text = `Deleting RestApi ${str(live.RestApiId) ?? ""} failed. Please remove all base path mappings related to the RestApi in your domains: ${names}`;
  throw badRequest(context, text);
}

/** AWS::ApiGateway::RestApi. @internal */
export const restApi: TypeHandler = {
  create(desired, context) {
    const body = bodyOf(desired, context);
    const named = withName(desired, body);
    checkTags(context, desired.Tags);
    checkQuota(named, context);
    const fixed = { RestApiId: context.ids.text(10), RootResourceId: context.ids.text(10) };
    const live = materialise(named, fixed, context);
    putRoot(live, context);
    putModels(live, context);
    if (body) importBody(live, body, context);
    return live;
  },
  update(live, desired, context) {
    const body = bodyOf(desired, context);
    checkTags(context, desired.Tags, live.Tags);
    const fixed = compact({ RestApiId: live.RestApiId, RootResourceId: live.RootResourceId });
    const next = materialise(withName(desired, body), fixed, context);
    if (body) importBody(next, body, context);
    return next;
  },
  remove(live, context) {
    checkMappings(live, context);
    for (const child of context.store.listFamily("AWS::ApiGateway::")) {
      if (child.typeName !== "AWS::ApiGateway::RestApi" && child.model.RestApiId === live.RestApiId) {
        context.store.remove(child.typeName, child.identifier);
      }
    }
  },
  missing(identifier, context) {
    return notFound(context, `Invalid API identifier specified ${context.account}:${identifier}`);
  },
  seed: putRoot,
};

const draft = "http://json-schema.org/draft-04/schema#";

/** The two models every new API has (fixtures/localstack test_api_gateway_request_validator_with_ref_models). */
const ownModels: readonly JsonObject[] = [
  {
    Name: "Empty",
    Description: "This is a default empty schema model",
    Schema: { $schema: draft, title: "Empty Schema", type: "object" },
  },
  {
    Name: "Error",
    Description: "This is a default error schema model",
    Schema: { $schema: draft, title: "Error Schema", type: "object", properties: { message: { type: "string" } } },
  },
];

function putModels(api: JsonObject, context: HandlerContext): void {
  for (const model of ownModels) {
    const own = { RestApiId: api.RestApiId ?? "", ContentType: "application/json" };
    context.store.put("AWS::ApiGateway::Model", { ...own, ...model });
  }
}

/** Every API has a root resource, which nobody creates and everybody can read. */
function putRoot(api: JsonObject, context: HandlerContext): void {
  const root = str(api.RootResourceId);
  const id = str(api.RestApiId);
  if (root === undefined || id === undefined) return;
  if (context.store.get("AWS::ApiGateway::Resource", `${id}|${root}`)) return;
  context.store.put("AWS::ApiGateway::Resource", { RestApiId: id, ResourceId: root });
}
