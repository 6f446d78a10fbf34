import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Proxy } from "../support/proxy";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const [MINE, THEIRS] = ["111111111111", "222222222222"];

// Accounts are told apart by access keys, which is the emulator's own way. Profiles, SSO and IMDS are the SDK's and are
// not tried here.
describe("where a resource lives", () => {
  let bench: ProviderBench;
  let one: OneResource;

  beforeEach(async () => {
    bench = await ProviderBench.open();
    bench.actAs(MINE);
    one = new OneResource(bench, GROUP);
  });
  afterEach(async () => bench.close());

  const args = { logGroupName: "a" };
  const sent = async (run: () => Promise<unknown>): Promise<string[]> =>
    (await bench.calls(run)).map(({ operation }) => operation);
  const places = (): string[] => bench.emulator.resources().map(({ account, region }) => `${account} ${region}`);

  describe("with the credentials of another account", () => {
    beforeEach(async () => {
      await one.up(args);
      bench.actAs(THEIRS);
    });

    it("looks gone neither to a refresh nor to a destroy, and nothing is sent", async () => {
      const message = `the resource is in the account ${MINE}, the credentials are of ${THEIRS}`;
      expect(await sent(async () => expect(await failureOf(one.refresh())).to.include(message))).to.deep.equal([]);
      expect(await sent(async () => expect(await failureOf(one.destroy())).to.include(message))).to.deep.equal([]);
      expect(one.state?.id).to.equal("a");
      bench.actAs(MINE);
      expect(await one.refresh()).to.equal("same");
    });

    it("is replaced, never silently moved: a new one here, and the old one is not found and not forgotten", async () => {
      expect(await failureOf(one.up(args))).to.include("failed with WrongAccount");
      expect(places()).to.have.members([`${MINE} us-east-1`, `${THEIRS} us-east-1`]);
    });
  });

  describe("while AWS does not tell the account", () => {
    const silent = (): unknown =>
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDenied",
        operation: "GetCallerIdentity",
        times: 99,
      });

    it("is not replaced: an account that is unknown on one side is no change", async () => {
      await one.up(args);
      silent();
      expect(await one.up(args)).to.equal("same");
      expect(await one.up({ ...args, retentionInDays: 7 })).to.equal("update");
      bench.emulator.faults.clear();
      expect(await one.up({ ...args, retentionInDays: 7 })).to.equal("same");
    });

    it("is not believed to be gone", async () => {
      await one.up(args);
      silent();
      bench.actAs(THEIRS);
      expect(await failureOf(one.refresh())).to.include(
        "failed with WrongAccount: AWS finds nothing, but does not tell",
      );
      expect(await failureOf(one.destroy())).to.include("failed with WrongAccount");
      expect(one.state?.id).to.equal("a");
    });

    it("is refused where only some accounts are allowed", async () => {
      silent();
      bench.config = { "aws:allowedAccountIds": JSON.stringify([MINE]) };
      const refused = failureOf(one.up(args));
      expect(await refused).to.include("AWS does not tell whose credentials these are");
      expect(places()).to.deep.equal([]);
    });
  });

  it("without credentials is previewed all the same, and says what to do when it is to be made", async () => {
    bench.actAs(undefined);
    const provider = await bench.provider();
    const checked = await provider.check({}, { ...args, __type: GROUP, __provider: "stub" });
    expect(checked.failures).to.deep.equal([]);
    expect(checked.inputs).to.deep.include({ region: "us-east-1" }).and.not.have.property("account");
    expect(await failureOf(one.up(args))).to.include("failed with CredentialsProviderError");
  });

  describe("a missing permission", () => {
    it("is never taken for gone", async () => {
      await one.up(args);
      bench.emulator.faults.add({ kind: "exception", exception: "AccessDeniedException", operation: "GetResource" });
      expect(await failureOf(one.refresh())).to.include('Read of AWS::Logs::LogGroup "a" failed with AccessDenied');
      bench.emulator.faults.add({ kind: "exception", exception: "AccessDeniedException", operation: "DeleteResource" });
      expect(await failureOf(one.destroy())).to.include("AccessDenied");
      bench.emulator.faults.add({ kind: "handler-failure", errorCode: "AccessDenied", operation: "DELETE" });
      expect(await failureOf(one.destroy())).to.include("AccessDenied");
      expect(one.state?.id).to.equal("a");
    });
  });

  describe("an account that the configuration excludes", () => {
    for (const [key, value] of [
      ["aws:allowedAccountIds", THEIRS],
      ["aws:forbiddenAccountIds", MINE],
    ] as const) {
      it(`by ${key} is refused at preview and before anything is sent`, async () => {
        await one.up(args);
        bench.config = { [key]: JSON.stringify([value]) };
        const other = new OneResource(bench, GROUP);
        const calls = await sent(async () => {
          const runs = [
            async () => one.refresh(),
            async () => one.destroy(),
            async () => one.up({ ...args, retentionInDays: 1 }),
            async () => other.up({}),
          ];
          for (const run of runs) expect(await failureOf(run())).to.include(`the account ${MINE} is`);
          const provider = await bench.provider();
          const bag = { ...args, region: "us-east-1", __type: GROUP, __provider: "stub" };
          expect(await failureOf(provider.create(bag))).to.include("WrongAccount");
        });
        expect(calls).to.deep.equal([]);
      });
    }
  });

  it("a change of region replaces: the new one is made there, then the old one is deleted here", async () => {
    await one.up(args);
    expect(await one.up({ ...args, region: "eu-west-1" })).to.equal("replace");
    expect(places()).to.deep.equal([`${MINE} eu-west-1`]);
    bench.config = { "aws:region": "eu-central-1" };
    expect(await one.up(args)).to.equal("replace");
    expect(places()).to.deep.equal([`${MINE} eu-central-1`]);
  });

  it("read and delete go where the state says, whatever the configuration says today", async () => {
    await one.up({ ...args, region: "eu-west-1" });
    bench.config = { "aws:region": "ap-south-1" };
    expect(await one.refresh()).to.equal("same");
    await one.destroy();
    expect(places()).to.deep.equal([]);
  });

  it("the resource's region wins over the stack's, and the stack's over the environment's", async () => {
    bench.config = { "aws:region": "eu-west-1" };
    await one.up(args);
    await new OneResource(bench, GROUP).up({ logGroupName: "b", region: "us-west-2" });
    expect(places()).to.have.members([`${MINE} eu-west-1`, `${MINE} us-west-2`]);
  });

  describe("roles", () => {
    const role = (account: string, name: string): object => ({ roleArn: `arn:aws:iam::${account}:role/${name}` });
    const assumed = (): (string | undefined)[] =>
      bench.emulator
        .requests()
        .filter(({ operation }) => operation === "AssumeRole")
        .map(({ account, identifier }) => `${account ?? ""} → ${identifier ?? ""}`);

    it("of the configuration are assumed one with the other's credentials", async () => {
      bench.config = {
        "aws:assumeRoles": JSON.stringify([role("333333333333", "hub"), role("444444444444", "spoke")]),
      };
      await one.up(args);
      expect(places()).to.deep.equal(["444444444444 us-east-1"]);
      expect(assumed()).to.include.members([
        `${MINE} → arn:aws:iam::333333333333:role/hub`,
        "333333333333 → arn:aws:iam::444444444444:role/spoke",
      ]);
      expect(one.state?.inputs.account).to.equal("444444444444");
      await one.destroy();
      expect(places()).to.deep.equal([]);
    });

    it("of one resource are its own, in state by name only, and used by refresh and destroy", async () => {
      await one.up({ ...args, assumeRole: role("333333333333", "ops") });
      expect(places()).to.deep.equal(["333333333333 us-east-1"]);
      expect(JSON.stringify(one.state)).to.not.match(/ASIA|secret|session/i);
      expect(await one.refresh()).to.equal("same");
      await one.destroy();
      expect(places()).to.deep.equal([]);
    });

    it("are assumed as the configuration says it", async () => {
      const given = {
        ...role("333333333333", "hub"),
        duration: "30m",
        externalId: "e",
        sessionName: "deploy",
        sourceIdentity: "someone",
        policy: "{}",
        policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        tags: { team: "a" },
        transitiveTagKeys: ["team"],
      };
      const proxy = new Proxy(bench.emulator.endpoint);
      try {
        bench.setEnv({ HTTP_PROXY: await proxy.listen(), AWS_ENDPOINT_URL_STS: undefined });
        bench.config = {
          "aws:assumeRoles": JSON.stringify([given]),
          "aws:endpoints": JSON.stringify([{ sts: "http://sts.example" }]),
        };
        await one.up(args);
      } finally {
        await proxy.close();
      }
      const asked = proxy.bodies.map((body) => Object.fromEntries(new URLSearchParams(body)));
      expect(asked.find(({ Action }) => Action === "AssumeRole")).to.deep.equal({
        Action: "AssumeRole",
        Version: "2011-06-15",
        RoleArn: "arn:aws:iam::333333333333:role/hub",
        RoleSessionName: "deploy",
        DurationSeconds: "1800",
        ExternalId: "e",
        SourceIdentity: "someone",
        Policy: "{}",
        "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "Tags.member.1.Key": "team",
        "Tags.member.1.Value": "a",
        "TransitiveTagKeys.member.1": "team",
      });
    });

    it("that may not be assumed fail with STS's words and send nothing", async () => {
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDenied",
        message: "User is not authorized to perform: sts:AssumeRole",
        operation: "AssumeRole",
        times: 99,
      });
      bench.config = { "aws:assumeRoles": JSON.stringify([role("333333333333", "hub")]) };
      const calls = await sent(async () => {
        expect(await failureOf(one.up(args))).to.include("not authorized to perform: sts:AssumeRole");
      });
      expect(calls).to.deep.equal([]);
    });
  });

  it("keys of the configuration are used, also to take on its roles, and stay out of the state", async () => {
    bench.config = { "aws:accessKey": THEIRS, "aws:secretKey": "key-secret", "aws:token": "key-token" };
    await one.up(args);
    expect(places()).to.deep.equal([`${THEIRS} us-east-1`]);
    expect(JSON.stringify(one.state)).to.not.match(/key-secret|key-token/);
    await one.destroy();
    const roles = [{ roleArn: "arn:aws:iam::333333333333:role/hub" }];
    bench.config = { ...bench.config, "aws:assumeRoles": JSON.stringify(roles) };
    await one.up(args);
    expect(places()).to.deep.equal(["333333333333 us-east-1"]);
    const asked = bench.emulator.requests().filter(({ operation }) => operation === "AssumeRole");
    expect(asked.map(({ account }) => account))
      .to.include(THEIRS)
      .and.not.to.include(MINE);
    bench.config = { "aws:accessKey": THEIRS };
    expect(await failureOf(one.refresh())).to.include(
      "aws:secretKey: expected the secret that belongs to aws:accessKey",
    );
  });

  describe("profiles", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "profiles-"));
      const file = join(folder, "config");
      const keys = (account: string): string => `aws_access_key_id = ${account}\naws_secret_access_key = s\n`;
      const chained = `role_arn = arn:aws:iam::444444444444:role/ops\nsource_profile = hub\nregion = eu-west-1\n`;
      writeFileSync(file, `[profile hub]\n${keys("333333333333")}\n[profile ops]\n${chained}`);
      bench.setEnv({ AWS_CONFIG_FILE: file });
      bench.actAs(undefined);
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it("of the configuration give credentials, and a role of theirs is assumed", async () => {
      bench.config = { "aws:profile": "ops" };
      await one.up(args);
      expect(places()).to.deep.equal(["444444444444 us-east-1"]);
      expect(one.state?.inputs.account).to.equal("444444444444");
      expect(await one.refresh()).to.equal("same");
      await one.destroy();
      expect(places()).to.deep.equal([]);
    });

    it("give the region, where neither configuration nor environment do", async () => {
      bench.setEnv({ AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined });
      bench.config = { "aws:profile": "ops" };
      await one.up(args);
      expect(places()).to.deep.equal(["444444444444 eu-west-1"]);
    });

    it("of one resource win over the stack's, also over its keys", async () => {
      bench.config = { "aws:profile": "ops" };
      bench.config = { ...bench.config, "aws:accessKey": THEIRS, "aws:secretKey": "s" };
      await one.up({ ...args, profile: "hub" });
      expect(places()).to.deep.equal(["333333333333 us-east-1"]);
      await one.destroy();
      expect(places()).to.deep.equal([]);
    });
  });

  it("endpoints come from the configuration, and a resource's own wins", async () => {
    const { endpoint } = bench.emulator;
    bench.setEnv({
      AWS_ENDPOINT_URL: undefined,
      AWS_ENDPOINT_URL_CLOUDCONTROL: undefined,
      AWS_ENDPOINT_URL_STS: undefined,
    });
    bench.config = { "aws:endpoints": JSON.stringify([{ cloudcontrol: endpoint, sts: endpoint }]) };
    await one.up(args);
    bench.config = { "aws:endpoints": JSON.stringify([{ cloudcontrol: "http://127.0.0.1:9", sts: endpoint }]) };
    await new OneResource(bench, GROUP).up({ logGroupName: "b", endpoint });
    expect(bench.live(GROUP)).to.have.length(2);
  });

  describe("default tags", () => {
    beforeEach(() => {
      bench.config = { "aws:defaultTags": JSON.stringify({ tags: { team: "a", env: "dev" } }) };
    });

    it("are added to a list of tags, where the resource's own win", async () => {
      await one.up({ ...args, tags: [{ key: "env", value: "prod" }] });
      expect(bench.live(GROUP)[0]?.Tags).to.deep.equal([
        { Key: "env", Value: "prod" },
        { Key: "team", Value: "a" },
      ]);
      expect(await one.refresh()).to.equal("same");
      expect(await one.up({ ...args, tags: [{ key: "env", value: "prod" }] })).to.equal("same");
    });

    it("are added to a map of tags, where the resource's own win", async () => {
      const parameter = new OneResource(bench, "AWS::SSM::Parameter");
      const given = { name: "/p", type: "String", value: "1", tags: { env: "prod" } };
      await parameter.up(given);
      expect(bench.live("AWS::SSM::Parameter")[0]?.Tags).to.deep.equal({ team: "a", env: "prod" });
      expect(await parameter.refresh()).to.equal("same");
      expect(await parameter.up(given)).to.equal("same");
    });

    for (const [typeName, member, given] of [
      ["AWS::Glue::Job", "Tags", { Name: "job", Role: "r", Command: {} }],
      ["AWS::Glue::Connection", "Tags", { CatalogId: "1", ConnectionInput: { ConnectionType: "JDBC" } }],
      ["AWS::Route53::HostedZone", "HostedZoneTags", { Name: "example.com" }],
      ["AWS::Cognito::UserPool", "UserPoolTags", { UserPoolName: "p" }],
      ["AWS::EFS::FileSystem", "FileSystemTags", {}],
    ] as const) {
      it(`are added in the type's own style and under its own name: ${typeName}`, async () => {
        const { inputs } = (await (
          await bench.provider()
        ).check({}, { __provider: "stub", typeName, region: "us-east-1", properties: given })) as {
          inputs: { properties: Record<string, unknown> };
        };
        const isList = Array.isArray(inputs.properties[member]);
        expect(isList).to.equal(["HostedZoneTags", "FileSystemTags"].includes(member));
        const list = [
          { Key: "team", Value: "a" },
          { Key: "env", Value: "dev" },
        ];
        expect(inputs.properties).to.deep.equal({ ...given, [member]: isList ? list : { team: "a", env: "dev" } });
      });
    }

    it("that change update the resource, and those that go are taken away", async () => {
      await one.up(args);
      bench.config = { "aws:defaultTags": JSON.stringify({ tags: { team: "b" } }) };
      expect(await one.up(args)).to.equal("update");
      expect(bench.live(GROUP)[0]?.Tags).to.deep.equal([{ Key: "team", Value: "b" }]);
      bench.config = {};
      expect(await one.up(args)).to.equal("update");
      expect(bench.live(GROUP)[0]).to.not.have.property("Tags");
    });

    it("leave a type without tags alone", async () => {
      const account = new OneResource(bench, "AWS::ApiGateway::Account");
      await account.up({});
      expect(await account.refresh()).to.equal("same");
    });
  });

  it("ignored tags are neither drift nor stripped", async () => {
    bench.config = { "aws:ignoreTags": JSON.stringify({ keys: ["patched"], keyPrefixes: ["corp:"] }) };
    await one.up({ ...args, tags: [{ key: "team", value: "a" }] });
    const foreign = [
      { Key: "patched", Value: "yes" },
      { Key: "corp:cost", Value: "1" },
    ];
    const [model] = bench.live(GROUP);
    const Tags = [...(model?.Tags as object[]), ...foreign];
    bench.emulator.edit({ typeName: GROUP, identifier: "a", account: MINE, model: { ...model, Tags } });
    expect(await one.refresh()).to.equal("same");
    await one.up({ ...args, tags: [{ key: "team", value: "b" }] });
    expect(bench.live(GROUP)[0]?.Tags).to.have.deep.members([{ Key: "team", Value: "b" }, ...foreign]);
    await one.up(args);
    expect(bench.live(GROUP)[0]?.Tags).to.have.deep.members(foreign);
  });

  for (const [region, partition, host] of [
    ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
    ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ] as const) {
    it(`ARNs and URLs of ${region} are those of ${partition}`, async () => {
      bench.config = { "aws:region": region };
      const api = new OneResource(bench, "AWS::ApiGateway::RestApi");
      await api.up({ name: "shop" });
      const id = api.state?.id ?? "";
      bench.emulator.seed({
        typeName: "AWS::ApiGateway::Deployment",
        account: MINE,
        region,
        model: { DeploymentId: "d1", RestApiId: id },
      });
      const stage = new OneResource(bench, "AWS::ApiGateway::Stage");
      await stage.up({ restApiId: id, deploymentId: "d1", stageName: "dev" });
      expect(stage.state?.outputs).to.deep.include({
        arn: `arn:${partition}:apigateway:${region}::/restapis/${id}/stages/dev`,
        invokeUrl: `https://${id}.execute-api.${region}.${host}/dev`,
        executionArn: `arn:${partition}:execute-api:${region}:${MINE}:${id}/dev`,
      });
      expect(await stage.refresh()).to.equal("same");
    });
  }

  it("calls that come before `configure` wait for it", async () => {
    bench.config = { "aws:region": "eu-west-1" };
    const provider = bench.unconfigured();
    const bags = ["a", "b", "c"].map((logGroupName) => ({ __type: GROUP, __provider: "stub", logGroupName }));
    const checked = bags.map(async (bag) => provider.check({}, bag));
    const read = provider.read("gone", { __type: GROUP, region: "eu-west-1", logGroupName: "gone" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(bench.emulator.requests()).to.deep.equal([]);
    await provider.configure(bench.configuration());
    const regions = (await Promise.all(checked)).map(({ inputs }) => (inputs as { region: string }).region);
    expect(regions).to.deep.equal(["eu-west-1", "eu-west-1", "eu-west-1"]);
    expect(await read).to.deep.equal({});
  });

  it("asks for the caller's account once, however many resources there are", async () => {
    const provider = await bench.provider();
    await Promise.all(
      ["a", "b", "c", "d"].map(async (logGroupName) =>
        provider.create({ __type: GROUP, __provider: "stub", region: "us-east-1", logGroupName }),
      ),
    );
    const asked = bench.emulator.requests().filter(({ operation }) => operation === "GetCallerIdentity");
    expect(asked).to.have.length(1);
  });
});
