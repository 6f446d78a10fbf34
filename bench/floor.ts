/**
 * The least time that an operation can take: a client that knows beforehand when each handler ends, asks for that end
 * once, and never waits for anything but AWS. It is bound by the latencies, by how many resources run at once, and by the
 * account's rate. Computed by playing such a client on a virtual clock, many times, with other handler times each.
 */
import { CONDITIONS, type Operation } from "./conditions";

/** What one resource costs at the least: calls with their latency, and where the handler's own time lies between. */
type Step = "accept" | "read" | "handler";
const STEPS: Readonly<Record<Operation, readonly Step[]>> = {
  create: ["accept", "handler", "accept", "read"],
  "no-op": [],
  update: ["read", "accept", "handler", "accept", "read"],
  refresh: ["read"],
  destroy: ["accept", "handler", "accept"],
};

const DRAWS = 200;

/** Median milliseconds of the ideal client. */
export function floorOf(operation: Operation, count: number): number {
  const random = generator(count);
  const times = Array.from({ length: DRAWS }, () => play(STEPS[operation], count, random)).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}

/** Calls of the ideal client. */
export function callsOf(operation: Operation, count: number): number {
  return STEPS[operation].filter((step) => step !== "handler").length * count;
}

/** Plays all steps in the order in which they fall due, as the rate lets calls through in that order. */
function play(steps: readonly Step[], count: number, random: () => number): number {
  const { accept, read, handler, rate, parallel } = CONDITIONS;
  let tokens: number = rate.burst;
  let refilled = 0;
  const call = (at: number): number => {
    tokens = Math.min(tokens + ((at - refilled) * rate.perSecond) / 1000, rate.burst);
    refilled = at;
    const wait = tokens >= 1 ? 0 : ((1 - tokens) * 1000) / rate.perSecond;
    tokens -= 1;
    return at + wait;
  };
  const workers = Array.from({ length: Math.min(parallel, count) }, () => ({ at: 0, step: 0 }));
  let begun = workers.length;
  for (let end = 0; ;) {
    const next = workers.reduce(
      (first, one) => (one.at < first.at ? one : first),
      workers[0] ?? { at: Infinity, step: 0 },
    );
    if (next.at === Infinity) return end;
    const step = steps[next.step];
    if (step === undefined) {
      end = Math.max(end, next.at);
      next.step = 0;
      if (begun < count) begun++;
      else next.at = Infinity;
      continue;
    }
    next.step++;
    if (step === "handler") next.at += handler[0] + (handler[1] - handler[0]) * random();
    else next.at = call(next.at) + (step === "accept" ? accept : read);
  }
}

/** The same draws at every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
