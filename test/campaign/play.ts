/** Plays one sequence through the real engine, the real provider process and the emulator, and judges after each step. */
import { join } from "node:path";
import { withStack, type EngineStack } from "../support/engine";
import { until, workingIn } from "../support/processes";
import { upElsewhere, type OperationElsewhere as Ran } from "../support/up-elsewhere";
import { Cloud } from "./cloud";
import { faultOf } from "./faults";
import {
  droppedIsGone,
  failureIsPlain,
  liveEqualsProgram,
  nothingLost,
  nothingShown,
  stateExists,
  updatedEqualsProgram,
  Violation,
  type Noted,
} from "./judge";
import { changed, expectedOf, formerOf, programOf } from "./kinds";
import { meddled } from "./meddling";
import {
  edited,
  isSame,
  withoutAliases,
  type Crash,
  type Meddling,
  type Round,
  type Sequence,
  type Slot,
  type Trouble,
} from "./plan";
import { keyOf, outlivesProgram, type Live } from "./slots";
import { entriesOf, isLocked, notedIn, restoreState, settleJournal, sizesOf, textsOf } from "./stack";

/** What a sequence met; counts by name. */
export type Tally = Record<string, number>;

export interface PlayOptions {
  readonly seed: number;
  /** The package whose provider is tried. @defaultValue this repository */
  readonly packageRoot?: string;
  /** Counts faults that hit, crashes and operations. */
  readonly tally?: Tally;
  readonly log?: (line: string) => void;
}

/** Ups until a sequence without further trouble must have converged. */
const TRIES = 4;
const DEADLINE = 150_000;
/** Milliseconds without a call after which an orphaned provider has nothing more to do; it polls more often. */
const QUIET = 12_000;
/** Milliseconds until a local Cloud Control that was killed is started again; the SDK's own tries are over sooner. */
const DOWN_FOR = 1500;
const FOREIGN = "somebody-elses";

/** A trouble that waits in the local Cloud Control. */
type Armed = Trouble & { readonly id: number };

/** Throws a {@link Violation} where a rule does not hold. */
export async function play(sequence: Sequence, options: PlayOptions): Promise<void> {
  const cloud = await Cloud.start(options.packageRoot ?? join(__dirname, "..", ".."), options.seed);
  try {
    const stage = new Playing(cloud, options);
    await withStack(
      {
        program: async () => programOf(stage.slots)(),
        // What is logged is looked through for secrets as well.
        env: { ...cloud.env(), ...(options.seed % 2 === 0 ? { PULUMI_CLOUDCONTROL_DEBUG: "1" } : {}) },
        deadline: DEADLINE,
        ...(options.packageRoot === undefined ? {} : { packageRoot: options.packageRoot }),
      },
      async (stack) => stage.run(stack, sequence),
    );
  } finally {
    await cloud.close();
  }
}

class Playing {
  slots: Slot[] = [];
  /** What somebody else has changed no refresh has seen yet, and is neither shown nor repaired. */
  private isDirty = false;
  /** What each operation wanted that came to an end, a bad one too: what the program drops of it must go. */
  private wanted: Slot[] = [];
  /**
   * What operations wanted that were cut off with the engine or the provider since the last refresh. The state does not
   * tell which updates AWS has made of it: a program that is as the state says has nothing to do (docs/journal.md).
   */
  private cutOff: Slot[] = [];
  /** The journal's command had something adopted: its tags that the program does not set are left to others. */
  private hasAdopted = false;
  private names = 0;
  /** What each name in the programs stood for. */
  private readonly keys = new Map<string, string>();
  private output = "";
  private foreign = "";

  constructor(
    private readonly cloud: Cloud,
    private readonly options: PlayOptions,
  ) {}

  /** What the account holds before: a role for logs in each region, and something of somebody else's. */
  private async seedAccount(): Promise<void> {
    const role = { RoleName: `${FOREIGN}-logs`, AssumeRolePolicyDocument: trusting("apigateway.amazonaws.com") };
    const model = { ...role, Arn: arnOf(role.RoleName), RoleId: "AROA0" };
    await this.cloud.put({ typeName: "AWS::IAM::Role", model });
    for (const region of ["us-east-1", "eu-west-1"]) {
      const account = { Id: `${FOREIGN}-account`, CloudWatchRoleArn: arnOf(role.RoleName) };
      await this.cloud.put({ typeName: "AWS::ApiGateway::Account", region, model: account });
      const group = { LogGroupName: `${FOREIGN}-group`, RetentionInDays: 30 };
      await this.cloud.put({ typeName: "AWS::Logs::LogGroup", region, model: group });
    }
    this.foreign = JSON.stringify(await this.foreigners());
  }

  private async foreigners(): Promise<Live[]> {
    return (await this.cloud.resources()).filter(({ identifier }) => identifier.startsWith(FOREIGN));
  }

  /** What came of the program. An API's root and first models come and go with it, and nobody has asked for them. */
  private async live(): Promise<Live[]> {
    return (await this.cloud.resources())
      .filter(({ identifier, typeName, model }) => {
        const isRoot = typeName === "AWS::ApiGateway::Resource" && model.ParentId === undefined;
        const isModel = typeName === "AWS::ApiGateway::Model";
        return !identifier.startsWith(FOREIGN) && !isRoot && !isModel;
      })
      .map(({ typeName, identifier, region, model }) => ({ typeName, identifier, region, model: { ...model } }));
  }

  private count(name: string, times = 1): void {
    if (this.options.tally) this.options.tally[name] = (this.options.tally[name] ?? 0) + times;
  }

  async run(stack: EngineStack, sequence: Sequence): Promise<void> {
    await this.seedAccount();
    for (const round of sequence) {
      for (const one of round.meddling) await this.meddle(one);
      this.slots = edited(this.slots, round, () => `r${String(++this.names)}`);
      for (const { name, key } of this.slots) this.keys.set(name, key);
      const ran = await this.operate(stack, round);
      const isUp = round.operation.startsWith("up");
      if (!ran.failed && round.operation !== "cancelled up") {
        if (isUp) this.slots = withoutAliases(this.slots);
        if (round.operation !== "up") this.caughtUp();
        if (round.operation === "destroy") this.nothingInState(stack);
        if (isUp && this.isDirty) await this.updatedEqualsProgram(stack, ran.updated);
        if (isUp && !this.isDirty) {
          await this.equalsProgram(stack);
          await this.nothingToDo(stack, "up");
        }
      }
      await this.judge(stack);
    }
    await this.settle(stack);
    await this.leave(stack);
  }

  private async judge(stack: EngineStack): Promise<void> {
    nothingLost(await this.live(), entriesOf(stack), notedIn(stack), (noted, live) => this.mayBe(noted, live));
    nothingShown({ ...textsOf(stack), output: this.output });
    const foreign = JSON.stringify(await this.foreigners());
    if (foreign !== this.foreign) throw new Violation("nothing outside the program is touched", foreign);
  }

  /** Whether a live resource that shows which slot it is of is one of those that an entry of the journal is about. */
  private mayBe({ identity }: Noted, live: Live): boolean {
    const [name = ""] = identity.split("::").at(-1)?.split("-") ?? [];
    const key = keyOf(live);
    return key === undefined || key === this.keys.get(name);
  }

  /** The state knows what is in AWS. */
  private caughtUp(): void {
    this.isDirty = false;
    this.cutOff = [];
  }

  /** 1. What a crashed run made and the program then gave up is not its own: the journal names it, which `judge` sees. */
  private async equalsProgram(stack: EngineStack): Promise<void> {
    const state = entriesOf(stack);
    const isOwn = ({ typeName, identifier }: Live): boolean =>
      state.some((entry) => entry.typeName === typeName && entry.id === identifier);
    const live = (await this.live()).filter(isOwn);
    const sure = this.sure();
    liveEqualsProgram(expectedOf(sure), live, this.hasAdopted);
    if (!this.hasAdopted) droppedIsGone(formerOf(this.wanted, sure), live);
  }

  private async updatedEqualsProgram(stack: EngineStack, urns: readonly string[]): Promise<void> {
    const updated = entriesOf(stack).filter(({ urn }) => urns.includes(urn));
    updatedEqualsProgram(expectedOf(this.sure()), await this.live(), updated, this.hasAdopted);
  }

  /** What of the program the state does not have otherwise than AWS. */
  private sure(): Slot[] {
    return this.slots.filter((slot) => !this.cutOff.some((one) => isSame(one, slot) && one.variant !== slot.variant));
  }

  /** 1: after a successful `up` another one finds nothing to do. */
  private async nothingToDo(stack: EngineStack, operation: "up" | "up --refresh"): Promise<void> {
    const ran = await this.engine(stack, operation);
    const { same = 0, ...others } = ran.changes;
    if (ran.failed || Object.values(others).some((times) => times > 0)) {
      const changes = `${operation} after a successful one: ${JSON.stringify(ran.changes)}, ${String(same)} the same\n`;
      throw new Violation("nothing is left to do", changes + ran.stdout.slice(-3000));
    }
  }

  /**
   * 1 and 3: without faults the same program converges, and then nothing is left to do. Only what others or a run that
   * was cut off have done needs a refresh; a failure needs none.
   */
  private async settle(stack: EngineStack): Promise<void> {
    const isBehind = this.isDirty || this.cutOff.length > 0;
    for (let tries = 1; ; tries++) {
      // A create that is gone on with may turn out to have failed, for the reasons of the run that began it.
      const state = entriesOf(stack);
      const goesOn = notedIn(stack).some(
        (noted) => !state.some(({ typeName, id }) => typeName === noted.typeName && id === noted.id),
      );
      const ran = await this.engine(stack, isBehind ? "up --refresh" : "up");
      if (!ran.failed) break;
      failureIsPlain(said(ran), ran.stdout + ran.stderr);
      if (tries === TRIES) throw new Violation("a repeated up converges", wordsOf(ran));
      allIsApplied(ran);
      // A name is taken, or something cannot be deleted, where the program was changed after a crash: the user was told
      // how to go on. What was renamed since then cannot be adopted by its old name.
      const isOurs = said(ran).some((message) => /AlreadyExists|journal list/.test(message));
      if (!isOurs && !goesOn) throw new Violation("a repeated up converges", wordsOf(ran));
      if (isOurs) await this.settleJournal(stack, tries === 1 ? "adopt" : "delete");
    }
    this.slots = withoutAliases(this.slots);
    this.caughtUp();
    await this.equalsProgram(stack);
    stateExists(await this.live(), entriesOf(stack));
    for (const operation of ["up", "up --refresh"] as const) await this.nothingToDo(stack, operation);
    await this.judge(stack);
  }

  /** 4: destroy leaves nothing but what the journal names, and the journal's command deletes that. */
  private async leave(stack: EngineStack): Promise<void> {
    const ran = await this.engine(stack, "destroy");
    if (ran.failed) throw new Violation("destroy ends", wordsOf(ran));
    this.nothingInState(stack);
    await this.judge(stack);
    const remaining = async (): Promise<Live[]> => (await this.live()).filter((one) => !outlivesProgram(one));
    if ((await remaining()).length === 0) return;
    await this.settleJournal(stack, "delete");
    // Of a request without an answer the command does not know whether it made anything; it says so, and names it.
    const unknown = notedIn(stack).filter(({ requestToken }) => requestToken === undefined);
    const isNamed = ({ typeName, identifier }: Live): boolean =>
      unknown.some((one) => one.typeName === typeName && (one.id ?? identifier) === identifier);
    const orphans = (await remaining())
      .filter((one) => !isNamed(one))
      .map(({ typeName, identifier }) => `${typeName} ${identifier}`);
    if (orphans.length > 0) throw new Violation("the journal settles what is left", orphans.join(", "));
  }

  private nothingInState(stack: EngineStack): void {
    const left = entriesOf(stack);
    if (left.length > 0) throw new Violation("destroy leaves nothing in the state", JSON.stringify(left));
  }

  private async settleJournal(stack: EngineStack, action: "adopt" | "delete"): Promise<void> {
    const output = await settleJournal(stack, this.options.packageRoot ?? join(__dirname, "..", ".."), action);
    this.output += output;
    this.hasAdopted ||= action === "adopt";
    this.count(`journal ${action}`);
    for (const line of output.trim().split("\n")) this.options.log?.(`  ${line}`);
  }

  /** One operation with its troubles and its crash. */
  private async operate(stack: EngineStack, round: Round): Promise<Ran> {
    const ids: Armed[] = [];
    for (const trouble of round.troubles) {
      ids.push({ ...trouble, id: await this.cloud.arm(faultOf(trouble, round.crash !== null)) });
    }
    const calls = await this.cloud.calls();
    const over = new AbortController();
    const killing = round.crash ? this.kill(stack, round.crash, calls, ids, over.signal) : Promise.resolve(false);
    const cancel = new AbortController();
    const cancelling =
      round.operation === "cancelled up"
        ? this.after(calls, 3, over.signal).then((came) => {
            if (came) cancel.abort();
          })
        : Promise.resolve();
    const isApart = round.crash?.victim === "engine";
    const ran = await this.engine(stack, round.operation, cancel.signal, isApart);
    over.abort();
    const killed = await killing;
    await cancelling;
    const isCloud = round.crash?.victim === "cloud";
    if (!(killed && isCloud)) await this.recordHits(ids);
    await this.cloud.disarm();
    const wasLocked = round.operation === "cancelled up" && isLocked(stack);
    if (killed && !isCloud) await this.recover(stack);
    else if (wasLocked) await this.unlock(stack);
    if (killed && round.crash) this.count(`crash of the ${round.crash.victim}`);
    if (ran.timedOut) throw new Violation("an operation ends", ran.stdout.slice(-3000));
    const mayBeCutOff = (killed && !isCloud) || wasLocked;
    if (mayBeCutOff) this.cutOff.push(...this.slots);
    else if (round.operation.includes("up")) this.wanted.push(...this.slots);
    if (!round.troubles.some(({ kind }) => kind === "eventual read")) allIsApplied(ran);
    // Of a delete whose end nobody saw the state does not know: the failure says that a refresh has to look.
    this.isDirty ||= said(ran).some((message) => /Delete of AWS::.* failed with .*`pulumi refresh`/s.test(message));
    if (ran.failed && !mayBeCutOff && round.operation !== "cancelled up")
      failureIsPlain(said(ran), ran.stdout + ran.stderr);
    return ran;
  }

  private async recordHits(ids: readonly Armed[]): Promise<void> {
    const armed = new Map((await this.cloud.armed()).map((one) => [one.id, one.hitsLeft]));
    for (const { id, kind, times } of ids) this.count(`fault ${kind}`, times - (armed.get(id) ?? 0));
  }

  /** @param isApart - the engine is to be killed, with the process of its program */
  private async engine(
    stack: EngineStack,
    operation: Round["operation"],
    signal?: AbortSignal,
    isApart = false,
  ): Promise<Ran> {
    this.options.log?.(`${operation} of ${this.slots.map(({ name, kind }) => `${name}:${kind}`).join(" ")}`);
    const common = { mayFail: true, ...(signal ? { signal } : {}) } as const;
    const up = async (refresh: boolean): Promise<Ran> => {
      if (!isApart) return stack.up({ ...common, refresh });
      const program = { module: require.resolve("./kinds"), name: programOf.name, args: [this.slots] };
      return upElsewhere(stack, program, { ...common, refresh });
    };
    const run = {
      up: async () => up(false),
      "cancelled up": async () => up(false),
      "up --refresh": async () => up(true),
      refresh: async () => stack.refresh(common),
      destroy: async () => stack.destroy(common),
    };
    const ran = await run[operation]();
    this.output += ran.stdout + ran.stderr;
    this.count(operation);
    this.count(ran.failed ? "operations that failed" : "operations that succeeded");
    for (const line of said(ran)) this.options.log?.(`  ${line}`);
    this.options.log?.(`  ${JSON.stringify(ran.changes)}`);
    const { delete: gone = 0, ...kept } = ran.changes;
    // With the stack itself there is one more than there are slots.
    const seen = Object.values(kept).reduce((sum, times) => sum + times, 0);
    if (/failed to load checkpoint/.test(ran.stdout + ran.stderr)) {
      throw new Violation("the state can be read", `${ran.stdout}${ran.stderr}\n${sizesOf(stack)}`);
    }
    if (operation.startsWith("up") && !ran.failed && seen <= this.slots.length) {
      const heard = `of ${String(this.slots.length)} resources the engine saw ${String(seen)}, ${String(gone)} deleted`;
      throw new Violation("the engine hears of the whole program", heard);
    }
    return ran;
  }

  /** Whether so many calls have come before the operation was over. */
  private async after(since: number, calls: number, over: AbortSignal): Promise<boolean> {
    while (!over.aborted) {
      if ((await this.cloud.calls()) >= since + calls) return true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return false;
  }

  private async kill(
    stack: EngineStack,
    { victim, call }: Crash,
    since: number,
    ids: readonly Armed[],
    over: AbortSignal,
  ): Promise<boolean> {
    if (!(await this.after(since, call, over))) return false;
    if (victim === "cloud") {
      this.options.log?.("  killing the local Cloud Control");
      // What is armed dies with it.
      await this.recordHits(ids);
      await this.cloud.die(DOWN_FOR);
      return true;
    }
    const { engines, providers } = workingIn(stack.workDir);
    const victims = victim === "engine" ? engines : providers;
    this.options.log?.(`  killing ${victim} ${victims.join(" ")}`);
    for (const pid of victims) tryKill(pid);
    return victims.length > 0;
  }

  /**
   * What a person does after a crash: waits until a provider that lives on has finished, and takes the lock away. An
   * engine starts providers that it then never calls; they hold nothing of this package and stay, so they are ended.
   */
  private async recover(stack: EngineStack): Promise<void> {
    let quietSince = Date.now();
    let calls = await this.cloud.calls();
    const isOver = async (): Promise<boolean> => {
      const { engines, providers } = workingIn(stack.workDir);
      if (engines.length + providers.length === 0) return true;
      const now = await this.cloud.calls();
      if (now !== calls) quietSince = Date.now();
      calls = now;
      if (engines.length > 0 || Date.now() - quietSince < QUIET) return false;
      for (const pid of providers) tryKill(pid);
      return false;
    };
    await until(isOver, "the processes of a crashed run have ended", 90_000);
    this.restore(stack);
    await stack.cancel();
  }

  private async unlock(stack: EngineStack): Promise<void> {
    this.count("locks that a cancelled engine left");
    this.restore(stack);
    await stack.cancel();
  }

  private restore(stack: EngineStack): void {
    if (restoreState(stack)) this.count("state mended that the engine had half written");
  }

  private async meddle(meddling: Meddling): Promise<void> {
    const live = await this.live();
    const one = await meddled(this.cloud, live, meddling);
    if (!one) return;
    this.isDirty = true;
    this.count(`meddling: ${meddling.do}`);
    if (meddling.variant !== undefined) this.slots = changed(this.slots, one, live, meddling.variant);
  }
}

const said = ({ diagnostics }: Ran): string[] =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);

/** What was said of a failure, or where nothing was all that was printed. */
const wordsOf = (ran: Ran): string => said(ran).join("\n") || ran.stdout + ran.stderr;

/** The local Cloud Control applies all that it reports as done, and shows it to all reads that no fault keeps behind. */
function allIsApplied(ran: Ran): void {
  const isKept = said(ran).some((message) => message.includes("failed with NotApplied"));
  if (isKept) throw new Violation("what is sent is what the program says", wordsOf(ran));
}

const arnOf = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;
const trusting = (service: string): object => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
});

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
