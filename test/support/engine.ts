/**
 * Runs real `pulumi up` in tests: inline programs through the Automation API, the real engine, a file backend, and the
 * provider in the process that the engine starts for it. Run such tests by `npm run test:engine` (or `npm test -- engine`),
 * which puts the engine on PATH and keeps AWS out of reach.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import type { EngineEvent, OpMap, OutputMap, PulumiFn } from "@pulumi/pulumi/automation";
import { specialSigKey } from "@pulumi/pulumi/runtime";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { keyService } from "./key-service";
import { EngineError, engineCommand, runEngine } from "../../scripts/lib/engine-command.mjs";
import type { EngineCommand, EngineRun } from "../../scripts/lib/engine-command.mjs";

const root = join(__dirname, "..", "..");
const DEADLINE = 120_000;
/** What a process with Pulumi's SDK can load first, so that it starts in two thirds of the time. */
export const LAZY = join(__dirname, "lazy.cjs");

/**
 * Each program has connections of its own. By default gRPC shares those to one address in the whole process, dead ones
 * too: a program whose engine was killed goes on trying to reach it, and where a later engine happens to get the same port,
 * that one's program is told at once that nobody is there. The Automation API takes that for the program's end, and the
 * engine deletes what it has not heard of.
 */
const { grpcClientOptions } = settings as unknown as { readonly grpcClientOptions: Record<string, unknown> };
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

/** A resource as it stands in the state file. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: readonly string[];
  readonly custom?: boolean;
}

export interface StackOptions {
  readonly program: PulumiFn;
  /** For the provider process and the program alike, e.g. `emulator.env()`. */
  readonly env?: Readonly<Record<string, string>>;
  /** `"ns:key": value`; a key without a colon belongs to the project. */
  readonly config?: Readonly<Record<string, string | { readonly value: string; readonly secret: true }>>;
  /** @defaultValue "test" */
  readonly project?: string;
  /** @defaultValue "dev" */
  readonly stack?: string;
  /** Milliseconds for each operation. @defaultValue 120000 */
  readonly deadline?: number;
  /** The package whose provider runs, built. @defaultValue this repository */
  readonly packageRoot?: string;
}

export interface OperationOptions {
  /** Replaces the program from now on. */
  readonly program?: PulumiFn;
  readonly deadline?: number;
  /** The test wants the failure itself: it is then in the result instead of thrown. */
  readonly mayFail?: boolean;
  readonly refresh?: boolean;
  readonly expectNoChanges?: boolean;
  readonly parallel?: number;
  readonly targets?: readonly string[];
  readonly clearPendingCreates?: boolean;
  readonly onOutput?: (text: string) => void;
  /** Sends SIGINT, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

export interface Operation {
  readonly failed: boolean;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** How many resources got which step, e.g. `{ create: 3, same: 1 }`; the stack itself is counted, too. */
  readonly changes: OpMap;
  /** The URNs of what was updated in place. */
  readonly updated: readonly string[];
  readonly events: readonly EngineEvent[];
  /** What the engine, the program and the provider told the user, without colours; `severity` is error, warning or info. */
  readonly diagnostics: readonly { readonly severity: string; readonly message: string }[];
  readonly milliseconds: number;
}

let installed: Promise<PulumiCommand> | undefined;

/** The binary that scripts/engine-env.mjs found. */
function enginePath(): string {
  const path = process.env["PULUMI_CLOUDCONTROL_ENGINE"];
  if (path === undefined) {
    throw new Error(
      "no engine in this environment. Fix: run the suite with `npm test -- engine` or `npm run test:engine`.",
    );
  }
  return path;
}

function changesOf(events: readonly EngineEvent[]): OpMap {
  return events.find((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {};
}

const updatedIn = (events: readonly EngineEvent[]): string[] =>
  events.flatMap(({ resOutputsEvent: event }) => (event?.metadata.op === "update" ? [event.metadata.urn] : []));

/** One stack of one test; see {@link withStack}. */
export class EngineStack {
  /** The program's and the provider process's working folder. */
  readonly workDir: string;
  /** For `runCli` on this stack: backend, Pulumi home and the test's own variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly #command: EngineCommand;
  readonly #stack: Stack;
  readonly #deadline: number;
  readonly #stateFile: string;

  private constructor(
    stack: Stack,
    command: EngineCommand,
    workDir: string,
    env: Record<string, string>,
    deadline: number,
    stateFile: string,
  ) {
    this.#stack = stack;
    this.#stateFile = stateFile;
    this.#command = command;
    this.workDir = workDir;
    this.env = env;
    this.#deadline = deadline;
  }

  /** @param isThere - another process has made the stack already */
  static async create(options: StackOptions, workDir: string, home: string, isThere = false): Promise<EngineStack> {
    const deadline = options.deadline ?? DEADLINE;
    const project = options.project ?? "test";
    const state = join(home, "state");
    mkdirSync(state, { recursive: true });
    // Of a stack that is there the environment is given.
    const keys = isThere ? undefined : await keyService();
    const env = {
      ...keys?.env,
      // Only our stand-in for the launcher of providers heeds it.
      PULUMI_CLOUDCONTROL_PRELOAD: LAZY,
      ...options.env,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
    };
    installed ??= PulumiCommand.get({ skipVersionCheck: true });
    const name = options.stack ?? "dev";
    const stateFile = join(state, ".pulumi", "stacks", project, `${name}.json`);
    if (keys) {
      // As `pulumi stack init` makes them in a second.
      mkdirSync(dirname(stateFile), { recursive: true });
      writeFileSync(
        stateFile,
        JSON.stringify({ version: 3, checkpoint: { stack: `organization/${project}/${name}` } }),
      );
      writeFileSync(join(workDir, `Pulumi.${name}.yaml`), keys.settings);
    }
    const command = engineCommand(enginePath(), (await installed).version, { deadline });
    const workspace = await LocalWorkspace.create({
      workDir,
      program: options.program,
      envVars: env,
      // Without `main`: the SDK's default project would run the provider in the test runner's own folder.
      projectSettings: { name: project, runtime: "nodejs" },
      pulumiCommand: command,
    });
    const stack = await Stack.select(name, workspace);
    const result = new EngineStack(stack, command, workDir, env, deadline, stateFile);
    await result.setConfig(options.config ?? {});
    return result;
  }

  async setConfig(config: NonNullable<StackOptions["config"]>): Promise<void> {
    const entries = Object.entries(config).map(
      ([key, value]) => [key, typeof value === "string" ? { value } : value] as const,
    );
    if (entries.length > 0) await this.#stack.setAllConfig(Object.fromEntries(entries));
  }

  /** Changes the environment of the operations to come, as another terminal would have it. */
  setEnv(env: Readonly<Record<string, string>>): void {
    Object.assign(this.#stack.workspace.envVars, env);
  }

  up(options: OperationOptions = {}): Promise<Operation> {
    const { refresh, expectNoChanges, parallel, targets } = options;
    return this.#operation(options, (common) =>
      this.#stack.up({ ...common, refresh, expectNoChanges, parallel, target: targets && [...targets] }),
    );
  }

  preview(options: OperationOptions = {}): Promise<Operation> {
    const { refresh, expectNoChanges, parallel, targets } = options;
    return this.#operation(options, (common) =>
      this.#stack.preview({ ...common, refresh, expectNoChanges, parallel, target: targets && [...targets] }),
    );
  }

  /** Without the program, as `pulumi refresh` does. */
  refresh(options: OperationOptions = {}): Promise<Operation> {
    const { expectNoChanges, parallel, targets, clearPendingCreates } = options;
    return this.#operation(options, (common) =>
      this.#stack.refresh({
        ...common,
        expectNoChanges,
        parallel,
        target: targets && [...targets],
        clearPendingCreates,
      }),
    );
  }

  destroy(options: OperationOptions = {}): Promise<Operation> {
    const { refresh, parallel, targets } = options;
    return this.#operation(options, (common) =>
      this.#stack.destroy({ ...common, refresh, parallel, target: targets && [...targets] }),
    );
  }

  /** Ends the lock that a killed engine left. */
  async cancel(): Promise<EngineRun> {
    return this.cli(["cancel", "--yes"]);
  }

  async outputs(): Promise<OutputMap> {
    const { resources } = await this.exported();
    const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
    // What the state has encrypted only the CLI can read.
    if (JSON.stringify(outputs).includes(specialSigKey)) return this.#stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value, secret: false }]));
  }

  /** The resources in the state, the stack itself and the providers left out. */
  async resources(): Promise<readonly StateResource[]> {
    const { resources } = await this.exported();
    return resources.filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"));
  }

  /** The whole checkpoint, as `pulumi stack export` gives it. */
  async exported(): Promise<{
    readonly resources: readonly StateResource[];
    readonly pending_operations?: readonly unknown[];
  }> {
    // Read as it stands there, as the CLI would take a second for the same.
    const { checkpoint } = JSON.parse(readFileSync(this.#stateFile, "utf8")) as {
      readonly checkpoint: { readonly latest?: { resources?: StateResource[]; pending_operations?: unknown[] } };
    };
    return Promise.resolve({ ...checkpoint.latest, resources: checkpoint.latest?.resources ?? [] });
  }

  /** Puts a state in the place of the present one. One that shows its secrets is encrypted. */
  async import(deployment: object): Promise<void> {
    const { provider } = await keyService();
    await this.#stack.importStack({ version: 3, deployment: { secrets_providers: provider, ...deployment } });
  }

  /** The CLI on this stack; never throws for an exit code. */
  cli(args: readonly string[], deadline = this.#deadline): Promise<EngineRun> {
    const stack = args.includes("--stack") ? [] : ["--stack", this.#stack.name];
    return runCli([...args, ...stack, "--non-interactive"], { cwd: this.workDir, env: this.env, deadline });
  }

  async #operation(
    options: OperationOptions,
    run: (common: {
      onEvent: (event: EngineEvent) => void;
      onOutput: ((text: string) => void) | undefined;
      signal: AbortSignal | undefined;
      color: "never";
    }) => Promise<unknown>,
  ): Promise<Operation> {
    if (options.program) this.#stack.workspace.program = options.program;
    this.#command.deadline = options.deadline ?? this.#deadline;
    const events: EngineEvent[] = [];
    let failure: unknown;
    let own: EngineRun | undefined;
    this.#command.operating = true;
    try {
      await run({
        onEvent: (event) => events.push(event),
        onOutput: options.onOutput,
        signal: options.signal,
        color: "never",
      });
      own = this.#command.operation;
    } catch (error) {
      failure = error;
      if (!(error instanceof EngineError)) throw error;
      own = error.result;
      this.#command.operating = false;
      // The killed engine has left its lock; without this the next operation of the test could only say so.
      if (own.timedOut) await this.cancel();
      if (options.mayFail !== true) throw error;
    } finally {
      this.#command.operating = false;
      this.#command.deadline = this.#deadline;
    }
    return {
      failed: failure !== undefined,
      timedOut: own?.timedOut ?? false,
      stdout: own?.stdout ?? "",
      stderr: own?.stderr ?? "",
      changes: changesOf(events),
      updated: updatedIn(events),
      events,
      diagnostics: events.flatMap(({ diagnosticEvent: event }) =>
        event && (event.severity as string) !== "debug"
          ? [{ severity: event.severity, message: event.message.replace(/<\{%[^%]*%\}>/g, "").trim() }]
          : [],
      ),
      milliseconds: own?.milliseconds ?? 0,
    };
  }
}

/** A stack in folders of its own, until it is closed. */
export interface OpenStack {
  readonly stack: EngineStack;
  readonly close: () => void;
}

/**
 * Makes a stack in folders of its own, which are gone once it is closed. It does not destroy: the emulator ends with the
 * test, too.
 *
 * The working folder stands inside the repository, so that the package resolves itself from there by its own `exports`
 * (build `dist/` first), as it does for the examples.
 */
export async function openStack(options: StackOptions): Promise<OpenStack> {
  const work = join(options.packageRoot ?? root, ".pulumi-cloudcontrol", "work");
  mkdirSync(work, { recursive: true });
  const workDir = mkdtempSync(join(work, "stack-"));
  const home = mkdtempSync(join(tmpdir(), "pulumi-cloudcontrol-"));
  const close = (): void => {
    for (const folder of [workDir, home]) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    return { stack: await EngineStack.create(options, workDir, home), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The same for as long as something uses it. */
export async function withStack<T>(options: StackOptions, use: (stack: EngineStack) => Promise<T>): Promise<T> {
  const { stack, close } = await openStack(options);
  try {
    return await use(stack);
  } finally {
    close();
  }
}

/** The CLI itself, as a user types it. Never throws for an exit code; `deadline` in milliseconds. */
export function runCli(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly deadline?: number },
): Promise<EngineRun> {
  return runEngine(enginePath(), args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    deadline: options.deadline ?? DEADLINE,
  });
}
