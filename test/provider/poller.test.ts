import { expect } from "chai";
import { ProviderBench, SPEED } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const MANY = 60;

// The calls on the wire, through the SDK; how long it all takes is measured in the benchmark.
describe("many resources at once", () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    // Three seconds of the provider's faster clock.
    bench = await ProviderBench.open({ latency: { create: 60, update: 60, delete: 60 } });
  });
  afterEach(async () => bench.close());

  const counts = async (run: () => Promise<unknown>): Promise<Record<string, number>> => {
    const counted: Record<string, number> = {};
    for (const { operation } of await bench.calls(run)) counted[operation] = (counted[operation] ?? 0) + 1;
    return counted;
  };
  const createAll = async (many = MANY): Promise<unknown> => {
    const provider = await bench.provider();
    const names = Array.from({ length: many }, (_, i) => `group-${i}`);
    const bag = { __type: GROUP, __provider: "stub", region: "us-east-1" };
    return Promise.all(names.map(async (logGroupName) => provider.create({ ...bag, logGroupName })));
  };

  it("need two calls each, and a few lists for all of them, however fast the machine is", async () => {
    const began = Date.now();
    const { CreateResource, GetResource, GetResourceRequestStatus = 0, ListResourceRequests } = await counts(createAll);
    // The provider's milliseconds, of which a slow machine takes more.
    const took = (Date.now() - began) * SPEED;
    expect([CreateResource, GetResource]).to.deep.equal([MANY, MANY]);
    expect(ListResourceRequests).to.be.within(1, 2 + took / 250);
    // Those of the first and the last few, for which no list is worth it.
    expect(GetResourceRequestStatus).to.be.at.most(6 + (3 * took) / 400);
    expect(GetResourceRequestStatus).to.be.below(MANY);
  });

  it("do not wait for AWS's clock, where this machine's is a day behind", async () => {
    const many = 4;
    // Several lists see them under way, each of which asks not to be polled for a second.
    bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: 2000, times: many });
    bench.emulator.clock.advance(24 * 3600 * 1000);
    const { CancelResourceRequest = 0 } = await counts(async () => createAll(many));
    expect(CancelResourceRequest).to.equal(0);
    expect(bench.live(GROUP)).to.have.length(many);
  });

  it("are made all the same where their requests may not be listed", async () => {
    const exception = "AccessDeniedException";
    bench.emulator.faults.add({ kind: "exception", exception, operation: "ListResourceRequests", times: 99 });
    const { CreateResource, ListResourceRequests } = await counts(createAll);
    expect([CreateResource, ListResourceRequests]).to.deep.equal([MANY, 1]);
    expect(bench.live(GROUP)).to.have.length(MANY);
  });
});
