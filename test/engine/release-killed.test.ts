import { expect } from "chai";
import type { CanaryStageArgs } from "../../index";
import { Releasing, said, STEPS, type Moment, type Served } from "../support/release";

const DEPLOY: Moment = { during: "CREATE", of: "Deployment" };
const WRITE: Moment = { during: "UPDATE", of: "Stage" };
const COLLECT: Moment = { during: "DELETE", of: "Deployment" };

const SHIFT: Partial<CanaryStageArgs> = { phase: "shift", percentTraffic: 0.5 };
const MORE: Partial<CanaryStageArgs> = { phase: "shift", percentTraffic: 20, stageVariableOverrides: { on: "true" } };
const VARIABLES: Partial<CanaryStageArgs> = { stageVariableOverrides: { on: "yes" } };
const WALK: Partial<CanaryStageArgs> = { steps: STEPS, gate: { alarms: ["errors", "latency"] } };

interface Row {
  readonly situation: string;
  readonly version: number;
  readonly words: Partial<CanaryStageArgs>;
  /** One `up` each that is killed, before the one that goes on. */
  readonly killed: readonly Moment[];
  readonly served: Partial<Served>;
  /** What somebody does in the console first. */
  readonly console?: (releasing: Releasing) => void;
}

/** One release after the other on one stage. */
const ROWS: readonly Row[] = [
  {
    situation: "the first up",
    version: 1,
    words: SHIFT,
    killed: [DEPLOY, { during: "CREATE", of: "Stage" }],
    served: { stable: 1, canary: undefined, deployments: [1] },
  },
  {
    situation: "a shift",
    version: 2,
    words: SHIFT,
    killed: [DEPLOY, WRITE],
    served: { stable: 1, canary: { of: 2, percent: 0.5 }, deployments: [1, 2] },
  },
  {
    situation: "a change of share and overrides",
    version: 2,
    words: MORE,
    killed: [WRITE],
    served: { stable: 1, canary: { of: 2, percent: 20, overrides: { on: "true" } }, deployments: [1, 2] },
  },
  {
    situation: "a new candidate while a canary is on",
    version: 3,
    words: MORE,
    killed: [DEPLOY, WRITE, COLLECT],
    served: { stable: 1, canary: { of: 3, percent: 20, overrides: { on: "true" } }, deployments: [1, 3] },
  },
  {
    situation: "the repair of what somebody changed in the console",
    version: 3,
    words: MORE,
    console: ({ emulator }) => {
      const typeName = "AWS::ApiGateway::Stage";
      const { identifier = "" } = emulator.resources().find((one) => one.typeName === typeName) ?? {};
      emulator.edit({
        typeName,
        identifier,
        patch: [{ op: "replace", path: "/CanarySetting/PercentTraffic", value: 90 }],
      });
    },
    killed: [WRITE],
    served: { stable: 1, canary: { of: 3, percent: 20, overrides: { on: "true" } }, deployments: [1, 3] },
  },
  {
    situation: "a rollback",
    version: 3,
    words: { ...MORE, phase: "rollback" },
    killed: [WRITE, COLLECT],
    served: { stable: 1, canary: { of: 1, percent: 0 }, deployments: [1] },
  },
  {
    situation: "a trial of variables alone",
    version: 1,
    words: { ...VARIABLES, phase: "shift" },
    killed: [WRITE],
    served: { stable: 1, canary: { of: 1, percent: 10, overrides: { on: "yes" } }, deployments: [1] },
  },
  {
    situation: "its promotion",
    version: 1,
    words: { ...VARIABLES, phase: "promote" },
    killed: [WRITE],
    served: { stable: 1, canary: { of: 1, percent: 0 }, variables: { on: "yes" }, deployments: [1] },
  },
  {
    situation: "a promotion at once",
    version: 4,
    words: { phase: "promote" },
    killed: [DEPLOY, WRITE],
    served: { stable: 4, canary: { of: 4, percent: 0 }, deployments: [1, 4] },
  },
  {
    situation: "a walk behind a gate",
    version: 5,
    words: WALK,
    killed: [{ baking: 5 }, WRITE, { baking: 50 }, COLLECT],
    served: { stable: 5, canary: { of: 5, percent: 0 }, deployments: [4, 5] },
  },
  {
    situation: "a smaller number of deployments to keep",
    version: 5,
    words: { ...WALK, keepDeployments: 0 },
    killed: [COLLECT],
    served: { stable: 5, canary: { of: 5, percent: 0 }, deployments: [5] },
  },
];

// Proved against the local Cloud Control, one stage at a time. A provider is killed while AWS works at something or while
// a step bakes; that each single call may be the last is shown by the unit tests of the release machine, and what the
// death of the engine leaves by a file of its own.
describe("a release goes on where it was after its provider was killed", () => {
  let releasing: Releasing;

  before(async () => {
    releasing = await Releasing.open();
  });
  after(async () => {
    await releasing.close();
  });

  for (const { situation, version, words, killed, served, console: byHand } of ROWS) {
    it(`in the middle of ${situation}: the next up comes to the same end, and no deployment is lost or left`, async () => {
      byHand?.(releasing);
      const options = { refresh: byHand !== undefined };
      for (const moment of killed) await releasing.killed(version, words, moment, options);
      const up = await releasing.up(version, words, options);
      expect(up.failed, up.stdout).to.equal(false);
      await releasing.serves(served);
    });
  }

  it("in the middle of an automatic rollback: the canary is off, and nothing is shifted while the alarm lasts", async () => {
    const { emulator, traffic } = releasing;
    await releasing.killed(6, WALK, WRITE, {
      meanwhile: async () => {
        await releasing.bakes(5);
        emulator.alarms.set("errors", "ALARM");
      },
    });
    await releasing.passUntil(() => traffic.now().canary?.percent === 0, "AWS has taken the canary back");
    const failed = await releasing.up(6, WALK);
    expect(said(failed)).to.include('the alarm "errors" went to ALARM before the first step');
    expect(traffic.now()).to.deep.include({ stable: 5, canary: { of: 5, percent: 0 } });
    expect((await releasing.state()).stable.id).to.equal(traffic.idOf(5));
    emulator.alarms.set("errors", "OK");
    await releasing.up(6, WALK);
    await releasing.serves({ stable: 6, canary: { of: 6, percent: 0 }, deployments: [5, 6] });
  });

  it("while the stack goes: nothing is left behind", async () => {
    const { stack, killProvider } = releasing;
    await releasing.cut(async () => stack.destroy({ mayFail: true }), { during: "DELETE", of: "Stage" }, killProvider);
    await releasing.gone();
  });
});
