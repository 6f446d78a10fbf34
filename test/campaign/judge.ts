/**
 * What must hold, whatever the provider thinks: compares what the emulator has with the program, the state file and the
 * journal. Nothing here uses provider code.
 */
import { isDeepStrictEqual } from "node:util";
import { outlivesProgram, SECRET_MARK, type Dropped, type Expected, type Live } from "./slots";

/** A rule that does not hold. */
export class Violation extends Error {
  override readonly name = "Violation";

  constructor(
    readonly rule: string,
    details: string,
  ) {
    super(`${rule}: ${details}`);
  }
}

/** A resource in the state file. */
export interface Entry {
  readonly urn: string;
  readonly id: string;
  readonly typeName: string;
  readonly region: string;
  /** The state itself says that it is gone. */
  readonly isGone: boolean;
}

/** What a journal's entry says of a resource that may exist. */
export interface Noted {
  readonly name: string;
  readonly status: string;
  readonly typeName: string;
  readonly region: string;
  readonly id?: string | undefined;
  /** AWS's answer to the request, where it came. */
  readonly requestToken?: string | undefined;
}

const GLOBAL = "aws-global";
const sameRegion = (live: Live, region: string): boolean => live.region === GLOBAL || live.region === region;
const named = ({ typeName, identifier, region }: Live): string => `${typeName} ${identifier} in ${region}`;

/** Whether a live value has all that is owned; lists of objects are sets, as AWS keeps no order in ours. */
function has(live: unknown, owned: unknown): boolean {
  if (Array.isArray(owned)) {
    return Array.isArray(live) && owned.every((one) => live.some((other) => has(other, one)));
  }
  if (typeof owned === "object" && owned !== null) {
    if (typeof live !== "object" || live === null) return false;
    return Object.entries(owned).every(([key, value]) => has((live as Record<string, unknown>)[key], value));
  }
  return isDeepStrictEqual(live, owned);
}

/** 1: after a successful `up` the live models equal the program on what it owns. */
export function liveEqualsProgram(expected: readonly Expected[], live: readonly Live[]): void {
  for (const { typeName, region, is, owned, holds } of expected) {
    const candidates = live.filter((one) => one.typeName === typeName && sameRegion(one, region));
    const found = candidates.filter((one) => is(one, live));
    if (found.length !== 1) {
      throw new Violation("live equals program", `${String(found.length)} of ${typeName} ${JSON.stringify(owned)}`);
    }
    const [one] = found;
    if (one && (!has(one.model, owned) || holds?.(one.model) === false)) {
      throw new Violation(
        "live equals program",
        `${named(one)} is ${JSON.stringify(one.model)}, the program says ${JSON.stringify(owned)}`,
      );
    }
  }
}

/** 1: what a change of the program drops is gone or off, where nothing came between it and the `up` before. */
export function droppedIsGone(expected: readonly Dropped[], live: readonly Live[]): void {
  for (const { typeName, region, is, dropped } of expected) {
    const one = live.find((other) => other.typeName === typeName && sameRegion(other, region) && is(other, live));
    const kept = dropped.filter((member) => !isOff(one?.model[member]));
    if (one && kept.length > 0) {
      const details = `${named(one)} still has ${kept.join(", ")}: ${JSON.stringify(one.model)}`;
      throw new Violation("what the program drops is gone", details);
    }
  }
}

const isOff = (value: unknown): boolean =>
  value === undefined ||
  value === false ||
  value === "" ||
  (typeof value === "object" && (value === null || Object.keys(value).length === 0));

/** 2: every live resource of the program is in exactly one entry of the state, or is named in the journal. */
export function nothingLost(live: readonly Live[], state: readonly Entry[], journal: readonly Noted[]): void {
  const unnamed = journal.filter(({ id }) => id === undefined);
  for (const one of live) {
    const inState = state.filter(
      ({ typeName, id, region }) => typeName === one.typeName && id === one.identifier && sameRegion(one, region),
    );
    if (inState.length === 1 || (inState.length === 0 && outlivesProgram(one))) continue;
    if (inState.length > 1) {
      throw new Violation(
        "no duplicate",
        `${named(one)} is in the state as ${inState.map(({ urn }) => urn).join(", ")}`,
      );
    }
    const noted = journal.some(
      ({ typeName, id, region }) => typeName === one.typeName && id === one.identifier && sameRegion(one, region),
    );
    if (noted) continue;
    const at = unnamed.findIndex(({ typeName, region }) => typeName === one.typeName && sameRegion(one, region));
    if (at < 0) throw new Violation("no orphan", `${named(one)} is neither in the state nor in the journal`);
    unnamed.splice(at, 1);
  }
}

/** 2, the other way: what the state holds exists. */
export function stateExists(live: readonly Live[], state: readonly Entry[]): void {
  for (const { urn, typeName, id, region, isGone } of state) {
    if (isGone) continue;
    const exists = live.some((one) => one.typeName === typeName && one.identifier === id && sameRegion(one, region));
    if (!exists) throw new Violation("what the state holds exists", `${urn} is ${id}, which AWS does not have`);
  }
}

/** 3: a failure says what to do, and is none of ours. */
export function failureIsPlain(messages: readonly string[], output: string): void {
  const own = messages.filter((message) => / of AWS::/.test(message));
  for (const message of own) {
    if (!message.includes("Fix: ")) throw new Violation("a failure says what to do", message);
  }
  if (messages.length === 0) throw new Violation("a failure says what to do", `no message at all\n${output}`);
}

/** 5: no secret, no stack trace, nothing unhandled in what people and files get to see. */
export function nothingShown(texts: Readonly<Record<string, string>>): void {
  for (const [where, text] of Object.entries(texts)) {
    const at = text.indexOf(SECRET_MARK);
    if (at >= 0) throw new Violation("no secret is shown", `${where}: ${text.slice(Math.max(at - 200, 0), at + 40)}`);
    if (where !== "output") continue;
    const trace = /^\s+at .*[(:]\d+:\d+\)?$/m.exec(text);
    if (trace) throw new Violation("no stack trace", text.slice(Math.max(trace.index - 400, 0), trace.index + 300));
    if (/unhandled ?(promise)? ?rejection/i.test(text))
      throw new Violation("no unhandled rejection", text.slice(-2000));
  }
}
