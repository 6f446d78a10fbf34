import { expect } from "chai";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const POLICY = "AWS::SQS::QueuePolicy";

// Whether AWS lets such types be updated is not known here: both answers are tried.
describe("a type without a read handler, of which AWS shows nothing", () => {
  let bench: ProviderBench;
  let one: OneResource;
  beforeEach(async () => {
    bench = await ProviderBench.open();
    one = new OneResource(bench, POLICY);
  });
  afterEach(async () => bench.close());

  const args = (Sid: string): Record<string, unknown> => ({
    queues: ["https://sqs.us-east-1.amazonaws.com/000000000000/q"],
    policyDocument: { Version: "2012-10-17", Statement: [{ Sid, Effect: "Deny", Principal: "*", Action: "sqs:*" }] },
  });
  const operations = async (run: () => Promise<unknown>): Promise<string[]> =>
    (await bench.calls(run)).map(({ operation }) => operation);

  it("is made, kept as it was sent, and deleted, without a read", async () => {
    const called = await operations(async () => {
      expect(await one.up(args("a"))).to.equal("create");
      expect(await one.up(args("a"))).to.equal("same");
      expect(await one.refresh()).to.equal("same");
      expect(await one.up(args("a"))).to.equal("same");
    });
    expect(called).to.not.include("GetResource");
    expect(bench.live(POLICY)).to.have.length(1);
    expect(await operations(async () => one.destroy())).to.not.include("GetResource");
    expect(bench.live(POLICY)).to.deep.equal([]);
  });

  it("is changed by a patch of what was sent, where AWS takes it", async () => {
    await one.up(args("a"));
    expect(await operations(async () => one.up(args("b")))).to.not.include("GetResource");
    expect(bench.live(POLICY)[0]?.PolicyDocument).to.deep.equal(args("b").policyDocument);
    expect(await one.up(args("b"))).to.equal("same");
  });

  it("says how it is changed where AWS does not patch what it cannot read, and forgets nothing", async () => {
    await one.up(args("a"));
    const { id } = one.state!;
    const refuse = (): unknown =>
      bench.emulator.faults.add({
        kind: "exception",
        exception: "UnsupportedActionException",
        operation: "UpdateResource",
      });
    refuse();
    const message = await failureOf(one.up(args("b")));
    expect(message).to.include("failed with UnsupportedActionException").and.to.include("`replaceOnChanges");
    expect(one.state?.id).to.equal(id);
    await one.refresh();
    refuse();
    expect(await failureOf(one.up(args("b")))).to.include("UnsupportedActionException");
  });

  it("is changed once more where the end of its update was not seen, also after a refresh", async () => {
    for (const refreshes of [false, true]) {
      await one.up(args("a"));
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDeniedException",
        operation: "GetResourceRequestStatus",
      });
      expect(await failureOf(one.up(args("b")))).to.include("AccessDenied");
      if (refreshes) await one.refresh();
      expect(await one.up(args("b"))).to.equal("update");
      expect(bench.live(POLICY)[0]?.PolicyDocument).to.deep.equal(args("b").policyDocument);
      expect(await one.up(args("b"))).to.equal("same");
    }
  });
});

// A resource without `parentId` needs its API's root. Found by test/fuzz: AWS's bare words came through, with no Fix.
describe("something that an operation looks up and may not read", () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.open();
  });
  afterEach(async () => bench.close());

  it("is named in the error, with what to do", async () => {
    const exception = "AccessDeniedException";
    bench.emulator.faults.add({ kind: "exception", exception, operation: "GetResource", times: 99 });
    const one = new OneResource(bench, "AWS::ApiGateway::Resource");
    const message = await failureOf(one.up({ restApiId: "abc", pathPart: "pets" }));
    expect(message).to.match(/^Read of AWS::ApiGateway::RestApi "abc" failed with AccessDeniedException: .* Fix: /);
  });
});
