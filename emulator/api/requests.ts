import type { Cancel, Clock } from "../clock";
import type { HandlerErrorCode } from "../handlers/types";
import type { JsonObject } from "../json";
import { ApiError } from "../server/errors";

/** What a mutation does. @internal */
export type Operation = "CREATE" | "UPDATE" | "DELETE";

/** @internal */
export type OperationStatus =
  "PENDING" | "IN_PROGRESS" | "SUCCESS" | "FAILED" | "CANCEL_IN_PROGRESS" | "CANCEL_COMPLETE";

/** One accepted mutation and what became of it. @internal */
export interface RequestEntry {
  readonly token: string;
  readonly account: string;
  readonly region: string;
  readonly typeName: string;
  readonly operation: Operation;
  readonly acceptedAt: number;
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

  constructor(private readonly clock: Clock) {}

  add(entry: RequestEntry): void {
    this.entries.set(entry.token, entry);
    if (entry.lock !== undefined) this.locks.set(entry.lock, entry);
    this.forgetOld();
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

  finish(entry: RequestEntry, status: OperationStatus): void {
    entry.status = status;
    entry.eventTime = this.clock.now();
    if (entry.lock !== undefined && this.locks.get(entry.lock) === entry) this.locks.delete(entry.lock);
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

  remember(key: string, hash: string, request: RequestEntry): void {
    this.tokens.set(key, { hash, request, at: this.clock.now() });
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
