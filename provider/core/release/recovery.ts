import { isObject, type JsonObject } from "../json";
import {
  bare,
  knownDeployments,
  sameVariables,
  stageMembers,
  type Deployed,
  type ReleaseRecord,
  type Variables,
} from "./record";
import { onTrial, sentBack, withoutCandidate } from "./plan";
import { markOf, type Wish } from "./wish";

/*
 * What is remembered and what is there may differ: a run was killed before its state was saved, or somebody used the
 * console. What the release itself has made it finds by the deployments' descriptions.
 */

/** A deployment of the API that bears this stage's mark. */
export interface Marked {
  readonly id: string;
  readonly mark: string;
  readonly refused: boolean;
}

/** The stage as AWS shows it, as far as a release looks at it. */
export interface Live {
  readonly deploymentId: string | undefined;
  /** Undefined where there is no canary. */
  readonly canary:
    { readonly deploymentId: string | undefined; readonly percent: number; readonly overrides: Variables } | undefined;
  readonly variables: Variables;
}

/** Reads a live model of a stage. */
export function liveOf(model: JsonObject): Live {
  const canary = isObject(model.CanarySetting) ? model.CanarySetting : undefined;
  const id = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    deploymentId: id(model.DeploymentId),
    canary: canary && {
      deploymentId: id(canary.DeploymentId),
      percent: Number(canary.PercentTraffic ?? 0),
      overrides: variablesOf(canary.StageVariableOverrides),
    },
    variables: variablesOf(model.Variables),
  };
}

function variablesOf(value: unknown): Variables {
  return isObject(value) ? (value as Variables) : {};
}

/** The description of a deployment that a release makes. */
export function describe(stageName: string, key: string, refused = false): string {
  return `Release of stage ${stageName} by Pulumi (${markOf(key)}${refused ? ", refused" : ""})`;
}

/** The mark in a description, if it is of this stage. */
export function readMark(stageName: string, description: unknown): Omit<Marked, "id"> | undefined {
  const text = typeof description === "string" ? description : "";
  const [, stage, mark, refused] = /^Release of stage (\S+) by Pulumi \(([0-9a-f]{16})(, refused)?\)$/.exec(text) ?? [];
  return mark === undefined || stage !== stageName ? undefined : { mark, refused: refused !== undefined };
}

/** How deployments would be marked that a record knows, whatever somebody has made of their descriptions. */
export function marksOf({ refused }: ReleaseRecord, known: readonly Deployed[]): Marked[] {
  const markIn = (key: string): string => /^mark:(.*)$/.exec(key)?.[1] ?? markOf(key);
  return known.map(({ id, key }) => ({ id, mark: markIn(key), refused: refused?.deployment.id === id }));
}

/**
 * Brings what is remembered up to what a run that was cut off has left: its candidate is gone on with, a promotion it
 * made counts, a refusal too, and everything else it made is to be deleted.
 *
 * @param former - the variables that the stage had before that run: no promotion has merged them
 */
export function recovered(
  record: ReleaseRecord,
  wish: Wish,
  live: Live | undefined,
  marked: readonly Marked[],
  former: Variables = {},
): ReleaseRecord {
  const known = knownDeployments(record);
  const strangers = marked.filter(({ id }) => !known.has(id));
  const wanted = markOf(wish.key);
  const ours = (one: Marked): Deployed => ({
    id: one.id,
    key: one.mark === wanted ? wish.key : `mark:${one.mark}`,
    own: true,
  });
  let now = resumed(record, wish, live);
  const serving = strangers.find(({ id }) => id === live?.deploymentId);
  if (serving && live) now = promotedUnseen(now, ours(serving), wish, unlike(live.variables, former));
  const rest = strangers.filter((one) => one !== serving);
  const isOpen = now.stable.key !== wish.key && now.candidate?.key !== wish.key;
  const refused = isOpen ? rest.find((one) => one.mark === wanted && one.refused) : undefined;
  const mine = isOpen && !refused ? rest.find((one) => one.mark === wanted) : undefined;
  if (refused) {
    const why = { reason: "the run that tried it was cut off after it was rolled back", time: "", step: 0 };
    now = sentBack(onTrial(now, ours(refused), wish), why);
  }
  if (mine) now = resumed(onTrial(now, ours(mine), wish), wish, live);
  const left = rest.filter((one) => one !== refused && one !== mine).map(ours);
  return { ...now, removing: [...now.removing, ...left], touched: now.touched || live?.canary !== undefined };
}

/** The candidate at the share and the step that the stage shows. */
function resumed(record: ReleaseRecord, wish: Wish, live: Live | undefined): ReleaseRecord {
  const { candidate } = record;
  if (!candidate || !live) return record;
  const steps = wish.steps ?? [];
  const all = steps.length;
  // The stage serves it already: a run was cut off after the promotion, or somebody made it in the console.
  if (live.deploymentId === candidate.id && candidate.id !== record.stable.id) {
    return { ...record, candidate: { ...candidate, passed: all } };
  }
  const isOn = live.canary?.deploymentId === candidate.id;
  const percent = isOn ? live.canary.percent : 0;
  if (!isOn) return { ...record, candidate: { ...candidate, percent, passed: 0 } };
  const at = steps.findIndex((step) => step.percent === percent);
  // A share that is none of the steps' is somebody else's doing, and proves nothing of a step.
  if (at === -1) return { ...record, candidate: { ...candidate, percent } };
  // How long it has stood at this share nobody knows, unless the record says that the time was over.
  const isOver = candidate.percent === percent && candidate.passed === at + 1;
  return { ...record, candidate: { ...candidate, percent, passed: isOver ? at + 1 : at } };
}

/** A promotion whose state was not saved: the overrides are among the variables that the stage has beyond the program's. */
function promotedUnseen(record: ReleaseRecord, serving: Deployed, wish: Wish, variables: Variables): ReleaseRecord {
  const { stable, ...rest } = withoutCandidate(record);
  const before = record.candidate;
  const merged = { ...rest.merged };
  for (const [name, value] of Object.entries(variables)) {
    const over = wish.variables?.[name] ?? null;
    if (value !== over) merged[name] = { value, over };
  }
  const overrides = serving.key === wish.key ? wish.overrides : {};
  return {
    ...rest,
    stable: { ...serving, overrides },
    kept: stable.own ? [bare(stable), ...rest.kept] : rest.kept,
    removing: before?.own && before.id !== stable.id ? [...rest.removing, bare(before)] : rest.removing,
    merged,
    touched: true,
  };
}

/** Whether the stage is as the record says, in all that decides who serves what. */
export function follows(live: Live, record: ReleaseRecord): boolean {
  const members = stageMembers(record);
  const wanted = liveOf(members);
  if (live.deploymentId !== wanted.deploymentId) return false;
  const [has, wants] = [live.canary, wanted.canary];
  if (!wants || wants.percent === 0) {
    // Off is off, by whatever form; but nothing may point to a deployment that is about to be deleted.
    const isFree = [wants?.deploymentId, wanted.deploymentId].includes(has?.deploymentId);
    return !has || (has.percent === 0 && isFree);
  }
  // An override that AWS kept would still be on trial.
  const isSame = sameVariables(has?.overrides ?? {}, wants.overrides);
  return isSame && has?.deploymentId === wants.deploymentId && has?.percent === wants.percent;
}

/**
 * What to remember after a step failed: what the stage really follows, with every deployment that was made meanwhile.
 *
 * @param written - what the stage followed before the step
 * @param wanted - what it was to follow
 */
export function afterFailure(written: ReleaseRecord, wanted: ReleaseRecord, live: Live | undefined): ReleaseRecord {
  if (live && follows(live, wanted)) return wanted;
  const known = knownDeployments(written);
  const fresh = [...knownDeployments(wanted).values()].filter(({ id, own }) => own && !known.has(id));
  const [made] = fresh;
  const { candidate: before } = written;
  const kept = {
    ...written,
    ...(wanted.refused ? { refused: wanted.refused } : {}),
    touched: written.touched || wanted.touched,
  };
  if (!made) return kept;
  const overrides = wanted.candidate?.overrides ?? wanted.stable.overrides;
  return {
    ...kept,
    candidate: { ...bare(made), overrides, percent: 0, passed: 0 },
    removing: [...kept.removing, ...(before?.own && before.id !== written.stable.id ? [bare(before)] : [])],
  };
}

/** Variables without those that the stage had before. */
function unlike(variables: Variables, former: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name, value]) => former[name] !== value));
}
