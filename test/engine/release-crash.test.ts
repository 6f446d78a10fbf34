import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import type { CanaryStageArgs, ReleaseState } from "../../index";
import { withStack, type EngineStack } from "../support/engine";
import { until, workingIn } from "../support/processes";
import { environmentOf, released, Traffic, whileTimePasses, type Served } from "../support/release";

const STEPS = [
  { percent: 5, bake: "5m" },
  { percent: 50, bake: "10m" },
];
const GATED: Partial<CanaryStageArgs> = { steps: STEPS, gate: { alarms: ["errors"] } };
const SHIFT: Partial<CanaryStageArgs> = { phase: "shift", percentTraffic: 10 };

/** Which deployments the state names, by the part they have. */
interface Remembered {
  readonly stable: number;
  readonly candidate: number | undefined;
}

// Proved against the local Cloud Control, one stage at a time. Processes are killed while a stage is being written; that
// each single call may be the last is shown by the unit tests of the walk, not here.
describe("a release that is interrupted, through the real engine", () => {
  let emulator: Emulator;
  let traffic: Traffic;

  beforeEach(async () => {
    emulator = await startEmulator();
    traffic = new Traffic(emulator);
    emulator.alarms.set("errors", "OK");
  });
  afterEach(async () => {
    await emulator.close();
  });

  const within = async (first: Partial<CanaryStageArgs>, body: (stack: EngineStack) => Promise<void>): Promise<void> =>
    withStack({ program: released(1, first), env: environmentOf(emulator) }, async (stack) => {
      await stack.up();
      expect(traffic.now()).to.deep.include({ stable: 1, deployments: [1] });
      await body(stack);
      await stack.destroy();
      expect(traffic.now().deployments, "deployments left behind").to.deep.equal([]);
    });
  const shows = async (stack: EngineStack, served: Partial<Served>): Promise<void> => {
    expect(traffic.now()).to.deep.include(served);
    await stack.up({ refresh: true, expectNoChanges: true });
    expect(traffic.now()).to.deep.include(served);
  };
  const baking = async (percent: number): Promise<void> =>
    until(() => traffic.now().canary?.percent === percent && emulator.clock.awaited() !== undefined, `${percent} %`);
  const remembered = async (stack: EngineStack): Promise<Remembered> => {
    const stage = (await stack.resources()).find(({ type }) => type.endsWith("apigateway:Stage"));
    const { stable, candidate } = stage?.outputs?.releaseState as ReleaseState;
    const nameOf = (id: string): number => [1, 2, 3, 4].find((name) => traffic.idOf(name) === id) ?? 0;
    return { stable: nameOf(stable.id), candidate: candidate && nameOf(candidate.id) };
  };
  /** Waits for the stage's next update to be sent, which takes long, and kills the provider meanwhile. */
  const killedProvider = async (stack: EngineStack, program: ReturnType<typeof released>): Promise<void> => {
    const since = emulator.requests().length;
    const slow = emulator.faults.add({ kind: "slow", ms: 2000, operation: "UPDATE" });
    const running = stack.up({ program, mayFail: true });
    await updateSent(since);
    for (const pid of workingIn(stack.workDir).providers) process.kill(pid, "SIGKILL");
    expect((await running).failed).to.equal(true);
    emulator.faults.clear(slow);
    traffic.now();
  };
  const updateSent = async (since: number): Promise<void> =>
    until(
      () =>
        emulator
          .requests()
          .slice(since)
          .some((one) => one.operation === "UpdateResource"),
      "the update is sent",
    );

  it("stage and state agree after Ctrl-C in the middle of a bake, and the next up goes on to the end", async () => {
    await within({ steps: STEPS }, async (stack) => {
      const stop = new AbortController();
      const running = stack.up({ program: released(2, { steps: STEPS }), mayFail: true, signal: stop.signal });
      await baking(5);
      stop.abort();
      const stopped = await whileTimePasses(emulator, running);
      expect([stopped.failed, stopped.timedOut]).to.deep.equal([true, false]);
      const { stable, canary, deployments } = traffic.now();
      expect(deployments).to.deep.equal([1, 2]);
      const isOn = canary !== undefined && canary.percent > 0;
      expect(await remembered(stack)).to.deep.equal({ stable, candidate: isOn ? canary.of : undefined });

      await whileTimePasses(emulator, stack.up());
      await shows(stack, { stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
    });
  });

  it("goes on after the provider was killed while a new candidate replaced the candidate", async () => {
    await within(SHIFT, async (stack) => {
      await stack.up({ program: released(2, SHIFT) });
      expect(traffic.now()).to.deep.include({ stable: 1, canary: { of: 2, percent: 10 }, deployments: [1, 2] });
      await killedProvider(stack, released(3, SHIFT));
      await stack.up();
      await shows(stack, { stable: 1, canary: { of: 3, percent: 10 }, deployments: [1, 3] });
    });
  });

  it("goes on after the provider was killed while the share and the overrides changed", async () => {
    await within(SHIFT, async (stack) => {
      await stack.up({ program: released(2, { ...SHIFT, stageVariableOverrides: { on: "true" } }) });
      const more = released(2, { phase: "shift", percentTraffic: 0.5, stageVariableOverrides: { on: "yes" } });
      await killedProvider(stack, more);
      await stack.up();
      const canary = { of: 2, percent: 0.5, overrides: { on: "yes" } };
      await shows(stack, { stable: 1, canary, deployments: [1, 2] });
    });
  });

  it("a plain canary stage becomes a release and a plain one again in place, and nothing is left of the other", async () => {
    await within({}, async (stack) => {
      const idOf = async (): Promise<string> => String((await stack.outputs()).id?.value);
      const id = await idOf();
      const begun = await stack.up({ program: released(1, SHIFT) });
      expect(begun.changes.replace).to.equal(undefined);
      expect(await idOf()).to.equal(id);
      await shows(stack, { stable: 2, deployments: [2] });

      await stack.up({ program: released(2, SHIFT) });
      await shows(stack, { stable: 2, canary: { of: 3, percent: 10 }, deployments: [2, 3] });

      const ended = await stack.up({ program: released(2, { percentTraffic: 0 }) });
      expect(ended.changes.replace).to.equal(undefined);
      expect(await idOf()).to.equal(id);
      await shows(stack, { stable: 4, canary: { of: 4, percent: 0 }, deployments: [4] });
    });
  });

  it("ends with the canary off after the engine was killed in the middle of an automatic rollback", async () => {
    await within(GATED, async (stack) => {
      const running = stack.up({ program: released(2, GATED), mayFail: true });
      await baking(5);
      const since = emulator.requests().length;
      const slow = emulator.faults.add({ kind: "slow", ms: 2000, operation: "UPDATE" });
      emulator.alarms.set("errors", "ALARM");
      await whileTimePasses(emulator, updateSent(since));
      for (const pid of workingIn(stack.workDir).engines) process.kill(pid, "SIGKILL");
      expect((await running).failed).to.equal(true);
      await until(() => workingIn(stack.workDir).providers.length === 0, "the provider has ended");
      emulator.faults.clear(slow);
      await stack.cancel();

      await whileTimePasses(emulator, stack.up({ mayFail: true }));
      expect(traffic.now()).to.deep.include({ stable: 1, canary: { of: 1, percent: 0 } });
      expect(await remembered(stack)).to.deep.equal({ stable: 1, candidate: undefined });
      expect(traffic.now().deployments).to.include(1);

      emulator.alarms.set("errors", "OK");
      await whileTimePasses(emulator, stack.up({ program: released(2, { ...GATED, retryCandidate: true }) }));
      const { stable, canary } = traffic.now();
      expect(canary).to.deep.equal({ of: stable, percent: 0 });
      expect(stable).to.be.greaterThan(1);
      await whileTimePasses(emulator, stack.up({ refresh: true, expectNoChanges: true }));
    });
  });
});
