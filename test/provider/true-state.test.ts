import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../provider/core/json";
import { Environment } from "../../provider/edge/environment";
import type { CloudControl } from "../../provider/ports";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const API = "AWS::ApiGateway::RestApi";
const STAGE = "AWS::ApiGateway::Stage";
const VPC = "AWS::EC2::VPC";
const ROLE = "AWS::IAM::Role";

// Found by reading the provider for what could part state and AWS. How AWS spells values, and when it shows late what it
// has, is made up here.
describe("a state that stays true", () => {
  let bench: ProviderBench;
  const cloudControl = Reflect.get(Environment.prototype, "cloudControl");
  beforeEach(async () => {
    bench = await ProviderBench.open({ seed: 1 });
  });
  afterEach(async () => {
    Environment.prototype.cloudControl = cloudControl;
    await bench.close();
  });

  const updates = async (run: () => Promise<unknown>): Promise<number> =>
    (await bench.calls(run)).filter(({ operation }) => operation === "UpdateResource").length;
  const fails = (operation: string, errorCode = "InvalidRequest", remnant = false): number =>
    bench.emulator.faults.add({
      kind: "handler-failure",
      errorCode: errorCode as "InvalidRequest",
      operation,
      remnant,
    });
  /** AWS shows models in this way. */
  const shownAs = (show: (model: JsonObject) => JsonObject): void => {
    const made = new WeakMap<CloudControl, CloudControl>();
    Environment.prototype.cloudControl = function (this: Environment, target) {
      const real = cloudControl.call(this, target);
      const known = made.get(real) ?? (Object.create(real) as CloudControl);
      known.get = async (typeName, id) => {
        const model = await real.get(typeName, id);
        return model && show(model);
      };
      made.set(real, known);
      return known;
    };
  };
  const lowered = (model: JsonObject): JsonObject =>
    typeof model.Description === "string" ? { ...model, Description: model.Description.toLowerCase() } : model;
  const body = (title: string, more = {}): unknown => ({
    openapi: "3.0.1",
    info: { title, version: "1" },
    paths: {},
    ...more,
  });

  it("takes no resource over as its own replacement where `importId` has stayed in the program", async () => {
    const vpc = new OneResource(bench, VPC);
    bench.emulator.seed({ typeName: VPC, model: { VpcId: "vpc-1", CidrBlock: "10.0.0.0/16" } });
    const args = { importId: "vpc-1", __identity: "shop/dev/ec2:VPC::v" };
    await vpc.up({ ...args, cidrBlock: "10.0.0.0/16" });
    expect(await vpc.up({ ...args, cidrBlock: "10.1.0.0/16" })).to.equal("replace");
    expect(bench.live(VPC).map(({ CidrBlock }) => CidrBlock)).to.deep.equal(["10.1.0.0/16"]);
  });

  it("takes none over as its own replacement where `adopt` has stayed in the program", async () => {
    const one = new OneResource(bench, GROUP);
    const args = { logGroupName: "a", adopt: true, __identity: "shop/dev/logs:LogGroup::a" };
    await one.up(args);
    const { id, inputs, outputs } = one.state!;
    // What the engine does then: it asks `check` twice, the second time without the old inputs, and no `diff`.
    const provider = await bench.provider();
    const news = { ...args, __type: GROUP, __provider: "stub" };
    await provider.check(inputs, news);
    const checked = await provider.check({}, news);
    const made = await provider.create(checked.inputs as Record<string, unknown>).catch(() => undefined);
    if (made) await provider.delete(id, outputs);
    expect(bench.live(GROUP)).to.have.length(1);
    expect(bench.told.filter((line) => line.startsWith("adopting"))).to.deep.equal([]);
  });

  it("changes other properties beside one that AWS spells in its own way", async () => {
    shownAs(lowered);
    const api = new OneResource(bench, API);
    await api.up({ name: "shop", description: "The Shop" });
    expect(await api.refresh()).to.equal("same");
    await api.up({ name: "shop 2", description: "The Shop" });
    expect(bench.live(API)[0]).to.include({ Name: "shop 2" });
  });

  it("makes a failed change of a value that AWS spells in its own way with the next `up`, also after a refresh", async () => {
    shownAs(lowered);
    const api = new OneResource(bench, API);
    await api.up({ name: "shop", description: "The Shop" });
    fails("UPDATE");
    await failureOf(api.up({ name: "shop", description: "Another" }));
    await api.refresh();
    expect(await api.up({ name: "shop", description: "Another" })).to.equal("update");
  });

  it("sends a write-only change whose update failed with the next `up`", async () => {
    const api = new OneResource(bench, API);
    await api.up({ name: "shop", body: body("one") });
    fails("UPDATE");
    await failureOf(api.up({ name: "shop", body: body("two") }));
    expect(await updates(async () => api.up({ name: "shop", body: body("two") }))).to.equal(1);
  });

  it("sends the write-only values of a create that failed and left something with the next `up`", async () => {
    const api = new OneResource(bench, API);
    fails("CREATE", "InvalidRequest", true);
    await failureOf(api.up({ name: "shop", body: body("one") }));
    expect(await updates(async () => api.up({ name: "shop", body: body("one") }))).to.equal(1);
  });

  for (const refreshes of [false, true]) {
    it(`leaves alone a member that the program never set, though AWS sets something below it${refreshes ? ", also in the inputs" : ""}`, async () => {
      const vpc = new OneResource(bench, VPC);
      await vpc.up({ cidrBlock: "10.0.0.0/16" });
      const identifier = vpc.state!.id;
      const value = { Mode: "monitor", State: "available", VpcId: identifier };
      bench.emulator.edit({ typeName: VPC, identifier, patch: [{ op: "add", path: "/VpcEncryptionControl", value }] });
      await vpc.refresh();
      if (refreshes) {
        await vpc.refresh();
        expect(vpc.state?.inputs).to.not.have.property("vpcEncryptionControl");
        return;
      }
      await vpc.up({ cidrBlock: "10.0.0.0/16", enableDnsSupport: true });
      expect(bench.live(VPC).find(({ VpcId }) => VpcId === identifier)?.VpcEncryptionControl).to.deep.include(value);
    });
  }

  it("adopts nothing that has another create-only value, and names it", async () => {
    const assumeRolePolicyDocument = { Version: "2012-10-17", Statement: [] };
    const model = { RoleName: "r", Path: "/theirs/", AssumeRolePolicyDocument: assumeRolePolicyDocument, RoleId: "x" };
    bench.emulator.seed({ typeName: ROLE, model: { ...model, Arn: "arn:aws:iam::000000000000:role/theirs/r" } });
    const role = new OneResource(bench, ROLE);
    const message = await failureOf(role.up({ roleName: "r", path: "/ours/", assumeRolePolicyDocument, adopt: true }));
    expect(message).to.match(/the existing resource has another path, which .* Fix: give path as the resource has it/);
    expect(role.state).to.equal(undefined);
    expect(await role.up({ roleName: "r", path: "/theirs/", assumeRolePolicyDocument, adopt: true })).to.equal(
      "create",
    );
  });

  it("fails every call where the configuration cannot be read: none waits for ever", async () => {
    bench.config = { "aws:ignoreTags": "{" };
    const provider = bench.unconfigured();
    await provider.configure(bench.configuration()).catch(() => undefined);
    const answer = await Promise.race([
      provider.read("a", { __type: GROUP, logGroupName: "a", region: "us-east-1" }).then(
        () => "read",
        () => "fails",
      ),
      new Promise((resolve) => setTimeout(resolve, 2000, "hangs")),
    ]);
    expect(answer).to.equal("fails");
  });

  const tags = [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ];
  const Tags = [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ];
  it("tells of a tag that AWS keeps although the program dropped it", async () => {
    shownAs((model) => ({ ...model, Tags }));
    const one = new OneResource(bench, GROUP);
    await one.up({ logGroupName: "a", tags });
    const less = { logGroupName: "a", tags: tags.slice(0, 1) };
    expect(await failureOf(one.up(less))).to.include("failed with NotApplied");
  });

  it("takes no late read after a tag's removal for AWS's spelling: the tag's return is drift", async () => {
    const one = new OneResource(bench, GROUP);
    await one.up({ logGroupName: "a", tags });
    bench.emulator.faults.add({ kind: "eventual-read", reads: 1, operation: "UPDATE" });
    await one.up({ logGroupName: "a", tags: tags.slice(0, 1) });
    bench.emulator.edit({ typeName: GROUP, identifier: "a", patch: [{ op: "add", path: "/Tags", value: Tags }] });
    expect(await one.refresh()).to.equal("changed");
  });

  it("takes away a tag that an adopted resource brought, once the program has set and dropped it", async () => {
    const one = new OneResource(bench, GROUP);
    const model = { LogGroupName: "a", Tags: [{ Key: "owner", Value: "them" }] };
    bench.emulator.seed({ typeName: GROUP, model });
    const args = { logGroupName: "a", adopt: true };
    await one.up(args);
    await one.up({ ...args, tags: [{ key: "owner", value: "us" }] });
    await one.up(args);
    expect(bench.live(GROUP)[0]?.Tags ?? []).to.deep.equal([]);
  });

  it("makes nothing twice where AWS shows late what an earlier run began and this one made", async () => {
    const folder = mkdtempSync(join(tmpdir(), "replay-"));
    bench.keepJournal(folder);
    bench.config = { "aws:maxRetries": "0" };
    const one = new OneResource(bench, API);
    const args = { name: "shop", __identity: "shop/dev/apigateway:RestApi::api" };
    const lost = { kind: "lost-reply", when: "before", operation: "CreateResource", times: 99 } as const;
    const fault = bench.emulator.faults.add(lost);
    await failureOf(one.up(args));
    bench.emulator.faults.clear(fault);
    bench.emulator.faults.add({ kind: "eventual-read", reads: 6 });
    await one.up(args).catch(() => undefined);
    rmSync(folder, { recursive: true });
    expect(bench.live(API).map(({ RestApiId }) => RestApiId)).to.deep.equal([one.state?.id]);
  });

  for (const errorCode of ["ServiceLimitExceeded", "UnauthorizedTaggingOperation"]) {
    it(`claims nobody else's resource where a create failed with ${errorCode}`, async () => {
      bench.emulator.seed({ typeName: GROUP, model: { LogGroupName: "a" } });
      fails("CREATE", errorCode);
      const one = new OneResource(bench, GROUP);
      await failureOf(one.up({ logGroupName: "a", retentionInDays: 7 }));
      await one.destroy();
      expect(bench.live(GROUP)).to.have.length(1);
    });
  }

  it("forgets no resource where the handler of its delete misses something else", async () => {
    const one = new OneResource(bench, GROUP);
    await one.up({ logGroupName: "a" });
    bench.emulator.faults.add({ kind: "handler-failure", errorCode: "NotFound", operation: "DELETE", times: 2 });
    await one.destroy().catch(() => undefined);
    expect([one.state?.id, bench.live(GROUP).length]).to.deep.equal(["a", 1]);
  });

  it("tells a document's list of one from the bare value, in the program", async () => {
    const api = new OneResource(bench, API);
    await api.up({ name: "shop", body: body("t", { "x-scopes": ["a"] }) });
    expect(await api.up({ name: "shop", body: body("t", { "x-scopes": "a" }) })).to.equal("update");
  });

  it("sends a tag once that the program sets and the stack ignores", async () => {
    bench.config = { "aws:ignoreTags": JSON.stringify({ keys: ["env"] }) };
    const one = new OneResource(bench, GROUP);
    const args = { logGroupName: "a", tags: [{ key: "env", value: "prod" }] };
    await one.up(args);
    await one.up({ ...args, tags: [...args.tags, { key: "team", value: "x" }] }).catch(() => undefined);
    expect((bench.live(GROUP)[0]?.Tags as JsonObject[]).map(({ Key }) => Key)).to.have.members(["env", "team"]);
  });

  it("leaves a secret out of the reasons of a failed check", async () => {
    const accessLogSetting = { destinationArn: "s3cr3t-text", format: "$context.requestId" };
    const args = {
      restApiId: "api",
      stageName: "dev",
      deploymentId: "d",
      accessLogSetting,
      __secrets: ["accessLogSetting"],
    };
    expect(await failureOf(new OneResource(bench, STAGE).up(args))).to.not.include("s3cr3t-text");
  });

  it("leaves a secret out of an error that quotes it as JSON", async () => {
    const description = 's3cr3t "text"\nof two lines';
    const message = `Model ${JSON.stringify({ Description: description })} is bad`;
    bench.emulator.faults.add({
      kind: "exception",
      exception: "ValidationException",
      message,
      operation: "CreateResource",
    });
    const args = { name: "x", description, __secrets: ["description"] };
    expect(await failureOf(new OneResource(bench, API).up(args))).to.not.include("s3cr3t");
  });

  it("marks AWS's spelling of a secret as one", async () => {
    shownAs(lowered);
    const api = new OneResource(bench, API);
    await api.up({ name: "shop", description: "S3cr3t-Text", __secrets: ["description"] });
    const { description, ...others } = api.state!.outputs;
    expect(description).to.equal("S3cr3t-Text");
    for (const [key, value] of Object.entries(others)) {
      const isMarked = JSON.stringify(value).includes("4dabf18193072939515e22adb298388d");
      expect(isMarked || !JSON.stringify(value).includes("s3cr3t-text"), key).to.equal(true);
    }
  });
});
