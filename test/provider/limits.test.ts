import { expect } from "chai";
import { ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const MANY = 150;

// Ten calls a second of the provider's time, which runs fifty times as fast as the emulator's. What other limits would
// be found is in test/unit/provider/limiter; how long it takes is measured in the benchmark.
describe("many resources under a limit of calls", () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.open({
      rate: { perSecond: 500, burst: 40 },
      latency: { create: [40, 80], update: [40, 80], delete: [40, 80] },
    });
  });
  afterEach(async () => bench.close());

  // What takes half a minute on a machine with much else to do is most of half an hour of the provider's time.
  const timeouts = { create: "12h", delete: "12h" };
  const bag = { __type: GROUP, __provider: "stub", region: "us-east-1", timeouts };
  const names = Array.from({ length: MANY }, (_, i) => `group-${i}`);
  const share = async (run: () => Promise<unknown>): Promise<number> => {
    const calls = await bench.calls(run);
    return calls.filter(({ outcome }) => outcome === "ThrottlingException").length / calls.length;
  };

  it("meet it in less than two of a hundred calls, and none fails", async () => {
    const provider = await bench.provider();
    const made = await share(async () =>
      Promise.all(names.map(async (logGroupName) => provider.create({ ...bag, logGroupName }))),
    );
    expect(made).to.be.below(0.02);
    expect(bench.live(GROUP)).to.have.length(MANY);
    const gone = await share(async () =>
      Promise.all(names.map(async (logGroupName) => provider.delete(logGroupName, { ...bag, logGroupName }))),
    );
    expect(gone).to.be.below(0.02);
    expect(bench.live(GROUP)).to.deep.equal([]);
  });

  it("share it between clients of one account and region", async () => {
    const provider = await bench.provider();
    const roles = names.map((logGroupName, i) => ({
      ...bag,
      logGroupName,
      ...(i % 2 === 0 ? {} : { assumeRole: { roleArn: "arn:aws:iam::000000000000:role/deployer" } }),
    }));
    expect(await share(async () => Promise.all(roles.map(async (role) => provider.create(role))))).to.be.below(0.02);
    expect(bench.live(GROUP)).to.have.length(MANY);
  });
});

// The emulator counts in its own time: what is spaced by the provider's, fifty times as fast, comes to it as much faster.
describe("what API Gateway takes only so many of", () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.open();
  });
  afterEach(async () => bench.close());

  it("is sent one after the other, over all resources of the account and region", async () => {
    const provider = await bench.provider();
    const hidden = { __provider: "stub", region: "us-east-1" };
    const api = await provider.create({ ...hidden, __type: "AWS::ApiGateway::RestApi", name: "api" });
    const restApiId = api.id;
    const deploy = async (): Promise<unknown> =>
      provider.create({ ...hidden, __type: "AWS::ApiGateway::Deployment", restApiId });
    await provider.create({
      ...hidden,
      __type: "AWS::ApiGateway::Method",
      restApiId,
      httpMethod: "GET",
      resourceId: (api.outs as { rootResourceId: string }).rootResourceId,
      integration: { type: "MOCK" },
    });
    const began = bench.emulator.clock.now();
    const calls = await bench.calls(async () => Promise.all([deploy(), deploy(), deploy()]));
    const came = calls.filter(({ operation }) => operation === "CreateResource").map(({ at }) => at - began);
    expect(came).to.have.length(3);
    // Five seconds of the provider's are a hundred milliseconds here; a call comes later than it was sent, never earlier.
    for (const [i, at] of came.entries()) expect(at).to.be.at.least(95 * i);
  });

  const waitsForTwoApis = async (): Promise<boolean> => {
    const provider = await bench.provider();
    const api = { __provider: "stub", region: "us-east-1", __type: "AWS::ApiGateway::RestApi" };
    await Promise.all([provider.create({ ...api, name: "one" }), provider.create({ ...api, name: "two" })]);
    return bench.told.some((line) => line.includes("for its turn"));
  };

  it("goes at once where the local Cloud Control says in its environment that it counts none of it", async () => {
    expect(await waitsForTwoApis()).to.equal(true);
    bench.told.length = 0;
    const { PULUMI_CLOUDCONTROL_SERVICE_RATES } = bench.emulator.env();
    bench.setEnv({ PULUMI_CLOUDCONTROL_SERVICE_RATES });
    expect(await waitsForTwoApis()).to.equal(false);
  });

  it("waits for a local Cloud Control that counts as AWS does: it says nothing of it", async () => {
    await bench.close();
    bench = await ProviderBench.open({ quirks: { controlPlaneRates: true } });
    expect(bench.emulator.env()).to.not.have.property("PULUMI_CLOUDCONTROL_SERVICE_RATES");
  });
});
