import type { RegistrySchema } from "../../schema/types";
import { handlerOf } from "../handlers";
import { countCall } from "../handlers/apigateway/rates";
import { HandlerError, type HandlerContext } from "../handlers/types";
import { clone, type JsonObject } from "../json";
import { identifierOf } from "../model/identifier";
import { removePaths } from "../model/paths";
import type { Latency } from "../options";
import type { Caller } from "../server/auth";
import { ApiError } from "../server/errors";
import type { Operation, RequestEntry } from "./requests";
import type { Service } from "./service";

/** A mutation that has passed all synchronous checks. @internal */
export interface Accepted {
  readonly caller: Caller;
  readonly schema: RegistrySchema;
  readonly operation: Operation;
  /** Undefined while a create cannot know it yet. */
  readonly identifier: string | undefined;
  /** The desired state of a create, the patched model of an update. */
  readonly desired: JsonObject;
}

/** The key of the lock that a running operation holds on its resource. @internal */
function lockKey(caller: Caller, typeName: string, identifier: string): string {
  return [caller.account, caller.region, typeName, identifier].join("\n");
}

/** @throws ApiError while another operation runs on the resource (facts 3.5). @internal */
export function requireUnlocked(service: Service, caller: Caller, typeName: string, identifier: string): void {
  const holder = service.requests.holder(lockKey(caller, typeName, identifier));
  if (!holder) return;
  throw new ApiError(
    "ConcurrentOperationException",
    `Another operation on the resource ${typeName} with identifier ${identifier} is in progress. RequestToken ${holder.token}`,
  );
}

/** Accepts a mutation: from here on it is asynchronous, and its outcome is in its progress event only. @internal */
export function start(service: Service, accepted: Accepted): RequestEntry {
  const { caller, schema, operation, identifier } = accepted;
  const now = service.clock.now();
  const stuck = service.faults.take("stuck", operation, schema.typeName) !== undefined;
  const extra = stuck ? 0 : (service.faults.take("slow", operation, schema.typeName)?.ms ?? 0);
  const entry: RequestEntry = {
    token: service.ids.uuid(),
    accessKey: caller.accessKey,
    account: caller.account,
    region: caller.region,
    typeName: schema.typeName,
    operation,
    acceptedAt: now,
    due: stuck ? undefined : now + handlerTime(service, operation) + extra,
    desired: accepted.desired,
    status: "IN_PROGRESS",
    eventTime: now,
    identifier,
    errorCode: undefined,
    statusMessage: undefined,
    model: undefined,
    lock: identifier === undefined ? undefined : lockKey(caller, schema.typeName, identifier),
    stop: () => undefined,
    work: () => undefined,
    hooks: [],
  };
  begin(service, entry, accepted);
  return entry;
}

/** Lets a request run that an earlier process had accepted, from where it was: its handler has done nothing yet. @internal */
export function resume(service: Service, entry: RequestEntry, schema: RegistrySchema): void {
  const { account, region, accessKey, operation, identifier, desired = {} } = entry;
  begin(service, entry, { caller: { account, region, accessKey }, schema, operation, identifier, desired });
}

function begin(service: Service, entry: RequestEntry, accepted: Accepted): void {
  entry.work = () => {
    finish(service, entry, accepted);
  };
  service.requests.add(entry);
  if (entry.due !== undefined) entry.stop = service.clock.after(entry.due - service.clock.now(), entry.work);
}

const latencyKeys: Readonly<Record<Operation, keyof Latency>> = {
  CREATE: "create",
  UPDATE: "update",
  DELETE: "delete",
};

function handlerTime(service: Service, operation: Operation): number {
  const time = service.settings.latency[latencyKeys[operation]];
  if (typeof time === "number") return time;
  const [low, high] = time;
  return low + service.ids.next() * (high - low);
}

function finish(service: Service, entry: RequestEntry, accepted: Accepted): void {
  try {
    const model = service.changes.because(entry, () => run(service, accepted, entry));
    if (model) {
      entry.identifier = identifierOf(accepted.schema, model) ?? entry.identifier;
      if (service.settings.quirks.resourceModelInEvents) entry.model = JSON.stringify(model);
    }
    service.requests.finish(entry, "SUCCESS");
  } catch (error) {
    const failure = error instanceof HandlerError ? error : new HandlerError("InternalFailure", "Internal Failure");
    entry.errorCode = failure.code;
    entry.statusMessage = failure.message;
    service.requests.finish(entry, "FAILED");
  }
}

function run(service: Service, accepted: Accepted, entry: RequestEntry): JsonObject | undefined {
  const { caller, schema, operation } = accepted;
  const context = service.context(caller.account, caller.region, schema);
  askHooks(service, accepted, entry);
  const fault = service.faults.take("handler-failure", operation, schema.typeName);
  const failure = fault && new HandlerError(fault.errorCode, fault.message ?? "Injected handler failure");
  if (failure && fault.remnant !== true) throw failure;
  countCall(context, operation, accepted.desired);
  const model = { CREATE: create, UPDATE: update, DELETE: remove }[operation](context, accepted, entry, service);
  if (failure) {
    if (model) entry.identifier = identifierOf(schema, model);
    throw failure;
  }
  return model;
}

/** Hooks run before the handler; the code and text of an operation that one refused are inferred [U]. */
function askHooks(service: Service, { schema, operation }: Accepted, entry: RequestEntry): void {
  const fault = service.faults.take("hook-failure", operation, schema.typeName);
  if (!fault) return;
  const { hook, message, mode = "FAIL" } = fault;
  entry.hooks.push({
    HookTypeName: hook,
    InvocationPoint: "PRE_PROVISION",
    HookStatus: "HOOK_COMPLETE_FAILED",
    HookEventTime: service.clock.now() / 1000,
    HookStatusMessage: message,
    FailureMode: mode,
  });
  if (mode === "FAIL") throw new HandlerError("InvalidRequest", `The following hook(s) failed: [${hook}]`);
}

/** Stores a model as it is read back: write-only values are gone. */
function store(context: HandlerContext, model: JsonObject): void {
  const live = clone(model);
  removePaths(live, context.schema.writeOnlyProperties ?? []);
  context.store.put(context.schema.typeName, live);
}

function create(context: HandlerContext, accepted: Accepted, entry: RequestEntry, service: Service): JsonObject {
  const { schema } = accepted;
  try {
    const model = handlerOf(schema.typeName).create(clone(accepted.desired), context);
    store(context, model);
    const hidden = service.faults.take("eventual-read", "CREATE", schema.typeName);
    const stored = context.store.get(schema.typeName, identifierOf(schema, model) ?? "");
    if (hidden && stored) stored.hiddenReads = hidden.reads;
    return model;
  } catch (error) {
    if (error instanceof HandlerError && error.remnant) {
      store(context, error.remnant);
      entry.identifier = identifierOf(schema, error.remnant) ?? entry.identifier;
    }
    throw error;
  }
}

function update(context: HandlerContext, accepted: Accepted): JsonObject {
  const { schema, identifier = "" } = accepted;
  const handler = handlerOf(schema.typeName);
  const stored = context.store.get(schema.typeName, identifier);
  if (!stored) throw handler.missing(identifier, context);
  const desired = clone(accepted.desired);
  const model = handler.update(clone(stored.model), desired, context);
  store(context, model);
  return model;
}

function remove(context: HandlerContext, accepted: Accepted): undefined {
  const { schema, identifier = "" } = accepted;
  const handler = handlerOf(schema.typeName);
  const stored = context.store.get(schema.typeName, identifier);
  if (!stored) throw handler.missing(identifier, context);
  handler.remove?.(clone(stored.model), context);
  context.store.remove(schema.typeName, identifier);
  return undefined;
}
