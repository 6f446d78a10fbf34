import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import type { CanaryStageArgs } from "../../index";
import { withStack, type EngineStack, type Operation } from "../support/engine";
import { environmentOf, released, Traffic, whileTimePasses } from "../support/release";

const said = ({ diagnostics }: Operation): string => diagnostics.map(({ message }) => message).join("\n");
const STEPS = [
  { percent: 5, bake: "5m" },
  { percent: 50, bake: "10m" },
];

// Proved against the local Cloud Control, which keeps canaries that are merely removed, as AWS has been seen to do; the
// suite runs with that habit on and off. How AWS spreads requests is not shown.
for (const canaryStays of [true, false]) {
  describe(`a release, where AWS ${canaryStays ? "keeps" : "drops"} a canary whose settings are removed`, () => {
    let emulator: Emulator;
    let traffic: Traffic;

    beforeEach(async () => {
      emulator = await startEmulator({ quirks: { canaryStays } });
      traffic = new Traffic(emulator);
    });
    afterEach(async () => {
      await emulator.close();
    });

    const within = async (
      first: Partial<CanaryStageArgs>,
      body: (
        stack: EngineStack,
        up: (version: number, args: Partial<CanaryStageArgs>) => Promise<Operation>,
      ) => Promise<void>,
    ): Promise<void> => {
      await withStack({ program: released(1, first), env: environmentOf(emulator) }, async (stack) => {
        await stack.up();
        expect(traffic.now()).to.deep.include({ stable: 1, canary: undefined, deployments: [1] });
        await settled(stack);
        await body(stack, async (version, args) =>
          whileTimePasses(emulator, stack.up({ program: released(version, args), mayFail: true })),
        );
        await settled(stack);
        await stack.destroy();
        expect(await stack.resources()).to.deep.equal([]);
        expect(traffic.now().deployments, "deployments left behind").to.deep.equal([]);
      });
    };
    /** Neither a refresh nor an `up` finds anything to do. */
    const settled = async (stack: EngineStack): Promise<void> => {
      await stack.up({ refresh: true, expectNoChanges: true });
    };

    it("shifts, changes in place, and promotes: the overrides become the stage's variables", async () => {
      const variables = { color: "blue" };
      await within({ phase: "shift", variables }, async (stack, up) => {
        await up(2, { phase: "shift", percentTraffic: 0.5, variables, stageVariableOverrides: { on: "true" } });
        const canary = { of: 2, percent: 0.5, overrides: { on: "true" } };
        expect(traffic.now()).to.deep.equal({ stable: 1, canary, variables, deployments: [1, 2] });
        await settled(stack);

        await up(2, { phase: "shift", percentTraffic: 20, variables, stageVariableOverrides: { on: "yes" } });
        const more = { of: 2, percent: 20, overrides: { on: "yes" } };
        expect(traffic.now()).to.deep.equal({ stable: 1, canary: more, variables, deployments: [1, 2] });
        await settled(stack);

        await up(2, { phase: "promote", percentTraffic: 20, variables, stageVariableOverrides: { on: "yes" } });
        expect(traffic.now()).to.deep.equal({
          stable: 2,
          canary: { of: 2, percent: 0 },
          variables: { color: "blue", on: "yes" },
          deployments: [1, 2],
        });
      });
    });

    it("rolls back: the canary is off, the stable deployment untouched, the candidate gone", async () => {
      await within({ phase: "shift" }, async (stack, up) => {
        await up(2, { phase: "shift", percentTraffic: 10 });
        await settled(stack);
        await up(2, { phase: "rollback" });
        expect(traffic.now()).to.deep.include({ stable: 1, canary: { of: 1, percent: 0 }, deployments: [1] });
      });
    });

    it("walks the steps in one up and promotes", async () => {
      await within({ steps: STEPS }, async (_, up) => {
        const walk = await up(2, { steps: STEPS });
        expect(walk.failed, walk.stdout).to.equal(false);
        expect(said(walk)).to.include("step 1 of 2 (5 %) bakes 5m").and.to.include("step 2 of 2 (50 %) bakes 10m");
        expect(traffic.now()).to.deep.include({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
      });
    });
  });
}
