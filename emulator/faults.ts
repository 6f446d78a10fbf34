import type { HandlerErrorCode } from "./handlers/types";

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
    | { /** The call is answered with a throttling exception. */ readonly kind: "throttle" }
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
        /** A created resource is not found by its first reads. */ readonly kind: "eventual-read";
        readonly reads: number;
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
}

/** The faults in force. A fault counts the calls that match it, so the same calls meet the same faults. @internal */
export class Faults {
  private armed: Armed[] = [];
  private lastId = 0;

  add(fault: Fault): number {
    const id = ++this.lastId;
    this.armed.push({ id, fault, skipsLeft: fault.skip ?? 0, hitsLeft: fault.times ?? 1 });
    return id;
  }

  clear(id?: number): void {
    this.armed = id === undefined ? [] : this.armed.filter((a) => a.id !== id);
  }

  list(): ArmedFault[] {
    return this.armed.map((a) => ({ ...a }));
  }

  /** The fault of this kind that hits this call, if one does; it is used up by that. */
  take<K extends Fault["kind"]>(
    kind: K,
    operation: string,
    typeName: string | undefined,
    filter?: (fault: Extract<Fault, { kind: K }>) => boolean,
  ): Extract<Fault, { kind: K }> | undefined {
    for (const armed of this.armed) {
      const fault = armed.fault as Extract<Fault, { kind: K }>;
      if (fault.kind !== kind || armed.hitsLeft <= 0) continue;
      if (fault.operation !== undefined && fault.operation !== operation) continue;
      if (fault.typeName !== undefined && fault.typeName !== typeName) continue;
      if (filter && !filter(fault)) continue;
      if (armed.skipsLeft > 0) {
        armed.skipsLeft--;
        continue;
      }
      armed.hitsLeft--;
      this.armed = this.armed.filter((a) => a.hitsLeft > 0);
      return fault;
    }
    return undefined;
  }
}

const kinds = [
  "exception",
  "throttle",
  "handler-failure",
  "lost-reply",
  "slow",
  "stuck",
  "eventual-read",
  "hook-failure",
  "cancel-race",
];

/**
 * Checks a fault that came over HTTP.
 *
 * @throws TypeError that says what is wrong.
 * @internal
 */
export function readFault(value: unknown): Fault {
  const fault = value as Partial<Record<string, unknown>> | null;
  if (typeof fault !== "object" || fault === null || !kinds.includes(String(fault.kind))) {
    throw new TypeError(`a fault needs a kind, one of ${kinds.join(", ")}`);
  }
  const wants: Record<string, [string, string]> = {
    exception: ["exception", "string"],
    "handler-failure": ["errorCode", "string"],
    "lost-reply": ["when", "string"],
    slow: ["ms", "number"],
    "eventual-read": ["reads", "number"],
    "hook-failure": ["hook", "string"],
    "cancel-race": ["left", "string"],
  };
  const [member, type] = wants[String(fault.kind)] ?? [];
  if (member !== undefined && typeof fault[member] !== type) {
    throw new TypeError(`a fault of kind ${String(fault.kind)} needs ${member}: ${type ?? ""}`);
  }
  return value as Fault;
}
