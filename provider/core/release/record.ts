import { isObject, type JsonObject, type JsonValue } from "../json";

/** Stage variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** A deployment that a release knows. */
export interface Deployed {
  readonly id: string;
  /** What it is a snapshot of; see {@link Wish.key}. */
  readonly key: string;
  /** Whether the release has made it, and so deletes it one day. */
  readonly own: boolean;
}

/** What serves all requests that no canary takes. */
export interface Stable extends Deployed {
  /** The overrides that were promoted with it, or stood in the program when it came without a canary. */
  readonly overrides: Variables;
}

/** What a canary has on trial. */
export interface Candidate extends Deployed {
  readonly overrides: Variables;
  /** The share of requests that it takes. */
  readonly percent: number;
  /** How many steps of a walk it has passed. */
  readonly passed: number;
  /** The steps that `passed` counts; absent where it was never to walk, and in states of earlier versions. */
  readonly steps?: readonly Walked[];
}

/** A step as it was when it was walked. */
export interface Walked {
  readonly percent: number;
  /** Milliseconds. */
  readonly bake: number;
}

/** A candidate that the gate has sent back. It is not shifted again unless that is asked for. */
export interface Refusal {
  readonly key: string;
  readonly overrides: Variables;
  /** Its deployment, kept to be looked at, until another candidate comes. */
  readonly deployment: Deployed;
  /** Why, in words. */
  readonly reason: string;
  /** Counted from 1. */
  readonly step: number;
  readonly percent: number;
  /** ISO 8601. */
  readonly time: string;
}

/** A variable that came from a promoted override. */
export interface Merged {
  readonly value: string;
  /** What the program said of the variable at the promotion; once it says something else, that counts. */
  readonly over: string | null;
}

/** What a release remembers from one `up` to the next. It stands in the stage's outputs; it is always JSON. */
export interface ReleaseRecord {
  readonly stable: Stable;
  readonly candidate?: Candidate;
  /** Own deployments that were stable before, the latest first. */
  readonly kept: readonly Deployed[];
  /** Own deployments that nothing points to any more, to be deleted. */
  readonly removing: readonly Deployed[];
  readonly merged: Readonly<Record<string, Merged>>;
  readonly refused?: Refusal;
  /** The stage has had a canary. From then on "off" is written out, as AWS keeps what is merely left out. */
  readonly touched: boolean;
  /** The variables as the program last gave them. */
  readonly variables: Variables | null;
}

/** The record in a bag of outputs, or undefined where the stage is no managed release yet. */
export function readRecord(value: JsonValue | undefined): ReleaseRecord | undefined {
  return isObject(value) && isObject(value.stable) ? (value as unknown as ReleaseRecord) : undefined;
}

/** The record as JSON. */
export function recordJson(record: ReleaseRecord): JsonObject {
  return JSON.parse(JSON.stringify(record)) as JsonObject;
}

/** Every deployment that the record knows, by id. */
export function knownDeployments(record: ReleaseRecord): ReadonlyMap<string, Deployed> {
  const { stable, candidate, kept, removing, refused } = record;
  const all = [
    ...removing,
    ...kept,
    ...(refused ? [refused.deployment] : []),
    ...(candidate ? [candidate] : []),
    stable,
  ];
  return new Map(all.map((one) => [one.id, one]));
}

/** The deployments that the release has made. */
export function ownDeployments(record: ReleaseRecord): Deployed[] {
  return [...knownDeployments(record).values()].filter(({ own }) => own).map(({ id, key, own }) => ({ id, key, own }));
}

/** Without what only a role in the release adds. */
export function bare({ id, key, own }: Deployed): Deployed {
  return { id, key, own };
}

/** Whether two sets of variables are the same. */
export function sameVariables(a: Variables, b: Variables): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** The variables of the stage: the program's, and what promotions have merged into them. */
export function effectiveVariables(variables: Variables | null, merged: ReleaseRecord["merged"]): Variables {
  const entries = Object.entries(merged)
    .filter(([name, { over }]) => (variables?.[name] ?? null) === over)
    .map(([name, { value }]) => [name, value] as const);
  return { ...variables, ...Object.fromEntries(entries) };
}

/** The stage's own members as the record wants them, in CloudFormation's casing. */
export function stageMembers(record: ReleaseRecord): JsonObject {
  const { stable, candidate, merged, touched, variables } = record;
  const effective = effectiveVariables(variables, merged);
  const shown = variables !== null || Object.keys(effective).length > 0;
  const off: JsonObject = { DeploymentId: stable.id, PercentTraffic: 0, UseStageCache: false };
  const on: JsonObject | undefined = candidate && {
    DeploymentId: candidate.id,
    PercentTraffic: candidate.percent,
    ...(Object.keys(candidate.overrides).length > 0 ? { StageVariableOverrides: { ...candidate.overrides } } : {}),
    UseStageCache: false,
  };
  const canary = on ?? (touched ? off : undefined);
  return {
    DeploymentId: stable.id,
    ...(shown ? { Variables: { ...effective } } : {}),
    ...(canary ? { CanarySetting: canary } : {}),
  };
}
