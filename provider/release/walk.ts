import { CloudControlError } from "../core/errors";
import { next, onTrial, passed, sentBack, withdrawn, type Action } from "../core/release/plan";
import { bare, type Deployed, type ReleaseRecord } from "../core/release/record";
import { afterFailure } from "../core/release/recovery";
import { minutes, type Step, type Wish } from "../core/release/wish";
import type { BakeClock } from "../edge/bake-clock";
import type { Clock } from "../ports";
import { readUntil } from "../retry";
import type { Deployments } from "./deployments";
import type { Gate, Verdict } from "./gate";
import type { ReleasedStage } from "./stage";

/** A release that ended before it was where the program wants it. What is there is in `record`. */
export class ReleaseStopped extends Error {
  override readonly name = "ReleaseStopped";

  constructor(
    readonly record: ReleaseRecord,
    readonly reason: Error,
  ) {
    super(reason.message, { cause: reason });
  }
}

/** What a walk needs. */
export interface WalkParts {
  readonly stage: ReleasedStage;
  readonly deployments: Deployments;
  readonly gate: Gate | undefined;
  readonly clock: Clock;
  readonly bakeClock: BakeClock;
  /** Milliseconds that the whole may take, bakes included. */
  readonly patience: number;
  /** How the stage is called in messages. */
  readonly title: string;
  readonly tell: (line: string) => void;
  /** Whether nobody takes results any more. */
  readonly isOrphan: () => Promise<boolean>;
}

/** Milliseconds between two looks at the alarms. */
const LOOK = 10_000;
/** Milliseconds until a bake first says that it goes on; then twice as long each time. */
const FIRST_WORD = 60_000;
/** A new alarm may not be shown at once. */
const LOOKS_FOR_NEW = 4;

/** Carries a release out, one action after the other, as the pure machine gives them. */
export class Walk {
  /** What the stage follows for sure. */
  private written: ReleaseRecord;
  private readonly left = new Set<string>();

  /** @param isDue - the stage is to be written even if nothing of the release changes */
  constructor(
    private readonly parts: WalkParts,
    private record: ReleaseRecord,
    private isDue: boolean,
  ) {
    this.written = record;
  }

  /**
   * Goes on until all is as the program wants it.
   *
   * @throws ReleaseStopped
   */
  async run(wish: Wish): Promise<ReleaseRecord> {
    const deadline = (await this.parts.bakeClock.now()) + this.parts.patience;
    try {
      for (;;) {
        const action = next(this.remaining(), wish);
        if (!action) {
          await this.settle();
          return this.record;
        }
        await this.take(action, wish, deadline);
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new ReleaseStopped(await this.remembered(), error);
    }
  }

  private async take(action: Action, wish: Wish, deadline: number): Promise<void> {
    switch (action.kind) {
      case "stop":
        throw new Error(`${this.parts.title}: ${action.message}`);
      case "deploy":
        this.record = onTrial(this.record, await this.deployment(wish), wish);
        this.isDue = true;
        return;
      case "follow":
        if (action.raises) await this.mayRaise(wish);
        this.record = this.withLeft(action.record);
        this.isDue = true;
        return;
      case "bake":
        await this.settle();
        await this.bake(action, wish, deadline);
        this.record = passed(this.record);
        this.written = this.record;
        return;
      case "remove":
        await this.settle();
        await this.remove(action.deployment);
    }
  }

  /** Brings the stage to the record, if it is not there. */
  private async settle(): Promise<void> {
    if (!this.isDue) return;
    await this.parts.stage.follow(this.record);
    this.isDue = false;
    this.written = this.record;
  }

  private async deployment(wish: Wish): Promise<Deployed> {
    const { stable, refused } = this.record;
    if (wish.given !== undefined) {
      await this.parts.deployments.expect("candidate", wish.given);
      return { id: wish.given, key: wish.key, own: false };
    }
    // With the stable deployment only the variables are on trial.
    if (stable.key === wish.key) return bare(stable);
    if (refused?.key === wish.key) return refused.deployment;
    return this.parts.deployments.make(wish.key);
  }

  private async bake({ at, step }: { at: number; step: Step }, wish: Wish, deadline: number): Promise<void> {
    const { bakeClock, gate, tell, title, isOrphan } = this.parts;
    const begin = await bakeClock.now();
    const end = begin + step.bake;
    const name = `step ${at + 1} of ${wish.steps?.length ?? 0} (${step.percent} %)`;
    const watched = gate ? `, watching ${gate.names.join(", ")}` : "";
    tell(`${title}: ${name} bakes ${minutes(step.bake)} until ${iso(end)}${watched}`);
    for (let word = FIRST_WORD; ;) {
      const now = await bakeClock.now();
      const verdict = await gate?.look();
      if (verdict && verdict.kind !== "quiet") await this.sendBack(verdict, name, at, now - begin, step);
      if (await isOrphan()) throw new Error(`${title}: the engine has died, so ${name} is left as it is`);
      if (now >= end) return;
      if (now >= deadline) throw new Error(late(title, name));
      if (now - begin >= word) {
        tell(`${title}: ${name} has baked ${minutes(now - begin)} of ${minutes(step.bake)}`);
        word *= 2;
      }
      await bakeClock.sleep(Math.min(LOOK, end - now, Math.max(deadline - now, 1)));
    }
  }

  /** Looks at the alarms before more requests meet the candidate. */
  private async mayRaise(wish: Wish): Promise<void> {
    const { gate, clock, title } = this.parts;
    if (!gate) return;
    const isNotClosed = ({ kind }: Verdict): boolean => kind !== "closed";
    const verdict = await readUntil(clock, async () => gate.look(), isNotClosed, LOOKS_FOR_NEW);
    if (verdict.kind === "quiet") return;
    const { candidate } = this.record;
    const isOn = candidate !== undefined && candidate.percent > 0 && this.written.candidate?.id === candidate.id;
    if (!isOn) {
      const time = iso(await this.parts.bakeClock.now());
      throw new Error(
        `${title}: ${verdict.why} before the first step (${time}), so nothing was shifted. Fix: look into it, then run \`pulumi up\` again`,
      );
    }
    const at = Math.max(candidate.passed - 1, 0);
    const name = `the end of step ${at + 1} of ${wish.steps?.length ?? 0} (${candidate.percent} %)`;
    await this.sendBack(verdict, name, at, undefined, { percent: candidate.percent, bake: 0 });
  }

  /** Turns the canary off, looks whether it is, and fails. */
  private async sendBack(
    verdict: Exclude<Verdict, { kind: "quiet" }>,
    name: string,
    at: number,
    baked: number | undefined,
    step: Step,
  ): Promise<never> {
    const { stage, deployments, title, tell, bakeClock } = this.parts;
    const time = iso(await bakeClock.now());
    const after = baked === undefined ? "" : `, after ${minutes(baked)} of ${minutes(step.bake)}`;
    const what = `${verdict.why} at ${name}, ${time}${after}`;
    tell(`${title}: ${what}: rolling back`);
    const { candidate } = this.record;
    // Where nobody could look, nothing is known against the candidate: the next `up` tries it again.
    const isRefused = verdict.kind === "closed";
    this.record = isRefused
      ? sentBack(this.record, { reason: verdict.why, time, step: at + 1 })
      : withdrawn(this.record);
    this.isDue = true;
    try {
      await this.settle();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${title}: ${what}, and the rollback FAILED: the canary may still be on. ${why}`, {
        cause: error,
      });
    }
    if (isRefused && candidate?.own && candidate.id !== this.record.stable.id) {
      await deployments.refuse(candidate).catch((error: unknown) => {
        tell(`${title}: the deployment ${candidate.id} could not be marked as sent back: ${String(error)}`);
      });
    }
    const again = isRefused
      ? "Fix: deploy a new candidate, or set `retryCandidate: true` to try this one again"
      : "Fix: see to the permission cloudwatch:DescribeAlarms and the network, then run `pulumi up` again";
    const serves = `deployment ${this.record.stable.id} serves all requests again, which was verified`;
    throw new Error(`${title} was rolled back: ${what}; ${serves}. ${again} (${stage.state?.id ?? ""})`);
  }

  private async remove(deployment: Deployed): Promise<void> {
    const { deployments, tell, title } = this.parts;
    try {
      await deployments.remove(deployment.id);
      this.record = { ...this.record, removing: this.record.removing.filter(({ id }) => id !== deployment.id) };
      this.written = this.record;
    } catch (error) {
      if (!(error instanceof CloudControlError)) throw error;
      // The release is where it should be; the next `up` tries again.
      this.left.add(deployment.id);
      tell(`${title}: the old deployment ${deployment.id} could not be deleted. ${error.message}`);
    }
  }

  /** Without the deployments that could not be deleted in this run. */
  private remaining(): ReleaseRecord {
    return { ...this.record, removing: this.record.removing.filter(({ id }) => !this.left.has(id)) };
  }

  private withLeft(record: ReleaseRecord): ReleaseRecord {
    const left = this.record.removing.filter(({ id }) => this.left.has(id));
    return { ...record, removing: [...left, ...record.removing.filter(({ id }) => !this.left.has(id))] };
  }

  private async remembered(): Promise<ReleaseRecord> {
    if (!this.isDue) return this.record;
    const live = await this.parts.stage.live().catch(() => undefined);
    return afterFailure(this.written, this.record, live);
  }
}

function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

function late(title: string, name: string): string {
  const fix = "raise `timeouts.update`, or leave it out, and run `pulumi up` again, which goes on from there";
  return `${title}: the deadline came while ${name} baked; the canary stays as it is. Fix: ${fix}`;
}
