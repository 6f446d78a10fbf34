import {
  bare,
  sameVariables,
  type Candidate,
  type Deployed,
  type Merged,
  type Refusal,
  type ReleaseRecord,
  type Variables,
} from "./record";
import type { Step, Wish } from "./wish";

/*
 * The release as a pure machine: from what is remembered and what is wanted follows the one next thing to do. It holds
 * no time and makes no calls, so every situation and every point at which a run may be cut off is a value to test with.
 */

/** The next thing to do. */
export type Action =
  /** The candidate's deployment is to be made, or found. */
  | { readonly kind: "deploy" }
  /** The stage is to be as this record says. `raises`: more requests than before meet the candidate. */
  | { readonly kind: "follow"; readonly record: ReleaseRecord; readonly raises: boolean }
  /** The candidate is to stand at this share for a while; `at` counts from 0. */
  | { readonly kind: "bake"; readonly at: number; readonly step: Step }
  /** Nothing points to this deployment any more, once the stage is as the record says. */
  | { readonly kind: "remove"; readonly deployment: Deployed }
  /** What the program wants contradicts itself. */
  | { readonly kind: "stop"; readonly message: string };

/** Where the program wants the candidate. */
export type Goal = "rest" | "shift" | "walk" | "promote";

/** The next thing to do, or undefined where all is as the program wants it. */
export function next(record: ReleaseRecord, wish: Wish): Action | undefined {
  return superseded(record, wish) ?? toward(record, wish) ?? tidy(record, wish);
}

/** Whether the program has something that the stable deployment and its variables are not. */
function isNew({ stable }: ReleaseRecord, { key, overrides }: Wish): boolean {
  if (key !== stable.key) return true;
  return Object.keys(overrides).length > 0 && !sameVariables(overrides, stable.overrides);
}

/** Whether the gate has refused what the program has now. */
export function isRefused({ refused }: ReleaseRecord, { key, overrides }: Wish): boolean {
  return refused?.key === key && sameVariables(refused.overrides, overrides);
}

/** Where the program wants the candidate to be. */
export function goalOf(record: ReleaseRecord, wish: Wish): Goal {
  if (wish.phase === "rollback" || !isNew(record, wish)) return "rest";
  if (isRefused(record, wish) && !wish.retry) return "rest";
  if (wish.phase === "promote") return "promote";
  return wish.steps ? "walk" : "shift";
}

/** A refusal counts as long as its candidate is the program's. */
function superseded(record: ReleaseRecord, wish: Wish): Action | undefined {
  if (!record.refused || (wish.phase !== "rollback" && isRefused(record, wish))) return undefined;
  // While another candidate is tried the old one may go at once; nothing points to it.
  return { kind: "follow", record: withoutRefusal(record), raises: false };
}

/** The next thing to do for the candidate, or undefined where it is where it should be. */
export function toward(record: ReleaseRecord, wish: Wish): Action | undefined {
  const goal = goalOf(record, wish);
  const { candidate } = record;
  if (goal === "rest") {
    return candidate ? { kind: "follow", record: withdrawn(record), raises: false } : undefined;
  }
  if (candidate?.key !== wish.key) {
    if (goal === "promote" && candidate) return { kind: "stop", message: UNTRIED };
    return { kind: "deploy" };
  }
  if (goal === "promote") return { kind: "follow", record: promoted(record, candidate, wish), raises: true };
  const isSame = sameVariables(candidate.overrides, wish.overrides);
  if (goal === "shift") {
    if (isSame && candidate.percent === wish.percent) return undefined;
    return shifted(record, candidate, { percent: wish.percent, overrides: wish.overrides });
  }
  // With other variables it is another thing that is tried.
  const passed = isSame ? candidate.passed : 0;
  const step = wish.steps?.[passed];
  if (!step) return { kind: "follow", record: promoted(record, candidate, wish), raises: true };
  if (isSame && candidate.percent === step.percent) return { kind: "bake", at: passed, step };
  return shifted(record, candidate, { percent: step.percent, overrides: wish.overrides, passed });
}

const UNTRIED =
  'phase: promote takes the candidate that is on trial, and the program\'s is another one. Fix: run `pulumi up` with `phase: "shift"` first, or with "rollback" to take the old candidate back';

function shifted(record: ReleaseRecord, candidate: Candidate, change: Partial<Candidate>): Action {
  const changed = { ...candidate, ...change };
  return {
    kind: "follow",
    record: { ...record, candidate: changed, touched: true },
    raises: changed.percent > candidate.percent,
  };
}

function tidy(record: ReleaseRecord, { keep }: Wish): Action | undefined {
  if (record.kept.length > keep) return { kind: "follow", record: trimmed(record, keep), raises: false };
  const [deployment] = record.removing;
  return deployment && { kind: "remove", deployment };
}

/** The release of a stage that serves this deployment and nothing else. */
export function begun(stable: Deployed, { overrides, variables }: Wish, touched = false): ReleaseRecord {
  // What stands in the program from the beginning has nothing to be compared with.
  return { stable: { ...bare(stable), overrides }, kept: [], removing: [], merged: {}, touched, variables };
}

/** With this deployment as the candidate, at no share yet. What was on trial before goes once the stage has left it. */
export function onTrial(record: ReleaseRecord, deployment: Deployed, wish: Wish): ReleaseRecord {
  const { candidate: before, refused, ...rest } = record;
  const steps = wish.steps ? { steps: wish.steps } : {};
  const candidate = { ...bare(deployment), overrides: wish.overrides, percent: 0, passed: 0, ...steps };
  const gone = leaving(record, before);
  const isRetried = refused?.deployment.id === deployment.id;
  return { ...rest, ...(refused && !isRetried ? { refused } : {}), candidate, removing: [...record.removing, ...gone] };
}

/** The candidate has stood its time at its share. */
export function passed(record: ReleaseRecord): ReleaseRecord {
  const { candidate } = record;
  return candidate ? { ...record, candidate: { ...candidate, passed: candidate.passed + 1 } } : record;
}

/** The canary is off and the candidate is to go. */
export function withdrawn({ candidate, ...record }: ReleaseRecord): ReleaseRecord {
  return { ...record, touched: true, removing: [...record.removing, ...leaving(record, candidate)] };
}

/** The canary is off because the gate said so; the candidate stays, to be looked at or tried again. */
export function sentBack(
  { candidate, ...record }: ReleaseRecord,
  why: Pick<Refusal, "reason" | "time" | "step">,
): ReleaseRecord {
  if (!candidate) return record;
  const { key, overrides, percent } = candidate;
  return { ...record, touched: true, refused: { key, overrides, deployment: bare(candidate), percent, ...why } };
}

function withoutRefusal({ refused, ...record }: ReleaseRecord): ReleaseRecord {
  return { ...record, removing: [...record.removing, ...leaving(record, refused?.deployment)] };
}

/** The candidate is the stable deployment, and its variables are the stage's. */
function promoted(before: ReleaseRecord, candidate: Candidate, wish: Wish): ReleaseRecord {
  const record = withoutCandidate(before);
  const { stable } = record;
  const isAnother = candidate.id !== stable.id;
  const merged: Record<string, Merged> = { ...record.merged };
  for (const [name, value] of Object.entries(candidate.overrides)) {
    merged[name] = { value, over: wish.variables?.[name] ?? null };
  }
  const serving = isAnother ? bare(candidate) : bare(stable);
  const kept = isAnother && stable.own ? [bare(stable), ...record.kept] : record.kept;
  const next = { ...record, stable: { ...serving, overrides: candidate.overrides }, kept, merged, touched: true };
  return trimmed(next, wish.keep);
}

/** The record with nothing on trial. */
export function withoutCandidate(record: ReleaseRecord): ReleaseRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== "candidate")) as unknown as ReleaseRecord;
}

function trimmed(record: ReleaseRecord, keep: number): ReleaseRecord {
  return {
    ...record,
    kept: record.kept.slice(0, keep),
    removing: [...record.removing, ...record.kept.slice(keep)],
  };
}

/** Takes over what the program says of the stage's variables. A merged one gives way once the program speaks of it. */
export function withVariables(record: ReleaseRecord, variables: Variables | null): ReleaseRecord {
  const merged = Object.entries(record.merged).filter(([name, { over }]) => (variables?.[name] ?? null) === over);
  return { ...record, variables, merged: Object.fromEntries(merged) };
}

/**
 * Takes over the steps of the program. Those that the candidate has passed count as far as they are still the same, with
 * no longer a bake: a step that others were counted for has not been walked.
 */
export function withSteps(record: ReleaseRecord, { steps }: Wish): ReleaseRecord {
  const { candidate } = record;
  if (!candidate || !steps) return record;
  const before = candidate.steps ?? steps;
  const other = steps.findIndex(({ percent, bake }, at) => {
    const walked = before[at];
    return walked?.percent !== percent || walked.bake < bake;
  });
  const passed = other === -1 ? candidate.passed : Math.min(candidate.passed, other);
  return { ...record, candidate: { ...candidate, passed, steps } };
}

/** A deployment that leaves the release is deleted, if it is the release's own and serves nothing else. */
function leaving({ stable, kept, removing }: Omit<ReleaseRecord, "candidate">, gone: Deployed | undefined): Deployed[] {
  if (!gone?.own || gone.id === stable.id) return [];
  return [...kept, ...removing].some(({ id }) => id === gone.id) ? [] : [bare(gone)];
}
