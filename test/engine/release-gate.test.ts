import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { CanaryStageArgs } from "../../index";
import { released, Releasing, said, STEPS } from "../support/release";

const WALK: Partial<CanaryStageArgs> = { steps: STEPS, gate: { alarms: ["errors", "latency"] } };
const within: typeof Releasing.within = async (first, use) => Releasing.within(first, use);

// The alarms' states are set by the tests. That CloudWatch would set them by what the canary does is not shown.
describe("a release with a gate, through the real engine", () => {
  for (const [what, change, why] of [
    [
      "goes to ALARM",
      ({ alarms }) => {
        alarms.set("errors", "ALARM");
      },
      'the alarm "errors" went to ALARM',
    ],
    [
      "is missing",
      ({ alarms }) => {
        alarms.remove("latency");
      },
      'the alarm "latency" is missing',
    ],
  ] as readonly (readonly [string, (emulator: Releasing["emulator"]) => void, string])[]) {
    it(`takes the candidate back when an alarm ${what} while a step bakes, and lets it be until it is asked again`, async () => {
      await within(WALK, async (releasing) => {
        const { emulator, traffic } = releasing;
        const running = releasing.begin(2, WALK);
        await releasing.bakes(5);
        change(emulator);
        const failed = await releasing.passing(running);
        expect(failed.failed).to.equal(true);
        expect(said(failed)).to.match(
          new RegExp(`rolled back: ${why} at step 1 of 2 \\(5 %\\), \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z, after \\d+s of 5m`),
        );
        const back = { stable: 1, canary: { of: 1, percent: 0 }, variables: undefined, deployments: [1, 2] };
        expect(traffic.now()).to.deep.equal(back);
        const { refused } = await releasing.state();
        expect([refused?.deployment.id, refused?.step, refused?.percent]).to.deep.equal([traffic.idOf(2), 1, 5]);

        expect(said(await releasing.up(2, WALK))).to.include("is not shifted, as it was rolled back");
        await releasing.serves(back);

        emulator.alarms.set("errors", "OK");
        emulator.alarms.set("latency", "OK");
        await releasing.up(2, { ...WALK, retryCandidate: true });
        await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
      });
    });
  }

  it("takes the candidate back where nobody can say how the alarms stand, and the next up tries it again", async () => {
    await within(WALK, async (releasing) => {
      const { emulator, traffic } = releasing;
      const call = { operation: "DescribeAlarms", times: 1000 } as const;
      const message = "User is not authorized to perform cloudwatch:DescribeAlarms";
      const running = releasing.begin(2, WALK);
      await releasing.bakes(5);
      const armed = emulator.faults.add({ ...call, kind: "exception", exception: "AccessDenied", message });
      const failed = await releasing.passing(running);
      const why = `rolled back: CloudWatch does not tell the alarms' states (AccessDenied: ${message})`;
      expect(said(failed)).to.include(why);
      expect(said(failed)).to.include("Fix: see to the permission cloudwatch:DescribeAlarms and the network");
      expect(traffic.now()).to.deep.include({ stable: 1, canary: { of: 1, percent: 0 } });
      expect((await releasing.state()).refused).to.equal(undefined);
      emulator.faults.clear(armed);
      await releasing.up(2, WALK);
      const { stable } = traffic.now();
      await releasing.serves({ stable, canary: { of: stable, percent: 0 }, deployments: [1, stable] });
      expect(stable).to.be.greaterThan(1);
    });
  });

  it("leaves the canary as it is when the deadline comes while a step bakes, and the next up goes on from there", async () => {
    await within(WALK, async (releasing) => {
      const running = releasing.begin(2, { ...WALK, timeouts: { update: "16m" } });
      await releasing.bakes(5);
      // More than the first step takes, so that too little is left for the second.
      releasing.emulator.clock.advance(10 * 60_000);
      const failed = await releasing.passing(running);
      expect(said(failed)).to.include("the deadline came while step 2 of 2 (50 %) baked; the canary stays as it is");
      await releasing.agrees({ stable: 1, canary: { of: 2, percent: 50 }, deployments: [1, 2] });
      const up = await releasing.up(2, WALK);
      expect(said(up)).to.include("step 2 of 2 (50 %) bakes 10m").and.to.not.include("step 1 of 2");
      await releasing.serves({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
    });
  });

  it("keeps secret overrides out of sight, and serves them", async () => {
    const secret = "s3cr3t-of-the-canary";
    await within({ phase: "shift" }, async (releasing) => {
      const { stack, traffic } = releasing;
      const told: string[] = [];
      for (const phase of ["shift", "promote"] as const) {
        const program = async (): Promise<Record<string, unknown>> =>
          released(2, { phase, stageVariableOverrides: { key: pulumi.secret(secret) } })();
        for (const run of [await stack.preview({ program }), await stack.up()]) {
          told.push(run.stdout, run.stderr, said(run));
        }
        await stack.preview({ refresh: true, expectNoChanges: true });
      }
      expect(traffic.now()).to.deep.include({ stable: 2, variables: { key: secret } });
      expect(told.filter((text) => text.includes(secret))).to.deep.equal([]);
      const { stdout: state } = await stack.cli(["stack", "export"]);
      expect(state).to.include("releaseState").and.to.not.include(secret);
    });
  });

  it("keeps the secrets of programs before out of sight, which a promotion has left on the stage", async () => {
    const mark = "s3cr3t-of-";
    await within({ phase: "promote" }, async (releasing) => {
      const { stack, traffic } = releasing;
      const overrides: Record<string, pulumi.Input<string>>[] = [
        { first: pulumi.secret(`${mark}1`) },
        { second: pulumi.secret(`${mark}2`) },
        { third: "3" },
        {},
      ];
      for (const [index, stageVariableOverrides] of overrides.entries()) {
        const args = { phase: "promote", stageVariableOverrides } as const;
        await stack.up({ program: async () => released(index + 2, args)() });
        await stack.preview({ refresh: true, expectNoChanges: true });
        const { stdout: state } = await stack.cli(["stack", "export"]);
        expect(state, `after ${String(index + 1)}`)
          .to.include("releaseState")
          .and.to.not.include(mark);
      }
      expect(traffic.now().variables).to.deep.include({ first: `${mark}1`, second: `${mark}2`, third: "3" });
    });
  });
});
