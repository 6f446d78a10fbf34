import type { Service } from "../api/service";
import { requireType } from "../api/service";
import { readFault } from "../faults";
import { handlerOf } from "../handlers";
import { isObject, parseJson, str, type JsonObject } from "../json";
import type { JsonValue } from "../../schema/types";
import { identifierOf, parseIdentifier } from "../model/identifier";
import { parsePatch, patchModel } from "../model/patch";
import type { Stored, View } from "../state/world";
import { alarmsIn, removeAlarm, setAlarm } from "./cloudWatch";
import { ApiError } from "./errors";
import type { RequestLog } from "./requestLog";

/** An admin call's answer. @internal */
export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A resource as snapshots show it. @public */
export interface ResourceSnapshot {
  readonly account: string;
  readonly region: string;
  readonly typeName: string;
  readonly identifier: string;
  readonly model: { readonly [key: string]: JsonValue };
}

/** All resources that exist. @internal */
export function snapshot(service: Service): ResourceSnapshot[] {
  return service.world.all().map(({ account, region, typeName, identifier, model }) => {
    return { account, region, typeName, identifier, model: structuredClone(model) };
  });
}

/** Puts a resource into the world as it is given, whatever its handler would say. @internal */
export function seedResource(service: Service, body: JsonObject): Stored {
  const { schema, account, region } = place(service, body);
  const model = isObject(body.model) ? body.model : undefined;
  if (!model || identifierOf(schema, model) === undefined) {
    throw new ApiError("BadRequest", `a model with ${schema.primaryIdentifier.join(", ")} is needed`);
  }
  const context = service.context(account, region, schema);
  const stored = context.store.put(schema.typeName, model);
  handlerOf(schema.typeName).seed?.(model, context);
  return stored;
}

/** Changes or removes a resource behind Cloud Control's back: what a console user does. @internal */
export function editResource(service: Service, body: JsonObject, how: "patch" | "put" | "delete"): Stored | undefined {
  const { schema, account, region } = place(service, body);
  const identifier = parseIdentifier(schema, str(body.identifier) ?? "");
  const context = service.context(account, region, schema);
  const stored = context.store.get(schema.typeName, identifier);
  if (!stored) throw new ApiError("NotFound", `there is no ${schema.typeName} ${identifier}`, 404);
  if (how === "delete") {
    const cascade = body.cascade === true;
    if (cascade) handlerOf(schema.typeName).remove?.(structuredClone(stored.model), context);
    context.store.remove(schema.typeName, identifier);
    return undefined;
  }
  const model = how === "put" ? body.model : patchModel(stored.model, parsePatch(JSON.stringify(body.patch ?? null)));
  if (!isObject(model) || identifierOf(schema, model) !== identifier) {
    throw new ApiError("BadRequest", "the model must keep its identifier");
  }
  const next = context.store.put(schema.typeName, model);
  handlerOf(schema.typeName).seed?.(model, context);
  return next;
}

function place(service: Service, body: JsonObject) {
  const schema = requireType(str(body.typeName) ?? "");
  const account = str(body.account) ?? service.settings.defaultAccount;
  const region = str(body.region) ?? service.settings.region;
  return { schema, account, region };
}

function storeOf(service: Service, body: JsonObject): View {
  return service.world.view(
    str(body.account) ?? service.settings.defaultAccount,
    str(body.region) ?? service.settings.region,
  );
}

type Route = (service: Service, log: RequestLog, body: JsonObject) => unknown;

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["GET /_/health", (service, log) => ({ status: "ok", now: service.clock.now(), calls: log.total })],
  ["GET /_/requests", (_, log) => log.list()],
  ["GET /_/resources", (service) => snapshot(service)],
  ["POST /_/resources", (service, _, body) => shown(seedResource(service, body))],
  ["PATCH /_/resources", (service, _, body) => shown(editResource(service, body, "patch"))],
  ["PUT /_/resources", (service, _, body) => shown(editResource(service, body, "put"))],
  ["DELETE /_/resources", (service, _, body) => shown(editResource(service, body, "delete"))],
  ["GET /_/faults", (service) => service.faults.list()],
  ["POST /_/faults", (service, _, body) => ({ id: service.faults.add(readFault(body)) })],
  [
    "DELETE /_/faults",
    (service, _, body) => {
      service.faults.clear(typeof body.id === "number" ? body.id : undefined);
      return {};
    },
  ],
  ["GET /_/alarms", (service, _, body) => alarmsIn(storeOf(service, body))],
  [
    "PUT /_/alarms",
    (service, _, body) => {
      setAlarm(storeOf(service, body), str(body.name) ?? "", str(body.state) ?? "");
      return {};
    },
  ],
  [
    "DELETE /_/alarms",
    (service, _, body) => {
      removeAlarm(storeOf(service, body), str(body.name) ?? "");
      return {};
    },
  ],
  ["GET /_/clock", (service) => ({ now: service.clock.now() })],
  [
    "POST /_/clock/await",
    (service, _, body) => {
      if (typeof body.until !== "number") throw new ApiError("BadRequest", "until must be a time in milliseconds");
      return { now: service.clock.await(body.until) };
    },
  ],
  [
    "POST /_/clock/advance",
    (service, _, body) => {
      if (typeof body.ms !== "number" || !(body.ms >= 0)) throw new ApiError("BadRequest", "ms must be a number ≥ 0");
      service.clock.advance(body.ms);
      return { now: service.clock.now() };
    },
  ],
]);

function shown(stored: Stored | undefined): unknown {
  return stored ? { identifier: stored.identifier, account: stored.account, region: stored.region } : {};
}

/** Answers an admin call. @internal */
export function answerAdmin(
  service: Service,
  log: RequestLog,
  call: { method: string; path: string; body: string | undefined },
): AdminAnswer {
  const route = routes.get(`${call.method} ${call.path}`);
  if (!route) return { status: 404, body: { error: `no admin call ${call.method} ${call.path}` } };
  try {
    if (call.body === undefined) throw new ApiError("BadRequest", "the body must be UTF-8");
    const body = call.body === "" ? {} : parseJson(call.body);
    if (!isObject(body)) throw new ApiError("BadRequest", "the body must be a JSON object");
    return { status: 200, body: route(service, log, body) };
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 400;
    return { status, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}
