import { Poller, type Wait } from "./poller";
import type { Clock, CloudControl, ProgressEvent } from "./ports";
import { backoff, CALL_TRIES, hasEnded, isPassing, persist } from "./retry";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long an operation may take, unless something in it is known to take longer. */
export const DEFAULT_DEADLINE = 15 * MINUTE;
/** A cache cluster is made, resized or deleted in up to half an hour. */
export const CACHE_CLUSTER_DEADLINE = 60 * MINUTE;

const LEAST_DELAY = 0.5 * SECOND;
const MOST_DELAY = 10 * SECOND;

/** The operation did not end in time; it may still do so on AWS's side. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor(readonly last: ProgressEvent) {
    super(`the request ${last.requestToken} was still ${last.status} at the deadline`);
  }
}

/**
 * How long to wait before asking again, in milliseconds: until AWS's RetryAfter where it gives one, else about an
 * eighth of the time waited so far, so that nobody waits much longer than AWS took and long operations cost few calls.
 */
export function pollDelay(clock: Clock, waited: number, retryAfter: number | undefined): number {
  if (retryAfter !== undefined && retryAfter > clock.now()) return retryAfter - clock.now();
  const even = Math.min(Math.max(waited / 8, LEAST_DELAY), MOST_DELAY);
  return even * (0.8 + 0.2 * clock.random());
}

/** One for each client, and so for each account and region: all resources of a stack share it. */
const pollers = new WeakMap<CloudControl, Poller>();

function pollerOf(clock: Clock, cloud: CloudControl): Poller {
  const poller = pollers.get(cloud) ?? new Poller(clock, cloud);
  pollers.set(cloud, poller);
  return poller;
}

/**
 * Asks for a request's status until it has ended. A status call that fails is repeated alone.
 *
 * @param stillWaiting - told before each poll how long it has taken so far, in milliseconds
 */
export async function waitForEnd(
  clock: Clock,
  cloud: CloudControl,
  accepted: ProgressEvent,
  deadline: number,
  stillWaiting?: (waited: number) => void,
): Promise<ProgressEvent> {
  const began = clock.now();
  const poller = pollerOf(clock, cloud);
  const leave = poller.enter();
  let event = accepted;
  try {
    while (!hasEnded(event)) {
      if (clock.now() >= deadline) throw new DeadlineError(event);
      stillWaiting?.(clock.now() - began);
      const left = Math.max(deadline - clock.now(), 0);
      const delay = pollDelay(clock, clock.now() - began, event.retryAfter);
      const isFirm = event.retryAfter !== undefined && event.retryAfter > clock.now();
      if (isFirm && delay >= left) await clock.sleep(left);
      else event = await next(poller, clock, event, { delay: Math.min(delay, left), isFirm, until: deadline });
    }
  } finally {
    leave(accepted.requestToken);
  }
  // A failed hook is only told by the status call, and a handler that ends at once is never asked.
  if (event.status !== "FAILED" || event !== accepted) return event;
  return persist(clock, async () => cloud.status(accepted.requestToken)).catch(() => event);
}

/** A poll that fails because time is up is the deadline's doing: the request is then to be cancelled. */
async function next(poller: Poller, clock: Clock, last: ProgressEvent, wait: Wait): Promise<ProgressEvent> {
  try {
    return await poller.next(last.requestToken, wait);
  } catch (error) {
    if (clock.now() >= wait.until && isPassing(error)) throw new DeadlineError(last);
    throw error;
  }
}

/** Milliseconds for which AWS is asked what became of a cancellation. */
const CANCEL_PATIENCE = MINUTE;

/**
 * Cancels a request, as AWS keeps working on it otherwise, and sees what became of it: the cancellation may come too
 * late, or not be allowed.
 *
 * @returns the last known event, or undefined where AWS tells nothing
 */
export async function cancelAndSee(
  clock: Clock,
  cloud: CloudControl,
  requestToken: string,
): Promise<ProgressEvent | undefined> {
  const until = clock.now() + CANCEL_PATIENCE;
  let last = await persist(clock, async () => cloud.cancel(requestToken), until).catch(() => undefined);
  for (let attempt = 1; !(last && hasEnded(last)) && clock.now() < until; attempt++) {
    // A request that nobody may cancel goes on as before: it is not worth the wait.
    if (attempt > CALL_TRIES && last?.status !== "CANCEL_IN_PROGRESS") break;
    if (attempt > 1) await clock.sleep(backoff(clock, attempt));
    last = await persist(clock, async () => cloud.status(requestToken), until).catch(() => last);
  }
  return last;
}
