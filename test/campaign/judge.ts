/**
 * What must hold, whatever the provider thinks: compares what the emulator has with the program, the state file and the
 * journal. Nothing here uses provider code.
 */
import { isDeepStrictEqual } from "node:util";
import { OTHERS_TAG } from "./meddling";
import { outlivesProgram, SECRET_MARK, type Expected, type Former, type Live, type Model } from "./slots";

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
  /** `project/stack/type::name`. */
  readonly identity: string;
  readonly typeName: string;
  readonly region: string;
  readonly id?: string | undefined;
  /** AWS's answer to the request, where it came. */
  readonly requestToken?: string | undefined;
}

const GLOBAL = "aws-global";
const sameRegion = (live: Live, region: string): boolean => live.region === GLOBAL || live.region === region;
const named = ({ typeName, identifier, region }: Live): string => `${typeName} ${identifier} in ${region}`;

/** Maps that are the program's as a whole. */
const WHOLE: readonly string[] = ["Variables", "StageVariableOverrides", "RequestTemplates"];
/** Members that tell a list's entries apart. */
const IDENTITY: readonly string[] = ["ResourcePath", "HttpMethod", "Key"];

const isObject = (value: unknown): value is Model =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** Where somebody has tagged what a run was cut off at, and it was adopted then, the tag is left to them. */
const isOthersTag = (entry: unknown): boolean => isObject(entry) && String(entry.Key).startsWith(OTHERS_TAG);

/**
 * Whether a live value has all that is owned, lists and maps no more than that; lists are sets, as AWS keeps no order in
 * ours. Of what was adopted there may be tags from before.
 */
function has(live: unknown, owned: unknown, isAdopted: boolean, name?: string): boolean {
  if (Array.isArray(owned)) {
    const isLeft = (entry: unknown): boolean => name === "Tags" && (isAdopted || isOthersTag(entry));
    const isHad = (entry: unknown): boolean => owned.some((one) => has(entry, one, isAdopted));
    const theirs = Array.isArray(live) ? live.filter((entry) => isHad(entry) || !isLeft(entry)) : [];
    return theirs.length === owned.length && owned.every((one) => theirs.some((other) => has(other, one, isAdopted)));
  }
  if (isObject(owned)) {
    if (!isObject(live)) return false;
    if (name !== undefined && WHOLE.includes(name) && Object.keys(live).length !== Object.keys(owned).length)
      return false;
    return Object.entries(owned).every(([key, value]) => has(live[key], value, isAdopted, key));
  }
  return isDeepStrictEqual(live, owned);
}

/**
 * 1: after a successful `up` the live models equal the program on what it owns.
 *
 * @param isAdopted - they may have tags from before they were adopted
 */
export function liveEqualsProgram(expected: readonly Expected[], live: readonly Live[], isAdopted = false): void {
  for (const { typeName, region, is, owned, holds } of expected) {
    const candidates = live.filter((one) => one.typeName === typeName && sameRegion(one, region));
    const found = candidates.filter((one) => is(one, live));
    if (found.length !== 1) {
      throw new Violation("live equals program", `${String(found.length)} of ${typeName} ${JSON.stringify(owned)}`);
    }
    const [one] = found;
    if (one && (!has(one.model, owned, isAdopted) || holds?.(one.model) === false)) {
      throw new Violation(
        "live equals program",
        `${named(one)} is ${JSON.stringify(one.model)}, the program says ${JSON.stringify(owned)}`,
      );
    }
  }
}

/** 1: what an `up` has updated equals the program, whatever others had changed of it that no refresh has seen. */
export function updatedEqualsProgram(
  expected: readonly Expected[],
  live: readonly Live[],
  updated: readonly Entry[],
  isAdopted: boolean,
): void {
  const isUpdated = (one: Live): boolean =>
    updated.some(
      ({ typeName, id, region }) => typeName === one.typeName && id === one.identifier && sameRegion(one, region),
    );
  const theirs = expected.filter(({ typeName, region, is }) =>
    live.some((one) => one.typeName === typeName && sameRegion(one, region) && is(one, live) && isUpdated(one)),
  );
  liveEqualsProgram(theirs, live, isAdopted);
}

/** 1: what earlier programs have set and this one does not is gone or off. */
export function droppedIsGone(expected: readonly Former[], live: readonly Live[]): void {
  for (const { typeName, region, is, owned, formerly } of expected) {
    const one = live.find((other) => other.typeName === typeName && sameRegion(other, region) && is(other, live));
    const kept = one ? formerly.flatMap((former) => remaining(one.model, former, owned)) : [];
    if (one && kept.length > 0) {
      const details = `${named(one)} still has ${[...new Set(kept)].join(", ")}: ${JSON.stringify(one.model)}`;
      throw new Violation("what the program drops is gone", details);
    }
  }
}

/**
 * The paths at which a live value is still as an earlier program had it, though this one says nothing there. Another
 * value is somebody else's.
 */
function remaining(live: unknown, former: unknown, owned: unknown, path = ""): string[] {
  if (isObject(former)) {
    const [seen, now] = [isObject(live) ? live : {}, isObject(owned) ? owned : {}];
    return Object.entries(former)
      .filter(([key]) => !IDENTITY.includes(key))
      .flatMap(([key, value]) => remaining(seen[key], value, now[key], `${path}/${key}`));
  }
  if (Array.isArray(former)) {
    const like = (list: unknown, entry: unknown): unknown =>
      Array.isArray(list)
        ? list.find((other) => IDENTITY.every((key) => memberOf(other, key) === memberOf(entry, key)))
        : undefined;
    return former.flatMap((entry: unknown) => remaining(like(live, entry), entry, like(owned, entry), `${path}/*`));
  }
  return owned === undefined && !isOff(live) && isDeepStrictEqual(live, former) ? [path] : [];
}

const memberOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

const isOff = (value: unknown): boolean => [undefined, null, false, "", "OFF"].includes(value as string);

/**
 * 2: every live resource of the program is in exactly one entry of the state, or is named in the journal.
 *
 * @param mayBe - whether a resource may have come of a create of which the journal has no id
 */
export function nothingLost(
  live: readonly Live[],
  state: readonly Entry[],
  journal: readonly Noted[],
  mayBe: (noted: Noted, live: Live) => boolean,
): void {
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
    const at = unnamed.findIndex(
      (noted) => noted.typeName === one.typeName && sameRegion(one, noted.region) && mayBe(noted, one),
    );
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

/** 3: a failure says which resource, why and what to do, and is none of ours. */
export function failureIsPlain(messages: readonly string[], output: string): void {
  const own = messages.filter((message) => / of AWS::/.test(message));
  const isPlain = (message: string): boolean => / of AWS::\S+( ".+?")? failed with \w+: .*Fix: ./s.test(message);
  const [vague] = own.filter((message) => !isPlain(message));
  if (vague !== undefined) throw new Violation("a failure says which, why and what to do", vague);
  if (own.length === 0)
    throw new Violation("a failure says which, why and what to do", `${messages.join("\n")}\n${output}`);
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
