import { isObject } from "./json";

/*
 * The write-ahead journal of creates, as it lies on the disk: one JSON document per entry. It tells which creates may
 * have made something that no state knows, and holds nothing of the desired state but a keyed hash.
 */

/** The version of the format that this code writes; a newer one is left alone. */
export const JOURNAL_VERSION = 1;

const HOUR = 3_600_000;
/** AWS forgets a client token after this time; an entry is of no use any more then. */
const ENTRY_LIFE = 36 * HOUR;
/** The last moments of a token's life are not relied on: with an expired token a resend would make a second resource. */
const MARGIN = HOUR / 4;

/** The engine that a provider process works for. */
export interface EngineRef {
  readonly pid: number;
  /** `host:port` where it listens; undefined outside the dynamic-provider process. */
  readonly address?: string | undefined;
}

/** One create. */
export interface Entry {
  readonly version: typeof JOURNAL_VERSION;
  /** The name of its file, by which the user calls it. */
  readonly name: string;
  readonly clientToken: string;
  /** `project/stack/type::name`, the type with those of all parents. */
  readonly identity: string;
  readonly typeName: string;
  /** Where the resource is, as the state may hold the same id in another region. */
  readonly region: string;
  /** Keyed hash of account, region and desired state. */
  readonly hash: string;
  /** Keyed hash of the account alone, where it was known: nothing is settled with another account's credentials. */
  readonly accountHash?: string | undefined;
  /** When the client token was made, in epoch milliseconds. */
  readonly time: number;
  readonly engine: EngineRef;
  /** `delivered`: the engine was told the result, and the state probably has it. */
  readonly status: "open" | "delivered";
  /** AWS's token, once it has accepted the request. */
  readonly requestToken?: string | undefined;
  /** The primary identifier: where the properties give it from the beginning, else once AWS has told it. */
  readonly id?: string | undefined;
  /** The engine that was told the result has ended in good order, so that it had its time to save the state. */
  readonly ended?: true | undefined;
  /** The user said that the next create of this identity takes the resource over, whatever the program is now. */
  readonly adopt?: true | undefined;
}

/** What a file of the journal turned out to be. */
export type Parsed =
  | { readonly kind: "entry"; readonly entry: Entry }
  | { readonly kind: "corrupt" }
  | { readonly kind: "newer"; readonly version: number };

/** Reads a file of the journal. Nothing in it is trusted. */
export function parseEntry(text: string, name: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "corrupt" };
  }
  if (!isObject(value)) return { kind: "corrupt" };
  if (typeof value.version === "number" && value.version > JOURNAL_VERSION) {
    return { kind: "newer", version: value.version };
  }
  return isEntry(value) ? { kind: "entry", entry: { ...value, name } } : { kind: "corrupt" };
}

const TEXTS = ["clientToken", "identity", "typeName", "region", "hash"] as const;
const MAYBE_TEXTS = ["accountHash", "requestToken", "id"] as const;

function isEntry(value: object): value is Entry {
  const given = value as Record<string, unknown>;
  const maybe = (key: string, type: string): boolean => given[key] === undefined || typeof given[key] === type;
  return (
    given.version === JOURNAL_VERSION &&
    TEXTS.every((key) => typeof given[key] === "string" && given[key] !== "") &&
    MAYBE_TEXTS.every((key) => maybe(key, "string")) &&
    Number.isFinite(given.time) &&
    isEngine(given.engine) &&
    (given.status === "open" || given.status === "delivered") &&
    (given.ended === undefined || given.ended === true) &&
    (given.adopt === undefined || given.adopt === true)
  );
}

function isEngine(value: unknown): boolean {
  if (!isObject(value) || !Number.isInteger(value.pid)) return false;
  return value.address === undefined || (typeof value.address === "string" && /^.+:\d+$/.test(value.address));
}

/** What a new create is held against the journal with. */
export interface Wanted {
  readonly identity: string;
  readonly hash: string;
  /**
   * The state has a resource of this identity, and it is not known which: a delivered entry is then taken for that one.
   * Resending its token would hand the old resource to the engine as its own replacement, which would delete it.
   */
  readonly isInState: boolean;
}

/** What the journal says to a create. */
export interface Match {
  /** The entry to go on with. */
  readonly claim?: Entry | undefined;
  /** Creates of the same identity that cannot be gone on with, as the program is another one now. */
  readonly edited: readonly Entry[];
}

/** Finds the entry that a create goes on with, among those whose engine is gone. */
export function matchEntries(entries: readonly Entry[], wanted: Wanted, now: number): Match {
  const candidates = entries
    .filter(({ identity }) => identity === wanted.identity)
    .filter((entry) => entry.status === "open" || !wanted.isInState)
    .filter((entry) => isFresh(entry, now) || entry.adopt)
    .sort((a, b) => Number(b.adopt ?? false) - Number(a.adopt ?? false) || b.time - a.time);
  const claim = candidates.find((entry) => isAdopted(entry) || entry.hash === wanted.hash);
  return { claim, edited: candidates.filter((entry) => entry !== claim && entry.hash !== wanted.hash) };
}

/** Whether the user chose the entry's resource to be taken over. */
export function isAdopted(entry: Entry): entry is Entry & { readonly id: string } {
  return entry.adopt === true && entry.id !== undefined;
}

/** Whether AWS still knows the entry's client token for sure. A clock that was set back makes a token no older. */
export function isFresh(entry: Entry, now: number): boolean {
  return now - entry.time < ENTRY_LIFE - MARGIN;
}

/** Whether the entry is of no use any more. */
export function isExpired(entry: Entry, now: number): boolean {
  return now - entry.time >= ENTRY_LIFE;
}

/** The beginning of an identity that all resources of a stack share. */
export function stackOf(identity: string): string {
  return identity.split("/").slice(0, 2).join("/");
}

/** How long ago, in the roughest unit that says it. */
export function ageOf(entry: Entry, now: number): string {
  const minutes = Math.max(Math.round((now - entry.time) / 60_000), 0);
  if (minutes < 1) return "just now";
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}
