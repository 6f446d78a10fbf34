import type { RequestEntry } from "../api/requests";
import { isObject, type JsonObject } from "../json";
import type { JsonValue } from "../../schema/types";
import type { Change } from "./changes";
import type { Stored } from "./world";

/** All that a data file says, as it stood at its last line. @internal */
export interface KeptState {
  now: number;
  /** Where the generator of ids stood. */
  ids: number;
  readonly resources: Map<string, Stored>;
  readonly settings: Map<string, Extract<Change, { kind: "setting" }>>;
  readonly requests: Map<string, RequestEntry>;
  readonly tokens: Map<string, Extract<Change, { kind: "token" }>>;
}

/** @internal */
export function emptyState(): KeptState {
  const maps = { resources: new Map(), settings: new Map(), requests: new Map(), tokens: new Map() };
  return { now: 0, ids: 0, ...maps };
}

const nothing = (): void => undefined;

/** A change as the file holds it: all of it but functions. @internal */
export function encode(change: Change): string {
  switch (change.kind) {
    case "stored":
      return JSON.stringify({ kind: "stored", resource: change.resource });
    case "removed": {
      const { account, region, typeName, identifier } = change.resource;
      return JSON.stringify({ kind: "removed", resource: { account, region, typeName, identifier } });
    }
    default:
      // JSON leaves functions out, and so what a request does.
      return JSON.stringify(change);
  }
}

type Place = Pick<Stored, "account" | "region" | "typeName" | "identifier">;

function keyOf({ account, region, typeName, identifier }: Place): string {
  return [account, region, typeName, identifier].join("\n");
}

function texts(record: JsonObject, names: readonly string[]): boolean {
  return names.every((name) => typeof record[name] === "string");
}

const place = ["account", "region", "typeName", "identifier"];

/** What each kind of change must have, so that a file of another hand is refused and not believed. */
const forms: Readonly<Record<string, (record: JsonObject) => boolean>> = {
  stored: ({ resource }) => isObject(resource) && texts(resource, place) && isObject(resource.model),
  removed: ({ resource }) => isObject(resource) && texts(resource, place),
  setting: (record) => texts(record, ["account", "region", "name"]),
  request: ({ entry }) =>
    isObject(entry) &&
    texts(entry, ["token", "accessKey", "account", "region", "typeName", "operation", "status"]) &&
    typeof entry.eventTime === "number" &&
    Array.isArray(entry.hooks),
  token: (record) => texts(record, ["key", "hash", "token"]) && typeof record.at === "number",
};

/**
 * Brings a state up to one line of the file.
 *
 * @throws Error when the line holds what this version does not know.
 * @internal
 */
export function applyLine(state: KeptState, line: JsonValue): void {
  if (!isObject(line) || typeof line.now !== "number" || typeof line.ids !== "number" || !Array.isArray(line.changes)) {
    throw new Error("it is no line of changes");
  }
  state.now = line.now;
  state.ids = line.ids;
  for (const record of line.changes) {
    const kind = isObject(record) && typeof record.kind === "string" ? record.kind : "";
    if (!isObject(record) || !Object.hasOwn(forms, kind) || !forms[kind]?.(record)) {
      throw new Error(`it holds a change of a form that is not known${kind === "" ? "" : ` (${kind.slice(0, 40)})`}`);
    }
    applyChange(state, record as unknown as Change);
  }
}

function applyChange(state: KeptState, change: Change): void {
  switch (change.kind) {
    case "stored":
      state.resources.set(keyOf(change.resource), change.resource);
      return;
    case "removed":
      state.resources.delete(keyOf(change.resource));
      return;
    case "setting": {
      const key = [change.account, change.region, change.name].join("\n");
      if (change.value === undefined) state.settings.delete(key);
      else state.settings.set(key, change);
      return;
    }
    case "request":
      state.requests.set(change.entry.token, { ...change.entry, stop: nothing, work: nothing });
      return;
    case "token":
      state.tokens.set(change.key, change);
  }
}
