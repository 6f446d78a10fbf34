import type { OperationName } from "./core/errors";
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
  /** Epoch milliseconds of AWS's clock before which it asks not to be polled. */
  readonly retryAfter?: number | undefined;
  /** Epoch milliseconds of AWS's clock: when the request began, or came to this status. */
  readonly eventTime?: number | undefined;
  /** `<hook type>: <message>` of each hook that failed and was set to fail the operation. */
  readonly hooks?: readonly string[] | undefined;
}

/** Cloud Control in one region, with one set of credentials; one method per call on the wire, nothing is waited for. */
export interface CloudControl {
  /** Milliseconds in which requests begin to end, where that is known beforehand, as of a local Cloud Control. */
  readonly firstPoll?: number | undefined;
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
  /** A page of the requests of this account and region, others' included. */
  requests(which: WhichRequests, nextToken: string | undefined): Promise<RequestPage>;
  cancel(requestToken: string): Promise<ProgressEvent>;
  /** A page of the resources of a type; `model` names the parent where the type needs one. */
  list(typeName: string, model: JsonObject, nextToken: string | undefined): Promise<ResourcePage>;
}

/** Some of the resources of a type. */
export interface ResourcePage {
  /** AWS may show a part of the properties only. */
  readonly items: readonly { readonly identifier: string; readonly properties: JsonObject }[];
  readonly nextToken?: string | undefined;
}

/** Those that have not ended, or all of the last week. */
export type WhichRequests = "under way" | "all";

/** Some of the requests. */
export interface RequestPage {
  readonly events: readonly ProgressEvent[];
  readonly nextToken?: string | undefined;
}

/** A call that AWS answered with an exception, or that got no answer. */
export class CallError extends Error {
  override readonly name = "CallError";

  constructor(
    /** The exception's bare name (`ThrottlingException`), or `NoAnswer` where none came. */
    readonly code: string,
    message: string,
    options: { readonly cause: unknown },
    /** Whether the call was sent before, and AWS may have accepted it then: this is only the last try's answer. */
    readonly isRepeated = false,
  ) {
    super(message, options);
  }

  /** The same, of a call whose earlier try got no answer. */
  repeated(): CallError {
    return new CallError(this.code, this.message, { cause: this.cause }, true);
  }

  /** Whether the request may or may not have been accepted: only a resend with the same client token is safe. */
  get isUncertain(): boolean {
    return this.code === "NoAnswer";
  }
}

/** A create that is about to be sent. */
export interface CreateIntent {
  /** `project/stack/type::name` as the program gave it; without one no later run could find the entry. */
  readonly identity: string | undefined;
  readonly typeName: string;
  readonly region: string;
  readonly account: string | undefined;
  /** The primary identifier, where the properties give it. */
  readonly id?: string | undefined;
  /** What is sent, in CloudFormation's casing. The journal keeps a keyed hash of it only. */
  readonly desired: JsonObject;
}

/** A client token, and whether an earlier process may have sent a request with it. */
export interface Token {
  readonly clientToken: string;
  readonly isResent: boolean;
}

/** The journal's entry of one create. None of its methods throws: a create goes on without a journal. */
export interface JournalEntry {
  /** The existing resource that the user chose to be taken over instead of a new one being made. */
  readonly adoptId: string | undefined;
  /** The client token of the next try; it is on the disk before it is returned. */
  token(): Promise<Token>;
  /** AWS has taken the request, or the request has ended. */
  heard(event: ProgressEvent): Promise<void>;
  /** The engine is about to be told of the resource. */
  delivered(id: string): Promise<void>;
  /** What stands at the identifier may have come of this create, or may be somebody else's: the entry is not closed. */
  unclear(): void;
  /** The create has failed and the engine will know of no resource: the entry is closed where nothing can exist. */
  failed(error: unknown): Promise<void>;
}

/** A resource that a state has. */
export interface Shown {
  readonly typeName: string;
  readonly region: string;
  readonly id: string;
  /** Another account's resource of the same name is another one; where it is not known, they are taken for the same. */
  readonly account?: string | undefined;
}

/** The write-ahead journal: what creates were begun, so that one that is cut off is gone on with instead of doubled. */
export interface Journal {
  begin(intent: CreateIntent): Promise<JournalEntry>;
  /**
   * The state shows this resource: its entry has served, and no create goes on with it.
   *
   * @param files - "soon": the entry's file goes later, at the end of the process at the latest. Default: "wait"
   */
  settle(shown: Shown, files?: "wait" | "soon"): Promise<void>;
  /** The program has this resource, and the state may have one of the same identity. */
  met(identity: string, isInState: boolean): Promise<void>;
  /** The state's resource of this identity was shown by its id. */
  compared(identity: string): void;
}

/** What the lifecycle needs from outside. */
export interface Ports {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly journal: Journal;
  cloudControl(target: Target): CloudControl;
  /** The caller's account id, or undefined where AWS does not tell. Asked once per credentials. */
  account(target: Target): Promise<string | undefined>;
  /**
   * Waits until a change may be sent without running into the rates of the service behind it; without it nothing waits.
   *
   * @returns milliseconds that were waited
   */
  readonly turn?: (target: Target, change: ChangeKind) => Promise<number>;
  /** A line for the user, shown beside the engine's own output. */
  tell(line: string): void;
}

/** What the service behind Cloud Control will be asked for. */
export interface ChangeKind {
  readonly operation: OperationName;
  readonly typeName: string;
  readonly model: JsonObject;
}
