import type { JsonObject } from "./core/json";
import { Poller, type Wait } from "./poller";
import type { Clock, CloudControl, ProgressEvent } from "./ports";
import { backoff, CALL_TRIES, hasEnded, isPassing, notBefore, persist } from "./retry";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long an operation may take, unless something in it is known to take longer. */
export const DEFAULT_DEADLINE = 15 * MINUTE;
/** A cache cluster is made, resized or deleted in up to half an hour. */
const CACHE_CLUSTER_DEADLINE = 60 * MINUTE;

/** Milliseconds between two questions about one request. */
const LEAST_INTERVAL = 0.8 * SECOND;
const MOST_INTERVAL = 10 * SECOND;

/** The operation did not end in time; it may still do so on AWS's side. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";

  constructor(readonly last: ProgressEvent) {
    super(`the request ${last.requestToken} was still ${last.status} at the deadline`);
  }
}

/**
 * When a request is asked for again, in milliseconds after AWS accepted it: about an eighth of the time so far later, so
 * that nobody waits much longer than AWS took and long operations cost few calls.
 *
 * @param asked - when it was asked for last, in milliseconds after it was accepted
 */
export function nextQuestion(asked: number): number {
  return asked + Math.min(Math.max(asked / 8, LEAST_INTERVAL), MOST_INTERVAL);
}

/** One for each client, and so for each account and region: all resources of a stack share it. */
const pollers = new WeakMap<CloudControl, Poller>();

function pollerOf(clock: Clock, cloud: CloudControl): Poller {
  const poller = pollers.get(cloud) ?? new Poller(clock, cloud);
  pollers.set(cloud, poller);
  return poller;
}

/** What is known of a request that is waited for. */
export interface Waiting {
  /** What it does, such as "Create AWS::Logs::LogGroup", where it has only just begun: how long that takes is learnt. */
  readonly kind?: string;
  /** Told before each question how long it has taken so far, in milliseconds. */
  readonly stillWaiting?: (waited: number) => void;
}

/**
 * Asks for a request's status until it has ended, first when requests of its kind begin to end, and never before AWS's
 * RetryAfter. A status call that fails is repeated alone.
 *
 * @param deadline - epoch milliseconds
 * @throws DeadlineError
 */
export async function waitForEnd(
  clock: Clock,
  cloud: CloudControl,
  accepted: ProgressEvent,
  deadline: number,
  { kind, stillWaiting }: Waiting = {},
): Promise<ProgressEvent> {
  const began = clock.now();
  const poller = pollerOf(clock, cloud);
  const leave = poller.enter();
  let first = kind === undefined ? LEAST_INTERVAL : poller.first(kind);
  let event = accepted;
  let asked = 0;
  let lasted: number | undefined;
  try {
    while (!hasEnded(event)) {
      const now = clock.now();
      if (now >= deadline) throw new DeadlineError(event);
      stillWaiting?.(now - began);
      if (event !== accepted) lasted = now - began;
      asked = asked === 0 ? first : nextQuestion(asked);
      const retryAfter = notBefore(event, now);
      const isFirm = retryAfter > now;
      // Where answers are slow the questions fall behind their times, and do not come all the closer.
      const due = isFirm ? retryAfter : Math.max(began + asked, lasted === undefined ? now : now + LEAST_INTERVAL / 2);
      asked = due - began;
      if (lasted === undefined) first = asked;
      if (isFirm && due >= deadline) await clock.sleep(deadline - now);
      else
        event = await next(poller, clock, event, {
          since: began,
          due: Math.min(due, deadline),
          isFirm,
          until: deadline,
        });
    }
    if (kind !== undefined && event !== accepted) poller.learn(kind, first, lasted);
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

/** The end of an operation: what the user gave, else longer where a cache cluster is made, resized or removed. */
export function deadlineOf(
  ports: { readonly clock: Clock },
  chosen: number | undefined,
  before: JsonObject,
  after: JsonObject,
): number {
  const cacheOf = (model: JsonObject): string =>
    model.CacheClusterEnabled === true ? `on ${JSON.stringify(model.CacheClusterSize)}` : "off";
  const usual = cacheOf(before) === cacheOf(after) ? DEFAULT_DEADLINE : CACHE_CLUSTER_DEADLINE;
  return ports.clock.now() + (chosen ?? usual);
}
