import type { JsonObject } from "../json";

interface Lag {
  /** What reads see meanwhile; undefined: nothing is there. */
  readonly seen: JsonObject | undefined;
  reads: number;
  lists: number;
}

/**
 * Resources that reads do not see as they are yet: the service behind the handlers is eventually consistent. Counted
 * in calls, not in time, so that the same calls see the same.
 *
 * @internal
 */
export class Lags {
  private readonly lags = new Map<string, Lag>();

  /** From now on so many reads and lists see the resource as it was. */
  begin(key: string, seen: JsonObject | undefined, reads: number, lists: number): void {
    this.lags.set(key, { seen, reads, lists });
  }

  /** What one read sees of a resource instead of its live model, if it lags. */
  read(key: string): { readonly seen: JsonObject | undefined } | undefined {
    return this.use(key, "reads");
  }

  /** The same for one list. */
  list(key: string): { readonly seen: JsonObject | undefined } | undefined {
    return this.use(key, "lists");
  }

  /** The keys of all resources that lag, those that are gone included. */
  keys(): string[] {
    return [...this.lags.keys()];
  }

  private use(key: string, kind: "reads" | "lists"): { readonly seen: JsonObject | undefined } | undefined {
    const lag = this.lags.get(key);
    if (!lag || lag[kind] <= 0) return undefined;
    lag[kind]--;
    if (lag.reads <= 0 && lag.lists <= 0) this.lags.delete(key);
    return { seen: lag.seen };
  }
}
