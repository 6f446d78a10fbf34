import { createHash } from "node:crypto";

import type { JsonValue, RegistrySchema } from "../../schema/types";
import { canonical, isObject, parseJson, type JsonObject } from "../json";
import { identifierOf } from "../model/identifier";
import { parsePatch, patchModel } from "../model/patch";
import { changedPaths, presentPaths, removePaths } from "../model/paths";
import { validateModel } from "../model/validate";
import type { Caller } from "../server/auth";
import { ApiError, invalid } from "../server/errors";
import { progressEvent } from "./events";
import { findIdentifier } from "./identifiers";
import type { Input } from "./input";
import { liveModel } from "./reads";
import type { RequestEntry } from "./requests";
import { requireUnlocked, start } from "./runner";
import { requireHandler, requireType, type Service } from "./service";

/** Answers a mutation: the replay of its client token, or what `accept` starts. */
function mutate(
  service: Service,
  caller: Caller,
  input: Input,
  fields: readonly string[],
  accept: (schema: RegistrySchema) => RequestEntry,
): JsonObject {
  input.check(fields);
  const schema = requireType(input.need("TypeName"));
  const token = input.text("ClientToken");
  // The names belong to it: a token of a create is another call's when it comes with a delete.
  const values = [...fields, "TypeVersionId", "RoleArn"].map((name) => [name, input.text(name) ?? null]);
  const hash = createHash("sha256").update(canonical(values)).digest("hex");
  const key = [caller.account, caller.region, token ?? ""].join("\n");
  let entry = token === undefined ? undefined : service.requests.replay(key, token, hash);
  const again = entry?.status === "FAILED" && !service.settings.quirks.failedRequestReplayed;
  if (!entry || again) {
    entry = accept(schema);
    if (token !== undefined) service.requests.remember(key, hash, entry);
  }
  return { ProgressEvent: progressEvent(service, entry, "event") };
}

function parseModel(text: string): JsonObject {
  let parsed: JsonValue;
  try {
    parsed = parseJson(text);
  } catch {
    throw invalid("Model validation failed (#: invalid JSON)");
  }
  if (isObject(parsed)) return parsed;
  throw invalid("Model validation failed (#: expected type: JSONObject)");
}

function requireValid(schema: RegistrySchema, model: JsonObject): void {
  const failure = validateModel(schema, model);
  if (failure !== undefined) throw invalid(failure);
}

/** CreateResource. @internal */
export function createResource(service: Service, caller: Caller, input: Input): JsonObject {
  return mutate(service, caller, input, ["TypeName", "DesiredState"], (schema) => {
    requireHandler(schema, "create");
    const desired = parseModel(input.need("DesiredState"));
    requireValid(schema, desired);
    checkReadOnly(service, schema, desired);
    const identifier = identifierOf(schema, desired);
    if (identifier !== undefined) requireUnlocked(service, caller, schema.typeName, identifier);
    return start(service, { caller, schema, operation: "CREATE", identifier, desired });
  });
}

/** What nobody may set: refused or dropped, by the switch; the text of the refusal is inferred [U]. */
function checkReadOnly(service: Service, schema: RegistrySchema, desired: JsonObject): void {
  const readOnly = presentPaths(desired, schema.readOnlyProperties ?? []);
  if (readOnly.length === 0) return;
  if (service.settings.quirks.readOnlyInDesiredState === "ignore") removePaths(desired, readOnly);
  else throw invalid(`Invalid model: readOnlyProperties [${readOnly.join(", ")}] cannot be set`);
}

/** UpdateResource. @internal */
export function updateResource(service: Service, caller: Caller, input: Input): JsonObject {
  return mutate(service, caller, input, ["TypeName", "Identifier", "PatchDocument"], (schema) => {
    requireHandler(schema, "update");
    const identifier = findIdentifier(service, caller, schema, input.need("Identifier"));
    const patch = parsePatch(input.need("PatchDocument"));
    requireUnlocked(service, caller, schema.typeName, identifier);
    // The base of a patch is what a read shows now (facts 3.5), so a missing resource is found out here.
    const live = liveModel(service, caller, schema, identifier);
    const desired = patchModel(live, patch);
    requireUpdatable(
      schema,
      live,
      desired,
      patch.map((op) => (op.op === "test" ? "" : op.path)),
    );
    requireValid(schema, desired);
    return start(service, { caller, schema, operation: "UPDATE", identifier, desired });
  });
}

function requireUpdatable(
  schema: RegistrySchema,
  live: JsonObject,
  desired: JsonObject,
  touched: readonly string[],
): void {
  const createOnly = changedPaths(live, desired, schema.createOnlyProperties ?? []);
  if (createOnly.length > 0) {
    // fixtures/localstack test_update.
    const text = `Invalid patch update: createOnlyProperties [${createOnly.join(", ")}] cannot be updated`;
    throw new ApiError("NotUpdatableException", text);
  }
  const readOnly = schema.readOnlyProperties ?? [];
  const named = readOnly.filter((path) => touched.includes(path.replace("/properties", "")));
  const changed = new Set([...named, ...changedPaths(live, desired, readOnly)]);
  // Reported live for LogGroup.Arn and for Canary.Code.SourceLocationArn, as a ValidationException [I].
  if (changed.size > 0) {
    throw invalid(`Invalid patch update: readOnlyProperties [${[...changed].join(", ")}] cannot be updated`);
  }
}

/** DeleteResource: a resource that does not exist is found out by the handler (fixtures/localstack test_api_exceptions). @internal */
export function deleteResource(service: Service, caller: Caller, input: Input): JsonObject {
  return mutate(service, caller, input, ["TypeName", "Identifier"], (schema) => {
    requireHandler(schema, "delete");
    const identifier = findIdentifier(service, caller, schema, input.need("Identifier"));
    requireUnlocked(service, caller, schema.typeName, identifier);
    return start(service, { caller, schema, operation: "DELETE", identifier, desired: {} });
  });
}
