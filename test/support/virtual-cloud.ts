/**
 * Cloud Control as a model on a virtual clock: its latencies, its handlers' times and its limit of calls, nothing of what
 * it does with resources. The provider's own poller and limiter run against it, so that what costs time can be told
 * exactly, whatever the machine.
 */
import { Limiter, type CallKind } from "../../provider/limiter";
import type { CloudControl, ProgressEvent, RequestPage, WhichRequests } from "../../provider/ports";
import { waitForEnd } from "../../provider/waiting";
import { EventClock } from "./event-clock";

/** Milliseconds, as in the benchmark. */
export interface Conditions {
  readonly accept: number;
  readonly read: number;
  readonly handler: readonly [number, number];
  readonly rate: { readonly perSecond: number; readonly burst: number };
  /** RetryAfter of each listed request; 0: there is none. */
  readonly retryAfter: number;
}

export const CONDITIONS: Conditions = {
  accept: 80,
  read: 50,
  handler: [2000, 4000],
  rate: { perSecond: 10, burst: 40 },
  retryAfter: 1000,
};

/** Where the time of the resources went, in milliseconds for each. */
export interface Ledger {
  /** From the first call to the end of the last. */
  readonly total: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly throttled: number;
  /** Between the end of a handler and the answer that tells of it. */
  readonly late: number;
  /** Turns of the limiter that creates and reads waited for. */
  readonly queued: number;
}

const THROTTLED = new Error("Rate exceeded");
/** What the SDK waits before it sends a refused call again. */
const AGAIN = 500;

interface Request {
  readonly requestToken: string;
  readonly ends: number;
}

/** Makes so many resources, so many at a time, and tells what that took. */
export async function createMany(
  count: number,
  parallel: number,
  { accept, read, handler, rate, retryAfter }: Conditions = CONDITIONS,
): Promise<Ledger> {
  const clock = new EventClock();
  const random = generator(count);
  const limiter = new Limiter(clock);
  const requests = new Map<string, Request>();
  const calls: Record<string, number> = {};
  let [throttled, late, queued] = [0, 0, 0];
  let [left, at] = [rate.burst, clock.now()];

  const call = async <T>(operation: string, kind: CallKind, latency: number, answer: () => T): Promise<T> => {
    for (;;) {
      const asked = clock.now();
      try {
        return await limiter.run(
          kind,
          async () => {
            const now = clock.now();
            if (kind !== "status") queued += now - asked;
            calls[operation] = (calls[operation] ?? 0) + 1;
            left = Math.min(left + ((now - at) * rate.perSecond) / 1000, rate.burst);
            at = now;
            if (left < 1) {
              throttled++;
              await clock.sleep(latency);
              throw THROTTLED;
            }
            left -= 1;
            const given = answer();
            await clock.sleep(latency);
            return given;
          },
          (error) => error === THROTTLED,
        );
      } catch {
        await clock.sleep(AGAIN);
      }
    }
  };
  const eventOf = ({ requestToken, ends }: Request, isListed: boolean): ProgressEvent => {
    const identifier = requestToken;
    if (clock.now() >= ends) return { requestToken, identifier, status: "SUCCESS" };
    const later = isListed && retryAfter > 0 ? { retryAfter: clock.now() + retryAfter } : {};
    return { requestToken, identifier, status: "IN_PROGRESS", ...later };
  };
  const listed = (which: WhichRequests): RequestPage => {
    const newest = [...requests.values()].reverse();
    const events = newest.map((request) => eventOf(request, true));
    const shown = which === "all" ? events : events.filter(({ status }) => status === "IN_PROGRESS");
    return { events: shown.slice(0, 100), ...(shown.length > 100 ? { nextToken: "100" } : {}) };
  };
  const cloud = {
    status: async (token: string) =>
      call("status", "status", accept, () => eventOf(requests.get(token) ?? { requestToken: token, ends: 0 }, false)),
    requests: async (which: WhichRequests) => call("list", "status", accept, () => listed(which)),
  } as unknown as CloudControl;

  const one = async (index: number): Promise<void> => {
    const requestToken = `r${index}`;
    const accepted = await call("create", "change", accept, () => {
      const request = { requestToken, ends: clock.now() + handler[0] + (handler[1] - handler[0]) * random() };
      requests.set(requestToken, request);
      return request;
    });
    const ended = await waitForEnd(clock, cloud, eventOf(accepted, false), Infinity, { kind: "Create A::B::C" });
    if (ended.status !== "SUCCESS") throw new Error(ended.status);
    late += clock.now() - accepted.ends;
    await call("read", "read", read, () => undefined);
  };
  const began = clock.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, worker));
  return { total: clock.now() - began, calls, throttled, late: late / count, queued: queued / count };
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
