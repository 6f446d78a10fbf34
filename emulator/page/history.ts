import type { JsonObject } from "../json";
import type { Change, Changes } from "../state/changes";
import type { RequestEntry } from "../api/requests";
import type { Stored } from "../state/world";

/** A resource as it was from some time on. @internal */
export interface Revision {
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Undefined: it was removed. */
  readonly model: JsonObject | undefined;
  /** The operation that made it, or what else did. */
  readonly cause: string;
  readonly requestToken?: string;
}

/** Revisions that are kept of one resource, and removed resources that are remembered. */
const kept = { revisions: 20, removed: 500 };

/** @internal */
export type Place = Pick<Stored, "account" | "region" | "typeName" | "identifier">;

function keyOf({ account, region, typeName, identifier }: Place): string {
  return [account, region, typeName, identifier].join("\n");
}

/** The latest revisions of all resources. Models are replaced as a whole and never changed, so none is copied. @internal */
export class History {
  private readonly revisions = new Map<string, Revision[]>();
  private readonly removed = new Set<string>();

  constructor(
    changes: Changes,
    private readonly now: () => number,
    existing: readonly Stored[],
  ) {
    for (const resource of existing) this.add(resource, resource.model, { cause: "the data file" });
    changes.listen((change, cause) => {
      this.note(change, cause);
    });
  }

  /** Newest first. */
  of(place: Place): readonly Revision[] {
    return [...(this.revisions.get(keyOf(place)) ?? [])].reverse();
  }

  /** The newest revision of a resource. */
  latest(place: Place): Revision | undefined {
    return this.revisions.get(keyOf(place))?.at(-1);
  }

  private note(change: Change, cause: RequestEntry | undefined): void {
    if (change.kind !== "stored" && change.kind !== "removed") return;
    const by = cause ? { cause: cause.operation, requestToken: cause.token } : { cause: "an admin call" };
    this.add(change.resource, change.kind === "stored" ? change.resource.model : undefined, by);
  }

  private add(place: Place, model: JsonObject | undefined, by: Pick<Revision, "cause" | "requestToken">): void {
    const key = keyOf(place);
    const list = this.revisions.get(key) ?? [];
    list.push({ number: (list.at(-1)?.number ?? 0) + 1, at: this.now(), model, ...by });
    if (list.length > kept.revisions) list.shift();
    this.revisions.set(key, list);
    if (model) this.removed.delete(key);
    else this.removed.add(key);
    if (this.removed.size <= kept.removed) return;
    const [oldest] = this.removed;
    if (oldest === undefined) return;
    this.removed.delete(oldest);
    this.revisions.delete(oldest);
  }
}
