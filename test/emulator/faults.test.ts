import { GetResourceRequestStatusCommand } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";

import { startEmulator } from "../../emulator";
import { openBench, refusal, type Bench } from "./bench";

const type = "AWS::Logs::LogGroup";

/** Faults on demand: the same calls meet the same faults. Does not prove: that AWS fails like that. */
describe("A fault", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  it("throttles the next calls of one operation, and then is used up", async () => {
    bench.emulator.faults.add({ kind: "throttle", operation: "ListResources", times: 2 });
    await bench.created(type, { LogGroupName: "a" });
    for (let i = 0; i < 2; i++) {
      expect(await refusal(bench.list(type))).to.equal("ThrottlingException: Rate exceeded");
    }
    expect(await bench.list(type)).to.deep.equal(["a"]);
    expect(bench.emulator.faults.list()).to.deep.equal([]);
  });

  it("throws any exception on the n-th call", async () => {
    bench.emulator.faults.add({
      kind: "exception",
      exception: "NetworkFailureException",
      operation: "GetResource",
      skip: 1,
    });
    await bench.created(type, { LogGroupName: "a" });
    await bench.read(type, "a");
    expect(await refusal(bench.read(type, "a"))).to.match(/^NetworkFailureException/);
    await bench.read(type, "a");
  });

  it("fails a handler with any code, with or without a remnant", async () => {
    const fail = (remnant: boolean): number =>
      bench.emulator.faults.add({
        kind: "handler-failure",
        errorCode: "NotStabilized",
        operation: "CREATE",
        typeName: type,
        remnant,
      });
    fail(false);
    const nothing = await bench.outcome(await bench.create(type, { LogGroupName: "a" }));
    expect([nothing.OperationStatus, nothing.ErrorCode]).to.deep.equal(["FAILED", "NotStabilized"]);
    expect(await bench.list(type)).to.deep.equal([]);
    fail(true);
    const remnant = await bench.outcome(await bench.create(type, {}));
    expect(await bench.list(type)).to.deep.equal([remnant.Identifier]);
  });

  it("loses the reply before or after the call was accepted", async () => {
    for (const when of ["before", "after"] as const) {
      bench.emulator.faults.add({ kind: "lost-reply", operation: "CreateResource", when });
      expect(await refusal(bench.create(type, { LogGroupName: when }, `token-${when}`))).to.match(
        /socket hang up|ECONNRESET/,
      );
    }
    bench.settle();
    expect(await bench.list(type)).to.deep.equal(["after"]);
    const replayed = await bench.create(type, { LogGroupName: "after" }, "token-after");
    expect(replayed.OperationStatus).to.equal("SUCCESS");
    expect(bench.emulator.requests().filter((r) => r.outcome === "lost")).to.have.length(2);
  });

  it("makes a handler slow, or stuck until it is cancelled", async () => {
    bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: 1_800_000 });
    const slow = await bench.create(type, { LogGroupName: "slow" });
    expect((await bench.outcome(slow)).OperationStatus).to.equal("IN_PROGRESS");
    bench.emulator.clock.advance(1_800_000);
    expect((await bench.status(slow.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    bench.emulator.faults.add({ kind: "stuck", operation: "CREATE" });
    const stuck = await bench.create(type, { LogGroupName: "stuck" });
    bench.emulator.clock.advance(86_400_000);
    expect((await bench.status(stuck.RequestToken!)).OperationStatus).to.equal("IN_PROGRESS");
    expect((await bench.cancel(stuck.RequestToken!)).OperationStatus).to.equal("CANCEL_COMPLETE");
  });

  it("hides a new resource from its first reads", async () => {
    bench.emulator.faults.add({ kind: "eventual-read", typeName: type, reads: 2 });
    await bench.created(type, { LogGroupName: "a" });
    for (let i = 0; i < 2; i++) expect(await refusal(bench.read(type, "a"))).to.match(/^ResourceNotFoundException/);
    await bench.read(type, "a");
  });

  it("lets a hook refuse an operation before its handler runs, or only warn", async () => {
    const hook = { kind: "hook-failure", hook: "Corp::Tags::Check", message: "no tags" } as const;
    bench.emulator.faults.add(hook);
    const refused = await bench.outcome(await bench.create(type, { LogGroupName: "a" }));
    expect([refused.OperationStatus, refused.ErrorCode]).to.deep.equal(["FAILED", "InvalidRequest"]);
    const { HooksProgressEvent: told } = await bench.client.send(
      new GetResourceRequestStatusCommand({ RequestToken: refused.RequestToken }),
    );
    expect(
      told?.map(({ HookTypeName, HookStatus, FailureMode, HookStatusMessage }) => {
        return { HookTypeName, HookStatus, FailureMode, HookStatusMessage };
      }),
    ).to.deep.equal([
      {
        HookTypeName: "Corp::Tags::Check",
        HookStatus: "HOOK_COMPLETE_FAILED",
        FailureMode: "FAIL",
        HookStatusMessage: "no tags",
      },
    ]);
    bench.emulator.faults.add({ ...hook, mode: "WARN" });
    await bench.created(type, { LogGroupName: "a" });
  });

  it("lets a handler be faster than a cancel: refused when it has ended, heeded without undoing anything", async () => {
    for (const [left, status] of [
      ["success", "SUCCESS"],
      ["effect", "CANCEL_COMPLETE"],
    ] as const) {
      bench.emulator.faults.add({ kind: "stuck", operation: "CREATE" });
      bench.emulator.faults.add({ kind: "cancel-race", left });
      const { RequestToken } = await bench.create(type, { LogGroupName: left });
      if (left === "effect") await bench.cancel(RequestToken!);
      else expect(await refusal(bench.cancel(RequestToken!))).to.include("is already in status SUCCESS");
      expect((await bench.status(RequestToken!)).OperationStatus).to.equal(status);
      await bench.read(type, left);
    }
  });

  it("can be taken back", async () => {
    const id = bench.emulator.faults.add({ kind: "throttle" });
    bench.emulator.faults.clear(id);
    await bench.list(type);
  });
});

/** What an account may do in a second. Does not prove: AWS's own rates, which it does not publish. */
describe("A rate", () => {
  it("throttles each account and region by itself, and lets calls pass again as time goes by", async () => {
    const bench = await openBench({ rate: { perSecond: 1, burst: 2 } });
    await bench.list(type);
    await bench.list(type);
    expect(await refusal(bench.list(type))).to.equal("ThrottlingException: Rate exceeded");
    bench.emulator.clock.advance(1000);
    await bench.list(type);
    await bench.close();
  });
});

/** The two clocks and the seed. */
describe("Time and chance", () => {
  it("with the same seed the same calls give the same ids", async () => {
    const ids = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const bench = await openBench({ seed });
        const id = await bench.created("AWS::ApiGateway::RestApi", { Name: "x" });
        await bench.close();
        return id;
      }),
    );
    expect(ids[0]).to.equal(ids[1]);
    expect(ids[0]).not.to.equal(ids[2]);
  });

  it("a real clock ends handlers by itself, and can be hurried", async () => {
    const bench = await openBench({ clock: "real", latency: { create: 5, delete: 3_600_000 } });
    const event = await bench.create(type, { LogGroupName: "a" });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await bench.status(event.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    const slow = await bench.remove(type, "a");
    bench.emulator.clock.advance(3_600_000);
    expect((await bench.status(slow.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    // The hour is over; what begins now is done by itself all the same.
    const next = await bench.create(type, { LogGroupName: "b" });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await bench.status(next.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    await bench.close();
  });

  it("is disposed of by `await using`", async () => {
    let endpoint: string;
    {
      await using emulator = await startEmulator();
      endpoint = emulator.endpoint;
    }
    expect(await refusal(fetch(endpoint))).to.match(/fetch failed/);
  });
});
