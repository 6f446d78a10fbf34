import type { JsonValue, RegistrySchema } from "../../schema/types";
import { handlerOf } from "../handlers";
import { asRead } from "../handlers/habits";
import { HandlerError } from "../handlers/types";
import { clone, isObject, parseJson, type JsonObject } from "../json";
import { identifierOf, identifierParts, shownIdentifier } from "../model/identifier";
import type { Caller } from "../server/auth";
import { ApiError } from "../server/errors";
import { resourceKey } from "./handling";
import { findIdentifier } from "./identifiers";
import type { Input } from "./input";
import { page } from "./paging";
import { requireHandler, requireType, type Service } from "./service";

/** The exception a synchronous read answers with when its handler fails (fixtures/localstack test_lifecycle). */
function readFailure(service: Service, schema: RegistrySchema, failure: HandlerError): ApiError {
  const name = failure.code === "NotFound" ? "ResourceNotFoundException" : "GeneralServiceException";
  return new ApiError(
    name,
    `${schema.typeName} Handler returned status FAILED: ${failure.message} (HandlerErrorCode: ${failure.code}, RequestToken: ${service.ids.uuid()})`,
  );
}

/**
 * What a read of a resource shows.
 *
 * @throws ApiError ResourceNotFoundException when there is none.
 * @internal
 */
export function liveModel(service: Service, caller: Caller, schema: RegistrySchema, identifier: string): JsonObject {
  const context = service.context(caller.account, caller.region, schema);
  const handler = handlerOf(schema.typeName);
  const lag = service.lags.read(resourceKey(caller, schema.typeName, identifier));
  const seen = lag ? lag.seen : context.store.get(schema.typeName, identifier)?.model;
  if (!seen) throw readFailure(service, schema, handler.missing(identifier, context));
  const model = clone(seen);
  return asRead(handler.read?.(model, context) ?? model, schema, service.settings.quirks);
}

/** GetResource. @internal */
export function getResource(service: Service, caller: Caller, input: Input): JsonObject {
  input.check(["TypeName", "Identifier"]);
  const schema = requireType(input.need("TypeName"));
  requireHandler(schema, "read");
  const identifier = findIdentifier(service, caller, schema, input.need("Identifier"));
  const model = liveModel(service, caller, schema, identifier);
  return {
    TypeName: schema.typeName,
    ResourceDescription: {
      Identifier: shownIdentifier(schema.typeName, identifier),
      Properties: JSON.stringify(model),
    },
  };
}

/** The model by which a parent-scoped type is listed. */
function listModel(schema: RegistrySchema, input: Input): JsonObject {
  const text = input.text("ResourceModel");
  let model: JsonValue = {};
  try {
    if (text !== undefined) model = parseJson(text);
  } catch {
    throw new ApiError("InvalidRequestException", "Invalid ResourceModel property: it is not valid JSON");
  }
  const given = isObject(model) ? model : {};
  const required = schema.handlers?.list?.handlerSchema?.required ?? [];
  const missing = required.filter((name) => given[name] === undefined);
  if (missing.length > 0) {
    // Facts 3.5, reported for AWS::EKS::Nodegroup.
    const keys = missing.map((name) => `(#: required key [${name}] not found)`).join(", ");
    throw new ApiError(
      "InvalidRequestException",
      `Missing or invalid ResourceModel property in ${schema.typeName} list handler request input.Required property: ${keys}`,
    );
  }
  return given;
}

/** The models that a list sees: those that lag as they were, if at all. */
function listed(service: Service, caller: Caller, typeName: string): JsonObject[] {
  const present = service.world.view(caller.account, caller.region).list(typeName);
  if (service.lags.keys().length === 0) return present.map(({ model }) => model);
  const keys = new Set(present.map(({ identifier }) => resourceKey(caller, typeName, identifier)));
  const seen = present.map(({ identifier, model }) => {
    const lag = service.lags.list(resourceKey(caller, typeName, identifier));
    return lag ? lag.seen : model;
  });
  const prefix = resourceKey(caller, typeName, "");
  const gone = service.lags.keys().filter((key) => key.startsWith(prefix) && !keys.has(key));
  return [...seen, ...gone.map((key) => service.lags.list(key)?.seen)].filter((model) => model !== undefined);
}

/** ListResources: the items carry their identifier only, which is all that clients may count on. @internal */
export function listResources(service: Service, caller: Caller, input: Input): JsonObject {
  input.check(["TypeName"]);
  const schema = requireType(input.need("TypeName"));
  requireHandler(schema, "list");
  const wanted = listModel(schema, input);
  const scope = Object.keys(schema.handlers?.list?.handlerSchema?.properties ?? {});
  const keys = [...scope, ...(schema.handlers?.list?.handlerSchema?.required ?? [])];
  const found = listed(service, caller, schema.typeName).filter((model) => {
    return keys.every((key) => wanted[key] === undefined || model[key] === undefined || model[key] === wanted[key]);
  });
  const { items, next } = page(found, input.maxResults(100), input.text("NextToken"));
  const described = items.map((model) => ({
    Identifier: shownIdentifier(schema.typeName, identifierOf(schema, model) ?? ""),
    Properties: JSON.stringify(identifierOnly(schema, model)),
  }));
  const answer: JsonObject = { TypeName: schema.typeName, ResourceDescriptions: described };
  if (next !== undefined) answer.NextToken = next;
  return answer;
}

function identifierOnly(schema: RegistrySchema, model: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const name of identifierParts(schema)) {
    const value = model[name];
    if (value !== undefined) out[name] = value;
  }
  return out;
}
