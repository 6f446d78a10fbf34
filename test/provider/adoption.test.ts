import { expect } from "chai";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const STAGE = "AWS::ApiGateway::Stage";

// Does not prove what a preview looks like: that is the engine's, in test/engine.
describe("a resource that exists already", () => {
  let bench: ProviderBench;
  let one: OneResource;

  beforeEach(async () => {
    bench = await ProviderBench.open();
    one = new OneResource(bench, GROUP);
    const Tags = [
      { Key: "owner", Value: "them" },
      { Key: "team", Value: "old" },
      { Key: "aws:cloudformation:stack-name", Value: "s" },
    ];
    bench.emulator.seed({
      typeName: GROUP,
      model: { LogGroupName: "a", RetentionInDays: 30, LogGroupClass: "STANDARD", Tags },
    });
  });
  afterEach(async () => bench.close());

  const tags = (): unknown => bench.live(GROUP)[0]?.Tags;
  const told = (): string[] => bench.told.splice(0);

  it("is not touched without `adopt`: the error names it", async () => {
    const message = await failureOf(one.up({ logGroupName: "a", retentionInDays: 7 }));
    expect(message).to.include('Create of AWS::Logs::LogGroup "a" failed with AlreadyExists: ');
    expect(message).to.include("set `adopt: true`");
    expect(one.state).to.equal(undefined);
    expect(bench.live(GROUP)[0]).to.deep.include({ RetentionInDays: 30 });
  });

  const args = { logGroupName: "a", retentionInDays: 7, tags: [{ key: "team", value: "new" }] };

  it("is taken over with `adopt`, which says beforehand what changes, and keeps what the program does not set", async () => {
    expect(await one.up({ ...args, adopt: true })).to.equal("create");
    expect(told()).to.deep.equal(['adopting AWS::Logs::LogGroup "a": changes on it: retentionInDays, tags']);
    expect(bench.live(GROUP)).to.have.length(1);
    expect(bench.live(GROUP)[0]).to.deep.include({ RetentionInDays: 7, LogGroupClass: "STANDARD" });
    expect(tags()).to.have.deep.members([
      { Key: "team", Value: "new" },
      { Key: "owner", Value: "them" },
      { Key: "aws:cloudformation:stack-name", Value: "s" },
    ]);
  });

  it("once taken over shows no drift, and keeps the foreign tags through later updates", async () => {
    await one.up({ ...args, adopt: true });
    expect(await one.refresh()).to.equal("same");
    expect(await one.up({ ...args, adopt: true })).to.equal("same");
    expect(await one.up({ logGroupName: "a", tags: [{ key: "team", value: "newer" }], adopt: true })).to.equal(
      "update",
    );
    expect(tags()).to.deep.include.members([{ Key: "owner", Value: "them" }]);
    expect(await one.up({ logGroupName: "a" })).to.equal("update");
    expect(tags()).to.deep.include.members([{ Key: "owner", Value: "them" }]);
    expect(tags()).to.not.deep.include.members([{ Key: "team", Value: "newer" }]);
    expect(await one.refresh()).to.equal("same");
  });

  it("gives up a foreign tag to the program as soon as the program sets it", async () => {
    await one.up({ ...args, adopt: true });
    const own = [
      { key: "team", value: "new" },
      { key: "owner", value: "us" },
    ];
    expect(await one.up({ ...args, tags: own })).to.equal("update");
    expect(tags()).to.deep.include.members([{ Key: "owner", Value: "us" }]);
    expect(await one.refresh()).to.equal("same");
  });

  it("that is already as the program wants it is taken over without a change", async () => {
    const calls = await bench.calls(async () => one.up({ logGroupName: "a", retentionInDays: 30, adopt: true }));
    expect(calls.map(({ operation }) => operation)).to.not.include("UpdateResource");
    expect(told()).to.deep.equal(['adopting AWS::Logs::LogGroup "a": nothing changes on it']);
  });

  it("is said to be adopted at preview, by a read of it and without any change; nobody is asked twice", async () => {
    const provider = await bench.provider();
    const bag = { ...args, adopt: true, __type: GROUP, __provider: "stub" };
    const calls = await bench.calls(async () => {
      await provider.check({}, bag);
      await provider.check({}, bag);
    });
    expect(calls.map(({ operation }) => operation)).to.deep.equal(["GetResource"]);
    expect(told()).to.deep.equal(['adopting AWS::Logs::LogGroup "a": changes on it: retentionInDays, tags']);
  });

  it("is not looked up at preview without `adopt`, or once it is in the state", async () => {
    const provider = await bench.provider();
    const bag = { ...args, __type: GROUP, __provider: "stub" };
    expect(await bench.calls(async () => provider.check({}, bag))).to.deep.equal([]);
    expect(await bench.calls(async () => provider.check(bag, { ...bag, adopt: true }))).to.deep.equal([]);
  });

  it("with `adopt` is made as usual where there is none", async () => {
    expect(await one.up({ logGroupName: "b", adopt: true })).to.equal("create");
    expect(told()).to.deep.equal([]);
    expect(bench.live(GROUP)).to.have.length(2);
  });

  for (const importId of ["api|dev", "api/dev"]) {
    it(`is taken over by its id, written ${importId}`, async () => {
      const { emulator } = bench;
      emulator.seed({
        typeName: "AWS::ApiGateway::RestApi",
        model: { RestApiId: "api", RootResourceId: "r", Name: "a" },
      });
      emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { DeploymentId: "d1", RestApiId: "api" } });
      emulator.seed({
        typeName: STAGE,
        model: {
          RestApiId: "api",
          StageName: "dev",
          DeploymentId: "d1",
          TracingEnabled: true,
          CacheClusterEnabled: false,
        },
      });
      const stage = new OneResource(bench, STAGE);
      const wanted = { restApiId: "api", stageName: "dev", deploymentId: "d1", description: "ours" };
      expect(await stage.up({ ...wanted, importId })).to.equal("create");
      expect(stage.state?.id).to.equal("api|dev");
      expect(bench.live(STAGE)[0]).to.deep.include({ Description: "ours", TracingEnabled: true });
      expect(await stage.refresh()).to.equal("same");
      expect(await stage.up(wanted)).to.equal("same");
    });
  }

  it("by an id that AWS does not find is an error, and nothing is made", async () => {
    const message = await failureOf(one.up({ logGroupName: "b", importId: "b" }));
    expect(message).to.include('Create of AWS::Logs::LogGroup "b" failed with NotFound');
    expect(bench.live(GROUP)).to.have.length(1);
  });
});
