import {
  DeleteResourceCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
  type ListResourceRequestsCommandInput,
} from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";

import { deployedApi, openBench, refusal, type Bench } from "./bench";

const type = "AWS::Logs::LogGroup";
const hour = 3_600_000;

/** Requests and their tokens. Does not prove: how long AWS's own handlers take. */
describe("A request", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  it("is in progress until its handler has run, and no sooner does the resource exist", async () => {
    const event = await bench.create(type, { LogGroupName: "a" });
    expect((await bench.status(event.RequestToken!)).OperationStatus).to.equal("IN_PROGRESS");
    expect(await refusal(bench.read(type, "a"))).to.match(/^ResourceNotFoundException/);
    expect((await bench.outcome(event)).OperationStatus).to.equal("SUCCESS");
    expect((await bench.read(type, "a")).LogGroupName).to.equal("a");
  });

  it("with a known client token and the same parameters is the first request again, for 36 hours", async () => {
    const first = await bench.create(type, { LogGroupName: "a" }, "token-1");
    bench.settle();
    const again = await bench.create(type, { LogGroupName: "a" }, "token-1");
    expect([again.RequestToken, again.OperationStatus]).to.deep.equal([first.RequestToken, "SUCCESS"]);
    bench.emulator.clock.advance(37 * hour);
    const later = await bench.create(type, { LogGroupName: "a" }, "token-1");
    expect(later.RequestToken).not.to.equal(first.RequestToken);
  });

  it("with a token of another kind of call is refused", async () => {
    await bench.create(type, { LogGroupName: "a" }, "token-4");
    bench.settle();
    const input = { TypeName: type, Identifier: '{"LogGroupName":"a"}', ClientToken: "token-4" };
    expect(await refusal(bench.client.send(new DeleteResourceCommand(input)))).to.match(
      /^ClientTokenConflictException/,
    );
  });

  it("replays a failure, too", async () => {
    await bench.created(type, { LogGroupName: "a" });
    const failed = await bench.outcome(await bench.create(type, { LogGroupName: "a" }, "token-2"));
    const again = await bench.create(type, { LogGroupName: "a" }, "token-2");
    expect([again.RequestToken, again.ErrorCode]).to.deep.equal([failed.RequestToken, "AlreadyExists"]);
  });

  it("begins anew after a failure when the switch says so", async () => {
    const other = await openBench({ quirks: { failedRequestReplayed: false, readOnlyInDesiredState: "ignore" } });
    await other.created(type, { LogGroupName: "a", Arn: "ignored" });
    const failed = await other.outcome(await other.create(type, { LogGroupName: "a" }, "token-3"));
    await other.outcome(await other.remove(type, "a"));
    const again = await other.create(type, { LogGroupName: "a" }, "token-3");
    expect(again.RequestToken).not.to.equal(failed.RequestToken);
    expect((await other.outcome(again)).OperationStatus).to.equal("SUCCESS");
    await other.close();
  });

  it("is known for seven days after its end", async () => {
    const event = await bench.create(type, { LogGroupName: "a" });
    bench.settle();
    bench.emulator.clock.advance(7 * 24 * hour - 120_000);
    expect((await bench.status(event.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    bench.emulator.clock.advance(180_000);
    expect(await refusal(bench.status(event.RequestToken!))).to.match(/^RequestTokenNotFoundException/);
  });

  it("keeps others off its resource, and names itself", async () => {
    await bench.created(type, { LogGroupName: "a" });
    const running = await bench.update(type, "a", [{ op: "add", path: "/RetentionInDays", value: 7 }]);
    const calls = [
      bench.create(type, { LogGroupName: "a" }),
      bench.update(type, "a", [{ op: "add", path: "/RetentionInDays", value: 1 }]),
      bench.remove(type, "a"),
    ];
    for (const call of calls) {
      try {
        await call;
        expect.fail("the call was accepted");
      } catch (error) {
        expect((error as Error).name).to.equal("ConcurrentOperationException");
        expect((error as Error).message).to.match(new RegExp(`RequestToken ${running.RequestToken!}`));
      }
    }
    bench.settle();
    await bench.remove(type, "a");
  });

  it("that is cancelled does nothing and frees its resource", async () => {
    const event = await bench.create(type, { LogGroupName: "a" });
    expect((await bench.cancel(event.RequestToken!)).OperationStatus).to.equal("CANCEL_COMPLETE");
    bench.settle();
    expect(await refusal(bench.read(type, "a"))).to.match(/^ResourceNotFoundException/);
    await bench.created(type, { LogGroupName: "a" });
  });

  it("lets only what runs be cancelled", async () => {
    const failed = await bench.outcome(await bench.remove(type, "none"));
    expect(await refusal(bench.cancel(failed.RequestToken!))).to.match(/is already in status FAILED$/);
  });

  it("is listed newest first, page by page, by operation and status", async () => {
    for (const LogGroupName of ["a", "b", "c"]) await bench.created(type, { LogGroupName });
    const last = await bench.outcome(await bench.remove(type, "none"));
    const send = (input: ListResourceRequestsCommandInput) => bench.client.send(new ListResourceRequestsCommand(input));
    const first = await send({ MaxResults: 3 });
    expect(first.ResourceRequestStatusSummaries!.map((e) => e.Operation)).to.deep.equal(["DELETE", "CREATE", "CREATE"]);
    const second = await send({ MaxResults: 3, NextToken: first.NextToken! });
    expect(second.ResourceRequestStatusSummaries!.map((e) => e.Identifier)).to.deep.equal(["a"]);
    expect(second.NextToken).to.equal(undefined);
    const failed = await send({ ResourceRequestStatusFilter: { OperationStatuses: ["FAILED"] } });
    expect(failed.ResourceRequestStatusSummaries!.map((e) => e.RequestToken)).to.deep.equal([last.RequestToken]);
    expect(await refusal(send({ NextToken: "nonsense" }))).to.equal("InvalidRequestException: Invalid NextToken");
    expect(await refusal(send({ MaxResults: 101 }))).to.match(/less than or equal to 100$/);
    expect(await refusal(send({ ResourceRequestStatusFilter: { Operations: ["MAKE" as "CREATE"] } }))).to.equal(
      "ValidationException: 1 validation error detected: Value '[MAKE]' at 'resourceRequestStatusFilter.operations' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [CREATE, DELETE, UPDATE]]",
    );
  });

  it("is pending first where a time for that is set, and may be cancelled meanwhile", async () => {
    const slow = await openBench({ latency: { pending: 1000 } });
    const event = await slow.create(type, { LogGroupName: "a" });
    const states = [event.OperationStatus];
    slow.emulator.clock.advance(1000);
    states.push((await slow.status(event.RequestToken!)).OperationStatus);
    states.push((await slow.outcome(event)).OperationStatus);
    expect(states).to.deep.equal(["PENDING", "IN_PROGRESS", "SUCCESS"]);
    const other = await slow.create(type, { LogGroupName: "b" });
    await slow.cancel(other.RequestToken!);
    expect((await slow.outcome(other)).OperationStatus).to.equal("CANCEL_COMPLETE");
    await slow.close();
  });

  it("is being cancelled for a while where the switch says so; what it holds is held until then", async () => {
    const slow = await openBench({ quirks: { cancelTakesTime: true } });
    const event = await slow.create(type, { LogGroupName: "a" });
    expect((await slow.cancel(event.RequestToken!)).OperationStatus).to.equal("CANCEL_IN_PROGRESS");
    expect((await slow.cancel(event.RequestToken!)).OperationStatus).to.equal("CANCEL_IN_PROGRESS");
    expect(await refusal(slow.create(type, { LogGroupName: "a" }))).to.match(/^ConcurrentOperationException/);
    expect((await slow.outcome(event)).OperationStatus).to.equal("CANCEL_COMPLETE");
    await slow.created(type, { LogGroupName: "a" });
    await slow.close();
  });

  it("says when to ask again wherever the switch wants it", async () => {
    const eager = await openBench({ quirks: { retryAfter: "always" }, retryAfter: 5000 });
    const event = await eager.create(type, { LogGroupName: "a" });
    expect(event.RetryAfter!.getTime()).to.equal(eager.emulator.clock.now() + 5000);
    await eager.close();
  });
});

/** Identifiers as clients write them. Does not prove: AWS's text for one that does not fit. */
describe("An identifier", () => {
  it("is a text, a JSON object in any order, or a JSON object of an additional identifier", async () => {
    const bench = await openBench();
    const machine = "AWS::StepFunctions::StateMachine";
    const arn = await bench.created(machine, { RoleArn: "arn:aws:iam::000000000000:role/r", StateMachineName: "m" });
    const forms = [arn, JSON.stringify({ Arn: arn }), JSON.stringify({ StateMachineName: "m" })];
    for (const form of forms) expect((await bench.read(machine, form)).Arn, form).to.equal(arn);
    const events = [
      await bench.outcome(
        await bench.update(machine, forms[2]!, [{ op: "add", path: "/Tags", value: [{ Key: "a", Value: "b" }] }]),
      ),
      await bench.outcome(await bench.remove(machine, forms[2]!)),
    ];
    expect(events.map((event) => event.Identifier)).to.deep.equal([arn, arn]);
    const gone = await refusal(bench.read(machine, forms[2]!));
    expect(gone).to.match(/^ResourceNotFoundException: .*\{"StateMachineName":"m"\}/);
    const parts = JSON.stringify({ StageName: "s", RestApiId: "a" });
    expect(await refusal(bench.read("AWS::ApiGateway::Stage", parts))).to.match(/^ResourceNotFoundException/);
    expect(await refusal(bench.read("AWS::ApiGateway::Stage", '{"StageName":"s"}'))).to.match(/^ValidationException/);
    await bench.close();
  });
});

/** Listing resources. Does not prove: which properties AWS's list handlers really give. */
describe("A list of resources", () => {
  it("of a type that lives under a parent needs the parent", async () => {
    const bench = await openBench();
    const [RestApiId, , DeploymentId] = await deployedApi(bench);
    const [other] = await deployedApi(bench, "other");
    await bench.created("AWS::ApiGateway::Stage", { RestApiId, DeploymentId, StageName: "dev" });
    expect(await bench.list("AWS::ApiGateway::Stage", { RestApiId })).to.deep.equal([`${RestApiId}|dev`]);
    expect(await bench.list("AWS::ApiGateway::Stage", { RestApiId: other })).to.deep.equal([]);
    expect(await refusal(bench.list("AWS::ApiGateway::Stage"))).to.equal(
      "InvalidRequestException: Missing or invalid ResourceModel property in AWS::ApiGateway::Stage list handler request input.Required property: (#: required key [RestApiId] not found)",
    );
    await bench.close();
  });

  it("is paged", async () => {
    const bench = await openBench();
    for (const LogGroupName of ["a", "b", "c"]) await bench.created(type, { LogGroupName });
    const page = await bench.client.send(new ListResourcesCommand({ TypeName: type, MaxResults: 2 }));
    expect(page.ResourceDescriptions).to.have.length(2);
    const rest = await bench.client.send(new ListResourcesCommand({ TypeName: type, NextToken: page.NextToken }));
    expect(rest.ResourceDescriptions!.map((d) => d.Identifier)).to.deep.equal(["c"]);
    await bench.close();
  });

  it("is not to be had where the type has no list handler", async () => {
    const bench = await openBench();
    expect(await refusal(bench.list("AWS::ApiGateway::Method"))).to.equal(
      "UnsupportedActionException: Resource type AWS::ApiGateway::Method does not support LIST action",
    );
    await bench.close();
  });
});

/** Accounts and regions. Does not prove: permissions; every caller may do everything in its own account. */
describe("Accounts and regions", () => {
  it("see only their own resources and requests", async () => {
    const bench = await openBench({ accounts: { MAPPED: "333333333333" } });
    const event = await bench.create(type, { LogGroupName: "a" });
    await bench.outcome(event);
    for (const other of [bench.as("test", "eu-west-1"), bench.as("222222222222"), bench.as("SOMEKEY")]) {
      expect(await refusal(other.read(type, "a"))).to.match(/^ResourceNotFoundException/);
      expect(await other.list(type)).to.deep.equal([]);
      expect(await refusal(other.status(event.RequestToken!))).to.match(/^RequestTokenNotFoundException/);
      await other.create(type, { LogGroupName: "a" }, "shared-token");
    }
    const mapped = bench.as("MAPPED");
    expect((await mapped.read(type, await mapped.created(type, {}))).Arn).to.match(/:333333333333:/);
    await bench.close();
  });

  it("have each their own API Gateway account settings", async () => {
    const bench = await openBench({ quirks: { accountRoleChecked: false } });
    const model = { CloudWatchRoleArn: "arn:aws:iam::000000000000:role/r" };
    const here = await bench.created("AWS::ApiGateway::Account", model);
    const there = bench.as("test", "eu-west-1");
    expect(await refusal(there.read("AWS::ApiGateway::Account", here))).to.match(/^ResourceNotFoundException/);
    await bench.close();
  });
});
