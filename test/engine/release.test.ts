import { expect } from "chai";
import { Releasing, said, STEPS } from "../support/release";

// Proved against the local Cloud Control, which keeps canaries that are merely removed, as AWS has been seen to do; the
// suite runs with that habit on and off. How AWS spreads requests is not shown.
for (const canaryStays of [true, false]) {
  describe(`a release, where AWS ${canaryStays ? "keeps" : "drops"} a canary whose settings are removed`, () => {
    const within: typeof Releasing.within = async (first, use) =>
      Releasing.within(first, use, { quirks: { canaryStays } });

    it("shifts, changes in place, and promotes: the overrides become the stage's variables", async () => {
      const variables = { color: "blue" };
      await within({ phase: "shift", variables }, async (releasing) => {
        await releasing.serves({ stable: 1, canary: undefined, variables, deployments: [1] });
        await releasing.up(2, {
          phase: "shift",
          percentTraffic: 0.5,
          variables,
          stageVariableOverrides: { on: "true" },
        });
        const canary = { of: 2, percent: 0.5, overrides: { on: "true" } };
        await releasing.serves({ stable: 1, canary, variables, deployments: [1, 2] });

        await releasing.up(2, { phase: "shift", percentTraffic: 20, variables, stageVariableOverrides: { on: "yes" } });
        const more = { of: 2, percent: 20, overrides: { on: "yes" } };
        await releasing.serves({ stable: 1, canary: more, variables, deployments: [1, 2] });

        await releasing.up(2, {
          phase: "promote",
          percentTraffic: 20,
          variables,
          stageVariableOverrides: { on: "yes" },
        });
        await releasing.serves({
          stable: 2,
          canary: { of: 2, percent: 0 },
          variables: { color: "blue", on: "yes" },
          deployments: [1, 2],
        });
      });
    });

    it("rolls back: the canary is off, the stable deployment untouched, the candidate gone", async () => {
      await within({ phase: "shift" }, async (releasing) => {
        await releasing.up(2, { phase: "shift", percentTraffic: 10 });
        await releasing.serves({ stable: 1, canary: { of: 2, percent: 10 }, deployments: [1, 2] });
        await releasing.up(2, { phase: "rollback" });
        await releasing.serves({ stable: 1, canary: { of: 1, percent: 0 }, deployments: [1] });
      });
    });

    it("walks the steps in one up and promotes", async () => {
      await within({ steps: STEPS }, async (releasing) => {
        const walk = await releasing.up(2, { steps: STEPS });
        expect(walk.failed, walk.stdout).to.equal(false);
        expect(said(walk)).to.include("step 1 of 2 (5 %) bakes 5m").and.to.include("step 2 of 2 (50 %) bakes 10m");
        await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
      });
    });
  });
}
