/**
 * The provider's own objects and the real SDK against the emulator, in this process: everything but the engine and the
 * provider process. What the engine does with one resource between them is in {@link OneResource}.
 */
import { randomUUID } from "node:crypto";
import { startEmulator, type Emulator, type EmulatorOptions, type RequestRecord } from "../../emulator";
import type { ConfigureRequest } from "@pulumi/pulumi/dynamic";
import { Environment } from "../../provider/edge/environment";
import { FileJournal } from "../../provider/edge/journal";
import { AccountRoleProvider } from "../../provider/account-role";
import { DynamicProvider } from "../../provider/dynamic";
import { hasAlarms } from "../../provider/edge/alarms";
import { Kinds } from "../../provider/kinds";
import { Lifecycle } from "../../provider/lifecycle";
import { RELEASE } from "../../provider/release/bags";
import { ReleaseProvider } from "../../provider/release/provider";
import type { Clock, Journal } from "../../provider/ports";
import { readSchema, typeNames } from "../../schema/table";

/** How much faster than the machine's the provider's time runs. */
export const SPEED = 50;

/** Real waiting, only shorter; what it measures is as long as it would have been. */
class FastClock implements Clock {
  private readonly start = Date.now();
  private passed = 0;
  private readonly sleepers = new Set<() => void>();

  now(): number {
    return this.start + (Date.now() - this.start) * SPEED + this.passed;
  }

  async sleep(milliseconds: number): Promise<void> {
    const until = this.now() + milliseconds;
    while (this.now() < until) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.sleepers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, Math.min(Math.max((until - this.now()) / SPEED, 0), 2 ** 31 - 1));
        this.sleepers.add(wake);
      });
    }
  }

  /** So much time is gone at once, whatever the machine did meanwhile. */
  pass(milliseconds: number): void {
    this.passed += milliseconds;
    for (const wake of [...this.sleepers]) wake();
  }

  random(): number {
    return Math.random();
  }

  token(): string {
    return randomUUID();
  }
}

type Bag = Record<string, unknown>;

/**
 * Facts that nobody has proved are switches of the emulator; `EMULATOR_QUIRKS='{"retryAfter":"always"}'` runs the suite
 * with one the other way.
 */
function quirks(): EmulatorOptions["quirks"] {
  return JSON.parse(process.env["EMULATOR_QUIRKS"] ?? "{}") as EmulatorOptions["quirks"];
}

class HeardEnvironment extends Environment {
  constructor(
    private readonly told: string[],
    unlisted: readonly string[],
    journal: Journal | undefined,
    clock: Clock,
  ) {
    super(clock, journal, (typeName) => (unlisted.includes(typeName) ? undefined : readSchema(typeName)));
  }
  override tell(line: string): void {
    this.told.push(line);
  }
}

/** An emulator and providers that talk to it; one at a time in a process, as credentials come from the environment. */
export class ProviderBench {
  /** What the provider told the user. */
  readonly told: string[] = [];
  config: Record<string, string> = {};
  /** Types that are missing from the provider's table, as new ones are. */
  unlisted: readonly string[] = [];
  /** Gives each new provider its journal; without it there is none. */
  journal: ((clock: Clock, tell: (line: string) => void) => Journal) | undefined;
  private readonly kept: Record<string, string | undefined> = {};

  private constructor(
    readonly emulator: Emulator,
    private readonly clock: Clock,
  ) {}

  /** @param clock - the provider's time, by default a faster one than the machine's */
  static async open(options: EmulatorOptions = {}, clock: Clock = new FastClock()): Promise<ProviderBench> {
    const bench = new ProviderBench(
      await startEmulator({ ...options, quirks: { ...quirks(), ...options.quirks } }),
      clock,
    );
    bench.setEnv({ ...bench.emulator.env(), AWS_PROFILE: undefined, AWS_MAX_ATTEMPTS: undefined });
    bench.setEnv({ AWS_CONFIG_FILE: "/nonexistent", AWS_SHARED_CREDENTIALS_FILE: "/nonexistent" });
    // The provider's own schedule, which at this speed is quick enough.
    bench.setEnv({ PULUMI_CLOUDCONTROL_FIRST_POLL: undefined, PULUMI_CLOUDCONTROL_SERVICE_RATES: undefined });
    return bench;
  }

  /** Each new provider has the journal in this folder, and is of an engine of its own, which is gone for the next one. */
  keepJournal(folder: string): void {
    let pid = 0;
    this.journal = (clock, tell) =>
      new FileJournal({
        folder,
        clock,
        tell,
        engine: { pid: ++pid, address: `127.0.0.1:${pid}` },
        isGone: async () => Promise.resolve(true),
        isOrphan: () => false,
      });
  }

  /** The provider's time goes on by so much at once. */
  pass(milliseconds: number): void {
    if (!(this.clock instanceof FastClock)) throw new Error("this clock is not the bench's own");
    this.clock.pass(milliseconds);
  }

  async close(): Promise<void> {
    for (const [key, value] of Object.entries(this.kept)) setVariable(key, value);
    await this.emulator.close();
  }

  setEnv(env: Readonly<Record<string, string | undefined>>): void {
    for (const [key, value] of Object.entries(env)) {
      if (!(key in this.kept)) this.kept[key] = process.env[key];
      setVariable(key, value);
    }
  }

  /** From now on with the credentials of this account; undefined: with none at all. */
  actAs(account: string | undefined): void {
    const none = account === undefined;
    this.setEnv({ AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: none ? undefined : "secret" });
  }

  /** A provider as a new process would have it, with the configuration of now. */
  async provider(): Promise<DynamicProvider> {
    const provider = this.unconfigured();
    await provider.configure(this.configuration());
    return provider;
  }

  /** A provider of a new process for resources of any kind, as the provider process has it. */
  async kinds(): Promise<Kinds> {
    const environment = this.environment();
    const lifecycle = new Lifecycle(environment);
    const plain = this.plain(environment, lifecycle);
    const kinds = new Kinds({
      plain,
      kinds: {
        "account-role": new AccountRoleProvider(environment),
        [RELEASE]: new ReleaseProvider({
          plain,
          lifecycle,
          ports: environment,
          schema: async (typeName, target) => environment.schema(typeName, target),
          alarms: (target) => environment.alarms(target),
          hasAlarms,
          bakeClock: {
            now: async () => Promise.resolve(this.clock.now()),
            sleep: async (milliseconds) => this.clock.sleep(milliseconds),
          },
          isOrphan: async () => Promise.resolve(false),
        }),
      },
      during: async (run) => run(),
    });
    await kinds.configure(this.configuration());
    return kinds;
  }

  unconfigured(): DynamicProvider {
    const environment = this.environment();
    return this.plain(environment, new Lifecycle(environment));
  }

  private environment(): Environment {
    return new HeardEnvironment(
      this.told,
      this.unlisted,
      this.journal?.(this.clock, (line) => this.told.push(line)),
      this.clock,
    );
  }

  private plain(environment: Environment, lifecycle: Lifecycle): DynamicProvider {
    return new DynamicProvider({
      lifecycle,
      schema: async (typeName, target) => environment.schema(typeName, target),
      typeNames,
      defaultRegion: async () => environment.defaultRegion(),
      get settings() {
        return environment.settings;
      },
      account: async (target) => environment.account(target),
      configure: (get) => {
        environment.configure(get);
      },
    });
  }

  configuration(): ConfigureRequest {
    const get = (key: string): string | undefined => this.config[key];
    return { config: { get, require: (key: string) => get(key) ?? "" } };
  }

  /** The calls of Cloud Control while this runs, by operation; the account look-ups are left out. */
  async calls(run: () => Promise<unknown>): Promise<RequestRecord[]> {
    const since = this.emulator.requests().length;
    await run();
    return this.emulator
      .requests()
      .slice(since)
      .filter(({ operation }) => operation !== "GetCallerIdentity" && operation !== "AssumeRole");
  }

  live(typeName: string): Bag[] {
    return this.emulator
      .resources()
      .filter((resource) => resource.typeName === typeName)
      .map(({ model }) => ({ ...model }));
  }
}

function setVariable(key: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, key);
  else process.env[key] = value;
}

/** What the engine keeps of a resource. */
export interface Kept {
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  /** Create or update failed half-way: the next `up` updates, whatever `diff` says. */
  readonly unfinished: boolean;
}

/** Does with one resource what the engine does with it: each operation in a new provider, the state between them. */
export class OneResource {
  state: Kept | undefined;

  constructor(
    private readonly bench: ProviderBench,
    private readonly typeName: string,
  ) {}

  /** Check, diff, then create, update, replace or nothing. Rejects as the provider does, what it saved is in the state. */
  async up(args: Bag): Promise<"create" | "update" | "replace" | "same"> {
    const provider = await this.bench.kinds();
    const news = { ...args, __type: this.typeName, __provider: "stub" };
    const checked = await provider.check(this.state?.inputs ?? {}, news);
    if (checked.failures && checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
    const inputs = checked.inputs as Bag;
    const { state } = this;
    if (!state) {
      await this.keeping(inputs, async () => provider.create(inputs));
      return "create";
    }
    const diff = await provider.diff(state.id, state.outputs, inputs);
    if ((diff.replaces ?? []).length > 0) {
      if (diff.deleteBeforeReplace) await provider.delete(state.id, state.outputs);
      await this.keeping(inputs, async () => provider.create(inputs));
      if (!diff.deleteBeforeReplace) await provider.delete(state.id, state.outputs);
      return "replace";
    }
    // Without an answer the engine compares the inputs.
    const changes = diff.changes ?? JSON.stringify(state.inputs) !== JSON.stringify(inputs);
    if (!changes && !state.unfinished) {
      this.state = { ...state, inputs };
      return "same";
    }
    await this.keeping(inputs, async () => ({
      id: state.id,
      ...(await provider.update(state.id, state.outputs, inputs)),
    }));
    return "update";
  }

  /** Whether anything differs from the state; what is gone leaves it. The engine's mark of a failure is erased. */
  async refresh(): Promise<"same" | "changed" | "gone"> {
    if (!this.state) return "gone";
    const { id, inputs, outputs } = this.state;
    const read = await (await this.bench.kinds()).read(id, outputs);
    if (read.id === undefined) {
      this.state = undefined;
      return "gone";
    }
    const seen = read.props as Bag;
    const same = JSON.stringify(sorted(seen)) === JSON.stringify(sorted(outputs));
    this.state = { id, inputs: (read.inputs as Bag | undefined) ?? inputs, outputs: seen, unfinished: false };
    return same ? "same" : "changed";
  }

  async destroy(): Promise<void> {
    if (!this.state) return;
    await (await this.bench.kinds()).delete(this.state.id, this.state.outputs);
    this.state = undefined;
  }

  private async keeping(inputs: Bag, run: () => Promise<{ readonly id: string; readonly outs?: Bag }>): Promise<void> {
    try {
      const { id, outs } = await run();
      this.state = { id, inputs, outputs: outs ?? {}, unfinished: false };
    } catch (error) {
      const partial = error as { id?: string; properties?: Bag };
      if (partial.id !== undefined && partial.properties) {
        const before = this.state?.inputs ?? inputs;
        this.state = { id: partial.id, inputs: before, outputs: partial.properties, unfinished: true };
      }
      throw error;
    }
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

/** The message of the failure that is expected. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => Promise.reject(new Error("expected a failure")),
    (error: unknown) => (error as Error).message,
  );
}
