import * as pulumi from "@pulumi/pulumi";
import type { LogGroup } from "../resources/logs";
import { argumentsOf } from "../resources/base";
import { isLater } from "../resources/later";
import type { Children } from "./children";
import { given, mapInput } from "./later";

/**
 * Where the program wants a candidate: on trial at a share, made the stable one, or taken back.
 *
 * @public
 */
export type ReleasePhase = "shift" | "promote" | "rollback";

/**
 * A part of a candidate's way.
 *
 * @public
 */
export interface ReleaseStepArgs {
  /** The share of requests that meets the candidate, in percent; above that of the step before. */
  readonly percent: pulumi.Input<number>;
  /** How long it has to stand so before the next step, such as `90s`, `5m` or `1h30m`. */
  readonly bake: pulumi.Input<string>;
}

/**
 * An alarm of CloudWatch: by its name or its ARN, or as an object of this package, of `@pulumi/aws` or of
 * `@pulumi/aws-native` that has one.
 *
 * @public
 */
export type AlarmReference =
  | pulumi.Input<string>
  | { readonly alarmName: pulumi.Input<string | undefined> }
  | { readonly arn: pulumi.Input<string> };

/**
 * What a release remembers; see `CanaryStage.releaseState`.
 *
 * @public
 */
export interface ReleaseState {
  /** What serves all requests that the canary does not take. */
  readonly stable: ReleasedDeployment;
  /** What is on trial; absent where nothing is. */
  readonly candidate?: ReleasedDeployment & {
    readonly percent: number;
    /** How many steps it has passed. */
    readonly passed: number;
    readonly overrides: Readonly<Record<string, string>>;
  };
  /** Former stable deployments that are kept, the latest first. */
  readonly kept: readonly ReleasedDeployment[];
  /** The candidate that an alarm has sent back, as long as the program has it. */
  readonly refused?: {
    readonly deployment: ReleasedDeployment;
    readonly reason: string;
    /** Counted from 1. */
    readonly step: number;
    readonly percent: number;
    /** ISO 8601. */
    readonly time: string;
  };
}

/**
 * A deployment of a release.
 *
 * @public
 */
export interface ReleasedDeployment {
  readonly id: string;
  /** Whether the release has made it, and deletes it when it is no longer needed. */
  readonly own: boolean;
}

/** What a release gets to know of the stage it belongs to, before the stage is made. */
export interface ReleasePlace {
  readonly children: Children;
  /** The access log's group that the component makes. */
  readonly logGroup: LogGroup | undefined;
  /** That of the canary's requests. */
  readonly canaryLogGroup: LogGroup | undefined;
  readonly logFormat: pulumi.Input<string> | undefined;
}

/** Gives what makes a stage a released one: members for its arguments that are no properties of a stage. */
export type ReleaseHook = (made: ReleasePlace) => Readonly<Record<string, unknown>>;

/** The words of a release as the provider takes them. */
export interface ReleaseWords {
  readonly content?: pulumi.Input<string> | undefined;
  readonly candidate?: pulumi.Input<string> | undefined;
  readonly initial?: pulumi.Input<string> | undefined;
  readonly phase?: pulumi.Input<ReleasePhase> | undefined;
  readonly percentTraffic?: pulumi.Input<number> | undefined;
  readonly stageVariableOverrides?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  readonly steps?: pulumi.Input<readonly ReleaseStepArgs[]> | undefined;
  readonly gate?: { readonly alarms: readonly pulumi.Input<string>[] } | undefined;
  readonly keepDeployments?: pulumi.Input<number> | undefined;
  readonly retryCandidate?: pulumi.Input<boolean> | undefined;
}

/** The hidden members of a released stage; the provider knows it by its kind. */
export function releasedMembers(words: ReleaseWords): Readonly<Record<string, unknown>> {
  // An output exists only for a key that is there.
  return { release: given(words), releaseState: undefined, __kind: "release" };
}

/** What a released stage remembers; undefined for a stage without a release. */
export function releaseStateOf(stage: pulumi.Resource): pulumi.Output<ReleaseState | undefined> {
  return pulumi.output((stage as unknown as { releaseState?: pulumi.Output<ReleaseState> }).releaseState);
}

/** The name of an alarm. */
export function alarmNameOf(reference: AlarmReference, path: string): pulumi.Input<string> {
  if (typeof reference === "string" || isLater(reference as pulumi.Input<string>)) {
    return mapInput(reference as pulumi.Input<string>, nameIn);
  }
  const members = reference as Readonly<Record<"alarmName" | "name" | "arn", Named | undefined>>;
  const told = argumentsOf(reference);
  // An output that AWS fills in is unknown in every preview that changes the alarm; what the program gave is not. Where
  // nothing was given AWS makes up a name, which the ARN holds.
  const own = told && [told.alarmName as Named | undefined, members.arn];
  const named = (own ?? [members.alarmName, members.name, members.arn]).filter((one) => one !== undefined);
  if (named.length === 0) throw noAlarm(path);
  const name = firstGiven(named, path);
  // Whoever watches an alarm waits for it, whatever its name comes from.
  return pulumi.Resource.isInstance(reference) ? pulumi.all([name, reference.urn]).apply(([text]) => text) : name;
}

type Named = pulumi.Input<string | undefined>;

function firstGiven([first, ...rest]: readonly Named[], path: string): pulumi.Output<string> {
  if (first === undefined) throw noAlarm(path);
  return pulumi.output(first).apply((text) => (text ? pulumi.output(nameIn(text)) : firstGiven(rest, path)));
}

function noAlarm(path: string): pulumi.RunError {
  return new pulumi.RunError(
    `${path}: expected an alarm's name or ARN, or an object with an \`alarmName\` or \`arn\`, got something else. Fix: give the alarm itself`,
  );
}

function nameIn(text: string): string {
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(text)?.[1] ?? text;
}
