import { expect } from "chai";
import type { JsonObject } from "../../provider/core/json";
import { deadlineOf } from "../../provider/waiting";
import { VirtualClock } from "../support/clock";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const STAGE = "AWS::ApiGateway::Stage";
const ALL = { resourcePath: "/*", httpMethod: "*" };

// The quirks are the emulator's, on by default and each with a switch: whether AWS still has them is not shown here.
describe("an update", () => {
  let bench: ProviderBench;
  let stage: OneResource;
  let args: Record<string, unknown>;

  const open = async (options: Parameters<typeof ProviderBench.open>[0] = {}): Promise<void> => {
    bench = await ProviderBench.open({ seed: 1, ...options });
    const { emulator } = bench;
    emulator.seed({
      typeName: "AWS::ApiGateway::RestApi",
      model: { RestApiId: "api", RootResourceId: "root", Name: "a" },
    });
    for (const DeploymentId of ["d1", "d2"]) {
      emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { DeploymentId, RestApiId: "api" } });
    }
    const role = { Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" } }] };
    const Arn = "arn:aws:iam::000000000000:role/logs";
    emulator.seed({
      typeName: "AWS::IAM::Role",
      model: { RoleName: "logs", Arn, RoleId: "r", AssumeRolePolicyDocument: role },
    });
    emulator.seed({ typeName: "AWS::ApiGateway::Account", model: { Id: "account", CloudWatchRoleArn: Arn } });
    stage = new OneResource(bench, STAGE);
    args = { restApiId: "api", deploymentId: "d1", stageName: "dev" };
  };
  beforeEach(async () => open());
  afterEach(async () => bench.close());

  const live = (): Record<string, unknown> => bench.live(STAGE)[0] ?? {};
  const settings = (): Record<string, unknown>[] => live().MethodSettings as Record<string, unknown>[];
  const up = async (more: Record<string, unknown>): ReturnType<OneResource["up"]> => stage.up({ ...args, ...more });
  const patches = async (run: () => Promise<unknown>): Promise<number> =>
    (await bench.calls(run)).filter(({ operation }) => operation === "UpdateResource").length;

  /** After every successful change nothing differs. */
  const settled = async (more: Record<string, unknown>): Promise<void> => {
    expect(await stage.refresh()).to.equal("same");
    expect(await up(more)).to.equal("same");
  };

  it("(quirk a) sets tags on a stage without tags, and takes them away again", async () => {
    await up({});
    expect(live()).to.not.have.property("Tags");
    await up({ tags: [{ key: "team", value: "a" }] });
    expect(live().Tags).to.deep.equal([{ Key: "team", Value: "a" }]);
    await settled({ tags: [{ key: "team", value: "a" }] });
    await up({});
    expect(live()).to.not.have.property("Tags");
    await settled({});
  });

  it("takes back a write-only value, which AWS never shows, with one patch", async () => {
    const api = new OneResource(bench, "AWS::ApiGateway::RestApi");
    const body = { openapi: "3.0.1", info: { title: "t", version: "1" }, paths: {} };
    await api.up({ name: "shop", body });
    expect(await patches(async () => api.up({ name: "shop" }))).to.equal(1);
    expect(await api.up({ name: "shop" })).to.equal("same");
    expect(await api.refresh()).to.equal("same");
  });

  it("to a candidate that is not there says where it stands in the program, changes nothing, and can be mended", async () => {
    await up({});
    const before = live();
    const failed = await failureOf(up({ canarySetting: { deploymentId: "nobody", percentTraffic: 10 } }));
    expect(failed).to.match(
      /^Update of AWS::ApiGateway::Stage "api\|dev" failed with InvalidRequest: .+ Fix: set canarySetting\.deploymentId to an AWS::ApiGateway::Deployment of the API "api" that is there; AWS does not find "nobody"\. \(request token [-\w]+\)$/,
    );
    expect(live()).to.deep.equal(before);
    const mended = { canarySetting: { deploymentId: "d2", percentTraffic: 10 } };
    await up(mended);
    await settled(mended);
  });

  it("(quirk b) switches off a cache cluster and a method's cache that the program no longer sets", async () => {
    await up({
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      methodSettings: [{ ...ALL, cachingEnabled: true, metricsEnabled: true }],
    });
    await up({ methodSettings: [{ ...ALL, metricsEnabled: true }] });
    expect(live().CacheClusterEnabled).to.equal(false);
    expect(settings()[0]).to.deep.include({ CachingEnabled: false, MetricsEnabled: true });
    await settled({ methodSettings: [{ ...ALL, metricsEnabled: true }] });
  });

  it("(quirk d) switches off data trace, logging and metrics that the program no longer sets", async () => {
    const all = { ...ALL, dataTraceEnabled: true, loggingLevel: "INFO", metricsEnabled: true, throttlingBurstLimit: 9 };
    await up({ methodSettings: [all] });
    await up({ methodSettings: [{ ...ALL, throttlingBurstLimit: 9 }] });
    expect(settings()[0]).to.deep.include({
      DataTraceEnabled: false,
      LoggingLevel: "OFF",
      MetricsEnabled: false,
      ThrottlingBurstLimit: 9,
    });
    await settled({ methodSettings: [{ ...ALL, throttlingBurstLimit: 9 }] });
  });

  for (const how of ["at once", "after a refresh"] as const) {
    it(`(quirk c) fails loudly for a canary that survives its removal, and again ${how}, until it is gone`, async () => {
      await up({ canarySetting: { percentTraffic: 10, deploymentId: "d2" } });
      const message = await failureOf(up({}));
      expect(message).to.include('Update of AWS::ApiGateway::Stage "api|dev" failed with NotApplied: ');
      expect(message).to.include("AWS kept its own value of canarySetting");
      if (how === "after a refresh") await stage.refresh();
      expect(await failureOf(up({}))).to.include("canarySetting");
      const model = Object.fromEntries(Object.entries(live()).filter(([key]) => key !== "CanarySetting"));
      bench.emulator.edit({ typeName: STAGE, identifier: "api|dev", model });
      await stage.refresh();
      expect(await up({})).to.equal("same");
    });
  }

  it("removes a canary where AWS heeds it", async () => {
    await bench.close();
    await open({ quirks: { canaryStays: false } });
    await up({ canarySetting: { percentTraffic: 10, deploymentId: "d2" } });
    await up({});
    expect(live()).to.not.have.property("CanarySetting");
    await settled({});
  });

  it("(quirk f) sets a cache's size while the cache is off, without waiting for a cluster", async () => {
    await up({});
    await up({ cacheClusterSize: "0.5" });
    expect(live()).to.deep.include({ CacheClusterEnabled: false, CacheClusterSize: "0.5" });
    await settled({ cacheClusterSize: "0.5" });
  });

  it("(quirk g) never sends a method setting that sets nothing, which AWS would drop: it is refused at preview", async () => {
    await up({});
    expect(await failureOf(up({ methodSettings: [ALL] }))).to.include("at least one setting beside path and method");
  });

  it("(quirk i) has an hour where a cache cluster is made, resized or removed, else a quarter of one", () => {
    const clock = new VirtualClock();
    const minutes = (before: JsonObject, after: JsonObject, chosen?: number): number =>
      (deadlineOf({ clock }, chosen, before, after) - clock.now()) / 60_000;
    const on = (CacheClusterSize: string): JsonObject => ({ CacheClusterEnabled: true, CacheClusterSize });
    expect(minutes({}, on("0.5"))).to.equal(60);
    expect(minutes(on("0.5"), on("1.6"))).to.equal(60);
    expect(minutes(on("0.5"), {})).to.equal(60);
    expect(minutes(on("0.5"), on("0.5"))).to.equal(15);
    expect(minutes({}, {})).to.equal(15);
    expect(minutes({}, on("0.5"), 5 * 60_000)).to.equal(5);
  });

  it("keeps what others set beside and inside of what the program owns", async () => {
    await up({ methodSettings: [{ ...ALL, throttlingBurstLimit: 9 }] });
    const model = { ...live(), Description: "theirs", TracingEnabled: true };
    const [entry] = settings();
    bench.emulator.edit({
      typeName: STAGE,
      identifier: "api|dev",
      model: { ...model, MethodSettings: [{ ...entry, MetricsEnabled: true }] },
    });
    expect(await stage.refresh()).to.equal("same");
    await up({ methodSettings: [{ ...ALL, throttlingBurstLimit: 8 }] });
    expect(live()).to.deep.include({ Description: "theirs", TracingEnabled: true });
    expect(settings()[0]).to.deep.include({ MetricsEnabled: true, ThrottlingBurstLimit: 8 });
  });

  it("of what drifted to the desired value anyway sends nothing", async () => {
    await up({ description: "a" });
    bench.emulator.edit({ typeName: STAGE, identifier: "api|dev", model: { ...live(), Description: "b" } });
    expect(await patches(async () => up({ description: "b" }))).to.equal(0);
    await settled({ description: "b" });
  });

  it("that AWS refuses half-way leaves the truth in the state, and the next `up` goes on", async () => {
    await up({ description: "a" });
    bench.emulator.faults.add({
      kind: "handler-failure",
      errorCode: "InternalFailure",
      operation: "UPDATE",
      remnant: true,
    });
    expect(await failureOf(up({ description: "b", tracingEnabled: true }))).to.include("InternalFailure");
    expect(stage.state?.outputs).to.deep.include({ description: "b", tracingEnabled: true });
    bench.emulator.edit({ typeName: STAGE, identifier: "api|dev", model: { ...live(), TracingEnabled: false } });
    await stage.refresh();
    expect(await up({ description: "b", tracingEnabled: true })).to.equal("update");
    expect(live()).to.deep.include({ Description: "b", TracingEnabled: true });
  });

  const dropped: [string, Record<string, unknown>, Record<string, unknown>][] = [
    [
      "a member",
      { canarySetting: { percentTraffic: 5, useStageCache: true } },
      { canarySetting: { percentTraffic: 5 } },
    ],
    [
      "a member of a list's entry",
      { methodSettings: [{ ...ALL, throttlingRateLimit: 9, throttlingBurstLimit: 3 }] },
      { methodSettings: [{ ...ALL, throttlingRateLimit: 9 }] },
    ],
  ];
  for (const [what, before, after] of dropped) {
    it(`that fails and drops ${what} does not forget it: the next \`up\` takes it away`, async () => {
      await up(before);
      bench.emulator.faults.add({ kind: "handler-failure", errorCode: "InvalidRequest", operation: "UPDATE" });
      expect(await failureOf(up(after))).to.include("InvalidRequest");
      const drops = JSON.stringify(live());
      expect(await up(after)).to.equal("update");
      expect(JSON.stringify(live())).to.not.equal(drops);
      await settled(after);
      expect(JSON.stringify(live())).to.not.match(/UseStageCache":true|BurstLimit":3/);
    });
  }

  it("of a resource that was deleted outside says so and names `pulumi refresh`", async () => {
    await up({ description: "a" });
    bench.emulator.remove({ typeName: STAGE, identifier: "api|dev" });
    const gone =
      /^Update of AWS::ApiGateway::Stage "api\|dev" failed with NotFound: it was deleted outside Pulumi\..*pulumi refresh/;
    expect(await failureOf(up({ description: "b" }))).to.match(gone);
    // That what it refers to is gone as well is not what failed.
    expect(await failureOf(up({ deploymentId: "nobody" }))).to.match(gone);
    expect(await stage.refresh()).to.equal("gone");
    expect(await up({ description: "b" })).to.equal("create");
  });

  it("sends write-only values again, without which AWS would take them for removed", async () => {
    const activation = new OneResource(bench, "AWS::ACMPCA::CertificateAuthorityActivation");
    const given = { certificateAuthorityArn: "arn:aws:acm-pca:us-east-1:1:ca/a", certificate: "PEM" };
    await activation.up(given);
    // `Certificate` is required and write-only: a patch without it leaves a model that is not valid.
    expect(await activation.up({ ...given, status: "DISABLED" })).to.equal("update");
    expect(await activation.refresh()).to.equal("same");
    expect(await activation.up({ ...given, status: "DISABLED" })).to.equal("same");
    expect(await activation.up({ ...given, certificate: "PEM 2", status: "DISABLED" })).to.equal("update");
  });

  describe("that replaces", () => {
    const group = (): OneResource => new OneResource(bench, "AWS::Logs::LogGroup");
    const order = async (run: () => Promise<unknown>): Promise<string[]> =>
      (await bench.calls(run))
        .map(({ operation }) => operation)
        .filter((operation) => /^(Create|Delete)Resource$/.test(operation));

    it("makes the new one first where the identifiers differ", async () => {
      const one = group();
      await one.up({ logGroupName: "a" });
      expect(await order(async () => one.up({ logGroupName: "b" }))).to.deep.equal([
        "CreateResource",
        "DeleteResource",
      ]);
    });

    it("deletes the old one first where the new one would have the same identifier", async () => {
      const one = new OneResource(bench, "AWS::IAM::Role");
      const assumeRolePolicyDocument = { Version: "2012-10-17", Statement: [] };
      await one.up({ roleName: "r", path: "/a/", assumeRolePolicyDocument });
      expect(await order(async () => one.up({ roleName: "r", path: "/b/", assumeRolePolicyDocument }))).to.deep.equal([
        "DeleteResource",
        "CreateResource",
      ]);
      expect(bench.live("AWS::IAM::Role").find(({ RoleName }) => RoleName === "r")?.Path).to.equal("/b/");
    });

    it("is told by a create-only path inside another member, and only by that path", async () => {
      const one = new OneResource(bench, "AWS::Budgets::Budget");
      const budget = (budgetName: string, amount: number): Record<string, unknown> => ({
        budget: { budgetName, budgetType: "COST", timeUnit: "MONTHLY", budgetLimit: { amount, unit: "USD" } },
      });
      await one.up(budget("a", 10));
      expect(await one.up(budget("a", 20))).to.equal("update");
      expect(await one.up(budget("b", 20))).to.equal("replace");
    });

    describe("where AWS changes a conditional create-only value only sometimes", () => {
      const VPC = "AWS::EC2::VPC";
      const vpc = (instanceTenancy: string): Record<string, unknown> => ({ cidrBlock: "10.0.0.0/16", instanceTenancy });
      let one: OneResource;
      beforeEach(async () => {
        one = new OneResource(bench, VPC);
        await one.up(vpc("dedicated"));
      });

      it("is not done while AWS has not been asked: what it changes in place stays", async () => {
        expect(await one.up(vpc("default"))).to.equal("update");
        expect(await one.refresh()).to.equal("same");
      });

      for (const how of ["by its handler", "at once"] as const) {
        it(`is shown by the next preview once AWS has refused it ${how}, also after a refresh`, async () => {
          const { id } = one.state!;
          bench.emulator.faults.add(
            how === "at once"
              ? { kind: "exception", exception: "NotUpdatableException", operation: "UpdateResource" }
              : { kind: "handler-failure", errorCode: "NotUpdatable", operation: "UPDATE" },
          );
          const message = await failureOf(one.up(vpc("default")));
          expect(message).to.include("failed with NotUpdatable");
          expect(message).to.include("which shows the replacement that this change of instanceTenancy needs");
          expect(one.state?.id).to.equal(id);
          await one.refresh();
          expect(await one.up(vpc("default"))).to.equal("replace");
          expect(bench.live(VPC).map(({ InstanceTenancy }) => InstanceTenancy)).to.deep.equal(["default"]);
          expect(await one.refresh()).to.equal("same");
          expect(await one.up(vpc("default"))).to.equal("same");
        });
      }

      it("is not done for another value, nor where the change is taken back", async () => {
        bench.emulator.faults.add({ kind: "handler-failure", errorCode: "NotUpdatable", operation: "UPDATE" });
        await failureOf(one.up(vpc("default")));
        expect(await one.up({ ...vpc("dedicated"), enableDnsSupport: true })).to.equal("update");
        bench.emulator.faults.add({ kind: "handler-failure", errorCode: "NotUpdatable", operation: "UPDATE" });
        await failureOf(one.up(vpc("default")));
        expect(await one.up(vpc("host"))).to.equal("update");
      });
    });

    it("is told by a create-only member that the program no longer sets", async () => {
      const one = new OneResource(bench, "AWS::IAM::Role");
      const assumeRolePolicyDocument = { Version: "2012-10-17", Statement: [] };
      await one.up({ roleName: "r", path: "/a/", assumeRolePolicyDocument });
      expect(await one.up({ roleName: "r", assumeRolePolicyDocument })).to.equal("replace");
      expect(bench.live("AWS::IAM::Role").find(({ RoleName }) => RoleName === "r")?.Path).to.equal("/");
    });
  });

  it("needs two calls and its polls, and one more call to see what came of it", async () => {
    await up({ description: "a" });
    const calls = (await bench.calls(async () => up({ description: "b" }))).map(({ operation }) => operation);
    expect(calls.filter((name) => name !== "GetResourceRequestStatus")).to.deep.equal([
      "GetResource",
      "UpdateResource",
      "GetResource",
    ]);
    expect(calls.filter((name) => name === "GetResourceRequestStatus").length).to.be.within(1, 3);
  });
});
