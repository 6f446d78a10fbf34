/** What tests of releases share: a program with one API, and what the local Cloud Control then shows. */
import { expect } from "chai";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";
import { CanaryStage, type CanaryStageArgs, type ReleaseState } from "../../index";
import { openStack, type EngineStack, type OpenStack, type Operation, type OperationOptions } from "./engine";
import { petsApi } from "./pets";
import { workingIn } from "./processes";

const STAGE = "AWS::ApiGateway::Stage";
const DEPLOYMENT = "AWS::ApiGateway::Deployment";

type Program = () => Promise<Record<string, unknown>>;

/** Two steps, as short as people would have them. */
export const STEPS = [
  { percent: 5, bake: "5m" },
  { percent: 50, bake: "10m" },
];

/** A program whose stage is released; another `version` is another content. */
export function released(version: number, args: Partial<CanaryStageArgs>): Program {
  return async () => {
    const { restApi, method } = petsApi();
    const stage = new CanaryStage("pets", { restApi, stageName: "prod", redeployOn: [method, { version }], ...args });
    return Promise.resolve({ id: stage.stage.id, deploymentId: stage.deploymentId, release: stage.releaseState });
  };
}

/** What the stage serves: deployments are called by the order in which they were made, the first is 1. */
export interface Served {
  readonly stable: number;
  /** Undefined where there is no canary at all. */
  readonly canary: { readonly of: number; readonly percent: number; readonly overrides?: unknown } | undefined;
  readonly variables: unknown;
  /** Which deployments are there. */
  readonly deployments: readonly number[];
}

/** Watches the deployments of one emulator, to give them short names. */
export class Traffic {
  private readonly seen: string[] = [];

  constructor(private readonly emulator: Emulator) {}

  /** What the stage of that name serves now. */
  now(stageName = "prod"): Served {
    const all = this.emulator.resources();
    const ids = all
      .filter(({ typeName }) => typeName === DEPLOYMENT)
      .map(({ identifier }) => identifier.split("|")[0] ?? "");
    for (const id of ids) if (!this.seen.includes(id)) this.seen.push(id);
    const stage = all.find(({ typeName, model }) => typeName === STAGE && model.StageName === stageName)?.model ?? {};
    const canary = stage.CanarySetting as Record<string, unknown> | undefined;
    const overrides = canary?.StageVariableOverrides;
    return {
      stable: this.nameOf(stage.DeploymentId),
      canary: canary && {
        of: this.nameOf(canary.DeploymentId),
        percent: Number(canary.PercentTraffic),
        ...(overrides === undefined ? {} : { overrides }),
      },
      variables: stage.Variables,
      deployments: ids.map((id) => this.nameOf(id)).sort((a, b) => a - b),
    };
  }

  /** The id of a deployment by its short name. */
  idOf(name: number): string {
    return this.seen[name - 1] ?? "";
  }

  private nameOf(id: unknown): number {
    return this.seen.indexOf(String(id)) + 1;
  }
}

/** Moves the local Cloud Control's time forward to whatever the provider waits for, for as long as something runs. */
export async function whileTimePasses<T>(emulator: Emulator, run: Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    const awaited = emulator.clock.awaited();
    if (awaited !== undefined) emulator.clock.advance(awaited - emulator.clock.now());
  }, 10);
  try {
    return await run;
  } finally {
    clearInterval(timer);
  }
}

/** The environment of engine and provider, whose bakes go by the local Cloud Control's time. */
export function environmentOf(emulator: Emulator): Record<string, string> {
  return { ...emulator.env(), PULUMI_CLOUDCONTROL_CLOCK: `${emulator.endpoint}/_/clock` };
}

/** What engine and provider told the user. */
export const said = ({ diagnostics }: Operation): string => diagnostics.map(({ message }) => message).join("\n");

/** Where an `up` is to be cut off: while AWS works at something, or while a candidate stands at a share. */
export type Moment =
  | { readonly during: "CREATE" | "UPDATE" | "DELETE"; readonly of: "Stage" | "Deployment" }
  | { readonly baking: number };

/** Milliseconds that AWS takes for what an `up` is cut off in; enough to find and kill a process meanwhile. */
const LONG = 1500;
const PATIENCE = 30_000;

/** A stack with one released stage, and the local Cloud Control that it lives in. */
export class Releasing {
  readonly traffic: Traffic;

  private constructor(
    readonly emulator: Emulator,
    private readonly open: OpenStack,
  ) {
    this.traffic = new Traffic(emulator);
    emulator.alarms.set("errors", "OK");
    emulator.alarms.set("latency", "INSUFFICIENT_DATA");
  }

  /** An empty stack. */
  static async open(options: EmulatorOptions = {}): Promise<Releasing> {
    const emulator = await startEmulator(options);
    const program = released(1, { phase: "shift" });
    return new Releasing(emulator, await openStack({ program, env: environmentOf(emulator) }));
  }

  /** A stack with these arguments, up, for as long as something uses it; then nothing may be left behind. */
  static async within(
    first: Partial<CanaryStageArgs>,
    use: (releasing: Releasing) => Promise<void>,
    options: EmulatorOptions = {},
  ): Promise<void> {
    const made = await Releasing.open(options);
    try {
      await made.up(1, first);
      expect(made.traffic.now()).to.deep.include({ stable: 1, deployments: [1] });
      await use(made);
      await made.gone();
    } finally {
      await made.close();
    }
  }

  get stack(): EngineStack {
    return this.open.stack;
  }

  /** `up` of a version of the program, while time passes; a failure is in the result. */
  async up(version: number, args: Partial<CanaryStageArgs>, options: OperationOptions = {}): Promise<Operation> {
    return whileTimePasses(this.emulator, this.begin(version, args, options));
  }

  /** The same while time stands still, until `passing` ends it. */
  async begin(version: number, args: Partial<CanaryStageArgs>, options: OperationOptions = {}): Promise<Operation> {
    return this.stack.up({ program: released(version, args), mayFail: true, ...options });
  }

  /** Lets time pass until something has ended. */
  async passing<T>(running: Promise<T>): Promise<T> {
    return whileTimePasses(this.emulator, running);
  }

  /** The stage serves this, the state says the same, and neither a refresh nor an `up` finds anything to do. */
  async serves(served: Partial<Served>): Promise<void> {
    await this.agrees(served);
    await this.stack.preview({ refresh: true, expectNoChanges: true });
  }

  /** The stage serves this, and the state says the same. */
  async agrees(served: Partial<Served>): Promise<void> {
    expect(this.traffic.now()).to.deep.include(served);
    const { stable, canary } = this.traffic.now();
    const candidate = canary && canary.percent > 0 ? canary.of : undefined;
    const { stable: remembered, candidate: tried } = await this.state();
    const ids = [this.traffic.idOf(stable), candidate && this.traffic.idOf(candidate)];
    expect([remembered.id, tried?.id], "what the state says").to.deep.equal(ids);
  }

  /** What the release remembers. */
  async state(): Promise<ReleaseState> {
    const stage = (await this.stack.resources()).find(({ type }) => type.endsWith("apigateway:Stage"));
    return stage?.outputs?.releaseState as ReleaseState;
  }

  /** Lets time pass until something holds, and not a moment longer. */
  async passUntil(holds: () => boolean, what: string): Promise<void> {
    for (const end = Date.now() + PATIENCE; !holds();) {
      if (Date.now() > end) throw new Error(`waited ${PATIENCE} ms in vain until ${what}`);
      const awaited = this.emulator.clock.awaited();
      if (awaited !== undefined) this.emulator.clock.advance(awaited - this.emulator.clock.now());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Lets time pass until the candidate stands at a share. */
  async bakes(percent: number): Promise<void> {
    const { clock } = this.emulator;
    const holds = (): boolean => this.traffic.now().canary?.percent === percent && clock.awaited() !== undefined;
    await this.passUntil(holds, `the candidate bakes at ${percent} %`);
  }

  /**
   * Runs something up to a moment, and then what cuts it off; what runs has to fail by that.
   *
   * @param meanwhile - what happens before the moment is waited for
   */
  async cut(
    run: () => Promise<{ readonly failed: boolean }>,
    at: Moment,
    kill: () => void,
    meanwhile?: () => Promise<void>,
  ): Promise<void> {
    const { emulator } = this;
    const running = run();
    await meanwhile?.();
    if ("baking" in at) {
      await this.bakes(at.baking);
      kill();
      expect((await running).failed).to.equal(true);
      return;
    }
    const typeName = `AWS::ApiGateway::${at.of}`;
    const operation = `${at.during.charAt(0)}${at.during.slice(1).toLowerCase()}Resource`;
    const since = emulator.requests().length;
    const slow = emulator.faults.add({ kind: "slow", ms: LONG, operation: at.during, typeName });
    const isSent = (): boolean => {
      const requests = emulator.requests().slice(since);
      return requests.some((one) => one.operation === operation && one.typeName === typeName);
    };
    await this.passUntil(isSent, `${operation} of ${typeName} is sent`);
    kill();
    expect((await running).failed).to.equal(true);
    emulator.faults.clear(slow);
    this.traffic.now();
  }

  /** Runs `up` and kills the provider at a moment. */
  async killed(
    version: number,
    args: Partial<CanaryStageArgs>,
    at: Moment,
    options: OperationOptions & { readonly meanwhile?: () => Promise<void> } = {},
  ): Promise<void> {
    const { meanwhile, ...rest } = options;
    await this.cut(async () => this.begin(version, args, rest), at, this.killProvider, meanwhile);
  }

  /** Ends the provider without a word. */
  readonly killProvider = (): void => {
    for (const pid of workingIn(this.stack.workDir).providers) process.kill(pid, "SIGKILL");
  };

  /** Takes all down, and nothing is left behind. */
  async gone(): Promise<void> {
    await this.stack.destroy();
    expect(await this.stack.resources()).to.deep.equal([]);
    expect(this.traffic.now().deployments, "deployments left behind").to.deep.equal([]);
  }

  async close(): Promise<void> {
    this.open.close();
    await this.emulator.close();
  }
}
