import type { RequestEntry } from "../api/requests";
import type { JsonValue } from "../../schema/types";
import type { Stored } from "./world";

/** Something that is different from now on. @internal */
export type Change =
  | { readonly kind: "stored"; readonly resource: Stored }
  | { readonly kind: "removed"; readonly resource: Stored }
  | {
      readonly kind: "setting";
      readonly account: string;
      readonly region: string;
      readonly name: string;
      /** Undefined: the setting is gone. */
      readonly value: JsonValue | undefined;
    }
  /** A request was accepted, or has ended. */
  | { readonly kind: "request"; readonly entry: RequestEntry }
  /** A client token stands for a request from now on. */
  | {
      readonly kind: "token";
      readonly key: string;
      readonly hash: string;
      readonly token: string;
      readonly at: number;
    };

/** Hears of a change when it has been made; `cause` is the request that made it, if one did. @internal */
export type Listener = (change: Change, cause: RequestEntry | undefined) => void;

/**
 * Tells of all changes as they are made: the data file keeps them, the page shows them. What one step of the service
 * changes is told in one go, before anything else happens.
 *
 * @internal
 */
export class Changes {
  private readonly listeners: Listener[] = [];
  private cause: RequestEntry | undefined;

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  tell(change: Change): void {
    for (const listener of this.listeners) listener(change, this.cause);
  }

  /** Runs a request's work: what changes meanwhile is changed by it. */
  because<T>(cause: RequestEntry, work: () => T): T {
    const before = this.cause;
    this.cause = cause;
    try {
      return work();
    } finally {
      this.cause = before;
    }
  }
}
