import * as pulumi from "@pulumi/pulumi";
import type { StageCanarySettingArgs } from "../resources/apigateway";
import { ApiStage } from "./api-stage";
import type { ApiStageArgs } from "./api-stage-args";
import { makeCanaryAlarms, type CanaryAlarms, type CanaryAlarmsArgs } from "./canary-alarms";
import { contentKey } from "./deployment";
import { deploymentIdOf, type DeploymentReference } from "./references";
import {
  alarmNameOf,
  releasedMembers,
  releaseStateOf,
  type AlarmReference,
  type ReleaseHook,
  type ReleasePhase,
  type ReleasePlace,
  type ReleaseState,
  type ReleaseStepArgs,
  type ReleaseWords,
} from "./release";

/**
 * The arguments of a {@link CanaryStage}: those of an `ApiStage`, and the canary in flat words.
 *
 * @public
 */
export interface CanaryStageArgs extends ApiStageArgs {
  /**
   * The deployment that the canary serves, as an object or by its id.
   *
   * @defaultValue the stage's own deployment, so that only the variables are on trial
   */
  readonly candidate?: DeploymentReference;
  /**
   * The share of requests that the canary takes, in percent: 0 to 100, fractions allowed. Set it to 0 to take the canary
   * out of use: AWS has been seen to keep a canary whose settings are merely removed, and the update then fails.
   *
   * @defaultValue 10 as soon as there is a candidate or an override; AWS's own default of 0 would try nothing
   */
  readonly percentTraffic?: pulumi.Input<number>;
  /** Stage variables that are different, or only there, for the canary's requests. */
  readonly stageVariableOverrides?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Makes the stage's deployments releases: the stage goes on serving the stable one while a candidate, deployed when
   * `redeployOn` or `candidate` changes, takes its share. `"shift"` puts it on trial at `percentTraffic`, `"promote"` makes
   * it the stable one and its overrides the stage's variables, `"rollback"` takes it back. Each is verified.
   *
   * @defaultValue `"shift"` with `steps`; without either, the canary is what the flat words say and nothing is remembered
   */
  readonly phase?: pulumi.Input<ReleasePhase>;
  /**
   * Walks a candidate up within one `up`: each share for a while, then all requests.
   *
   * @example
   * ```ts
   * steps: [{ percent: 5, bake: "5m" }, { percent: 50, bake: "10m" }],
   * ```
   */
  readonly steps?: pulumi.Input<readonly ReleaseStepArgs[]>;
  /**
   * What has to stay quiet while the steps bake. An alarm that goes to ALARM, or is missing, takes the candidate back,
   * and `up` fails. Needs the package `@aws-sdk/client-cloudwatch` and the permission `cloudwatch:DescribeAlarms`.
   */
  readonly gate?: ReleaseGateArgs;
  /**
   * How many former stable deployments are kept besides the stable one and the candidate.
   *
   * @defaultValue 1
   */
  readonly keepDeployments?: pulumi.Input<number>;
  /**
   * Tries a candidate again that an alarm has sent back; without it the next `up` lets it be.
   *
   * @defaultValue `false`
   */
  readonly retryCandidate?: pulumi.Input<boolean>;
}

/**
 * What watches over a release.
 *
 * @public
 */
export interface ReleaseGateArgs {
  /** Alarms that are there already, of this program or of another. */
  readonly alarms?: readonly AlarmReference[];
  /**
   * Makes alarms that watch the canary alone, by what its access log says; they need the component's own access log.
   *
   * @defaultValue `false`
   */
  readonly canary?: boolean | CanaryAlarmsArgs;
}

const PERCENT = 10;

/**
 * Turns the canary's flat words into a `canarySetting`, whose cache is apart from the stage's (`useStageCache: false`),
 * so that neither answers with what the other stored. An explicit `canarySetting` stays exactly as it is, and without
 * any of these words there is no canary. Nothing else is added.
 *
 * @public
 */
export function canary({ candidate, percentTraffic, stageVariableOverrides, ...args }: CanaryStageArgs): ApiStageArgs {
  const flat = { candidate, percentTraffic, stageVariableOverrides };
  const words = Object.entries(flat).flatMap(([word, value]) => (value === undefined ? [] : [word]));
  if (words.length === 0) return args;
  if (args.canarySetting !== undefined) {
    throw new pulumi.RunError(
      `canarySetting: expected either \`canarySetting\` or ${words.join(", ")}, got both. Fix: move them into \`canarySetting\``,
    );
  }
  const canarySetting: StageCanarySettingArgs = {
    ...(candidate === undefined ? {} : { deploymentId: deploymentIdOf(candidate, "candidate") }),
    percentTraffic: percentTraffic ?? PERCENT,
    ...(stageVariableOverrides === undefined ? {} : { stageVariableOverrides }),
    useStageCache: false,
  };
  return { ...args, canarySetting };
}

/** The words that only a release has. */
const RELEASE_WORDS = ["phase", "steps", "gate", "keepDeployments", "retryCandidate"] as const;

/** What a constructor works with before the component exists. */
interface Plan {
  readonly args: ApiStageArgs;
  readonly hook: ReleaseHook | undefined;
  readonly made: { alarms?: CanaryAlarms };
}

function planOf(args: CanaryStageArgs): Plan {
  const made: Plan["made"] = {};
  const { phase, steps, gate, keepDeployments, retryCandidate, ...rest } = args;
  if (phase === undefined && steps === undefined) {
    const [word] = RELEASE_WORDS.filter((key) => args[key] !== undefined);
    if (word === undefined) return { args: canary(rest), hook: undefined, made };
    throw new pulumi.RunError(
      `${word}: expected \`phase\` or \`steps\` beside it, which make the deployments releases, got neither. Fix: add \`phase: "shift"\``,
    );
  }
  const { candidate, percentTraffic, stageVariableOverrides, deployment, deploymentId, ...stage } = rest;
  if (stage.canarySetting !== undefined) {
    throw new pulumi.RunError(
      "canarySetting: expected none in a release, which decides it, got one. Fix: use `percentTraffic` and `stageVariableOverrides`",
    );
  }
  const initial = deployment === undefined ? deploymentId : deploymentIdOf(deployment, "deployment");
  if (initial !== undefined && candidate === undefined) {
    throw new pulumi.RunError(
      "deployment: expected a `candidate` beside it in a release, got none. Fix: give what is to be served as `candidate`, or leave both out, so that the release makes deployments",
    );
  }
  const words: ReleaseWords = {
    ...(candidate === undefined
      ? { content: contentKey(stage.restApi, stage.redeployOn) }
      : { candidate: deploymentIdOf(candidate, "candidate") }),
    initial,
    phase,
    percentTraffic,
    stageVariableOverrides,
    steps,
    keepDeployments,
    retryCandidate,
  };
  const hook: ReleaseHook = (place) => releasedMembers({ ...words, gate: gateOf(gate, place, made) });
  return { args: stage, hook, made };
}

function gateOf(gate: ReleaseGateArgs | undefined, place: ReleasePlace, made: Plan["made"]): ReleaseWords["gate"] {
  if (gate === undefined) return undefined;
  const own = gate.canary === undefined || gate.canary === false ? undefined : gate.canary;
  if (own !== undefined) made.alarms = makeCanaryAlarms(place, own === true ? {} : own);
  const alarms = [...(gate.alarms ?? []), ...(made.alarms?.alarms ?? [])];
  return { alarms: alarms.map((alarm, at) => alarmNameOf(alarm, `gate.alarms[${at}]`)) };
}

/**
 * An {@link ApiStage} of whose requests a share goes to another deployment, or to the same one with other variables.
 *
 * @example
 * ```ts
 * const stage = new CanaryStage("pets", {
 *   restApi: api,
 *   stageName: "prod",
 *   deployment: stable,
 *   candidate: next,
 *   percentTraffic: 5,
 *   stageVariableOverrides: { newFeatureEnabled: "true" },
 * });
 * ```
 *
 * @example
 * A release that remembers: each change of the API walks up by itself, and an alarm takes it back.
 * ```ts
 * const stage = new CanaryStage("pets", {
 *   restApi: api,
 *   stageName: "prod",
 *   redeployOn: [getPets],
 *   steps: [{ percent: 5, bake: "5m" }, { percent: 50, bake: "10m" }],
 *   gate: { alarms: [errors] },
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
 * @public
 */
export class CanaryStage extends ApiStage {
  /** What the release remembers; undefined where the stage is none. */
  readonly releaseState: pulumi.Output<ReleaseState | undefined>;
  /** The alarms that watch the canary alone, and what counts for them; undefined where the gate asks for none. */
  readonly canaryAlarms: CanaryAlarms | undefined;

  constructor(name: string, args: CanaryStageArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planOf(args);
    super(name, plan.args, opts, "CanaryStage", plan.hook);
    this.canaryAlarms = plan.made.alarms;
    this.releaseState = releaseStateOf(this.stage);
  }
}
