import type { RegistrySchema } from "../../schema/types";
import type { Cancel } from "../clock";
import { changesCache } from "../handlers/apigateway/stageCache";
import { HandlerError } from "../handlers/types";
import { identifierOf } from "../model/identifier";
import type { Caller } from "../server/auth";
import { ApiError } from "../server/errors";
import { handle, resourceKey, type Accepted } from "./handling";
import { endHooks, hookTime } from "./hooks";
import type { Operation, RequestEntry } from "./requests";
import type { Service } from "./service";

/** @throws ApiError while another operation runs on the resource (facts 3.5). @internal */
export function requireUnlocked(service: Service, caller: Caller, typeName: string, identifier: string): void {
  const holder = service.requests.holder(resourceKey(caller, typeName, identifier));
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
  const entry: RequestEntry = {
    token: service.ids.uuid(),
    accessKey: caller.accessKey,
    account: caller.account,
    region: caller.region,
    typeName: schema.typeName,
    operation,
    acceptedAt: now,
    due: undefined,
    desired: accepted.desired,
    // Recorded: the first answer says IN_PROGRESS; a time of being PENDING is a setting, or a hook's.
    status: "IN_PROGRESS",
    eventTime: now,
    identifier,
    errorCode: undefined,
    statusMessage: undefined,
    model: undefined,
    lock: identifier === undefined ? undefined : resourceKey(caller, schema.typeName, identifier),
    stop: () => undefined,
    work: () => undefined,
    hooks: [],
  };
  const pending = service.settings.latency.pending + hookTime(service, entry);
  if (pending > 0) entry.status = "PENDING";
  entry.pendingUntil = now + pending;
  if (!stuck) entry.due = now + pending + handlerTime(service, operation) + slowness(service, accepted);
  begin(service, entry, accepted);
  return entry;
}

/** What faults add to a handler's time. */
function slowness(service: Service, { caller, schema, operation, identifier, desired }: Accepted): number {
  const { faults, world } = service;
  const slow = faults.take("slow", operation, schema.typeName)?.ms ?? 0;
  if (schema.typeName !== "AWS::ApiGateway::Stage") return slow;
  const stored = world.view(caller.account, caller.region).get(schema.typeName, identifier ?? "");
  if (!changesCache(stored?.model ?? {}, desired)) return slow;
  return slow + (faults.take("slow-cache", operation, schema.typeName)?.ms ?? 0);
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
  if (entry.status === "CANCEL_IN_PROGRESS") {
    service.requests.finish(entry, "CANCEL_COMPLETE");
    return;
  }
  const { clock } = service;
  const stops: Cancel[] = [];
  if (entry.status === "PENDING") {
    const wait = (entry.pendingUntil ?? clock.now()) - clock.now();
    const proceed = (): void => {
      endHooks(service, entry);
      service.requests.move(entry, "IN_PROGRESS");
    };
    stops.push(clock.after(wait, proceed));
  }
  if (entry.due !== undefined) stops.push(clock.after(entry.due - clock.now(), entry.work));
  entry.stop = () => {
    for (const stop of stops) stop();
  };
}

const latencyKeys: Readonly<Record<Operation, "create" | "update" | "delete">> = {
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
    const model = service.changes.because(entry, () => handle(service, accepted, entry));
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
