import { CloudControlError, meaningOf, type OperationName } from "./core/errors";
import { CallError, type Clock, type CloudControl, type ProgressEvent, type Token } from "./ports";
import { backoff, hasEnded, persist } from "./retry";
import { cancelAndSee, DeadlineError, waitForEnd } from "./waiting";

/** What a running change says of itself in errors, and how long it may take. */
export interface ChangeFacts {
  readonly operation: OperationName;
  readonly typeName: string;
  readonly subject: string | undefined;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Takes a line for the user, when it takes long. */
  readonly tell?: ((line: string) => void) | undefined;
}

/** One kind of change, tried as often as AWS says that trying again helps. */
export interface Change {
  /**
   * Works out what to send, anew for every try. Undefined: there is nothing to send. What it returns may be called
   * several times with one client token, so it must send the very same request.
   */
  readonly prepare: () => Promise<((clientToken: string) => Promise<ProgressEvent>) | undefined>;
  /** Waits until the service takes such a change, and gives the milliseconds that it took; without it nothing waits. */
  readonly turn?: (() => Promise<number>) | undefined;
  /** The client token of a try, anew for every try; without it one is made. */
  readonly token?: () => Promise<Token>;
  /** Every try sends the very same: its client token then lasts until AWS reports a failure. */
  readonly isFixed?: true;
  /** Told when AWS has taken the request: from here on something may exist or have changed. */
  readonly accepted: (event: ProgressEvent) => void | Promise<void>;
  /** Told how a try that AWS had taken ended. */
  readonly ended?: (event: ProgressEvent) => void | Promise<void>;
  /** Whether a try that failed in a passing way may be repeated. What an earlier process sent and lost is one, too. */
  readonly mayRepeat: (event: ProgressEvent) => Promise<boolean>;
}

/** Tries of a change whose failure AWS calls passing. */
const TRIES = 5;

/**
 * Carries a change through to its end. One client token per logical try, kept while the same request is resent, so
 * that an answer lost on the way never makes a second resource; a new one only after AWS reported a failure.
 *
 * @returns the final progress event, or undefined where there was nothing to send
 * @throws CloudControlError with AWS's code, the request token and the failed hooks
 */
export async function change(
  clock: Clock,
  cloud: CloudControl,
  given: ChangeFacts,
  { prepare, turn, token, isFixed, accepted, ended: told, mayRepeat }: Change,
): Promise<ProgressEvent | undefined> {
  let facts = given;
  let kept: Token | undefined;
  for (let attempt = 1, waits = 0; ;) {
    let event: ProgressEvent;
    let isResent: boolean;
    try {
      let send = await prepare();
      if (!send) return undefined;
      const waited = kept === undefined ? ((await turn?.()) ?? 0) : 0;
      if (waited > 0) {
        // The deadline is AWS's: a place in our own line costs nothing of it. What was planned before may be out of date.
        facts = { ...facts, deadline: facts.deadline + waited };
        send = await prepare();
        if (!send) return undefined;
      }
      const sent = send;
      const next: Token = kept ?? (await token?.()) ?? { clientToken: clock.token(), isResent: false };
      // What is in the way may be this very request, whose answer was lost: with another token it would be doubled.
      kept = isFixed ? next : undefined;
      isResent = next.isResent;
      event = await persist(clock, async () => sent(next.clientToken), facts.deadline).catch(ownRequest);
    } catch (error) {
      if (!isConcurrent(error) || clock.now() >= facts.deadline) throw CloudControlError.from(error, facts);
      await outlast(clock, cloud, error, facts, ++waits);
      continue;
    }
    kept = undefined;
    await accepted(event);
    const ended = await endOf(clock, cloud, event, facts, told);
    await told?.(ended);
    if (ended.status === "SUCCESS") return ended;
    const failure = failureOf(ended, facts);
    // A request of an earlier run failed for that run's reasons.
    const passing = isResent || (ended.status === "FAILED" && meaningOf(failure.code).retryable);
    if (!passing || attempt >= TRIES || !(await mayRepeat(ended))) throw failure;
    await clock.sleep(backoff(clock, attempt++));
  }
}

/**
 * Deletes a resource; one that is already gone is deleted.
 *
 * @returns whether AWS found it
 */
export async function remove(
  clock: Clock,
  cloud: CloudControl,
  facts: ChangeFacts,
  turn?: () => Promise<number>,
): Promise<boolean> {
  try {
    await change(clock, cloud, facts, {
      turn,
      prepare: async () => Promise.resolve(async (token) => cloud.delete(facts.typeName, facts.subject ?? "", token)),
      isFixed: true,
      accepted: () => undefined,
      mayRepeat: async () => Promise.resolve(true),
    });
    return true;
  } catch (error) {
    const gone = error instanceof CloudControlError && /^(NotFound|ResourceNotFoundException)$/.test(error.code);
    if (!gone) throw error;
    return false;
  }
}

async function endOf(
  clock: Clock,
  cloud: CloudControl,
  event: ProgressEvent,
  facts: ChangeFacts,
  told: Change["ended"],
): Promise<ProgressEvent> {
  const { requestToken } = event;
  try {
    return await waitForEnd(clock, cloud, event, facts.deadline, {
      kind: `${facts.operation} ${facts.typeName}`,
      stillWaiting: patience(facts, requestToken),
    });
  } catch (error) {
    if (!(error instanceof DeadlineError)) {
      throw CloudControlError.from(error, { ...facts, requestToken, unfinished: true });
    }
    const last = await cancelAndSee(clock, cloud, requestToken);
    if (last?.status === "SUCCESS" || last?.status === "FAILED") return last;
    // What was made until then is not undone, and only this event names what AWS made an identifier for.
    if (last) await told?.(last);
    const unfinished = last === undefined || !hasEnded(last);
    const outcome = unfinished ? "could not be cancelled: AWS may still be at it" : "was cancelled";
    const message = `it was still ${error.last.status} at the deadline and ${outcome}`;
    throw new CloudControlError({ ...facts, code: "Timeout", message, requestToken, unfinished });
  }
}

const HALF_A_MINUTE = 30_000;

/** Says that an operation goes on: after half a minute, and then after twice the time each. */
function patience({ operation, typeName, subject, tell }: ChangeFacts, requestToken: string): (waited: number) => void {
  let next = HALF_A_MINUTE;
  const doing = `${operation.toLowerCase().replace(/e$/, "")}ing ${typeName}${subject === undefined ? "" : ` "${subject}"`}`;
  return (waited) => {
    if (waited < next) return;
    next *= 2;
    tell?.(`${doing} goes on after ${Math.round(waited / 1000)}s (request token ${requestToken})`);
  };
}

function failureOf(event: ProgressEvent, facts: ChangeFacts): CloudControlError {
  const { requestToken, message, hooks } = event;
  // Another client's or the console's cancellation is a failure too: AWS does not roll back what was done until then.
  const code = event.status === "CANCEL_COMPLETE" ? "CancelComplete" : (event.errorCode ?? "InternalFailure");
  return new CloudControlError({ ...facts, code, message, requestToken, hooks });
}

/** AWS has two names for it: one for an operation of Cloud Control's own, one for a change by other means. */
function isConcurrent(error: unknown): error is CallError {
  return error instanceof CallError && /^Concurrent(Operation|Modification)Exception$/.test(error.code);
}

/** AWS names the request that is in the way only in the text of its message. */
function tokenIn({ message }: CallError): string | undefined {
  return /[Rr]equest ?[Tt]oken:?\s+([-A-Za-z0-9+/=]{8,128})/.exec(message)?.[1];
}

/**
 * A client token is ours alone, so that a request which AWS already has under it is this one: its answer was lost, and
 * AWS does not repeat it as documented.
 */
function ownRequest(error: unknown): ProgressEvent {
  const isKnown = error instanceof CallError && error.code === "ClientTokenConflictException";
  const requestToken = isKnown ? tokenIn(error) : undefined;
  if (requestToken === undefined) throw error;
  return { requestToken, status: "IN_PROGRESS" };
}

/** Waits until the operation that is in the way has ended: on its own token where AWS names it, else for a while. */
async function outlast(
  clock: Clock,
  cloud: CloudControl,
  error: CallError,
  facts: ChangeFacts,
  wait: number,
): Promise<void> {
  const requestToken = tokenIn(error);
  if (requestToken !== undefined) {
    const running = { requestToken, status: "IN_PROGRESS" } as const;
    const ended = await waitForEnd(clock, cloud, running, facts.deadline).catch(() => undefined);
    if (ended) return;
  }
  await clock.sleep(Math.min(backoff(clock, wait + 2), Math.max(facts.deadline - clock.now(), 0)));
}
