import { CloudControlError, meaningOf } from "./core/errors";
import { CallError, type Clock, type ProgressEvent } from "./ports";

const LEAST_DELAY = 500;
const MOST_DELAY = 10_000;
/** Tries of one call whose answer is lost or says "later", beyond the SDK's own. */
export const CALL_TRIES = 5;

/** Whether nothing more will happen to the request. */
export function hasEnded(event: ProgressEvent): boolean {
  return event.status === "SUCCESS" || event.status === "FAILED" || event.status === "CANCEL_COMPLETE";
}

/**
 * When AWS may be asked for a request again, in epoch milliseconds of this machine's clock. AWS says so by its own, so
 * where this one is behind, the time that AWS means is counted from now: else the request's end would wait for as long as
 * the clocks are apart, and the deadline would cancel it.
 */
export function notBefore({ retryAfter = 0, eventTime = Infinity }: ProgressEvent, now: number): number {
  return eventTime > retryAfter ? retryAfter : Math.min(retryAfter, now + retryAfter - eventTime);
}

/**
 * Makes a call, and again where its answer was lost or AWS says "later". The call must be safe to repeat: a read, or
 * a mutation with a client token.
 *
 * @param until - epoch milliseconds after which it is not made again
 */
export async function persist<T>(clock: Clock, call: () => Promise<T>, until = Infinity): Promise<T> {
  let isLost = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= CALL_TRIES || clock.now() >= until || !isPassing(error)) {
        throw isLost && error instanceof CallError ? error.repeated() : error;
      }
      isLost ||= error instanceof CallError && (error.isUncertain || error.isRepeated);
      await clock.sleep(backoff(clock, attempt));
    }
  }
}

/**
 * Reads something for an operation whose own failure it is not, and names what was read where that fails.
 *
 * @throws CloudControlError of the read
 */
export async function reading<T>(
  clock: Clock,
  what: { readonly typeName: string; readonly subject: string },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await persist(clock, call);
  } catch (error) {
    throw CloudControlError.from(error, { operation: "Read", ...what });
  }
}

/** Reads after a change, until AWS shows it. */
const READ_TRIES = 5;

/**
 * Reads until what is read will do, as AWS may not show at once what was done.
 *
 * @returns the last reading, whether it will do or not
 */
export async function readUntil<T>(
  clock: Clock,
  read: () => Promise<T>,
  willDo: (seen: T) => boolean,
  tries = READ_TRIES,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const seen = await read();
    if (willDo(seen) || attempt >= tries) return seen;
    await clock.sleep(backoff(clock, attempt));
  }
}

/** Half a second, doubled each time, at most ten seconds, jittered. */
export function backoff(clock: Clock, attempt: number): number {
  return Math.min(LEAST_DELAY * 2 ** (attempt - 1), MOST_DELAY) * (0.5 + 0.5 * clock.random());
}

/** Exceptions by which AWS says that a call failed on its own side; of a handler that ended so they would be final. */
const THEIR_FAULT: ReadonlySet<string> = new Set([
  "HandlerInternalFailureException",
  "InternalFailure",
  "InternalServerError",
  "InternalServerException",
  "ServiceUnavailable",
  "ServiceUnavailableException",
]);

/** Whether the same call may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof CallError)) return false;
  return error.isUncertain || THEIR_FAULT.has(error.code) || meaningOf(error.code).retryable;
}
