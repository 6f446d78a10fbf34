import { expect } from "chai";
import { CanaryStage, type CanaryStageArgs } from "../../index";
import { petsApi } from "../support/pets";
import { Releasing, said, STEPS } from "../support/release";

const SHIFT: Partial<CanaryStageArgs> = { phase: "shift", percentTraffic: 10 };
const STAGE = "AWS::ApiGateway::Stage";
const DEPLOYMENT = "AWS::ApiGateway::Deployment";

/** One API and a released stage for each name, of the same content. */
const sharing = (version: number, stages: readonly string[]) => async (): Promise<Record<string, unknown>> => {
  const { restApi, method } = petsApi();
  for (const stageName of stages) {
    new CanaryStage(stageName, { restApi, stageName, redeployOn: [method, { version }], ...SHIFT });
  }
  return Promise.resolve({});
};

// Proved against the local Cloud Control, which keeps canaries whose settings are merely removed.
describe("a release whose program changes its mind, through the real engine", () => {
  it("gives no requests or all of them, walks what was shifted before, and goes in the middle of a shift", async () => {
    await Releasing.within({ phase: "shift" }, async (releasing) => {
      for (const percent of [0, 100]) {
        await releasing.up(2, { phase: "shift", percentTraffic: percent });
        expect(releasing.traffic.now()).to.deep.include({ stable: 1, canary: { of: 2, percent }, deployments: [1, 2] });
        await releasing.stack.preview({ refresh: true, expectNoChanges: true });
      }
      await releasing.up(2, { steps: STEPS });
      await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
      await releasing.up(3, SHIFT);
      // The stack is destroyed like this.
      await releasing.serves({ stable: 2, canary: { of: 3, percent: 10 }, deployments: [1, 2, 3] });
    });
  });

  it("walks the program's steps from the first, where it was cut off in the middle of others", async () => {
    await Releasing.within({ steps: STEPS }, async (releasing) => {
      const running = releasing.begin(2, { steps: STEPS, timeouts: { update: "16m" } });
      await releasing.bakes(5);
      releasing.emulator.clock.advance(10 * 60_000);
      expect((await releasing.passing(running)).failed).to.equal(true);
      await releasing.agrees({ stable: 1, canary: { of: 2, percent: 50 }, deployments: [1, 2] });
      // One step of the two was passed, and there is only one now.
      const up = await releasing.up(2, { steps: [{ percent: 20, bake: "1h" }] });
      expect(said(up)).to.include("step 1 of 1 (20 %) bakes 1h");
      await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
    });
  });

  it("fails for a given candidate that is not there, which changes nothing, and goes on with another", async () => {
    await Releasing.within(SHIFT, async (releasing) => {
      const changes = (): number =>
        releasing.emulator.requests().filter(({ operation }) => operation === "UpdateResource").length;
      const before = changes();
      const failed = await releasing.up(1, { ...SHIFT, candidate: "nobody" });
      expect(failed.failed).to.equal(true);
      expect(said(failed)).to.match(
        /release of stage "prod": candidate: expected a deployment of the API (\w+), got "nobody", which it does not have; nothing was changed\. Fix: give one that is there \(`aws apigateway get-deployments --rest-api-id \1` lists them\), or leave `candidate` out, so that the release makes one/,
      );
      expect(changes(), "changes that were sent").to.equal(before);
      await releasing.agrees({ stable: 1, canary: undefined, deployments: [1] });
      await releasing.up(2, SHIFT);
      await releasing.serves({ stable: 1, canary: { of: 2, percent: 10 }, deployments: [1, 2] });
    });
  });

  it("loses no deployment where it gives up its release and AWS keeps the canary on", async () => {
    await Releasing.within(SHIFT, async (releasing) => {
      await releasing.up(2, SHIFT);
      expect((await releasing.up(2, {})).failed).to.equal(true);
      expect((await releasing.state()).candidate?.percent).to.equal(10);
      expect((await releasing.up(2, { percentTraffic: 0 })).failed).to.equal(false);
      const { stable, deployments } = releasing.traffic.now();
      expect(deployments).to.deep.equal([stable]);
    });
  });

  it("keeps what is left of a release whose stage is gone: an up makes the stage again, a destroy deletes the rest", async () => {
    await Releasing.within(SHIFT, async (releasing) => {
      const { emulator, stack } = releasing;
      await releasing.up(2, SHIFT);
      const takeAway = async (): Promise<void> => {
        const stage = emulator.resources().find(({ typeName }) => typeName === STAGE);
        emulator.remove({ typeName: STAGE, identifier: stage?.identifier ?? "" });
        const told = said(await stack.refresh());
        expect(told).to.match(
          /release of stage "prod": the stage is gone, and deployments of its release are left \(\w+(, \w+)?\)\. /,
        );
        expect((await stack.resources()).map(({ type }) => type)).to.include("pulumi-nodejs:dynamic/apigateway:Stage");
      };
      await takeAway();
      expect((await releasing.up(2, SHIFT)).changes).to.include({ update: 1 });
      await releasing.serves({ stable: 2, canary: undefined, deployments: [2] });
      await takeAway();
      // The stack is destroyed like this.
    });
  });

  it("releases two stages of one API apart from each other, and one leaves with its canary on", async () => {
    const releasing = await Releasing.open();
    try {
      const { stack, traffic } = releasing;
      await stack.up({ program: sharing(1, ["prod", "beta"]) });
      await stack.up({ program: sharing(2, ["prod", "beta"]), refresh: true });
      const [prod, beta] = [traffic.now("prod"), traffic.now("beta")];
      expect(prod.deployments).to.deep.equal([1, 2, 3, 4]);
      expect([prod.stable, prod.canary?.of, beta.stable, beta.canary?.of].sort()).to.deep.equal([1, 2, 3, 4]);
      await stack.up({ program: sharing(2, ["prod"]) });
      const left = [prod.stable, prod.canary?.of];
      expect(traffic.now("prod")).to.deep.equal({ ...prod, deployments: left });
      await stack.preview({ refresh: true, expectNoChanges: true });
      await stack.destroy();
      expect(releasing.emulator.resources().filter(({ typeName }) => typeName === DEPLOYMENT)).to.deep.equal([]);
    } finally {
      await releasing.close();
    }
  });
});
