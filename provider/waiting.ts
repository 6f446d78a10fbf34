import { meaningOf } from "./core/errors";
import { CallError, type Clock, type CloudControl, type ProgressEvent } from "./ports";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long an operation may take, unless something in it is known to take longer. */
export const DEFAULT_DEADLINE = 15 * MINUTE;
/** A cache cluster is made, resized or deleted in up to half an hour. */
export const CACHE_CLUSTER_DEADLINE = 60 * MINUTE;

const LEAST_DELAY = 0.5 * SECOND;
const MOST_DELAY = 10 * SECOND;
/** Tries of one call whose answer is lost or says "later", beyond the SDK's own. */
const CALL_TRIES = 5;

/** The operation did not end in time; it may still do so on AWS's side. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor(readonly last: ProgressEvent) {
    super(`the request ${last.requestToken} was still ${last.status} at the deadline`);
  }
}

/** Whether nothing more will happen to the request. */
export function hasEnded(event: ProgressEvent): boolean {
  return event.status === "SUCCESS" || event.status === "FAILED" || event.status === "CANCEL_COMPLETE";
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
  let event = accepted;
  while (!hasEnded(event)) {
    if (clock.now() >= deadline) throw new DeadlineError(event);
    stillWaiting?.(clock.now() - began);
    const delay = pollDelay(clock, clock.now() - began, event.retryAfter);
    await clock.sleep(Math.min(delay, Math.max(deadline - clock.now(), 0)));
    event = await persist(clock, async () => cloud.status(accepted.requestToken));
  }
  // A failed hook is only told by the status call, and a handler that ends at once is never asked.
  if (event.status !== "FAILED" || event !== accepted) return event;
  return persist(clock, async () => cloud.status(accepted.requestToken)).catch(() => event);
}

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
  const asked = persist(clock, async () => cloud.cancel(requestToken)).catch(() => undefined);
  let last = await asked;
  for (let attempt = 1; attempt <= CALL_TRIES && !(last && hasEnded(last)); attempt++) {
    if (attempt > 1) await clock.sleep(backoff(clock, attempt));
    last = await persist(clock, async () => cloud.status(requestToken)).catch(() => last);
  }
  return last;
}

/**
 * Makes a call, and again where its answer was lost or AWS says "later". The call must be safe to repeat: a read, or
 * a mutation with a client token.
 */
export async function persist<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= CALL_TRIES || !isPassing(error)) throw error;
      await clock.sleep(backoff(clock, attempt));
    }
  }
}

/** Half a second, doubled each time, at most ten seconds, jittered. */
export function backoff(clock: Clock, attempt: number): number {
  return Math.min(LEAST_DELAY * 2 ** (attempt - 1), MOST_DELAY) * (0.5 + 0.5 * clock.random());
}

function isPassing(error: unknown): boolean {
  return error instanceof CallError && (error.isUncertain || meaningOf(error.code).retryable);
}
