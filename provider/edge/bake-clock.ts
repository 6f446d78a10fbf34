import { systemClock } from "./clock";

/** The time by which candidates bake. Unlike other waiting it may be another process's, so that asking it takes a call. */
export interface BakeClock {
  /** Milliseconds since the epoch. */
  now(): Promise<number>;
  sleep(milliseconds: number): Promise<void>;
}

/** Milliseconds between two looks at a clock of another process. */
const LOOK = 25;

/**
 * The machine's own time; in tests that of the local Cloud Control, which they move forward, so that a bake of an hour
 * takes no time.
 *
 * @param env - `PULUMI_CLOUDCONTROL_CLOCK` is internal to this package's tests: the URL of a clock, which answers
 * `{"now": …}` and is told at `/await` until when somebody waits
 */
export function bakeClock(env: Readonly<Record<string, string | undefined>>): BakeClock {
  const { PULUMI_CLOUDCONTROL_CLOCK: url } = env;
  if (url === undefined || url === "") {
    return {
      now: async () => Promise.resolve(systemClock.now()),
      sleep: async (milliseconds) => systemClock.sleep(milliseconds),
    };
  }
  const ask = async (path: string, init?: RequestInit): Promise<number> => {
    const { now } = (await (await fetch(url + path, init)).json()) as { now: number };
    return now;
  };
  return {
    now: async () => ask(""),
    sleep: async (milliseconds) => {
      const until = (await ask("")) + milliseconds;
      const body = JSON.stringify({ until });
      while ((await ask("/await", { method: "POST", body })) < until) await systemClock.sleep(LOOK);
    },
  };
}
