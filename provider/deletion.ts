import { believeGone, guard } from "./accounts";
import { CloudControlError } from "./core/errors";
import { isReadable } from "./core/schema";
import { outlastOpen, readOpen } from "./open";
import { remove } from "./operations";
import type { Ports } from "./ports";
import type { State } from "./state";
import { deadlineOf } from "./waiting";

/** Deletes a resource and waits until it is gone; one that is already gone is deleted. */
export async function deleteResource(ports: Ports, state: State): Promise<void> {
  const { target, timeouts } = state.options;
  const facts = { operation: "Delete", typeName: state.schema.typeName, subject: state.id } as const;
  await guard(ports, { ...facts, target, account: state.account });
  const deadline = deadlineOf(ports, timeouts.delete, state.owned, {});
  const cloud = ports.cloudControl(target);
  const tell = (line: string): void => {
    ports.tell(line);
  };
  const turn = async (): Promise<number> => (await ports.turn?.(target, { ...facts, model: state.owned })) ?? 0;
  const how = { ...facts, deadline, tell };
  const isDeleted = async (): Promise<boolean> => remove(ports.clock, cloud, how, turn);
  if (await isDeleted()) return;
  await believeGone(ports, { ...facts, target, account: state.account });
  if (state.notes.open !== undefined) {
    // What an earlier request makes may come after all, or show late.
    const { live } = await outlastOpen(ports.clock, cloud, state, how);
    if (live !== undefined) await isDeleted();
    return;
  }
  // A handler that says "not found" may miss something else than the resource itself.
  const isThere = isReadable(state.schema) && (await readOpen(ports.clock, cloud, state)).live !== undefined;
  if (!isThere || (await isDeleted())) return;
  const message = "AWS's handler finds nothing to delete, but the resource is there";
  const fix = "restore what the resource refers to, or delete it in the console, then run again";
  throw new CloudControlError({ ...facts, code: "NotFound", message, fix });
}
