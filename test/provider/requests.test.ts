import { expect } from "chai";
import type { HandlerErrorCode, RequestRecord } from "../../emulator";
import { until } from "../support/processes";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const API = "AWS::ApiGateway::RestApi";
const HOUR = 3_600_000;
const isRefused = ({ outcome }: RequestRecord): boolean => outcome === "ConcurrentOperationException";

// The SDK and HTTP are real, the service is the local one. Does not prove how AWS itself fails, nor what the engine
// makes of a failure: that is in test/engine.
describe("requests", () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.open();
  });
  afterEach(async () => bench.close());

  const group = (): OneResource => new OneResource(bench, GROUP);
  const operations = async (run: () => Promise<unknown>): Promise<string[]> =>
    (await bench.calls(run)).map(({ operation }) => operation);
  const creates = async (run: () => Promise<unknown>): Promise<(string | undefined)[]> =>
    (await bench.calls(run))
      .filter(({ operation }) => operation === "CreateResource")
      .map(({ clientToken }) => clientToken);

  describe("whose reply is lost", () => {
    for (const when of ["before", "after"] as const) {
      it(`${when} they were accepted are sent again with the same client token, and make one resource`, async () => {
        bench.emulator.faults.add({ kind: "lost-reply", operation: "CreateResource", when, times: 2 });
        const tokens = await creates(async () => new OneResource(bench, API).up({ name: "shop" }));
        expect(tokens).to.have.length(3);
        expect(new Set(tokens).size).to.equal(1);
        expect(bench.live(API)).to.have.length(1);
      });
    }

    it("after the SDK has given up are still sent with the same client token", async () => {
      bench.config = { "aws:maxRetries": "0" };
      bench.emulator.faults.add({ kind: "lost-reply", operation: "CreateResource", when: "after", times: 2 });
      const tokens = await creates(async () => new OneResource(bench, API).up({ name: "shop" }));
      expect(tokens).to.have.length(3);
      expect(new Set(tokens).size).to.equal(1);
      expect(bench.live(API)).to.have.length(1);
    });

    it("on a status poll or a read are asked again alone: nothing is created twice", async () => {
      bench.config = { "aws:maxRetries": "0" };
      bench.emulator.faults.add({ kind: "lost-reply", operation: "GetResourceRequestStatus", when: "after", times: 2 });
      bench.emulator.faults.add({ kind: "lost-reply", operation: "GetResource", when: "after", times: 2 });
      const tokens = await creates(async () => group().up({ logGroupName: "a" }));
      expect(tokens).to.have.length(1);
    });

    it("are given up in the end, with a message that says so, and the next `up` of a named type names `adopt`", async () => {
      bench.config = { "aws:maxRetries": "0" };
      bench.emulator.faults.add({ kind: "lost-reply", operation: "CreateResource", when: "after", times: 5 });
      const one = group();
      expect(await failureOf(one.up({ logGroupName: "a" }))).to.match(
        /^Create of AWS::Logs::LogGroup "a" failed with NoAnswer: /,
      );
      expect(one.state).to.equal(undefined);
      expect(await failureOf(one.up({ logGroupName: "a" }))).to.include("set `adopt: true`");
      expect(bench.live(GROUP)).to.have.length(1);
    });
  });

  // The state is as it was before it, so that without more nothing would differ.
  it("of which no reply ever came may have changed the resource: the next `up` takes back what the program takes back", async () => {
    bench.config = { "aws:maxRetries": "0" };
    const one = group();
    await one.up({ logGroupName: "a", retentionInDays: 7 });
    bench.emulator.faults.add({ kind: "lost-reply", operation: "UpdateResource", when: "after", times: 5 });
    const changed = { logGroupName: "a", retentionInDays: 14, tags: [{ key: "team", value: "shop" }] };
    expect(await failureOf(one.up(changed))).to.match(
      /^Update of AWS::Logs::LogGroup "a" failed with NoAnswer: .*Fix: /,
    );
    expect(bench.live(GROUP)[0]).to.include({ RetentionInDays: 14 });
    await one.up({ logGroupName: "a", retentionInDays: 7 });
    expect(bench.live(GROUP)[0]).to.deep.include({ RetentionInDays: 7 });
    expect(bench.live(GROUP)[0]).to.not.have.property("Tags");
    expect(await one.refresh()).to.equal("same");
    expect(await one.up({ logGroupName: "a", retentionInDays: 7 })).to.equal("same");
  });

  // Found by test/fuzz: the engine keeps such a text in the state, and prints it.
  it("that fail with a text without end are told by its beginning and by what to do", async () => {
    bench.emulator.faults.add({
      kind: "exception",
      exception: "ValidationException",
      message: "x".repeat(300_000),
      operation: "CreateResource",
    });
    const message = await failureOf(group().up({ logGroupName: "a" }));
    expect(message.length).to.be.lessThan(8100);
    expect(message).to.match(/^Create of AWS::Logs::LogGroup "a" failed with ValidationException: x+ … .* Fix: /);
  });

  describe("that are throttled", () => {
    it("get through a storm, each call with its own client token", async () => {
      bench.config = { "aws:maxRetries": "0" };
      for (const operation of ["CreateResource", "GetResourceRequestStatus", "GetResource"]) {
        bench.emulator.faults.add({ kind: "throttle", operation, times: 2 });
      }
      const tokens = await creates(async () => group().up({ logGroupName: "a" }));
      expect(tokens).to.have.length(3);
      expect(new Set(tokens).size).to.equal(1);
    });

    it("are throttled by the client itself when the account's rate is small: many resources get through", async () => {
      await bench.close();
      bench = await ProviderBench.open({ rate: { perSecond: 20, burst: 5 } });
      const provider = await bench.provider();
      const names = ["a", "b", "c", "d", "e", "f"];
      await Promise.all(
        names.map(async (logGroupName) =>
          provider.create({ __type: GROUP, __provider: "stub", region: "us-east-1", logGroupName }),
        ),
      );
      expect(bench.live(GROUP).map(({ LogGroupName }) => LogGroupName)).to.have.members(names);
    });

    it("fail with the code in the end, and nothing is in the state", async () => {
      bench.config = { "aws:maxRetries": "0" };
      bench.emulator.faults.add({ kind: "throttle", operation: "CreateResource", times: 99 });
      const one = group();
      expect(await failureOf(one.up({ logGroupName: "a" }))).to.include(
        "failed with ThrottlingException: Rate exceeded.",
      );
      expect(one.state).to.equal(undefined);
    });
  });

  describe("whose handler fails", () => {
    for (const errorCode of ["Throttling", "ResourceConflict", "ServiceInternalError", "NetworkFailure"] as const) {
      for (const typeName of [GROUP, API]) {
        it(`with ${errorCode} are sent again with a new client token (${typeName})`, async () => {
          bench.emulator.faults.add({ kind: "handler-failure", errorCode, times: 2 });
          const args = typeName === GROUP ? { logGroupName: "a" } : { name: "shop" };
          const one = new OneResource(bench, typeName);
          const tokens = await creates(async () => one.up(args));
          expect(new Set(tokens).size).to.equal(3);
          expect(bench.live(typeName)).to.have.length(1);
        });
      }
    }

    for (const errorCode of ["InvalidRequest", "NotStabilized", "ServiceTimeout", "InternalFailure"] as const) {
      it(`with ${errorCode} are not sent again`, async () => {
        bench.emulator.faults.add({ kind: "handler-failure", errorCode });
        const one = group();
        const tokens = await creates(async () => failureOf(one.up({ logGroupName: "a" })));
        expect(tokens).to.have.length(1);
        expect(one.state).to.equal(undefined);
      });
    }

    it("five times in a passing way fail, naming the code", async () => {
      bench.emulator.faults.add({ kind: "handler-failure", errorCode: "Throttling", times: 99 });
      expect(await failureOf(group().up({ logGroupName: "a" }))).to.include("failed with Throttling: Injected");
    });

    for (const errorCode of ["Throttling", "NotStabilized", "InternalFailure"] satisfies HandlerErrorCode[]) {
      for (const between of ["at once", "after a refresh"] as const) {
        it(`with ${errorCode} and leave a remnant, are kept in the state and repaired ${between}`, async () => {
          bench.emulator.faults.add({ kind: "handler-failure", errorCode, operation: "CREATE", remnant: true });
          const one = group();
          const args = { logGroupName: "a", retentionInDays: 7 };
          const failed = await creates(async () => failureOf(one.up(args)));
          expect(failed).to.have.length(1);
          expect(one.state?.id).to.equal("a");
          expect(one.state?.outputs).to.deep.include({ __provider: "stub", retentionInDays: 7, region: "us-east-1" });
          if (between === "after a refresh") expect(await one.refresh()).to.equal("same");
          expect(await one.up(args)).to.equal(between === "after a refresh" ? "same" : "update");
          expect(await one.up({ ...args, retentionInDays: 14 })).to.equal("update");
          await one.destroy();
          expect(bench.emulator.resources()).to.deep.equal([]);
        });
      }
    }

    for (const errorCode of ["AccessDenied", "NotFound"] as const) {
      const fail = (): number =>
        bench.emulator.faults.add({ kind: "handler-failure", errorCode, operation: "CREATE", remnant: true });

      it(`with ${errorCode} and leave a remnant, keep it where it bears their tags, or where AWS made its identifier`, async () => {
        const tagged = { logGroupName: "a", retentionInDays: 7, tags: [{ key: "by", value: "us" }] };
        for (const [one, args] of [
          [group(), tagged],
          [new OneResource(bench, API), { name: "shop" }],
        ] as const) {
          fail();
          expect(await failureOf(one.up(args))).to.include(`failed with ${errorCode}`);
          expect(await one.up(args)).to.equal("update");
          await one.destroy();
          expect(bench.emulator.resources()).to.deep.equal([]);
        }
      });

      it(`with ${errorCode} claim nothing that bears no sign of them, and the next \`up\` names \`adopt\``, async () => {
        fail();
        const one = group();
        const args = { logGroupName: "a", retentionInDays: 7 };
        await failureOf(one.up(args));
        expect(one.state).to.equal(undefined);
        expect(await failureOf(one.up(args))).to.include("set `adopt: true`");
        expect(await one.up({ ...args, adopt: true })).to.equal("create");
      });
    }

    it("and leave the remnant of a type whose identifier AWS makes, keep it by the event's identifier", async () => {
      bench.emulator.faults.add({
        kind: "handler-failure",
        errorCode: "NotStabilized",
        operation: "CREATE",
        remnant: true,
      });
      const one = new OneResource(bench, API);
      await failureOf(one.up({ name: "shop" }));
      expect(one.state?.id).to.equal(bench.live(API)[0]?.RestApiId);
      expect(await one.up({ name: "shop" })).to.equal("update");
      expect(bench.live(API)).to.have.length(1);
      await one.destroy();
      expect(bench.emulator.resources()).to.deep.equal([]);
    });

    for (const [type, args, errorCode] of [
      [API, { name: "shop" }, "NotStabilized"],
      // A code that is tried again: with the remnant unseen there would be two of them.
      [API, { name: "shop" }, "Throttling"],
      [GROUP, { logGroupName: "a" }, "GeneralServiceException"],
    ] as const) {
      it(`with ${errorCode} and leave a remnant of ${type} that AWS shows late, keep it all the same`, async () => {
        bench.emulator.faults.add({ kind: "handler-failure", errorCode, operation: "CREATE", remnant: true });
        bench.emulator.faults.add({ kind: "eventual-read", reads: 2 });
        const one = new OneResource(bench, type);
        await failureOf(one.up(args));
        expect(bench.live(type)).to.have.length(1);
        expect(one.state, "the state").to.not.equal(undefined);
        expect(await one.up(args)).to.equal("update");
        await one.destroy();
        expect(bench.emulator.resources()).to.deep.equal([]);
      });
    }

    it("with a code that says that nothing was made are not looked for again and again", async () => {
      bench.emulator.faults.add({ kind: "handler-failure", errorCode: "InvalidRequest", operation: "CREATE" });
      const calls = await bench.calls(async () => failureOf(group().up({ logGroupName: "a" })));
      expect(calls.filter(({ operation }) => operation === "GetResource")).to.have.length(1);
    });

    const theirs: Record<string, object> = {
      "another number": { LogGroupName: "a", RetentionInDays: 30 },
      "another text": {
        LogGroupName: "a",
        RetentionInDays: 7,
        KmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/theirs",
      },
      "a tag that was not sent": { LogGroupName: "a", RetentionInDays: 7, Tags: [{ Key: "owner", Value: "them" }] },
    };
    for (const [what, model] of Object.entries(theirs)) {
      it(`while somebody else's resource stands at the identifier with ${what}, claim nothing`, async () => {
        bench.emulator.seed({ typeName: GROUP, model: model as Record<string, unknown> });
        bench.emulator.faults.add({ kind: "handler-failure", errorCode: "InternalFailure", operation: "CREATE" });
        const one = group();
        const message = await failureOf(
          one.up({ logGroupName: "a", retentionInDays: 7, kmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/mine" }),
        );
        expect(message).to.include("failed with InternalFailure");
        expect(one.state).to.equal(undefined);
      });
    }

    it("because a hook refused, name the hook and what it said, and nothing is made", async () => {
      bench.emulator.faults.add({ kind: "hook-failure", hook: "Corp::Tags::Check", message: "cost centre missing" });
      const one = group();
      const message = await failureOf(one.up({ logGroupName: "a" }));
      expect(message).to.include("failed with InvalidRequest: The following hook(s) failed: [Corp::Tags::Check].");
      expect(message).to.include("Failed hook: Corp::Tags::Check: cost centre missing.");
      expect(one.state).to.equal(undefined);
      expect(bench.live(GROUP)).to.deep.equal([]);
    });

    it("never for a hook that only warns", async () => {
      bench.emulator.faults.add({ kind: "hook-failure", hook: "Corp::Tags::Check", message: "hm", mode: "WARN" });
      expect(await group().up({ logGroupName: "a" })).to.equal("create");
    });
  });

  describe("on a resource that somebody else is changing", () => {
    it("wait for the other operation on its token, then read and plan anew", async () => {
      const one = group();
      await one.up({ logGroupName: "a", retentionInDays: 7 });
      bench.emulator.faults.add({ kind: "slow", operation: "UPDATE", ms: HOUR });
      const { CloudControlClient, UpdateResourceCommand } = await import("@aws-sdk/client-cloudcontrol");
      const other = new CloudControlClient({ endpoint: bench.emulator.endpoint });
      const PatchDocument = JSON.stringify([{ op: "add", path: "/Tags", value: [{ Key: "by", Value: "them" }] }]);
      const theirs = await other.send(new UpdateResourceCommand({ TypeName: GROUP, Identifier: "a", PatchDocument }));
      const calls = await bench.calls(async () => {
        const up = one.up({ logGroupName: "a", retentionInDays: 14 });
        await until(() => bench.emulator.requests().some(isRefused), "the other operation is met");
        bench.emulator.clock.advance(HOUR);
        return up;
      });
      other.destroy();
      const updates = calls.filter(({ operation }) => operation === "UpdateResource");
      expect(updates.map(({ outcome }) => outcome)).to.deep.equal(["ConcurrentOperationException", "ok"]);
      expect(new Set(updates.map(({ clientToken }) => clientToken)).size).to.equal(2);
      const polled = calls.filter(({ operation }) => operation === "GetResourceRequestStatus");
      expect(polled[0]?.requestToken).to.equal(theirs.ProgressEvent?.RequestToken);
      // Once before the refusal, once after it, once to see the result.
      expect(calls.filter(({ operation }) => operation === "GetResource")).to.have.length(3);
      expect(bench.live(GROUP)[0]).to.deep.include({ RetentionInDays: 14, Tags: [{ Key: "by", Value: "them" }] });
    });
  });

  describe("that reach their deadline", () => {
    const MINUTES = 60_000;
    const timeouts = { create: "20m", update: "20m", delete: "20m" };

    /** The deadline comes as soon as AWS has accepted the request, however long the machine takes until then. */
    const tooLate = async <T>(operation: string, run: () => Promise<T>): Promise<T> => {
      const taken = (): number =>
        bench.emulator.requests().filter((call) => call.operation === operation && call.outcome === "ok").length;
      const before = taken();
      const running = run();
      await until(() => taken() > before, "the request is accepted");
      bench.pass(20 * MINUTES);
      return running;
    };

    it("are cancelled, and the error names the token; what never came to be is not in the state", async () => {
      bench.emulator.faults.add({ kind: "stuck", operation: "CREATE" });
      const one = group();
      let message = "";
      const calls = await bench.calls(async () => {
        message = await tooLate("CreateResource", async () => failureOf(one.up({ logGroupName: "a", timeouts })));
      });
      const accepted = calls.find(({ operation }) => operation === "CreateResource")?.requestToken ?? "";
      expect(message).to.include('Create of AWS::Logs::LogGroup "a" failed with Timeout: ');
      expect(message).to.include(`(request token ${accepted})`);
      expect(calls.filter(({ operation }) => operation === "CancelResourceRequest")).to.have.length(1);
      expect(one.state).to.equal(undefined);
    });

    it("just when AWS finishes have succeeded: a cancel that comes too late changes nothing", async () => {
      bench.emulator.faults.add({ kind: "stuck", operation: "CREATE" });
      bench.emulator.faults.add({ kind: "cancel-race", left: "success" });
      const one = group();
      const up = await tooLate("CreateResource", async () => one.up({ logGroupName: "a", timeouts }));
      expect(up).to.equal("create");
      expect(one.state?.unfinished).to.equal(false);
    });

    it("and were cancelled with their work done, are kept in the state", async () => {
      bench.emulator.faults.add({ kind: "stuck", operation: "CREATE" });
      bench.emulator.faults.add({ kind: "cancel-race", left: "effect" });
      const one = group();
      const message = await tooLate("CreateResource", async () => failureOf(one.up({ logGroupName: "a", timeouts })));
      expect(message).to.include("failed with Timeout");
      expect(one.state?.id).to.equal("a");
      expect(await one.refresh()).to.equal("same");
      await one.destroy();
      expect(bench.live(GROUP)).to.deep.equal([]);
    });

    it("and were cancelled with their work done, are kept by the identifier that AWS made", async () => {
      bench.emulator.faults.add({ kind: "stuck", operation: "CREATE" });
      bench.emulator.faults.add({ kind: "cancel-race", left: "effect" });
      const one = new OneResource(bench, API);
      const message = await tooLate("CreateResource", async () => failureOf(one.up({ name: "shop", timeouts })));
      expect(message).to.include("failed with Timeout");
      expect(bench.live(API).map(({ RestApiId }) => RestApiId)).to.deep.equal([one.state?.id]);
      await one.destroy();
      expect(bench.live(API)).to.deep.equal([]);
    });

    it("while updating leave the state with what is really there", async () => {
      const one = group();
      await one.up({ logGroupName: "a", retentionInDays: 7 });
      bench.emulator.faults.add({ kind: "stuck", operation: "UPDATE" });
      const args = { logGroupName: "a", retentionInDays: 14, timeouts };
      expect(await tooLate("UpdateResource", async () => failureOf(one.up(args)))).to.include("Timeout");
      expect(one.state?.outputs).to.deep.include({ retentionInDays: 7 });
      expect(await one.refresh()).to.equal("same");
      expect(await one.up({ logGroupName: "a", retentionInDays: 14 })).to.equal("update");
      expect(bench.live(GROUP)[0]).to.deep.include({ RetentionInDays: 14 });
    });

    it("while deleting keep the resource in the state, and the next destroy deletes it", async () => {
      const one = group();
      await one.up({ logGroupName: "a", timeouts });
      bench.emulator.faults.add({ kind: "stuck", operation: "DELETE" });
      const message = await tooLate("DeleteResource", async () => failureOf(one.destroy()));
      expect(message).to.include('Delete of AWS::Logs::LogGroup "a" failed with Timeout');
      await one.destroy();
      expect(bench.live(GROUP)).to.deep.equal([]);
    });

    it("and cannot even be cancelled are not forgotten: the token stands in the state until AWS has ended", async () => {
      bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: HOUR });
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDeniedException",
        operation: "CancelResourceRequest",
        times: 99,
      });
      const one = group();
      await tooLate("CreateResource", async () => failureOf(one.up({ logGroupName: "a", timeouts })));
      expect(one.state?.id).to.equal("a");
      expect(await one.refresh()).to.equal("same");
      bench.emulator.clock.advance(HOUR);
      expect(await one.refresh()).to.equal("changed");
      expect(await one.up({ logGroupName: "a", timeouts })).to.equal("same");
      expect(one.state?.outputs).to.not.have.property("__notes");
    });

    it("are only given as durations", async () => {
      for (const create of ["20", "20 minutes", "-1m", "0s", 20]) {
        expect(await failureOf(group().up({ logGroupName: "a", timeouts: { create } }))).to.include("timeouts.create");
      }
      expect(await failureOf(group().up({ logGroupName: "a", timeouts: { creat: "1m" } }))).to.include(
        "timeouts.creat",
      );
      expect(await failureOf(group().up({ logGroupName: "a", timeouts: "1m" }))).to.include("timeouts");
    });
  });

  describe("that AWS accepted and whose status nobody may read", () => {
    it("leave the resource in the state, with the token", async () => {
      bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: 300 });
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDeniedException",
        operation: "GetResourceRequestStatus",
        times: 1,
      });
      const one = group();
      const message = await failureOf(one.up({ logGroupName: "a" }));
      expect(message).to.match(/failed with AccessDeniedException.*\(request token [-\w]+\)$/);
      expect(one.state?.id).to.equal("a");
      // The create goes on: what was not finished is neither lost nor made twice.
      expect(await one.up({ logGroupName: "a" })).to.equal("update");
      expect(bench.live(GROUP)).to.have.length(1);
      expect(one.state?.outputs).to.not.have.property("__notes");
    });

    it("and that came to nothing after all are made by the next `up`", async () => {
      bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: 100 });
      bench.emulator.faults.add({ kind: "handler-failure", errorCode: "InternalFailure", operation: "CREATE" });
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDeniedException",
        operation: "GetResourceRequestStatus",
      });
      const one = group();
      await failureOf(one.up({ logGroupName: "a" }));
      expect(await one.up({ logGroupName: "a" })).to.equal("update");
      expect(bench.live(GROUP)).to.have.length(1);
    });
  });

  describe("of which AWS does not let the result be read", () => {
    it("say which resource and what to do, and keep it in the state", async () => {
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDeniedException",
        message: "not authorized",
        operation: "GetResource",
        times: 9,
      });
      const one = group();
      const message = await failureOf(one.up({ logGroupName: "a" }));
      expect(message).to.match(
        /^Create of AWS::Logs::LogGroup "a" failed with AccessDeniedException: not authorized\..* Fix: .*\(request token /,
      );
      expect(one.state?.id).to.equal("a");
      expect(await failureOf(one.up({ logGroupName: "a", retentionInDays: 7 }))).to.match(
        /^Update of AWS::Logs::LogGroup "a" failed with AccessDeniedException: /,
      );
      bench.emulator.faults.clear();
      expect(await one.up({ logGroupName: "a" })).to.equal("update");
    });

    it("let go of what they brought, where the next program drops it", async () => {
      const one = group();
      const args = { logGroupName: "a", tags: [{ key: "team", value: "shop" }] };
      await one.up(args);
      const denied = { kind: "exception", exception: "AccessDeniedException", operation: "GetResource" } as const;
      // The update reads what is there before it sends its patch.
      bench.emulator.faults.add({ ...denied, skip: 1, times: 9 });
      await failureOf(one.up({ ...args, retentionInDays: 7 }));
      bench.emulator.faults.clear();
      expect(bench.live(GROUP)[0]).to.include({ RetentionInDays: 7 });
      expect(await one.up(args)).to.equal("update");
      expect(bench.live(GROUP)[0]).to.not.have.property("RetentionInDays");
      expect(await one.up(args)).to.equal("same");
    });

    it("of an adoption say so, too", async () => {
      bench.emulator.seed({ typeName: GROUP, model: { LogGroupName: "a" } });
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDeniedException",
        operation: "GetResource",
        times: 9,
      });
      expect(await failureOf(group().up({ logGroupName: "a", adopt: true }))).to.match(
        /^Create of AWS::Logs::LogGroup "a" failed with AccessDeniedException: /,
      );
    });
  });

  describe("that fail on AWS's own side", () => {
    for (const exception of ["HandlerInternalFailureException", "InternalFailure", "ServiceUnavailableException"]) {
      it(`with ${exception} are asked again, with the same client token`, async () => {
        for (const operation of ["CreateResource", "GetResourceRequestStatus", "GetResource"]) {
          bench.emulator.faults.add({ kind: "exception", exception, operation, times: 2 });
        }
        const calls = await bench.calls(async () => group().up({ logGroupName: "a" }));
        const sent = calls.filter(({ operation }) => operation === "CreateResource");
        expect(new Set(sent.map(({ clientToken }) => clientToken)).size).to.equal(1);
        expect(bench.live(GROUP)).to.have.length(1);
      });
    }
  });

  it("of a long operation say on the console that it goes on, and how long", async () => {
    bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: HOUR });
    const up = group().up({ logGroupName: "a" });
    await until(() => bench.told.length >= 2, "it is told twice");
    bench.emulator.clock.advance(HOUR);
    await up;
    const [first, second] = bench.told.map((line) =>
      /^creating AWS::Logs::LogGroup "a" goes on after (\d+)s \(request token [-\w]+\)$/.exec(line),
    );
    expect(Number(first?.[1])).to.be.at.least(30);
    expect(Number(second?.[1])).to.be.at.least(60);
  });

  it("never more than the operation needs", async () => {
    const one = group();
    const polls = (calls: string[]): string[] => calls.filter((name) => name !== "GetResourceRequestStatus");
    const args = { logGroupName: "a", retentionInDays: 7 };
    expect(polls(await operations(async () => one.up(args)))).to.deep.equal(["CreateResource", "GetResource"]);
    expect(await operations(async () => one.up(args))).to.deep.equal([]);
    expect(await operations(async () => one.refresh())).to.deep.equal(["GetResource"]);
    const update = await operations(async () => one.up({ ...args, retentionInDays: 14 }));
    expect(polls(update)).to.deep.equal(["GetResource", "UpdateResource", "GetResource"]);
    expect(polls(await operations(async () => one.destroy()))).to.deep.equal(["DeleteResource"]);
  });
});
