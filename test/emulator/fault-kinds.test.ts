import { GetResourceRequestStatusCommand } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";

import { deployedApi, openBench, refusal, type Bench } from "./bench";

const type = "AWS::Logs::LogGroup";

/** Faults of time and of sight. Does not prove: how long AWS's own reads lag, or its caches take. */
describe("A fault", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  it("hides a change, or a deletion, from the next reads and lists", async () => {
    const { faults } = bench.emulator;
    await bench.created(type, { LogGroupName: "a", RetentionInDays: 1 });
    faults.add({ kind: "eventual-read", operation: "UPDATE", reads: 2 });
    await bench.outcome(await bench.update(type, "a", [{ op: "replace", path: "/RetentionInDays", value: 3 }]));
    const seen: unknown[] = [];
    for (let i = 0; i < 3; i++) seen.push((await bench.read(type, "a")).RetentionInDays);
    expect(seen).to.deep.equal([1, 1, 3]);
    faults.add({ kind: "eventual-read", operation: "DELETE", reads: 1, lists: 1 });
    await bench.outcome(await bench.remove(type, "a"));
    expect([await bench.list(type), await bench.list(type)]).to.deep.equal([["a"], []]);
    expect((await bench.read(type, "a")).RetentionInDays).to.equal(3);
    expect(await refusal(bench.read(type, "a"))).to.match(/^ResourceNotFoundException/);
    faults.add({ kind: "eventual-read", operation: "CREATE", reads: 0, lists: 2 });
    await bench.created(type, { LogGroupName: "b" });
    expect([await bench.list(type), await bench.list(type), await bench.list(type)]).to.deep.equal([[], [], ["b"]]);
  });

  it("makes a cache cluster slow, and no other change of the stage", async () => {
    const stage = "AWS::ApiGateway::Stage";
    const [RestApiId, , DeploymentId] = await deployedApi(bench);
    bench.emulator.faults.add({ kind: "slow-cache", ms: 1_800_000, times: 2 });
    const id = await bench.created(stage, { RestApiId, DeploymentId, StageName: "s" });
    const turned = async (on: boolean): Promise<string> => {
      const event = await bench.update(stage, id, [{ op: "add", path: "/CacheClusterEnabled", value: on }]);
      expect((await bench.outcome(event)).OperationStatus).to.equal("IN_PROGRESS");
      bench.emulator.clock.advance(1_800_000);
      return (await bench.status(event.RequestToken!)).OperationStatus!;
    };
    expect([await turned(true), await turned(false)]).to.deep.equal(["SUCCESS", "SUCCESS"]);
  });

  it("throttles beyond a rate, for each account and region, until it is cleared", async () => {
    const id = bench.emulator.faults.add({ kind: "throttle", operation: "ListResources", perSecond: 1, burst: 2 });
    const outcomes = async (from: Bench): Promise<string[]> => {
      const out: string[] = [];
      for (let i = 0; i < 3; i++)
        out.push(
          await from.list(type).then(
            () => "ok",
            (error: unknown) => (error as Error).name,
          ),
        );
      return out;
    };
    expect(await outcomes(bench)).to.deep.equal(["ok", "ok", "ThrottlingException"]);
    expect(await outcomes(bench.as("222222222222"))).to.deep.equal(["ok", "ok", "ThrottlingException"]);
    bench.emulator.clock.advance(1000);
    expect(await outcomes(bench)).to.deep.equal(["ok", "ThrottlingException", "ThrottlingException"]);
    bench.emulator.faults.clear(id);
    expect(await outcomes(bench)).to.deep.equal(["ok", "ok", "ok"]);
  });

  it("throttles a share of the calls, the same ones for the same seed", async () => {
    const runs = await Promise.all(
      [5, 5, 6].map(async (seed) => {
        const other = await openBench({ seed });
        other.emulator.faults.add({ kind: "throttle", share: 0.5 });
        let hits = "";
        for (let i = 0; i < 24; i++)
          hits += await other.list(type).then(
            () => "-",
            () => "x",
          );
        await other.close();
        return hits;
      }),
    );
    expect(runs[0]).to.equal(runs[1]);
    expect(runs[0]).not.to.equal(runs[2]);
    expect(runs[0]).to.match(/x/).and.to.match(/-/);
  });

  it("lets the clock jump, forward and back", async () => {
    const { clock, faults } = bench.emulator;
    const event = await bench.create(type, { LogGroupName: "a" }, "jumped");
    const before = clock.now();
    faults.add({ kind: "clock-jump", ms: 48 * 3_600_000, operation: "GetResourceRequestStatus" });
    expect((await bench.status(event.RequestToken!)).OperationStatus, "its end fell due on the way").to.equal(
      "SUCCESS",
    );
    faults.add({ kind: "clock-jump", ms: -48 * 3_600_000 });
    await bench.list(type);
    expect(clock.now()).to.equal(before);
  });

  it("has a hook asked first: the request is pending, then goes on", async () => {
    bench.emulator.faults.add({ kind: "hook", hook: "Corp::Tags::Check", ms: 5000 });
    const event = await bench.create(type, { LogGroupName: "a" });
    expect(event.OperationStatus).to.equal("PENDING");
    expect(event.HooksRequestToken).to.equal(event.RequestToken);
    const told = async (): Promise<(string | undefined)[]> => {
      const status = new GetResourceRequestStatusCommand({ RequestToken: event.RequestToken });
      const { ProgressEvent, HooksProgressEvent } = await bench.client.send(status);
      return [ProgressEvent?.OperationStatus, HooksProgressEvent?.[0]?.HookStatus];
    };
    expect(await told()).to.deep.equal(["PENDING", "HOOK_IN_PROGRESS"]);
    bench.emulator.clock.advance(5000);
    expect(await told()).to.deep.equal(["IN_PROGRESS", "HOOK_COMPLETE_SUCCEEDED"]);
    bench.settle();
    expect(await told()).to.deep.equal(["SUCCESS", "HOOK_COMPLETE_SUCCEEDED"]);
  });
});

/** How long single operations take. Does not prove: an upper bound, which is the machine's. */
describe("A latency of one operation", () => {
  it("is its own, and no other operation's", async () => {
    const bench = await openBench({ latency: { calls: { GetResourceRequestStatus: 60 } } });
    const event = await bench.outcome(await bench.create(type, { LogGroupName: "a" }));
    expect(event.OperationStatus).to.equal("SUCCESS");
    const [status] = bench.emulator.requests().filter((r) => r.operation === "GetResourceRequestStatus");
    expect(status!.durationMs).to.be.at.least(59);
    await bench.close();
  });
});

/** Every kind of fault by HTTP. Does not prove: what each does, which the other suites do. */
describe("A fault over HTTP", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const asked: readonly (readonly [string, object])[] = [
    ["exception", { kind: "exception", exception: "X" }],
    ["throttle", { kind: "throttle", perSecond: 1, burst: 1 }],
    ["handler-failure", { kind: "handler-failure", errorCode: "Throttling" }],
    ["lost-reply", { kind: "lost-reply", when: "after" }],
    ["slow", { kind: "slow", ms: 1 }],
    ["stuck", { kind: "stuck" }],
    ["eventual-read", { kind: "eventual-read", reads: 1, lists: 1 }],
    ["slow-cache", { kind: "slow-cache", ms: 1 }],
    ["clock-jump", { kind: "clock-jump", ms: -1 }],
    ["hook", { kind: "hook", hook: "A::B::C", ms: 1 }],
    ["hook-failure", { kind: "hook-failure", hook: "A::B::C", message: "no" }],
    ["cancel-race", { kind: "cancel-race", left: "effect" }],
  ];
  const post = (fault: object): Promise<Response> =>
    fetch(`${bench.emulator.endpoint}/_/faults`, { method: "POST", body: JSON.stringify(fault) });
  for (const [kind, fault] of asked) {
    it(`is armed by an admin call, too: ${kind}`, async () => {
      expect((await post(fault)).status).to.equal(200);
      expect(bench.emulator.faults.list().map((armed) => armed.fault)).to.deep.equal([fault]);
    });
  }

  it("is refused by an admin call when it lacks what its kind needs", async () => {
    const bad: readonly (readonly [object, string])[] = [
      [{ kind: "nope" }, "a fault needs a kind, one of "],
      [{ kind: "slow" }, "a fault of kind slow needs ms: a number from 0"],
      [{ kind: "throttle", share: 2 }, "a fault of kind throttle needs share: a number from 0 to 1"],
      [{ kind: "lost-reply", when: "now" }, "a fault of kind lost-reply needs when: before or after"],
      [{ kind: "handler-failure", errorCode: "Nope" }, "a fault of kind handler-failure needs errorCode: one of Acc"],
      [{ kind: "stuck", times: "many" }, "a fault of kind stuck needs times: a number from 0"],
    ];
    for (const [fault, text] of bad) {
      const answer = await post(fault);
      expect(answer.status).to.equal(400);
      expect(((await answer.json()) as { error: string }).error.startsWith(text), text).to.equal(true);
    }
  });
});
