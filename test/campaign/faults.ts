/** The troubles of a sequence as faults of the emulator. */
import type { Fault } from "../../emulator";
import type { Trouble } from "./plan";

/** The calls that a fault may hit. */
export const OPERATIONS = [
  "CreateResource",
  "UpdateResource",
  "DeleteResource",
  "GetResource",
  "GetResourceRequestStatus",
  "ListResourceRequests",
] as const;

type Scope = Readonly<{ operation: string; skip: number; times: number }>;

const HANDLER: Readonly<Record<string, string>> = {
  CreateResource: "CREATE",
  UpdateResource: "UPDATE",
  DeleteResource: "DELETE",
};
/** A handler has no reads: what would hit one hits a create instead. */
const onHandler = (scope: Scope): Scope => ({ ...scope, operation: HANDLER[scope.operation] ?? "CREATE" });

const exception =
  (name: string) =>
  (scope: Scope): Fault => ({ kind: "exception", exception: name, ...scope });
const failure =
  (errorCode: Extract<Fault, { kind: "handler-failure" }>["errorCode"], remnant = false) =>
  (scope: Scope): Fault => ({ kind: "handler-failure", errorCode, remnant, ...onHandler(scope) });

/** Every kind of trouble, by its name in reports. */
export const TROUBLES: Readonly<Record<string, (scope: Scope) => Fault>> = {
  throttle: (scope) => ({ kind: "throttle", ...scope }),
  "lost reply before acceptance": (scope) => ({ kind: "lost-reply", when: "before", ...scope }),
  "lost reply after acceptance": (scope) => ({ kind: "lost-reply", when: "after", ...scope }),
  "slow handler": (scope) => ({ kind: "slow", ms: 1500, ...onHandler(scope) }),
  "eventual read": ({ skip, times }) => ({ kind: "eventual-read", reads: 2, skip, times }),
  "hook refuses": (scope) => ({
    kind: "hook-failure",
    hook: "Acme::Guard::Hook",
    message: "not on a Friday",
    ...onHandler(scope),
  }),
  "hook takes its time": (scope) => ({ kind: "hook", hook: "Acme::Slow::Hook", ms: 1500, ...onHandler(scope) }),
  "hook warns": (scope) => ({
    kind: "hook-failure",
    hook: "Acme::Advice::Hook",
    message: "think again",
    mode: "WARN",
    ...onHandler(scope),
  }),
  "slow cache": ({ times }) => ({ kind: "slow-cache", ms: 1500, times }),
  "clock goes on an hour": (scope) => ({ kind: "clock-jump", ms: 3_600_000, ...scope }),
  "clock goes back ten seconds": (scope) => ({ kind: "clock-jump", ms: -10_000, ...scope }),
  "handler: InternalFailure, remnant": failure("InternalFailure", true),
  "handler: ServiceLimitExceeded": failure("ServiceLimitExceeded"),
  "handler: ServiceTimeout, remnant": failure("ServiceTimeout", true),
  "handler: AccessDenied": failure("AccessDenied"),
  "handler: Throttling": failure("Throttling"),
  "handler: ResourceConflict": failure("ResourceConflict"),
  "handler: ServiceInternalError, remnant": failure("ServiceInternalError", true),
  "handler: NetworkFailure": failure("NetworkFailure"),
  "handler: InvalidRequest": failure("InvalidRequest"),
  "handler: GeneralServiceException, remnant": failure("GeneralServiceException", true),
  "handler: NotStabilized, remnant": failure("NotStabilized", true),
  AccessDeniedException: exception("AccessDeniedException"),
  HandlerInternalFailureException: exception("HandlerInternalFailureException"),
  ServiceInternalErrorException: exception("ServiceInternalErrorException"),
  ConcurrentModificationException: exception("ConcurrentModificationException"),
  ConcurrentOperationException: exception("ConcurrentOperationException"),
  NetworkFailureException: exception("NetworkFailureException"),
  ServiceLimitExceededException: exception("ServiceLimitExceededException"),
};

/** Those that a read can meet by itself. */
export const READ_TROUBLES: readonly string[] = [
  "throttle",
  "lost reply before acceptance",
  "AccessDeniedException",
  "HandlerInternalFailureException",
  "ServiceInternalErrorException",
];

/**
 * The emulator's fault for a trouble.
 *
 * @param isCutOff - a run that may die before it hears of its deletes: where AWS still shows to the next run what is
 * gone, nobody can know better
 */
export function faultOf({ kind, operation, skip, times }: Trouble, isCutOff = false): Fault {
  const make = TROUBLES[kind];
  if (!make) throw new Error(`no trouble is called ${kind}`);
  const fault = make({ operation: OPERATIONS[operation] ?? "CreateResource", skip, times });
  return fault.kind === "eventual-read" && isCutOff ? { ...fault, operation: "CREATE" } : fault;
}
