import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { apigateway, CloudControlProvider, iam, logs } from "../../index";
import { withStack, type EngineStack, type StateResource } from "../support/engine";

const GROUP = "AWS::Logs::LogGroup";

type Program = () => Promise<Record<string, unknown>>;
const group =
  (args: ConstructorParameters<typeof logs.LogGroup>[1], options?: pulumi.CustomResourceOptions, name = "g"): Program =>
  async () =>
    Promise.resolve({ id: new logs.LogGroup(name, args, options).id });

// How the options of Pulumi and the places of AWS meet, through the real engine. `dependsOn` and `parent` are wholly
// the engine's and are not tried.
describe("the options of a resource", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => emulator.close());

  const run = async (program: Program, body: (stack: EngineStack) => Promise<void>): Promise<void> =>
    withStack({ program, env: emulator.env() }, body);
  const live = (): Record<string, unknown>[] =>
    emulator
      .resources()
      .filter(({ typeName }) => typeName === GROUP)
      .map(({ model }) => ({ ...model }));
  const only = async (stack: EngineStack): Promise<StateResource> => (await stack.resources())[0]!;
  const edit = (value: number): void => {
    emulator.edit({ typeName: GROUP, identifier: "a", patch: [{ op: "add", path: "/RetentionInDays", value }] });
  };

  it("`ignoreChanges` leaves a property as it is, in the program and in AWS", async () => {
    const ignoring = (retentionInDays: number): Program =>
      group({ logGroupName: "a", retentionInDays }, { ignoreChanges: ["retentionInDays"] });
    await run(ignoring(7), async (stack) => {
      await stack.up();
      await stack.up({ program: ignoring(14), expectNoChanges: true });
      edit(30);
      await stack.refresh();
      await stack.up({ expectNoChanges: true });
      expect(live()[0]).to.deep.include({ RetentionInDays: 30 });
    });
  });

  it("`ignoreChanges` keeps a property that the program has dropped, and the resource shows it", async () => {
    const shown =
      (args: logs.LogGroupArgs): Program =>
      async () => {
        const { retentionInDays, logGroupClass } = new logs.LogGroup("g", args, { ignoreChanges: ["retentionInDays"] });
        return Promise.resolve({ days: retentionInDays, class: logGroupClass });
      };
    const dropped = shown({ logGroupName: "a" });
    await run(shown({ logGroupName: "a", retentionInDays: 7 }), async (stack) => {
      const days = async (): Promise<unknown> => (await stack.outputs()).days?.value;
      await stack.up();
      expect(await days()).to.equal(7);
      await stack.up({ program: dropped, expectNoChanges: true });
      expect(await days()).to.equal(7);
    });
  });

  it("`ignoreChanges` leaves a nested property as it is, and no other one beside it", async () => {
    const filter =
      (value: string, unit: string): Program =>
      async () => {
        const transformation = { metricName: "errors", metricNamespace: "shop", metricValue: value, unit };
        const args = {
          filterName: "f",
          logGroupName: "a",
          filterPattern: "ERROR",
          metricTransformations: [transformation],
        };
        const ignoreChanges = ["metricTransformations[0].metricValue"];
        return Promise.resolve({ id: new logs.MetricFilter("f", args, { ignoreChanges }).id });
      };
    const shown = (): unknown =>
      emulator.resources().find(({ typeName }) => typeName === "AWS::Logs::MetricFilter")?.model.MetricTransformations;
    const transformation = { MetricName: "errors", MetricNamespace: "shop" };
    emulator.seed({ typeName: GROUP, model: { LogGroupName: "a" } });
    await run(filter("1", "Count"), async (stack) => {
      await stack.up();
      await stack.up({ program: filter("2", "Count"), expectNoChanges: true });
      await stack.up({ program: filter("2", "Bytes") });
      expect(shown()).to.deep.equal([{ ...transformation, MetricValue: "1", Unit: "Bytes" }]);
      await stack.up({ refresh: true, program: filter("3", "Bytes"), expectNoChanges: true });
    });
  });

  it("the stack's `aws:` configuration may hold objects and secrets, as the CLI and @pulumi/aws write them", async () => {
    await run(group({ logGroupName: "a" }), async (stack) => {
      const set = async (...args: string[]): Promise<void> => {
        const { code, stderr } = await stack.cli(["config", "set", ...args]);
        if (code !== 0) throw new Error(stderr);
      };
      await set("--path", "aws:defaultTags.tags.team", "a");
      await set("--path", "aws:ignoreTags.keyPrefixes[0]", "corp:");
      await set("--path", "aws:assumeRoles[0].roleArn", "arn:aws:iam::222222222222:role/deploy");
      await set("--path", "--secret", "aws:assumeRoles[0].externalId", "s3cr3t-id");
      await set("--path", "aws:allowedAccountIds[0]", "222222222222");
      await set("--secret", "aws:region", "eu-west-3");
      await set("--secret", "aws:accessKey", "222222222222");
      await set("--secret", "aws:secretKey", "s3cr3t-key");
      const up = await stack.up();
      const [made] = emulator.resources();
      expect([made?.account, made?.region, made?.model.Tags]).to.deep.equal([
        "222222222222",
        "eu-west-3",
        [{ Key: "team", Value: "a" }],
      ]);
      await stack.up({ refresh: true, expectNoChanges: true });
      const { stdout: state } = await stack.cli(["stack", "export"]);
      expect(state).to.include("222222222222").and.not.to.include("s3cr3t");
      expect(up.stdout + up.stderr).to.not.include("s3cr3t");
      await stack.destroy();
      expect(emulator.resources()).to.deep.equal([]);
    });
  });

  it("`replaceOnChanges` replaces what AWS could change in place, deleting first where the name is the same", async () => {
    const replacing = (retentionInDays: number): Program =>
      group(
        { logGroupName: "a", retentionInDays },
        { replaceOnChanges: ["retentionInDays"], deleteBeforeReplace: true },
      );
    await run(replacing(7), async (stack) => {
      await stack.up();
      const since = emulator.requests().length;
      expect((await stack.up({ program: replacing(14) })).changes).to.deep.equal({ same: 1, replace: 1 });
      const done = emulator
        .requests()
        .slice(since)
        .map(({ operation }) => operation);
      expect(done.indexOf("DeleteResource")).to.be.lessThan(done.indexOf("CreateResource"));
      expect(live()).to.have.length(1);
    });
  });

  it("`protect` keeps a resource from replacement and from destroy", async () => {
    await run(group({ logGroupName: "a" }, { protect: true }), async (stack) => {
      await stack.up();
      const replaced = await stack.up({ program: group({ logGroupName: "b" }, { protect: true }), mayFail: true });
      expect(replaced.failed).to.equal(true);
      expect((await stack.destroy({ mayFail: true })).failed).to.equal(true);
      expect(live().map(({ LogGroupName }) => LogGroupName)).to.include("a");
    });
  });

  it("`retainOnDelete` leaves the resource in AWS", async () => {
    await run(group({ logGroupName: "a" }, { retainOnDelete: true }), async (stack) => {
      await stack.up();
      await stack.destroy();
      expect(live()).to.have.length(1);
    });
  });

  it("`deletedWith` spares the delete of what goes with another resource", async () => {
    const program: Program = async () => {
      const api = new apigateway.RestApi("api", { name: "shop" });
      const options = { deletedWith: api };
      return Promise.resolve({
        id: new apigateway.Resource("pets", { restApiId: api.restApiId, pathPart: "pets" }, options).id,
      });
    };
    await run(program, async (stack) => {
      await stack.up();
      const since = emulator.requests().length;
      await stack.destroy();
      const deleted = emulator
        .requests()
        .slice(since)
        .filter(({ operation }) => operation === "DeleteResource");
      expect(deleted.map(({ typeName }) => typeName)).to.deep.equal(["AWS::ApiGateway::RestApi"]);
      expect(emulator.resources()).to.deep.equal([]);
    });
  });

  it("`aliases` rename without a change in AWS, also from a plain dynamic resource's type", async () => {
    await run(group({ logGroupName: "a" }), async (stack) => {
      await stack.up();
      const since = emulator.requests().length;
      await stack.up({
        program: group({ logGroupName: "a" }, { aliases: [{ name: "g" }] }, "renamed"),
        expectNoChanges: true,
      });
      expect((await only(stack)).urn).to.match(/::renamed$/);
      expect(
        emulator
          .requests()
          .slice(since)
          .filter(({ operation }) => operation !== "GetCallerIdentity"),
      ).to.deep.equal([]);
    });
  });

  it("`additionalSecretOutputs` encrypt what AWS made", async () => {
    const program = group({ logGroupName: "a" }, { additionalSecretOutputs: ["arn"] });
    await run(program, async (stack) => {
      await stack.up();
      const arn = String(live()[0]?.Arn);
      expect(arn).to.include("arn:aws:logs:");
      const onDisk = async (): Promise<string> => (await stack.cli(["stack", "export"])).stdout;
      expect(await onDisk()).to.not.include(arn);
      await stack.up({ refresh: true, expectNoChanges: true });
      expect(await onDisk()).to.not.include(arn);
    });
  });

  it("`region` and an explicit provider put resources of one program into several places, through to destroy", async () => {
    const program: Program = async () => {
      const west = new CloudControlProvider("west", {
        region: "us-west-2",
        assumeRoles: [{ roleArn: "arn:aws:iam::222222222222:role/west" }],
        defaultTags: { place: "west" },
      });
      new logs.LogGroup("home", { logGroupName: "a" });
      new logs.LogGroup("paris", { logGroupName: "a", region: "eu-west-3" });
      new logs.LogGroup("west", { logGroupName: "a" }, { provider: west });
      return Promise.resolve({});
    };
    const places = (): string[] => emulator.resources().map(({ account, region }) => `${account} ${region}`);
    await run(program, async (stack) => {
      await stack.up();
      expect(places()).to.have.members(["000000000000 us-east-1", "000000000000 eu-west-3", "222222222222 us-west-2"]);
      expect(emulator.resources().find(({ region }) => region === "us-west-2")?.model.Tags).to.deep.equal([
        { Key: "place", Value: "west" },
      ]);
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.refresh({ expectNoChanges: true });
      await stack.destroy();
      expect(places()).to.deep.equal([]);
    });
  });

  it("a change of the stack's region is previewed as a replacement, and done: new there, then gone here", async () => {
    await withStack(
      { program: group({ logGroupName: "a" }), env: emulator.env(), config: { "aws:region": "us-east-1" } },
      async (stack) => {
        await stack.up();
        await stack.setConfig({ "aws:region": "eu-west-1" });
        expect((await stack.preview()).changes).to.deep.equal({ same: 1, replace: 1 });
        const since = emulator.requests().length;
        await stack.up();
        const done = emulator
          .requests()
          .slice(since)
          .map(({ operation, region }) => `${operation} ${region ?? ""}`);
        expect(done.indexOf("CreateResource eu-west-1")).to.be.within(0, done.indexOf("DeleteResource us-east-1"));
        expect(emulator.resources().map(({ region }) => region)).to.deep.equal(["eu-west-1"]);
      },
    );
  });

  it("a change of the account is previewed as a replacement; the old one is neither touched nor forgotten", async () => {
    const role = (account: string): string => JSON.stringify([{ roleArn: `arn:aws:iam::${account}:role/ops` }]);
    const config = { "aws:region": "us-east-1", "aws:assumeRoles": role("111111111111") };
    await withStack({ program: group({ logGroupName: "a" }), env: emulator.env(), config }, async (stack) => {
      await stack.up();
      await stack.setConfig({ "aws:assumeRoles": role("222222222222") });
      const previewed = await stack.preview();
      expect(previewed.changes).to.deep.equal({ same: 1, replace: 1 });
      const step = previewed.events.find(({ resourcePreEvent }) => resourcePreEvent?.metadata.op === "replace");
      expect(step?.resourcePreEvent?.metadata.keys).to.deep.equal(["account"]);
      const { failed, diagnostics } = await stack.up({ mayFail: true });
      expect(failed).to.equal(true);
      expect(diagnostics.map(({ message }) => message).join("\n")).to.include(
        "the resource is in the account 111111111111",
      );
      const accounts = emulator.resources().map(({ account }) => account);
      expect(accounts).to.have.members(["111111111111", "222222222222"]);
      expect((await stack.resources()).map(({ inputs }) => inputs?.account)).to.have.members(accounts);
    });
  });

  it("wrong credentials make nothing look gone, on refresh and on destroy", async () => {
    await run(group({ logGroupName: "a" }), async (stack) => {
      await stack.up();
      // The environment, as refresh and destroy get the configuration of the last `up` from the engine.
      stack.setEnv({ AWS_ACCESS_KEY_ID: "222222222222" });
      for (const operation of [stack.refresh.bind(stack), stack.destroy.bind(stack)]) {
        const { failed, diagnostics } = await operation({ mayFail: true });
        expect(failed).to.equal(true);
        expect(diagnostics.map(({ message }) => message).join("\n")).to.include(
          "the resource is in the account 000000000000, the credentials are of 222222222222",
        );
        expect((await only(stack)).id).to.equal("a");
      }
      expect(live()).to.have.length(1);
    });
  });

  it("`adopt` shows in the preview what will change on the existing resource, and then takes it over", async () => {
    emulator.seed({
      typeName: GROUP,
      model: { LogGroupName: "a", RetentionInDays: 30, Tags: [{ Key: "by", Value: "them" }] },
    });
    const line = 'adopting AWS::Logs::LogGroup "a": changes on it: retentionInDays';
    const adopting = (adopt: boolean): Program => group({ logGroupName: "a", retentionInDays: 7, adopt });
    await run(adopting(false), async (stack) => {
      const { failed, diagnostics } = await stack.up({ mayFail: true });
      expect(failed).to.equal(true);
      expect(diagnostics.map(({ message }) => message).join("\n")).to.include("set `adopt: true`");
      const told = (list: readonly { readonly message: string }[]): boolean =>
        list.some(({ message }) => message.includes(line));
      expect(told((await stack.preview({ program: adopting(true) })).diagnostics)).to.equal(true);
      expect(live()[0]).to.deep.include({ RetentionInDays: 30 });
      expect(told((await stack.up()).diagnostics)).to.equal(true);
      expect(live()[0]).to.deep.include({ RetentionInDays: 7, Tags: [{ Key: "by", Value: "them" }] });
      await stack.up({ refresh: true, expectNoChanges: true });
    });
  });

  it("a resource is read without being managed by `get`, typed as its class", async () => {
    emulator.seed({
      typeName: "AWS::ApiGateway::RestApi",
      model: { RestApiId: "api", RootResourceId: "r", Name: "a" },
    });
    emulator.seed({
      typeName: "AWS::ApiGateway::Stage",
      model: {
        RestApiId: "api",
        StageName: "dev",
        DeploymentId: "d1",
        Description: "theirs",
        CacheClusterEnabled: false,
      },
    });
    const program: Program = async () => {
      const { description, stageName, invokeUrl, deploymentId } = apigateway.Stage.get("theirs", "api|dev");
      return Promise.resolve({ description, stageName, invokeUrl, deploymentId });
    };
    await run(program, async (stack) => {
      await stack.up();
      const outputs = Object.fromEntries(
        Object.entries(await stack.outputs()).map(([key, { value }]) => [key, value as unknown]),
      );
      expect(outputs).to.deep.equal({
        description: "theirs",
        stageName: "dev",
        deploymentId: "d1",
        invokeUrl: "https://api.execute-api.us-east-1.amazonaws.com/dev",
      });
      await stack.refresh({ expectNoChanges: true });
      await stack.destroy();
      expect(emulator.resources().map(({ typeName }) => typeName)).to.include("AWS::ApiGateway::Stage");
    });
  });

  it("a replacement under one name deletes first by itself: nobody has to say `deleteBeforeReplace`", async () => {
    const role =
      (path: string): Program =>
      async () =>
        Promise.resolve({
          id: new iam.Role("r", {
            roleName: "r",
            path,
            assumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] },
          }).id,
        });
    await run(role("/a/"), async (stack) => {
      await stack.up();
      expect((await stack.preview({ program: role("/b/") })).changes).to.deep.equal({ same: 1, replace: 1 });
      await stack.up();
      expect(emulator.resources().map(({ model }) => model.Path)).to.deep.equal(["/b/"]);
    });
  });
});
