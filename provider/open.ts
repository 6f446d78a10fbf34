import { CloudControlError } from "./core/errors";
import type { JsonObject } from "./core/json";
import { MIDWAY } from "./core/remnant";
import { isReadable } from "./core/schema";
import type { ChangeFacts } from "./operations";
import type { Clock, CloudControl, ProgressEvent } from "./ports";
import { hasEnded, persist, readUntil } from "./retry";
import { DeadlineError, waitForEnd } from "./waiting";
import type { State } from "./state";

/*
 * A request whose end was not seen stands in the state by its token (`notes.open`), because a refresh erases the
 * engine's own mark of a failure. While it is open, a resource that AWS does not show may still appear.
 */

/** A resource's live model, and the token of its request where that is still open. */
export interface Seen {
  readonly live: JsonObject | undefined;
  readonly open: string | undefined;
}

/** The live model of a resource of which a request may be open. */
export async function readOpen(clock: Clock, cloud: CloudControl, { schema, id, notes, owned }: State): Promise<Seen> {
  const { open } = notes;
  if (!isReadable(schema)) return unreadable(clock, cloud, owned, open);
  const read = async (): Promise<JsonObject | undefined> => persist(clock, async () => cloud.get(schema.typeName, id));
  let live = await read();
  if (open === undefined) return { live, open };
  let event: ProgressEvent | undefined;
  try {
    event = await statusOf(clock, cloud, open);
  } catch (error) {
    if (live === undefined) throw error;
    return { live, open };
  }
  if (event && !hasEnded(event)) return { live, open };
  const mayShowLate = event?.status === "SUCCESS" || MIDWAY.has(event?.errorCode ?? "");
  if (live === undefined && mayShowLate) live = await readUntil(clock, read, (seen) => seen !== undefined);
  return { live, open: undefined };
}

/** Of a type without a read handler only the end of its request tells something. */
async function unreadable(
  clock: Clock,
  cloud: CloudControl,
  owned: JsonObject,
  open: string | undefined,
): Promise<Seen> {
  if (open === undefined) return { live: owned, open };
  const event = await statusOf(clock, cloud, open);
  if (event && !hasEnded(event)) return { live: owned, open };
  return { live: event && event.status !== "SUCCESS" ? undefined : owned, open: undefined };
}

/**
 * Waits until the open request has ended, then reads.
 *
 * @throws CloudControlError Timeout
 */
export async function outlastOpen(clock: Clock, cloud: CloudControl, state: State, facts: ChangeFacts): Promise<Seen> {
  const requestToken = state.notes.open ?? "";
  try {
    const event = await statusOf(clock, cloud, requestToken);
    if (event) await waitForEnd(clock, cloud, event, facts.deadline);
    return await readOpen(clock, cloud, state);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw CloudControlError.from(error, { ...facts, requestToken });
    const message = "an earlier request was still under way at the deadline";
    throw new CloudControlError({ ...facts, code: "Timeout", message, requestToken });
  }
}

/** AWS forgets requests after a week, and with another account's credentials knows none. */
async function statusOf(clock: Clock, cloud: CloudControl, token: string): Promise<ProgressEvent | undefined> {
  try {
    return await persist(clock, async () => cloud.status(token));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "RequestTokenNotFoundException") return undefined;
    throw error;
  }
}
