import { HandlerError } from "../handlers/types";
import type { JsonObject } from "../json";
import { partitionOf } from "../server/auth";
import type { RequestEntry } from "./requests";
import type { Service } from "./service";

/** One hook's event, as GetResourceRequestStatus shows it (facts 3.2). */
function hookEvent(service: Service, entry: RequestEntry, hook: string, status: string): JsonObject {
  const { region, account } = entry;
  return {
    HookTypeName: hook,
    HookTypeVersionId: "00000001",
    HookTypeArn: `arn:${partitionOf(region)}:cloudformation:${region}:${account}:type/hook/${hook.replaceAll("::", "-")}`,
    InvocationPoint: "PRE_PROVISION",
    HookStatus: status,
    HookEventTime: service.clock.now() / 1000,
    FailureMode: "FAIL",
  };
}

/** The time a hook takes that agrees in the end; the request waits for it. @internal */
export function hookTime(service: Service, entry: RequestEntry): number {
  const fault = service.faults.take("hook", entry.operation, entry.typeName);
  if (!fault) return 0;
  entry.hooks.push(hookEvent(service, entry, fault.hook, "HOOK_IN_PROGRESS"));
  return fault.ms;
}

/** Hooks that were asked have answered. @internal */
export function endHooks(service: Service, entry: RequestEntry): void {
  entry.hooks = entry.hooks.map((event) => {
    if (event.HookStatus !== "HOOK_IN_PROGRESS") return event;
    return { ...event, HookStatus: "HOOK_COMPLETE_SUCCEEDED", HookEventTime: service.clock.now() / 1000 };
  });
}

/**
 * Asks the hooks that refuse. The code and text of an operation that one refused are inferred [U].
 *
 * @throws HandlerError when a hook in the mode FAIL refuses.
 * @internal
 */
export function askHooks(service: Service, entry: RequestEntry): void {
  const fault = service.faults.take("hook-failure", entry.operation, entry.typeName);
  if (!fault) return;
  const { hook, message, mode = "FAIL" } = fault;
  const event = hookEvent(service, entry, hook, "HOOK_COMPLETE_FAILED");
  entry.hooks.push({ ...event, HookStatusMessage: message, FailureMode: mode });
  if (mode === "FAIL") throw new HandlerError("InvalidRequest", `The following hook(s) failed: [${hook}]`);
}
