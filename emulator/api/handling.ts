import type { RegistrySchema } from "../../schema/types";
import { handlerOf } from "../handlers";
import { countCall } from "../handlers/apigateway/rates";
import { HandlerError, type HandlerContext } from "../handlers/types";
import { clone, type JsonObject } from "../json";
import { identifierOf } from "../model/identifier";
import { removePaths } from "../model/paths";
import type { Caller } from "../server/auth";
import { askHooks } from "./hooks";
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

/** One resource of one caller: the key of its lock and of what reads see of it. @internal */
export function resourceKey(caller: Pick<Caller, "account" | "region">, typeName: string, identifier: string): string {
  return [caller.account, caller.region, typeName, identifier].join("\n");
}

/**
 * Does the handler's work: hooks first, then what faults and rates have to say, then the type's own rules.
 *
 * @returns the model as it is afterwards; undefined after a delete.
 * @throws HandlerError with what becomes of the request.
 * @internal
 */
export function handle(service: Service, accepted: Accepted, entry: RequestEntry): JsonObject | undefined {
  const { caller, schema, operation } = accepted;
  const context = service.context(caller.account, caller.region, schema);
  askHooks(service, entry);
  const fault = service.faults.take("handler-failure", operation, schema.typeName);
  const failure = fault && new HandlerError(fault.errorCode, fault.message ?? "Injected handler failure");
  if (failure && fault.remnant !== true) throw failure;
  countCall(context, operation, accepted.desired);
  const before = liveBefore(context, accepted);
  const model = { CREATE: create, UPDATE: update, DELETE: remove }[operation](context, accepted, entry);
  const identifier = model ? identifierOf(schema, model) : accepted.identifier;
  letLag(service, accepted, identifier, before);
  if (failure) {
    if (model) entry.identifier = identifier;
    throw failure;
  }
  return model;
}

function liveBefore(context: HandlerContext, { schema, identifier, operation }: Accepted): JsonObject | undefined {
  if (operation === "CREATE" || identifier === undefined) return undefined;
  return context.store.get(schema.typeName, identifier)?.model;
}

/** Fault: the next reads see the resource as it was before. */
function letLag(
  service: Service,
  { caller, schema, operation }: Accepted,
  identifier: string | undefined,
  before: JsonObject | undefined,
): void {
  const fault = service.faults.take("eventual-read", operation, schema.typeName);
  if (!fault || identifier === undefined) return;
  service.lags.begin(resourceKey(caller, schema.typeName, identifier), before, fault.reads, fault.lists ?? 0);
}

/** Stores a model as it is read back: write-only values are gone. */
function store(context: HandlerContext, model: JsonObject): void {
  const live = clone(model);
  removePaths(live, context.schema.writeOnlyProperties ?? []);
  context.store.put(context.schema.typeName, live);
}

function create(context: HandlerContext, { schema, desired }: Accepted, entry: RequestEntry): JsonObject {
  try {
    const model = handlerOf(schema.typeName).create(clone(desired), context);
    store(context, model);
    return model;
  } catch (error) {
    if (error instanceof HandlerError && error.remnant) {
      store(context, error.remnant);
      entry.identifier = identifierOf(schema, error.remnant) ?? entry.identifier;
    }
    throw error;
  }
}

function update(context: HandlerContext, { schema, desired, identifier = "" }: Accepted): JsonObject {
  const handler = handlerOf(schema.typeName);
  const stored = context.store.get(schema.typeName, identifier);
  if (!stored) throw handler.missing(identifier, context);
  const model = handler.update(clone(stored.model), clone(desired), context);
  store(context, model);
  return model;
}

function remove(context: HandlerContext, { schema, identifier = "" }: Accepted): undefined {
  const handler = handlerOf(schema.typeName);
  const stored = context.store.get(schema.typeName, identifier);
  if (!stored) throw handler.missing(identifier, context);
  handler.remove?.(clone(stored.model), context);
  context.store.remove(schema.typeName, identifier);
  return undefined;
}
