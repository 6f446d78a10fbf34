/** Plays one sequence through the real engine, the real provider process and the emulator, and judges after each step. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { startEmulator, type Emulator } from "../../emulator";
import { withStack, type EngineStack } from "../support/engine";
import { until, workingIn } from "../support/processes";
import { upElsewhere, type OperationElsewhere as Ran } from "../support/up-elsewhere";
import { faultOf } from "./faults";
import { failureIsPlain, liveEqualsProgram, nothingLost, nothingShown, stateExists, Violation } from "./judge";
import { expectedOf, programOf } from "./kinds";
import { edited, withoutAliases, type Crash, type Meddling, type Round, type Sequence, type Slot } from "./plan";
import type { Live } from "./slots";
import { entriesOf, notedIn, restoreState, settleJournal, textsOf } from "./stack";

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

/**
 * The engine was not told of the whole program, and took its end for a success. The Automation API does that where the
 * connection of a program that runs in its own process breaks down, which happens after other engines of the process
 * were killed; a program of `pulumi up` has a process of its own. Such a sequence says nothing of the provider.
 */
export class Lost extends Error {
  override readonly name = "Lost";
}

/** Ups until a sequence without further trouble must have converged. */
const TRIES = 4;
const DEADLINE = 150_000;
/** Milliseconds without a call after which an orphaned provider has nothing more to do; it polls more often. */
const QUIET = 12_000;
const FOREIGN = "somebody-elses";

/** Throws a {@link Violation} where a rule does not hold. */
export async function play(sequence: Sequence, options: PlayOptions): Promise<void> {
  // A canary that survives its removal is loud for ever, by design; it has tests of its own.
  const emulator = await startEmulator({ seed: options.seed, quirks: { canaryStays: false } });
  try {
    const stage = new Playing(emulator, options);
    await withStack(
      {
        program: async () => programOf(stage.slots)(),
        env: emulator.env(),
        deadline: DEADLINE,
        ...(options.packageRoot === undefined ? {} : { packageRoot: options.packageRoot }),
      },
      async (stack) => stage.run(stack, sequence),
    );
  } finally {
    await emulator.close();
  }
}

class Playing {
  slots: Slot[] = [];
  private names = 0;
  private output = "";
  private readonly foreign: string;

  constructor(
    private readonly emulator: Emulator,
    private readonly options: PlayOptions,
  ) {
    this.seedAccount();
    this.foreign = JSON.stringify(this.foreigners());
  }

  /** What the account holds before: a role for logs in each region, and something of somebody else's. */
  private seedAccount(): void {
    const role = { RoleName: `${FOREIGN}-logs`, AssumeRolePolicyDocument: trusting("apigateway.amazonaws.com") };
    this.emulator.seed({ typeName: "AWS::IAM::Role", model: { ...role, Arn: arnOf(role.RoleName), RoleId: "AROA0" } });
    for (const region of ["us-east-1", "eu-west-1"]) {
      const account = { Id: `${FOREIGN}-account`, CloudWatchRoleArn: arnOf(role.RoleName) };
      this.emulator.seed({ typeName: "AWS::ApiGateway::Account", region, model: account });
      const model = { LogGroupName: `${FOREIGN}-group`, RetentionInDays: 30 };
      this.emulator.seed({ typeName: "AWS::Logs::LogGroup", region, model });
    }
  }

  private foreigners(): Live[] {
    return this.emulator.resources().filter(({ identifier }) => identifier.startsWith(FOREIGN));
  }

  /** What came of the program. An API's root and first models come and go with it, and nobody has asked for them. */
  private live(): Live[] {
    return this.emulator
      .resources()
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
    let isDirty = false;
    for (const round of sequence) {
      for (const one of round.meddling) isDirty = this.meddle(one) || isDirty;
      this.slots = edited(this.slots, round, () => `r${String(++this.names)}`);
      const ran = await this.operate(stack, round);
      if (!ran.failed && round.operation !== "cancelled up") {
        if (round.operation.startsWith("up")) this.slots = withoutAliases(this.slots);
        if (round.operation !== "up") isDirty = false;
        // A change from outside that no refresh has seen is neither shown nor repaired.
        if (round.operation.startsWith("up") && !isDirty) this.equalsProgram(stack);
      }
      this.judge(stack);
    }
    await this.settle(stack);
    await this.leave(stack);
  }

  private judge(stack: EngineStack): void {
    nothingLost(this.live(), entriesOf(stack), notedIn(stack));
    nothingShown({ ...textsOf(stack), output: this.output });
    if (JSON.stringify(this.foreigners()) !== this.foreign) {
      throw new Violation("nothing outside the program is touched", JSON.stringify(this.foreigners()));
    }
  }

  /** 1. What a crashed run made and the program then gave up is not its own: the journal names it, which `judge` sees. */
  private equalsProgram(stack: EngineStack): void {
    const state = entriesOf(stack);
    const isOwn = ({ typeName, identifier }: Live): boolean =>
      state.some((entry) => entry.typeName === typeName && entry.id === identifier);
    liveEqualsProgram(expectedOf(this.slots), this.live().filter(isOwn));
  }

  /** 1 and 3: without faults the same program converges, and then nothing is left to do. */
  private async settle(stack: EngineStack): Promise<void> {
    for (let tries = 1; ; tries++) {
      const ran = await this.engine(stack, "up --refresh");
      if (!ran.failed) break;
      if (tries === TRIES) throw new Violation("a repeated up converges", said(ran).join("\n"));
      // A name is taken, or something cannot be deleted, where the program was changed after a crash: the user was told
      // how to go on. What was renamed since then cannot be adopted by its old name.
      const isOurs = said(ran).some((message) => /AlreadyExists|journal list/.test(message));
      if (isOurs) await this.settleJournal(stack, tries === 1 ? "adopt" : "delete");
    }
    this.slots = withoutAliases(this.slots);
    this.equalsProgram(stack);
    stateExists(this.live(), entriesOf(stack));
    for (const operation of ["up", "up --refresh"] as const) {
      const ran = await this.engine(stack, operation);
      const { same = 0, ...others } = ran.changes;
      if (ran.failed || Object.values(others).some((times) => times > 0)) {
        const changes = `${operation} after a successful one: ${JSON.stringify(ran.changes)}, ${String(same)} the same\n`;
        throw new Violation("nothing is left to do", changes + ran.stdout.slice(-3000));
      }
    }
    this.judge(stack);
  }

  /** 4: destroy leaves nothing but what the journal names, and the journal's command deletes that. */
  private async leave(stack: EngineStack): Promise<void> {
    const ran = await this.engine(stack, "destroy");
    if (ran.failed) throw new Violation("destroy ends", said(ran).join("\n"));
    const left = entriesOf(stack);
    if (left.length > 0) throw new Violation("destroy leaves nothing in the state", JSON.stringify(left));
    this.judge(stack);
    if (this.live().length === 0) return;
    await this.settleJournal(stack, "delete");
    // Of a request without an answer the command does not know whether it made anything; it says so, and names it.
    const unknown = notedIn(stack).filter(({ requestToken }) => requestToken === undefined);
    const isNamed = ({ typeName, identifier }: Live): boolean =>
      unknown.some((one) => one.typeName === typeName && (one.id ?? identifier) === identifier);
    const orphans = this.live()
      .filter((one) => !isNamed(one))
      .map(({ typeName, identifier }) => `${typeName} ${identifier}`);
    if (orphans.length > 0) throw new Violation("the journal settles what is left", orphans.join(", "));
  }

  private async settleJournal(stack: EngineStack, action: "adopt" | "delete"): Promise<void> {
    const output = await settleJournal(stack, this.options.packageRoot ?? join(__dirname, "..", ".."), action);
    this.output += output;
    this.count(`journal ${action}`);
    for (const line of output.trim().split("\n")) this.options.log?.(`  ${line}`);
  }

  /** One operation with its troubles and its crash. */
  private async operate(stack: EngineStack, round: Round): Promise<Ran> {
    const ids = round.troubles.map((trouble) => ({ ...trouble, id: this.emulator.faults.add(faultOf(trouble)) }));
    const calls = this.emulator.requests().length;
    const over = new AbortController();
    const killing = round.crash ? this.kill(stack, round.crash, calls, over.signal) : Promise.resolve(false);
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
    this.recordHits(ids);
    this.emulator.faults.clear();
    if (killed) await this.recover(stack);
    if (killed && round.crash) this.count(`crash of the ${round.crash.victim}`);
    if (ran.timedOut) throw new Violation("an operation ends", ran.stdout.slice(-3000));
    if (ran.failed && !killed && round.operation !== "cancelled up") failureIsPlain(said(ran));
    return ran;
  }

  private recordHits(ids: readonly { readonly id: number; readonly kind: string; readonly times: number }[]): void {
    const armed = new Map(this.emulator.faults.list().map((one) => [one.id, one.hitsLeft]));
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
    const seen = Object.values(kept).reduce((sum, times) => sum + times, 0);
    if (/\b14 UNAVAILABLE: No connection established/.test(ran.stdout)) {
      throw new Lost("the program did not reach the engine");
    }
    if (operation.startsWith("up") && !ran.failed && seen < this.slots.length) {
      throw new Lost(
        `of ${String(this.slots.length)} resources the engine saw ${String(seen)}, ${String(gone)} deleted`,
      );
    }
    return ran;
  }

  /** Whether so many calls have come before the operation was over. */
  private async after(since: number, calls: number, over: AbortSignal): Promise<boolean> {
    while (!over.aborted) {
      if (this.emulator.requests().length >= since + calls) return true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return false;
  }

  private async kill(stack: EngineStack, { victim, call }: Crash, since: number, over: AbortSignal): Promise<boolean> {
    if (!(await this.after(since, call, over))) return false;
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
    let calls = this.emulator.requests().length;
    const isOver = (): boolean => {
      const { engines, providers } = workingIn(stack.workDir);
      if (engines.length + providers.length === 0) return true;
      if (this.emulator.requests().length !== calls) quietSince = Date.now();
      calls = this.emulator.requests().length;
      if (engines.length > 0 || Date.now() - quietSince < QUIET) return false;
      for (const pid of providers) tryKill(pid);
      return false;
    };
    await until(isOver, "the processes of a crashed run have ended", 90_000);
    if (restoreState(stack)) this.count("state restored from its backup");
    await stack.cancel();
  }

  /** Somebody else changes, tags or deletes what the program made; true where something was there for that. */
  private meddle({ do: deed, at }: Meddling): boolean {
    const groups = this.live().filter(({ typeName }) => /LogGroup|Queue|Parameter/.test(typeName));
    const one = groups[at % Math.max(groups.length, 1)];
    if (!one) return false;
    this.count(`meddling: ${deed}`);
    const place = { typeName: one.typeName, identifier: one.identifier, region: one.region };
    if (deed === "delete") {
      this.emulator.remove(place);
      return true;
    }
    if (deed === "tag") {
      const key = `else-${randomUUID().slice(0, 4)}`;
      // This type has a map of tags.
      const isMap = one.typeName === "AWS::SSM::Parameter";
      const list = Array.isArray(one.model.Tags) ? (one.model.Tags as unknown[]) : [];
      const value = isMap
        ? { ...(one.model.Tags as object | undefined), [key]: "x" }
        : [...list, { Key: key, Value: "x" }];
      this.emulator.edit({ ...place, patch: [{ op: "add", path: "/Tags", value }] });
      return true;
    }
    const [path, value] = drifting(one.typeName);
    this.emulator.edit({ ...place, patch: [{ op: "add", path, value }] });
    return true;
  }
}

const drifting = (typeName: string): readonly [path: string, value: unknown] => {
  if (typeName === "AWS::Logs::LogGroup") return ["/RetentionInDays", 14];
  return typeName === "AWS::SQS::Queue" ? ["/VisibilityTimeout", 14] : ["/Value", "changed"];
};

const said = ({ diagnostics }: Ran): string[] =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);

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
