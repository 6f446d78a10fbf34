import { expect } from "chai";
import type { CanaryStageArgs } from "../../index";
import { until, workingIn } from "../support/processes";
import { released, Releasing, said, STEPS } from "../support/release";
import { upElsewhere } from "../support/up-elsewhere";

const GATED: Partial<CanaryStageArgs> = { steps: STEPS, gate: { alarms: ["errors"] } };
const SHIFT: Partial<CanaryStageArgs> = { phase: "shift", percentTraffic: 10 };
const within: typeof Releasing.within = async (first, use) => Releasing.within(first, use);

// Proved against the local Cloud Control, one stage at a time.
describe("a release that is interrupted or changed over, through the real engine", () => {
  it("goes to its end after Ctrl-C in the middle of a bake, as the engine waits for it, and the state says so", async () => {
    await within({ steps: STEPS }, async (releasing) => {
      const stop = new AbortController();
      const running = releasing.begin(2, { steps: STEPS }, { signal: stop.signal });
      await releasing.bakes(5);
      stop.abort();
      const stopped = await releasing.passing(running);
      expect([stopped.failed, stopped.timedOut]).to.deep.equal([true, false]);
      await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
    });
  });

  it("a plain canary stage becomes a release and a plain one again in place, and nothing is left of the other", async () => {
    await within({}, async (releasing) => {
      const { stack } = releasing;
      const idOf = async (): Promise<string> => String((await stack.outputs()).id?.value);
      const id = await idOf();
      const begun = await releasing.up(1, SHIFT);
      expect(begun.changes.replace).to.equal(undefined);
      expect(await idOf()).to.equal(id);
      await releasing.serves({ stable: 2, deployments: [2] });

      await releasing.up(2, SHIFT);
      await releasing.serves({ stable: 2, canary: { of: 3, percent: 10 }, deployments: [2, 3] });

      const ended = await releasing.up(2, { percentTraffic: 0 });
      expect(ended.changes.replace).to.equal(undefined);
      expect(await idOf()).to.equal(id);
      expect(releasing.traffic.now()).to.deep.include({
        stable: 4,
        canary: { of: 4, percent: 0 },
        deployments: [4],
      });
      await stack.preview({ refresh: true, expectNoChanges: true });
    });
  });
});

// The engine is killed in another process, with the program that it runs. Its provider lives on and ends what it does.
describe("a release goes on where it was after its engine was killed", () => {
  let releasing: Releasing;

  before(async () => {
    releasing = await Releasing.open();
  });
  after(async () => {
    await releasing.close();
  });

  let providers = 0;

  /**
   * Waits for the provider's end, which it finds by itself, and opens the stack again. An engine also starts a provider
   * that it then never calls: that one holds nothing of this package, and nobody else ends it.
   */
  const orphaned = async (): Promise<void> => {
    const { stack } = releasing;
    const hasEnded = (): boolean => workingIn(stack.workDir).providers.length < providers;
    await releasing.passing(until(hasEnded, "the provider has ended"));
    releasing.killProvider();
    await stack.cancel();
    releasing.traffic.now();
  };
  const elsewhere = async (...args: Parameters<typeof released>): Promise<{ readonly failed: boolean }> =>
    upElsewhere(releasing.stack, { module: require.resolve("../support/release"), name: released.name, args });
  const killEngine = (): void => {
    const working = workingIn(releasing.stack.workDir);
    providers = working.providers.length;
    for (const pid of working.engines) process.kill(pid, "SIGKILL");
  };

  it("in the middle of the first up: no deployment is lost or left behind", async () => {
    const first = async (): Promise<{ readonly failed: boolean }> => elsewhere(1, SHIFT);
    await releasing.cut(first, { during: "CREATE", of: "Deployment" }, killEngine);
    await orphaned();
    await releasing.cut(first, { during: "CREATE", of: "Stage" }, killEngine);
    await orphaned();
    const up = await releasing.up(1, SHIFT);
    expect(up.failed, up.stdout + up.stderr).to.equal(false);
    await releasing.serves({ stable: 1, canary: undefined, deployments: [1] });
  });

  it("while a step bakes: the provider leaves the canary as it is, no step is skipped, no deployment made twice", async () => {
    await releasing.cut(async () => elsewhere(2, GATED), { baking: 5 }, killEngine);
    await orphaned();
    expect(releasing.traffic.now()).to.deep.include({ stable: 1, canary: { of: 2, percent: 5 }, deployments: [1, 2] });
    const up = await releasing.up(2, GATED);
    expect(said(up)).to.include("step 1 of 2 (5 %) bakes 5m").and.to.include("step 2 of 2 (50 %) bakes 10m");
    await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
  });

  it("while it deletes what it no longer keeps", async () => {
    const none: Partial<CanaryStageArgs> = { ...GATED, keepDeployments: 0 };
    const collect = { during: "DELETE", of: "Deployment" } as const;
    await releasing.cut(async () => elsewhere(2, none), collect, killEngine);
    await orphaned();
    await releasing.up(2, none);
    await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [2] });
  });

  it("in the middle of an automatic rollback: the canary is off and stays off until it is asked for again", async () => {
    const { emulator, traffic } = releasing;
    await releasing.cut(
      async () => elsewhere(3, GATED),
      { during: "UPDATE", of: "Stage" },
      killEngine,
      async () => {
        await releasing.bakes(5);
        emulator.alarms.set("errors", "ALARM");
      },
    );
    await orphaned();
    await releasing.up(3, GATED);
    await releasing.agrees({ stable: 2, canary: { of: 2, percent: 0 } });
    expect(traffic.now().deployments).to.include(2);
    emulator.alarms.set("errors", "OK");
    await releasing.up(3, { ...GATED, retryCandidate: true });
    const { stable } = traffic.now();
    expect(stable).to.be.greaterThan(2);
    await releasing.serves({ stable, canary: { of: stable, percent: 0 } });
    await releasing.gone();
  });
});

describe("former stable deployments", () => {
  it("are kept as many as asked for, and the older ones deleted", async () => {
    const keep = (keepDeployments: number): Partial<CanaryStageArgs> => ({ phase: "promote", keepDeployments });
    await within(keep(2), async (releasing) => {
      for (const [version, deployments] of [
        [2, [1, 2]],
        [3, [1, 2, 3]],
        [4, [2, 3, 4]],
      ] as const) {
        await releasing.up(version, keep(2));
        expect(releasing.traffic.now()).to.deep.include({ stable: version, deployments });
      }
      // Neither the stable one nor the candidate counts.
      await releasing.up(5, { ...SHIFT, keepDeployments: 1 });
      await releasing.serves({ stable: 4, canary: { of: 5, percent: 10 }, deployments: [3, 4, 5] });
      await releasing.up(5, keep(0));
      await releasing.serves({ stable: 5, canary: { of: 5, percent: 0 }, deployments: [5] });
    });
  });
});
