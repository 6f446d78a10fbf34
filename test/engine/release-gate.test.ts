import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import type { CanaryStageArgs, ReleaseState } from "../../index";
import type { Entry } from "../../provider/core/journal";
import { withStack, type EngineStack, type Operation } from "../support/engine";
import { providersOf, until } from "../support/processes";
import { environmentOf, released, Traffic, whileTimePasses } from "../support/release";

const said = ({ diagnostics }: Operation): string => diagnostics.map(({ message }) => message).join("\n");
const STEPS = [
  { percent: 5, bake: "5m" },
  { percent: 50, bake: "10m" },
];
const WALK: Partial<CanaryStageArgs> = { steps: STEPS, gate: { alarms: ["errors", "latency"] } };

/** The engine whose provider made the latest deployment. */
const engineOf = (stack: EngineStack): Entry["engine"] => {
  const folder = join(stack.workDir, ".pulumi-cloudcontrol", "journal");
  const entries = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Entry)
    .filter(({ identity }) => identity.includes("#"))
    .sort((a, b) => b.time - a.time);
  if (!entries[0]) throw new Error("no deployment in the journal");
  return entries[0].engine;
};

/** The provider processes of a stack, which work in its folder. */
const providersIn = (folder: string): number[] =>
  providersOf("").filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });

// The alarms' states are set by the tests. That CloudWatch would set them by what the canary does is not shown.
describe("a release with a gate, through the real engine", () => {
  let emulator: Emulator;
  let traffic: Traffic;

  beforeEach(async () => {
    emulator = await startEmulator();
    traffic = new Traffic(emulator);
    emulator.alarms.set("errors", "OK");
    emulator.alarms.set("latency", "INSUFFICIENT_DATA");
  });
  afterEach(async () => {
    await emulator.close();
  });

  const within = async (first: Partial<CanaryStageArgs>, body: (stack: EngineStack) => Promise<void>): Promise<void> =>
    withStack({ program: released(1, first), env: environmentOf(emulator) }, async (stack) => {
      await stack.up();
      expect(traffic.now()).to.deep.include({ stable: 1, canary: undefined, deployments: [1] });
      await body(stack);
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
      expect(traffic.now().deployments, "deployments left behind").to.deep.equal([]);
    });
  const reaches = async (percent: number): Promise<void> =>
    until(() => traffic.now().canary?.percent === percent && emulator.clock.awaited() !== undefined, `${percent} %`);
  const stateOf = async (stack: EngineStack): Promise<ReleaseState> => {
    const stage = (await stack.resources()).find(({ type }) => type.endsWith("apigateway:Stage"));
    return stage?.outputs?.releaseState as ReleaseState;
  };

  for (const [what, change, why] of [
    [
      "goes to ALARM",
      () => {
        emulator.alarms.set("errors", "ALARM");
      },
      'the alarm "errors" went to ALARM',
    ],
    [
      "is missing",
      () => {
        emulator.alarms.remove("latency");
      },
      'the alarm "latency" is missing',
    ],
  ] as const) {
    it(`takes the candidate back when an alarm ${what} while a step bakes, and lets it be until it is asked again`, async () => {
      await within(WALK, async (stack) => {
        const running = stack.up({ program: released(2, WALK), mayFail: true });
        await reaches(5);
        change();
        const failed = await whileTimePasses(emulator, running);
        expect(failed.failed).to.equal(true);
        expect(said(failed)).to.match(
          new RegExp(`rolled back: ${why} at step 1 of 2 \\(5 %\\), \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z, after \\d+s of 5m`),
        );
        const back = { stable: 1, canary: { of: 1, percent: 0 }, variables: undefined, deployments: [1, 2] };
        expect(traffic.now()).to.deep.equal(back);
        const { refused, candidate, stable } = await stateOf(stack);
        expect([refused?.deployment.id, refused?.step, refused?.percent, candidate, stable.id]).to.deep.equal([
          traffic.idOf(2),
          1,
          5,
          undefined,
          traffic.idOf(1),
        ]);

        const again = await whileTimePasses(emulator, stack.up());
        expect(said(again)).to.include("is not shifted, as it was rolled back");
        expect(traffic.now()).to.deep.equal(back);

        emulator.alarms.set("errors", "OK");
        emulator.alarms.set("latency", "OK");
        const asked = released(2, { ...WALK, retryCandidate: true });
        await whileTimePasses(emulator, stack.up({ program: asked }));
        expect(traffic.now()).to.deep.include({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
      });
    });
  }

  for (const victim of ["provider", "engine"] as const) {
    it(`goes on where it was after the ${victim} was killed while a step baked: no deployment more, no step skipped`, async () => {
      await within(WALK, async (stack) => {
        const running = stack.up({ program: released(2, WALK), mayFail: true });
        await reaches(5);
        const { pid, address = "" } = engineOf(stack);
        for (const one of victim === "engine" ? [pid] : providersOf(address)) process.kill(one, "SIGKILL");
        expect((await running).failed).to.equal(true);
        expect(traffic.now()).to.deep.include({ stable: 1, canary: { of: 2, percent: 5 }, deployments: [1, 2] });
        if (victim === "engine") {
          // The provider stops by itself at its next look, and leaves the stage as it is.
          await whileTimePasses(
            emulator,
            until(() => providersOf(address).length === 0, "the provider has ended"),
          );
          await stack.cancel();
        }
        const up = await whileTimePasses(emulator, stack.up());
        expect(said(up)).to.include("step 1 of 2 (5 %) bakes 5m").and.to.include("step 2 of 2 (50 %) bakes 10m");
        expect(traffic.now()).to.deep.include({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
      });
    });
  }

  it("goes on after the provider was killed in the middle of a shift, a promotion and a rollback", async () => {
    const words = (phase: "shift" | "promote" | "rollback"): Partial<CanaryStageArgs> => ({
      phase,
      percentTraffic: 0.5,
    });
    await within(words("shift"), async (stack) => {
      for (const [version, phase, served] of [
        [2, "shift", { stable: 1, canary: { of: 2, percent: 0.5 }, deployments: [1, 2] }],
        [2, "promote", { stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] }],
        [3, "shift", { stable: 2, canary: { of: 3, percent: 0.5 }, deployments: [1, 2, 3] }],
        [3, "rollback", { stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] }],
      ] as const) {
        const since = emulator.requests().length;
        const slow = emulator.faults.add({ kind: "slow", ms: 2000, operation: "UPDATE" });
        const program = released(version, words(phase));
        const running = stack.up({ program, mayFail: true });
        await until(
          () =>
            emulator
              .requests()
              .slice(since)
              .some((one) => one.operation === "UpdateResource"),
          "it is sent",
        );
        for (const one of providersIn(stack.workDir)) process.kill(one, "SIGKILL");
        expect((await running).failed, phase).to.equal(true);
        emulator.faults.clear(slow);
        traffic.now();
        await stack.up({ program });
        expect(traffic.now(), phase).to.deep.include(served);
      }
    });
  });

  it("replaces the candidate on trial by a new one; what the console changes is shown and repaired", async () => {
    const shift: Partial<CanaryStageArgs> = { phase: "shift", percentTraffic: 10 };
    await within(shift, async (stack) => {
      await stack.up({ program: released(2, shift) });
      expect(traffic.now()).to.deep.include({ stable: 1, canary: { of: 2, percent: 10 }, deployments: [1, 2] });
      await stack.up({ program: released(3, shift) });
      const wanted = { stable: 1, canary: { of: 3, percent: 10 }, deployments: [1, 3] };
      expect(traffic.now()).to.deep.include(wanted);

      const id = String((await stack.outputs()).id?.value);
      const patch = [{ op: "replace", path: "/CanarySetting/PercentTraffic", value: 90 }];
      emulator.edit({ typeName: "AWS::ApiGateway::Stage", identifier: id, patch });
      const refreshed = await stack.refresh();
      expect(refreshed.changes.update).to.equal(1);
      const stage = (await stack.resources()).find(({ type }) => type.endsWith("apigateway:Stage"));
      expect(stage?.outputs?.canarySetting).to.deep.include({ percentTraffic: 90 });
      expect(stage?.inputs?.release).to.deep.include({ percentTraffic: 90 });
      await stack.up();
      expect(traffic.now()).to.deep.include(wanted);
    });
  });
});
