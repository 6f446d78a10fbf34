import { expect } from "chai";
import type { JsonObject } from "../../../provider/core/json";
import {
  begun,
  next,
  onTrial,
  passed,
  sentBack,
  withSteps,
  withVariables,
  type Action,
} from "../../../provider/core/release/plan";
import {
  effectiveVariables,
  knownDeployments,
  stageMembers,
  type Deployed,
  type ReleaseRecord,
} from "../../../provider/core/release/record";
import {
  afterFailure,
  describe as describeDeployment,
  follows,
  liveOf,
  readMark,
  recovered,
  type Live,
  type Marked,
} from "../../../provider/core/release/recovery";
import { checkWish, markOf, minutes, readWish, type Wish } from "../../../provider/core/release/wish";

const A: Deployed = { id: "a", key: "content:A", own: true };
const wish = (words: JsonObject = {}, variables?: JsonObject): Wish => readWish({ content: "A", ...words }, variables);
const STEPS = [
  { percent: 5, bake: "5m" },
  { percent: 50, bake: "10m" },
];

/** A stage that does what it is told, and every point at which a run over it may be cut off. */
class World {
  /** What the stage serves, as AWS shows it. */
  stage: JsonObject = {};
  readonly deployments = new Map<string, string>();
  readonly log: string[] = [];
  private made = 0;

  constructor(public record: ReleaseRecord) {
    this.stage = stageMembers(record);
    for (const { id, key, own } of knownDeployments(record).values()) if (own) this.deployments.set(id, markOf(key));
  }

  /** How many deployments were made. */
  get deploys(): number {
    return this.made;
  }

  get live(): Live {
    return liveOf(this.stage);
  }

  get marked(): Marked[] {
    return [...this.deployments].map(([id, mark]) => ({ id, mark, refused: false }));
  }

  /** Runs until all is done, or for so many effects: what a run that is killed has saved is nothing. */
  run(wanted: Wish, effects = Infinity): "done" | "cut" | "stopped" {
    let record = recovered(
      withVariables(withSteps(this.record, wanted), wanted.variables),
      wanted,
      this.live,
      this.marked,
    );
    let due = true;
    let left = effects;
    const act = (what: string, effect: () => void): boolean => {
      if (left-- <= 0) return false;
      this.log.push(what);
      effect();
      return true;
    };
    const settle = (): boolean =>
      !due ||
      act(
        `stage ${JSON.stringify(stageMembers(record))}`,
        () => void ((this.stage = stageMembers(record)), (due = false)),
      );
    for (let turn = 0; turn < 50; turn++) {
      const action = next(record, wanted);
      if (!action) {
        if (!settle()) return "cut";
        this.record = record;
        return "done";
      }
      switch (action.kind) {
        case "stop":
          return "stopped";
        case "deploy": {
          let deployment: Deployed = record.stable;
          if (wanted.key !== record.stable.key) {
            const id = `n${this.made + 1}`;
            deployment = { id, key: wanted.key, own: true };
            if (!act(`deploy ${id}`, () => void (this.made++, this.deployments.set(id, markOf(wanted.key)))))
              return "cut";
          }
          record = onTrial(record, deployment, wanted);
          due = true;
          break;
        }
        case "follow":
          record = action.record;
          due = true;
          break;
        case "bake":
          if (!settle() || !act(`bake ${action.step.percent}`, () => undefined)) return "cut";
          record = passed(record);
          break;
        case "remove": {
          const { id } = action.deployment;
          if (!settle()) return "cut";
          const { deploymentId, canary } = this.live;
          // What AWS refuses, too.
          if ([deploymentId, canary?.deploymentId].includes(id)) throw new Error(`${id} is in use`);
          if (!act(`remove ${id}`, () => this.deployments.delete(id))) return "cut";
          record = { ...record, removing: record.removing.filter((one) => one.id !== id) };
        }
      }
    }
    throw new Error(`no end: ${this.log.join(", ")}`);
  }
}

const start = (words: JsonObject = {}, variables?: JsonObject): World => new World(begun(A, wish(words, variables)));
const canary = (of: string, percent: number, overrides?: JsonObject): JsonObject => ({
  DeploymentId: of,
  PercentTraffic: percent,
  ...(overrides ? { StageVariableOverrides: overrides } : {}),
  UseStageCache: false,
});
const kindOf = (action: Action | undefined): string | undefined => action?.kind;

// The machine alone: that stages and deployments really become so is shown by the tests through the provider.
describe("the release machine", () => {
  it("has nothing to do after the first up, whatever the phase, and there is no canary", () => {
    for (const phase of ["shift", "promote", "rollback"]) {
      const words = { phase, stageVariableOverrides: { on: "true" } };
      expect(next(start(words).record, wish(words)), phase).to.equal(undefined);
    }
    expect(start().stage).to.deep.equal({ DeploymentId: "a" });
  });

  it("puts a changed API on trial at the given share, fractions included, and keeps the stable deployment", () => {
    const world = start();
    expect(world.run(wish({ content: "B", percentTraffic: 0.5 }))).to.equal("done");
    expect(world.stage).to.deep.equal({ DeploymentId: "a", CanarySetting: canary("n1", 0.5) });
    expect(next(world.record, wish({ content: "B", percentTraffic: 0.5 }))).to.equal(undefined);
  });

  it("changes share and overrides in place", () => {
    const world = start();
    world.run(wish({ content: "B", percentTraffic: 5 }));
    world.run(wish({ content: "B", percentTraffic: 7, stageVariableOverrides: { on: "true" } }));
    expect(world.stage).to.deep.equal({ DeploymentId: "a", CanarySetting: canary("n1", 7, { on: "true" }) });
    expect([...world.deployments.keys()]).to.deep.equal(["a", "n1"]);
  });

  it("changes overrides alone in place, and takes one out that the program no longer has", () => {
    const world = start();
    const shift = (stageVariableOverrides: JsonObject): void => {
      world.run(wish({ content: "B", percentTraffic: 5, stageVariableOverrides }));
    };
    shift({});
    const all: readonly JsonObject[] = [{ on: "true" }, { on: "false", more: "1" }, { more: "1" }];
    for (const overrides of all) {
      shift(overrides);
      expect(world.stage.CanarySetting).to.deep.equal(canary("n1", 5, overrides));
    }
    expect(world.deploys).to.equal(1);
  });

  it("replaces the candidate by a new one, and deletes the old one after the stage has left it", () => {
    const world = start();
    world.run(wish({ content: "B" }));
    world.run(wish({ content: "C" }));
    expect(world.stage).to.deep.equal({ DeploymentId: "a", CanarySetting: canary("n2", 10) });
    expect(world.log.slice(-2)).to.deep.equal([`stage ${JSON.stringify(world.stage)}`, "remove n1"]);
  });

  it("takes a candidate back when the program has again what is stable", () => {
    const world = start();
    world.run(wish({ content: "B" }));
    world.run(wish());
    expect(world.stage).to.deep.equal({ DeploymentId: "a", CanarySetting: canary("a", 0) });
    expect([...world.deployments.keys()]).to.deep.equal(["a"]);
  });

  it("promotes: overrides are merged into the variables until the program itself speaks of them", () => {
    const variables = { color: "blue", on: "no" };
    const world = start({}, variables);
    const words = { content: "B", stageVariableOverrides: { on: "yes" } };
    world.run(wish(words, variables));
    world.run(wish({ ...words, phase: "promote" }, variables));
    const off = canary("n1", 0);
    const merged = { color: "blue", on: "yes" };
    expect(world.stage).to.deep.equal({ DeploymentId: "n1", Variables: merged, CanarySetting: off });
    expect(next(world.record, wish({ ...words, phase: "promote" }, variables))).to.equal(undefined);
    const spoken = withVariables(world.record, { color: "blue", on: "off" });
    expect(effectiveVariables(spoken.variables, spoken.merged)).to.deep.equal({ color: "blue", on: "off" });
  });

  it("tries variables alone: the candidate is the stable deployment, which a promotion and a rollback leave alone", () => {
    for (const [phase, variables] of [
      ["promote", { on: "true" }],
      ["rollback", undefined],
    ] as const) {
      const world = start();
      const words = { stageVariableOverrides: { on: "true" } };
      world.run(wish(words));
      expect(world.stage).to.deep.equal({ DeploymentId: "a", CanarySetting: canary("a", 10, { on: "true" }) });
      world.run(wish({ ...words, phase }));
      const shown = variables ? { Variables: variables } : {};
      expect(world.stage).to.deep.equal({ DeploymentId: "a", ...shown, CanarySetting: canary("a", 0) });
      expect([...world.deployments.keys()]).to.deep.equal(["a"]);
    }
  });

  it("keeps the last former deployments and collects the others", () => {
    const world = start();
    for (const content of ["B", "C", "D"]) world.run(wish({ content, phase: "promote", keepDeployments: 2 }));
    expect([...world.deployments.keys()]).to.deep.equal(["n1", "n2", "n3"]);
    world.run(wish({ content: "D", phase: "promote", keepDeployments: 1 }));
    expect([...world.deployments.keys()]).to.deep.equal(["n2", "n3"]);
    world.run(wish({ content: "D", phase: "promote", keepDeployments: 0 }));
    expect([...world.deployments.keys()]).to.deep.equal(["n3"]);
  });

  it("promotes nothing that is not the candidate on trial", () => {
    const world = start();
    world.run(wish({ content: "B" }));
    expect(world.run(wish({ content: "C", phase: "promote" }))).to.equal("stopped");
  });

  it("walks the steps, each once and in order, then promotes", () => {
    const world = start();
    world.run(wish({ content: "B", steps: STEPS }));
    expect(world.log.filter((line) => line.startsWith("bake"))).to.deep.equal(["bake 5", "bake 50"]);
    expect(world.stage).to.deep.equal({ DeploymentId: "n1", CanarySetting: canary("n1", 0) });
  });

  it("walks what other steps ask for: a passed step counts only where it is still the same, with no longer a bake", () => {
    const walked = [
      { percent: 1, bake: "1m" },
      { percent: 5, bake: "5m" },
      { percent: 25, bake: "5m" },
    ];
    const at = (percent: number, bake: string): JsonObject => ({ percent, bake });
    const cases: readonly (readonly [string, JsonObject[], string[]])[] = [
      ["the same", walked, ["bake 25"]],
      ["fewer than were passed, and others", [at(10, "1h"), at(50, "1h")], ["bake 10", "bake 50"]],
      ["the share that it is at, as the first", [at(25, "1h"), at(50, "1h")], ["bake 25", "bake 50"]],
      ["one more in between", [at(1, "1m"), at(10, "1m"), at(60, "1m")], ["bake 10", "bake 60"]],
      ["a longer bake", [at(1, "1m"), at(5, "1h"), at(30, "5m")], ["bake 5", "bake 30"]],
      ["a shorter bake", [at(1, "1m"), at(5, "1m"), at(30, "5m")], ["bake 30"]],
    ];
    for (const [name, steps, bakes] of cases) {
      // Cut off while it bakes at 25 %: the record says that two of three steps are passed.
      const record = onTrial(
        begun(A, wish()),
        { id: "b", key: "content:B", own: true },
        wish({ content: "B", steps: walked }),
      );
      const world = new World({
        ...record,
        touched: true,
        candidate: { ...record.candidate!, percent: 25, passed: 2 },
      });
      expect(world.run(wish({ content: "B", steps })), name).to.equal("done");
      expect(
        world.log.filter((line) => line.startsWith("bake")),
        name,
      ).to.deep.equal(bakes);
      expect(world.live.deploymentId, name).to.equal("b");
    }
  });

  it("does not shift what the gate has sent back, unless asked, and keeps its deployment for a look", () => {
    const words = { content: "B", steps: STEPS };
    const world = start();
    world.run(wish(words), 3);
    const saved = recovered(world.record, wish(words), world.live, world.marked);
    world.record = sentBack(saved, { reason: "r", time: "t", step: 1 });
    expect(world.run(wish(words))).to.equal("done");
    expect(world.stage).to.deep.equal({ DeploymentId: "a", CanarySetting: canary("a", 0) });
    expect([...world.deployments.keys()]).to.deep.equal(["a", "n1"]);
    expect(next(world.record, wish(words))).to.equal(undefined);
    expect(kindOf(next(world.record, wish({ ...words, retryCandidate: true })))).to.equal("deploy");
    world.run(wish({ content: "B", phase: "rollback" }));
    expect([...world.deployments.keys()]).to.deep.equal(["a"]);
    expect(world.record.refused).to.equal(undefined);
  });
});

describe("a release that is cut off at any effect, with nothing saved", () => {
  const plans: Readonly<Record<string, { readonly before: JsonObject[]; readonly last: JsonObject }>> = {
    "a shift": { before: [], last: { content: "B", percentTraffic: 0.5 } },
    "a change of the share": { before: [{ content: "B" }], last: { content: "B", percentTraffic: 33 } },
    "a promotion": { before: [{ content: "B" }], last: { content: "B", phase: "promote", keepDeployments: 0 } },
    "a promotion at once": { before: [], last: { content: "B", phase: "promote" } },
    "a rollback": { before: [{ content: "B" }], last: { content: "B", phase: "rollback" } },
    "a walk": { before: [], last: { content: "B", steps: STEPS, stageVariableOverrides: { on: "true" } } },
    "a new candidate": { before: [{ content: "B" }], last: { content: "C" } },
    "a trial of variables": { before: [], last: { stageVariableOverrides: { on: "true" } } },
  };
  const begin = (before: readonly JsonObject[]): World => {
    const world = start();
    for (const words of before) world.run(wish(words));
    return world;
  };

  for (const [name, { before, last }] of Object.entries(plans)) {
    it(`${name}: the next up comes to the same end, and no deployment is lost or left`, () => {
      const whole = begin(before);
      whole.run(wish(last));
      const [effects, end] = [whole.log.length - begin(before).log.length, JSON.stringify(whole.stage)];
      expect(effects).to.be.greaterThan(0);
      for (let at = 0; at < effects; at++) {
        const world = begin(before);
        expect(world.run(wish(last), at), `cut after ${at}`).to.equal("cut");
        expect(world.run(wish(last)), `gone on after ${at}`).to.equal("done");
        expect(JSON.stringify(world.stage), `cut after ${at}`).to.equal(end);
        expect([...world.deployments.keys()], `cut after ${at}`).to.deep.equal([...whole.deployments.keys()]);
        expect(world.deploys, `cut after ${at}`).to.equal(whole.deploys);
        expect(next(world.record, wish(last))).to.equal(undefined);
      }
    });

    it(`${name}: a program that was taken back finds its way as well`, () => {
      for (let at = 0; at < 12; at++) {
        const world = begin(before);
        if (world.run(wish(last), at) === "done") break;
        expect(world.run(wish({ phase: "rollback" }))).to.equal("done");
        const { deploymentId, canary: off } = world.live;
        expect(off?.percent ?? 0, `cut after ${at}`).to.equal(0);
        const left = [...world.deployments.keys()].filter((id) => id !== deploymentId);
        const kept = world.record.kept.map(({ id }) => id);
        expect(left, `cut after ${at}`).to.have.members(kept);
      }
    });
  }
});

describe("what a release remembers after a failure", () => {
  const before = begun(A, wish());
  const wanted: ReleaseRecord = {
    ...before,
    touched: true,
    candidate: { id: "b", key: "content:B", own: true, overrides: {}, percent: 5, passed: 0 },
  };

  it("is what the stage follows, if the change came through after all", () => {
    expect(afterFailure(before, wanted, liveOf(stageMembers(wanted)))).to.deep.equal(wanted);
  });

  it("is what the stage followed before, with the deployment that was made", () => {
    for (const live of [liveOf(stageMembers(before)), undefined]) {
      const { candidate, stable } = afterFailure(before, wanted, live);
      expect([candidate, stable.id]).to.deep.equal([{ ...wanted.candidate, percent: 0 }, "a"]);
    }
  });

  it("is never a promotion that the stage does not show", () => {
    const promoted = {
      ...before,
      stable: { id: "b", key: "content:B", own: true, overrides: {} },
      kept: [A],
      touched: true,
    };
    const kept = afterFailure(wanted, promoted, liveOf(stageMembers(wanted)));
    expect([kept.stable.id, kept.candidate?.id]).to.deep.equal(["a", "b"]);
  });

  it("holds a rollback that failed as one that is still to come", () => {
    const back = sentBack(wanted, { reason: "r", time: "t", step: 1 });
    const kept = afterFailure(wanted, back, liveOf(stageMembers(wanted)));
    expect([kept.candidate?.id, kept.refused?.reason]).to.deep.equal(["b", "r"]);
    const action = next(kept, wish({ content: "B", steps: STEPS }));
    expect(action?.kind === "follow" && action.record.candidate).to.equal(undefined);
  });
});

describe("what somebody did in the console", () => {
  const world = (): World => {
    const made = start();
    made.run(wish({ content: "B", percentTraffic: 5 }));
    return made;
  };

  it("another share, no canary, or another deployment is repaired, if the program only shifts", () => {
    for (const stage of [
      { DeploymentId: "a", CanarySetting: canary("n1", 50) },
      { DeploymentId: "a" },
      { DeploymentId: "n1", CanarySetting: canary("n1", 0) },
      { DeploymentId: "foreign", CanarySetting: canary("foreign", 90) },
    ] as JsonObject[]) {
      const changed = world();
      const wanted = changed.stage;
      changed.stage = stage;
      expect(changed.run(wish({ content: "B", percentTraffic: 5 }))).to.equal("done");
      expect(changed.stage).to.deep.equal(wanted);
    }
  });

  it("a share that is none of the steps' proves nothing: no step is skipped by it", () => {
    const changed = start();
    changed.run(wish({ content: "B", steps: STEPS }), 2);
    changed.stage = { DeploymentId: "a", CanarySetting: canary("n1", 90) };
    changed.run(wish({ content: "B", steps: STEPS }));
    expect(changed.log.filter((line) => line.startsWith("bake"))).to.deep.equal(["bake 5", "bake 50"]);
  });
});

describe("reading back", () => {
  const on: ReleaseRecord = {
    ...begun(A, wish()),
    touched: true,
    candidate: { id: "b", key: "k", own: true, overrides: { on: "true" }, percent: 5, passed: 0 },
  };
  it("takes a canary for off only if nothing goes to it and nothing points to what will be deleted", () => {
    const off = { ...begun(A, wish()), touched: true };
    expect(follows(liveOf({ DeploymentId: "a" }), off)).to.equal(true);
    expect(follows(liveOf({ DeploymentId: "a", CanarySetting: canary("a", 0) }), off)).to.equal(true);
    expect(follows(liveOf({ DeploymentId: "a", CanarySetting: canary("b", 0) }), off)).to.equal(false);
    expect(follows(liveOf({ DeploymentId: "a", CanarySetting: canary("a", 1) }), off)).to.equal(false);
  });
  it("does not take an override that stayed for one that is gone", () => {
    const kept = liveOf({ DeploymentId: "a", CanarySetting: canary("b", 5, { on: "true", old: "1" }) });
    expect(follows(kept, on)).to.equal(false);
    expect(follows(liveOf(stageMembers(on)), on)).to.equal(true);
  });
  it("knows its own deployments by their description, of this stage alone", () => {
    const text = describeDeployment("prod", "content:A", true);
    expect(readMark("prod", text)).to.deep.equal({ mark: markOf("content:A"), refused: true });
    expect(readMark("dev", text)).to.equal(undefined);
    expect(readMark("prod", `${text} by me`)).to.equal(undefined);
  });
});

describe("the words of a release at preview", () => {
  const wrong = (words: JsonObject, timeout?: number): string[] =>
    checkWish(words, timeout).map(({ property, reason }) => `${property}: ${reason}`);

  it("are refused with the path, what was expected and what was given", () => {
    expect(wrong({ phase: "go" })).to.deep.equal(['phase: expected one of shift, promote, rollback, got "go".']);
    expect(wrong({ percentTraffic: 101 })).to.deep.equal(["percentTraffic: expected a number from 0 to 100, got 101."]);
    expect(
      wrong({
        steps: [
          { percent: 50, bake: "5m" },
          { percent: 5, bake: "soon" },
        ],
      }),
    ).to.deep.equal([
      "steps[1].percent: expected a number above 50 and up to 100, got 5. Fix: order the steps from the smallest share to the largest; `phase` takes a candidate back",
      'steps[1].bake: expected a duration such as 90s, 5m or 1h30m, got "soon".',
    ]);
    expect(wrong({ keepDeployments: -1 })).to.have.length(1);
    expect(wrong({ gate: { alarms: [] }, steps: STEPS })).to.deep.equal([
      "gate.alarms: expected 1 to 100 alarms, got a list.",
    ]);
    expect(wrong({ steps: STEPS }, 15 * 60_000)).to.deep.equal([
      "timeouts.update: expected more than the 15m that the steps bake, got 15m. Fix: raise it, or leave it out: without it the bakes are added to the usual deadline",
    ]);
    expect(wrong({ steps: STEPS, gate: { alarms: ["a"] }, percentTraffic: 0.5 }, 16 * 60_000)).to.deep.equal([]);
  });

  it("name durations as people do", () => {
    expect([0, 90_000, 300_000, 5_400_000].map(minutes)).to.deep.equal(["0s", "1m30s", "5m", "1h30m"]);
  });
});
