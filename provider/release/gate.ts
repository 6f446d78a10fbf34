import { CallError, type Clock } from "../ports";
import type { Alarms } from "../edge/alarms";
import { persist } from "../retry";

/** What a look at the alarms says. */
export type Verdict =
  | { readonly kind: "quiet" }
  /** `alarm` is named in the words of `why`. */
  | { readonly kind: "closed"; readonly why: string }
  /** Nobody can say how the alarms stand. */
  | { readonly kind: "blind"; readonly why: string };

/** The alarms that have to stay quiet while a candidate is on trial. */
export class Gate {
  constructor(
    private readonly clock: Clock,
    private readonly alarms: Alarms,
    readonly names: readonly string[],
  ) {}

  /** Looks once. An alarm without enough data is quiet: a canary that gets no request is in no trouble. */
  async look(): Promise<Verdict> {
    let states: ReadonlyMap<string, string>;
    try {
      states = await persist(this.clock, async () => this.alarms.states(this.names));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      return { kind: "blind", why: `CloudWatch does not tell the alarms' states (${error.code}: ${error.message})` };
    }
    const missing = this.names.find((name) => !states.has(name));
    const loud = this.names.find((name) => states.get(name) === "ALARM");
    if (loud !== undefined) return { kind: "closed", why: `the alarm "${loud}" went to ALARM` };
    if (missing !== undefined) return { kind: "closed", why: `the alarm "${missing}" is missing` };
    return { kind: "quiet" };
  }
}
