import type { Cancel, Clock } from "../clock";
import type { HandlerErrorCode } from "../handlers/types";
import type { JsonObject } from "../json";
import { ApiError } from "../server/errors";
import type { Changes } from "../state/changes";

/** What a mutation does. @internal */
export type Operation = "CREATE" | "UPDATE" | "DELETE";

/** @internal */
export type OperationStatus =
  "PENDING" | "IN_PROGRESS" | "SUCCESS" | "FAILED" | "CANCEL_IN_PROGRESS" | "CANCEL_COMPLETE";

const nothing = (): void => undefined;

/** One accepted mutation and what became of it. All but its functions outlives the process (state/records.ts). @internal */
export interface RequestEntry {
  readonly token: string;
  readonly accessKey: string;
  readonly account: string;
  readonly region: string;
  readonly typeName: string;
  readonly operation: Operation;
  readonly acceptedAt: number;
  /** When the handler ends; undefined: never. */
  due: number | undefined;
  /** Until when it is PENDING, if it ever is. */
  pendingUntil?: number;
  /** The desired state of a create, the patched model of an update; gone when the request has ended. */
  desired: JsonObject | undefined;
  status: OperationStatus;
  eventTime: number;
  identifier: string | undefined;
  errorCode: HandlerErrorCode | undefined;
  statusMessage: string | undefined;
  model: string | undefined;
  /** The resource it holds, so that no second operation starts on it. */
  lock: string | undefined;
  stop: Cancel;
  /** Does the handler's work now, whatever time it has left. */
  work: () => void;
  /** What hooks said, as the status call shows it. */
  hooks: JsonObject[];
}

interface ClientToken {
  readonly hash: string;
  readonly request: RequestEntry;
  readonly at: number;
}

const hour = 3_600_000;
/** Facts 3.5: a client token is remembered for 36 hours, a request for 7 days. */
const clientTokenLife = 36 * hour;
const requestLife = 7 * 24 * hour;

function running(entry: RequestEntry): boolean {
  return entry.status === "PENDING" || entry.status === "IN_PROGRESS" || entry.status === "CANCEL_IN_PROGRESS";
}

/** The requests of all accounts and regions, their locks and their client tokens. @internal */
export class Requests {
  private readonly entries = new Map<string, RequestEntry>();
  private readonly tokens = new Map<string, ClientToken>();
  private readonly locks = new Map<string, RequestEntry>();

  constructor(
    private readonly clock: Clock,
    private readonly changes: Changes,
  ) {}

  add(entry: RequestEntry): void {
    this.entries.set(entry.token, entry);
    if (entry.lock !== undefined && running(entry)) this.locks.set(entry.lock, entry);
    this.forgetOld();
    this.changes.tell({ kind: "request", entry });
  }

  /** Every request that is still known, oldest first. */
  all(): RequestEntry[] {
    return [...this.entries.values()].filter((entry) => !this.expired(entry));
  }

  /** Those that have not ended, newest first. */
  running(): RequestEntry[] {
    return [...this.entries.values()].filter(running).reverse();
  }

  /** Every client token that is still known. */
  allTokens(): { key: string; hash: string; token: string; at: number }[] {
    const alive = [...this.tokens].filter(([, { at }]) => this.clock.now() - at <= clientTokenLife);
    return alive.map(([key, { hash, request, at }]) => ({ key, hash, token: request.token, at }));
  }

  /** @throws ApiError when there is no such request for this caller. */
  find(account: string, region: string, token: string): RequestEntry {
    const entry = this.entries.get(token);
    if (!entry || entry.account !== account || entry.region !== region || this.expired(entry)) {
      // fixtures/localstack test_invalid_request_token_exc.
      throw new ApiError("RequestTokenNotFoundException", `Request with token ${token} was not found`);
    }
    return entry;
  }

  /** The caller's requests, newest first. */
  list(account: string, region: string): RequestEntry[] {
    return [...this.entries.values()]
      .filter((e) => e.account === account && e.region === region && !this.expired(e))
      .reverse();
  }

  /** The request that holds a resource. */
  holder(lock: string): RequestEntry | undefined {
    const entry = this.locks.get(lock);
    return entry && running(entry) ? entry : undefined;
  }

  /** Tells that a request is in another of its passing states. */
  move(entry: RequestEntry, status: "IN_PROGRESS" | "CANCEL_IN_PROGRESS"): void {
    entry.status = status;
    entry.eventTime = this.clock.now();
    this.changes.tell({ kind: "request", entry });
  }

  finish(entry: RequestEntry, status: OperationStatus): void {
    entry.status = status;
    entry.eventTime = this.clock.now();
    // A finished request is known for a week; what it was made of is not needed any more.
    entry.desired = undefined;
    entry.work = nothing;
    entry.stop = nothing;
    if (entry.lock !== undefined && this.locks.get(entry.lock) === entry) this.locks.delete(entry.lock);
    this.changes.tell({ kind: "request", entry });
  }

  /**
   * The request a client token stands for, when the call is the same.
   *
   * @throws ApiError when the token was used for another call.
   */
  replay(key: string, token: string, hash: string): RequestEntry | undefined {
    const known = this.tokens.get(key);
    if (!known || this.clock.now() - known.at > clientTokenLife) return undefined;
    if (known.hash === hash) return known.request;
    // fixtures/localstack test_double_create_with_client_token.
    throw new ApiError(
      "ClientTokenConflictException",
      `ClientToken ${token} is already associated with an existing operation with RequestToken ${known.request.token}`,
    );
  }

  remember(key: string, hash: string, request: RequestEntry, at = this.clock.now()): void {
    this.tokens.set(key, { hash, request, at });
    this.changes.tell({ kind: "token", key, hash, token: request.token, at });
  }

  /** The request with this token, whoever asks. */
  byToken(token: string): RequestEntry | undefined {
    return this.entries.get(token);
  }

  private expired(entry: RequestEntry): boolean {
    return !running(entry) && this.clock.now() - entry.eventTime > requestLife;
  }

  /** Maps keep insertion order, so the old ones are at the front. */
  private forgetOld(): void {
    for (const [token, entry] of this.entries) {
      if (!this.expired(entry)) break;
      this.entries.delete(token);
    }
    for (const [key, { at }] of this.tokens) {
      if (this.clock.now() - at <= clientTokenLife) break;
      this.tokens.delete(key);
    }
  }
}
