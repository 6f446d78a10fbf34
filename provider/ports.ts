import type { JsonObject } from "./core/json";
import type { PatchOperation } from "./core/patch";
import type { Settings } from "./core/settings";
import type { Target } from "./target";

/** Time, waiting and chance, so that nothing in the provider is tied to the machine's own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** 0 to 1. */
  random(): number;
  /** A new unique token of at most 128 characters. */
  token(): string;
}

/** Cloud Control's operation statuses. */
export type OperationStatus =
  "PENDING" | "IN_PROGRESS" | "SUCCESS" | "FAILED" | "CANCEL_IN_PROGRESS" | "CANCEL_COMPLETE";

/** A progress event, reduced to what decisions are taken on. AWS's own ResourceModel in it is sparse and never used. */
export interface ProgressEvent {
  readonly requestToken: string;
  readonly status: OperationStatus;
  readonly identifier?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly message?: string | undefined;
  /** Epoch milliseconds before which AWS asks not to be polled. */
  readonly retryAfter?: number | undefined;
  /** `<hook type>: <message>` of each hook that failed and was set to fail the operation. */
  readonly hooks?: readonly string[] | undefined;
}

/** Cloud Control in one region, with one set of credentials; one method per call on the wire, nothing is waited for. */
export interface CloudControl {
  create(typeName: string, desired: JsonObject, clientToken: string): Promise<ProgressEvent>;
  update(
    typeName: string,
    identifier: string,
    patch: readonly PatchOperation[],
    clientToken: string,
  ): Promise<ProgressEvent>;
  delete(typeName: string, identifier: string, clientToken: string): Promise<ProgressEvent>;
  /** The live model, or undefined where AWS says that the resource does not exist. */
  get(typeName: string, identifier: string): Promise<JsonObject | undefined>;
  status(requestToken: string): Promise<ProgressEvent>;
  cancel(requestToken: string): Promise<ProgressEvent>;
}

/** A call that AWS answered with an exception, or that got no answer. */
export class CallError extends Error {
  override readonly name = "CallError";

  constructor(
    /** The exception's bare name (`ThrottlingException`), or `NoAnswer` where none came. */
    readonly code: string,
    message: string,
    options: { readonly cause: unknown },
  ) {
    super(message, options);
  }

  /** Whether the request may or may not have been accepted: only a resend with the same client token is safe. */
  get isUncertain(): boolean {
    return this.code === "NoAnswer";
  }
}

/** What the lifecycle needs from outside. */
export interface Ports {
  readonly clock: Clock;
  readonly settings: Settings;
  cloudControl(target: Target): CloudControl;
  /** The caller's account id, or undefined where AWS does not tell. Asked once per credentials. */
  account(target: Target): Promise<string | undefined>;
  /** A line for the user, shown beside the engine's own output. */
  tell(line: string): void;
}
