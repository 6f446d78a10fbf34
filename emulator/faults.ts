import type { Clock } from "./clock";
import { handlerErrorCodes, type HandlerErrorCode } from "./handlers/types";
import type { Ids } from "./ids";
import type { Caller } from "./server/auth";
import { Rate } from "./server/rate";

/** What every fault may be narrowed to. @public */
export interface FaultScope {
  /** A Cloud Control operation (`CreateResource`), or of a handler fault `CREATE`, `UPDATE` or `DELETE`. */
  readonly operation?: string;
  readonly typeName?: string;
  /** Let this many matching calls pass first. @defaultValue 0 */
  readonly skip?: number;
  /** How many calls it hits. @defaultValue 1 */
  readonly times?: number;
}

/** Something that goes wrong on demand. @public */
export type Fault = FaultScope &
  (
    | {
        /** The call is answered with this exception. */ readonly kind: "exception";
        readonly exception: string;
        readonly message?: string;
      }
    | {
        /**
         * The call is answered with a throttling exception: each one that matches; or those beyond a bucket of `burst`
         * calls, refilled with `perSecond`, for each account and region; or that `share` of them, chosen by the seed.
         * The last two stay until they are cleared, unless `times` says otherwise.
         */
        readonly kind: "throttle";
        readonly perSecond?: number;
        /** @defaultValue `perSecond`, at least 1 */
        readonly burst?: number;
        /** From 0 to 1. */
        readonly share?: number;
      }
    | {
        /** The handler fails with this code; with `remnant`, what it should have made stays. */
        readonly kind: "handler-failure";
        readonly errorCode: HandlerErrorCode;
        readonly message?: string;
        readonly remnant?: boolean;
      }
    | {
        /** The connection breaks before or after the call was accepted. */ readonly kind: "lost-reply";
        readonly when: "before" | "after";
      }
    | { /** The handler takes this many milliseconds more. */ readonly kind: "slow"; readonly ms: number }
    | { /** The handler never ends (a cancel still does). */ readonly kind: "stuck" }
    | {
        /** The next reads see the resource as it was before the operation: not yet made, not yet changed, not yet gone. */
        readonly kind: "eventual-read";
        readonly reads: number;
        /** So many lists do, too. @defaultValue 0 */
        readonly lists?: number;
      }
    | {
        /** A stage's cache cluster takes this many milliseconds more to come, to change its size or to go. */
        readonly kind: "slow-cache";
        readonly ms: number;
      }
    | {
        /** The clock jumps just before the call is looked at; a negative number takes it back. */
        readonly kind: "clock-jump";
        readonly ms: number;
      }
    | {
        /** A hook is asked before the handler and agrees after this many milliseconds; the request is PENDING meanwhile. */
        readonly kind: "hook";
        readonly hook: string;
        readonly ms: number;
      }
    | {
        /** A hook refuses the operation before the handler runs; with `WARN` it only says so. */
        readonly kind: "hook-failure";
        readonly hook: string;
        readonly message: string;
        /** @defaultValue `"FAIL"` */
        readonly mode?: "FAIL" | "WARN";
      }
    | {
        /** A cancel comes when the handler has done its work: it is refused (`success`), or taken without undoing anything (`effect`). */
        readonly kind: "cancel-race";
        readonly left: "success" | "effect";
      }
  );

/** A fault that is armed, and what is left of it. @public */
export interface ArmedFault {
  readonly id: number;
  readonly fault: Fault;
  readonly skipsLeft: number;
  readonly hitsLeft: number;
}

interface Armed {
  readonly id: number;
  readonly fault: Fault;
  skipsLeft: number;
  hitsLeft: number;
  /** The buckets of a throttle with a rate. */
  readonly rate: Rate | undefined;
}

function rateOf(fault: Fault, clock: Clock): Rate | undefined {
  if (fault.kind !== "throttle" || fault.perSecond === undefined) return undefined;
  return new Rate(clock, { perSecond: fault.perSecond, burst: fault.burst ?? Math.max(1, fault.perSecond) });
}

function timesOf(fault: Fault): number {
  const standing = fault.kind === "throttle" && (fault.perSecond !== undefined || fault.share !== undefined);
  return fault.times ?? (standing ? Infinity : 1);
}

/** The faults in force. A fault counts the calls that match it, so the same calls meet the same faults. @internal */
export class Faults {
  private armed: Armed[] = [];
  private lastId = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  add(fault: Fault): number {
    const id = ++this.lastId;
    const rate = rateOf(fault, this.clock);
    this.armed.push({ id, fault, skipsLeft: fault.skip ?? 0, hitsLeft: timesOf(fault), rate });
    return id;
  }

  clear(id?: number): void {
    this.armed = id === undefined ? [] : this.armed.filter((a) => a.id !== id);
  }

  list(): ArmedFault[] {
    return this.armed.map(({ id, fault, skipsLeft, hitsLeft }) => ({ id, fault, skipsLeft, hitsLeft }));
  }

  /** Whether this call is throttled. */
  throttles(operation: string, typeName: string | undefined, caller: Caller): boolean {
    const hits = ({ fault, rate }: Armed): boolean => {
      if (rate) return !rate.admits(caller);
      return fault.kind !== "throttle" || fault.share === undefined || this.ids.next() < fault.share;
    };
    return this.find("throttle", operation, typeName, () => true, hits) !== undefined;
  }

  /** The fault of this kind that hits this call, if one does; it is used up by that. */
  take<K extends Fault["kind"]>(
    kind: K,
    operation: string,
    typeName: string | undefined,
    filter?: (fault: Extract<Fault, { kind: K }>) => boolean,
  ): Extract<Fault, { kind: K }> | undefined {
    type Own = Extract<Fault, { kind: K }>;
    const matches = ({ fault }: Armed): boolean => filter?.(fault as Own) ?? true;
    return this.find(kind, operation, typeName, matches, () => true)?.fault as Own | undefined;
  }

  /** The first fault that matches the call and hits it. A call that matches is counted, whether it is hit or let pass. */
  private find(
    kind: Fault["kind"],
    operation: string,
    typeName: string | undefined,
    matches: (armed: Armed) => boolean,
    hits: (armed: Armed) => boolean,
  ): Armed | undefined {
    for (const armed of this.armed) {
      const { fault } = armed;
      if (fault.kind !== kind || armed.hitsLeft <= 0) continue;
      if (fault.operation !== undefined && fault.operation !== operation) continue;
      if (fault.typeName !== undefined && fault.typeName !== typeName) continue;
      if (!matches(armed)) continue;
      if (armed.skipsLeft > 0) {
        armed.skipsLeft--;
        continue;
      }
      if (!hits(armed)) continue;
      armed.hitsLeft--;
      this.armed = this.armed.filter((a) => a.hitsLeft > 0);
      return armed;
    }
    return undefined;
  }
}

type Need = readonly [member: string, check: (value: unknown) => boolean, what: string];

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown): boolean => isNumber(value) && (value as number) >= 0;
const isOneOf =
  (...values: readonly string[]) =>
  (value: unknown): boolean =>
    values.includes(value as string);
const optional =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || check(value);

const everyKind: Need[] = [
  ["operation", optional(isText), "a text"],
  ["typeName", optional(isText), "a text"],
  ["skip", optional(isCount), "a number from 0"],
  ["times", optional(isCount), "a number from 0"],
];

/** What each kind of fault needs, for those that come over HTTP. */
const needs: Readonly<Record<string, readonly Need[]>> = {
  exception: [["exception", isText, "the name of an exception"]],
  throttle: [
    ["perSecond", optional(isCount), "a number from 0"],
    ["burst", optional(isCount), "a number from 0"],
    ["share", optional((value) => isCount(value) && (value as number) <= 1), "a number from 0 to 1"],
  ],
  "handler-failure": [["errorCode", isOneOf(...handlerErrorCodes), `one of ${handlerErrorCodes.join(", ")}`]],
  "lost-reply": [["when", isOneOf("before", "after"), "before or after"]],
  slow: [["ms", isCount, "a number from 0"]],
  stuck: [],
  "eventual-read": [
    ["reads", isCount, "a number from 0"],
    ["lists", optional(isCount), "a number from 0"],
  ],
  "slow-cache": [["ms", isCount, "a number from 0"]],
  "clock-jump": [["ms", isNumber, "a number"]],
  hook: [
    ["hook", isText, "the name of a hook"],
    ["ms", isCount, "a number from 0"],
  ],
  "hook-failure": [
    ["hook", isText, "the name of a hook"],
    ["message", isText, "what the hook says"],
    ["mode", optional(isOneOf("FAIL", "WARN")), "FAIL or WARN"],
  ],
  "cancel-race": [["left", isOneOf("success", "effect"), "success or effect"]],
};

/**
 * Checks a fault that came over HTTP.
 *
 * @throws TypeError that says what is wrong.
 * @internal
 */
export function readFault(value: unknown): Fault {
  const fault = value as Readonly<Record<string, unknown>> | null;
  const kind = typeof fault === "object" && fault !== null ? fault.kind : undefined;
  const wanted = typeof kind === "string" && Object.hasOwn(needs, kind) ? needs[kind] : undefined;
  if (!fault || !wanted) throw new TypeError(`a fault needs a kind, one of ${Object.keys(needs).join(", ")}`);
  for (const [member, check, what] of [...wanted, ...everyKind]) {
    if (!check(fault[member])) throw new TypeError(`a fault of kind ${String(kind)} needs ${member}: ${what}`);
  }
  return value as Fault;
}
