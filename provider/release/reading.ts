import { deepEqual, omit } from "../core/json";
import { stageMembers, type ReleaseRecord } from "../core/release/record";
import type { Lifecycle } from "../lifecycle";
import type { State } from "../state";

/** A stage as it is, and what its release remembers then; the stage is undefined where it is gone. */
export interface Read {
  readonly seen: State | undefined;
  readonly record: ReleaseRecord | undefined;
}

/**
 * Reads a stage. A release that never had a candidate sets no canary, so that the stage does not own one; but one that
 * somebody else has added takes requests from the release, and is its own to end from then on.
 */
export async function readStage(lifecycle: Lifecycle, state: State, record: ReleaseRecord | undefined): Promise<Read> {
  if (!record || record.touched || record.candidate) return { seen: await lifecycle.read(state), record };
  const touched = { ...record, touched: true };
  const { CanarySetting: off = {} } = stageMembers(touched);
  const seen = await lifecycle.read({ ...state, owned: { ...state.owned, CanarySetting: off } });
  if (!seen) return { seen, record };
  const { CanarySetting: canary = off } = seen.owned;
  if (!deepEqual(canary, off)) return { seen, record: touched };
  return { seen: { ...seen, owned: omit(seen.owned, ["CanarySetting"]) }, record };
}
