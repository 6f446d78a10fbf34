import { expect } from "chai";

import { defaultQuirks, quirkChoices, type Quirks } from "../../emulator/options";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const STAGE = "AWS::ApiGateway::Stage";
const DESTINATION = "arn:aws:logs:us-east-1:000000000000:log-group:/access";
const FORMAT = "$context.requestId $context.status";

type Args = Record<string, unknown>;
type Choice = Quirks[keyof Quirks];

/** Every setting of every switch that is not its default: the other tests run with the defaults. */
function otherSettings(): (readonly [keyof Quirks, Choice])[] {
  return (Object.keys(defaultQuirks) as (keyof Quirks)[]).flatMap((name) => {
    const choices: readonly Choice[] =
      name in quirkChoices ? quirkChoices[name as keyof typeof quirkChoices] : [true, false];
    return choices.filter((choice) => choice !== defaultQuirks[name]).map((choice) => [name, choice] as const);
  });
}

/** What stands before a stage does: an API with a deployment, and the account's role for logs. */
function seed({ emulator }: ProviderBench): void {
  const put = (typeName: string, model: Args): void => void emulator.seed({ typeName, model });
  put("AWS::ApiGateway::RestApi", { RestApiId: "api", RootResourceId: "root", Name: "a" });
  for (const DeploymentId of ["d1", "d2"]) put("AWS::ApiGateway::Deployment", { DeploymentId, RestApiId: "api" });
  const Statement = [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" } }];
  const Arn = "arn:aws:iam::000000000000:role/logs";
  put("AWS::IAM::Role", { RoleName: "logs", Arn, RoleId: "r", AssumeRolePolicyDocument: { Statement } });
  put("AWS::ApiGateway::Account", { Id: "account", CloudWatchRoleArn: Arn });
}

/**
 * The life of a stage and of its neighbours through the provider, with each switch of the emulator turned away from
 * its default: whatever AWS really does where it is only inferred, the provider ends where the program wants it.
 * Does not prove: combinations of switches.
 */
describe("a life in the provider's hands", () => {
  let bench: ProviderBench;

  afterEach(async () => bench.close());

  const tags = [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ];
  const all = { resourcePath: "/*", httpMethod: "*" };
  /** From one state to the next: each must be reached, and then nothing may differ any more. */
  const steps: readonly Args[] = [
    { deploymentId: "d1" },
    {
      deploymentId: "d1",
      description: "second",
      variables: { a: "1" },
      tags,
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      accessLogSetting: { destinationArn: DESTINATION, format: FORMAT },
      methodSettings: [{ ...all, metricsEnabled: true, throttlingBurstLimit: 10, dataTraceEnabled: true }],
    },
    {
      deploymentId: "d2",
      description: "third",
      tags: tags.slice(1),
      methodSettings: [{ ...all, metricsEnabled: false }],
    },
    { deploymentId: "d2" },
  ];

  const stages = (): Args[] => bench.live(STAGE).filter(({ StageName }) => StageName === "dev");
  const live = (): Args => stages()[0] ?? {};

  async function stageLives(): Promise<void> {
    const stage = new OneResource(bench, STAGE);
    for (const [n, step] of steps.entries()) {
      const args = { restApiId: "api", stageName: "dev", ...step };
      expect(await stage.up(args), `step ${n}`).to.equal(n === 0 ? "create" : "update");
      expect(live(), `step ${n}`).to.include({ DeploymentId: step.deploymentId });
      expect(live().Description ?? undefined, `step ${n}`).to.equal(step.description);
      expect(await stage.refresh(), `step ${n}`).to.equal("same");
      expect(await stage.up(args), `step ${n}`).to.equal("same");
    }
    expect(live().Tags ?? []).to.deep.equal([]);
    expect(live().CacheClusterEnabled).to.equal(false);
    await stage.destroy();
    expect(stages()).to.deep.equal([]);
  }

  /** A type without rules of its own, one with lists and numbers, and a name that is taken. */
  async function othersLive(): Promise<void> {
    const group = new OneResource(bench, "AWS::Logs::LogGroup");
    expect(await group.up({ logGroupName: "g", retentionInDays: 7, tags })).to.equal("create");
    expect(await group.up({ logGroupName: "g", retentionInDays: 14, tags })).to.equal("update");
    expect(await group.up({ logGroupName: "g", retentionInDays: 14, tags })).to.equal("same");
    const taken = await failureOf(new OneResource(bench, "AWS::Logs::LogGroup").up({ logGroupName: "g" }));
    expect(taken).to.include("AlreadyExists");
    await group.destroy();
    const queue = new OneResource(bench, "AWS::SQS::Queue");
    expect(await queue.up({ queueName: "q", delaySeconds: 5, tags })).to.equal("create");
    expect(await queue.refresh()).to.equal("same");
    expect(await queue.up({ queueName: "q", delaySeconds: 6, tags })).to.equal("update");
    await queue.destroy();
    const bucket = new OneResource(bench, "AWS::S3::Bucket");
    expect(await bucket.up({ bucketName: "switches" })).to.equal("create");
    expect(await bucket.up({ bucketName: "switches", tags })).to.equal("update");
    expect(await bucket.up({ bucketName: "switches", tags })).to.equal("same");
    await bucket.destroy();
    expect([bench.live("AWS::Logs::LogGroup"), bench.live("AWS::SQS::Queue")]).to.deep.equal([[], []]);
  }

  /** The account's settings, and a web ACL on a stage: with both ends, as some switches want them. */
  async function settingsLive(): Promise<void> {
    const account = new OneResource(bench, "AWS::ApiGateway::Account");
    expect(await account.up({ cloudWatchRoleArn: "arn:aws:iam::000000000000:role/logs" })).to.equal("create");
    expect(await account.refresh()).to.equal("same");
    await account.destroy();
    const acl = new OneResource(bench, "AWS::WAFv2::WebACL");
    const visibilityConfig = { cloudWatchMetricsEnabled: false, sampledRequestsEnabled: false, metricName: "m" };
    await acl.up({ name: "acl", scope: "REGIONAL", defaultAction: { allow: {} }, visibilityConfig });
    const StageName = "protected";
    bench.emulator.seed({ typeName: STAGE, model: { RestApiId: "api", StageName, DeploymentId: "d1" } });
    const association = new OneResource(bench, "AWS::WAFv2::WebACLAssociation");
    const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/api/stages/${StageName}`;
    expect(await association.up({ resourceArn, webACLArn: acl.state?.outputs.arn })).to.equal("create");
    expect(await association.refresh()).to.equal("same");
    await association.destroy();
    await acl.destroy();
  }

  /** Two at a time, as they mostly wait for AWS; the account's settings are the stage's, too. */
  const lives = async (): Promise<void> => {
    await Promise.all([stageLives(), othersLive()]);
    await settingsLive();
  };

  it("goes well with every switch at its default", async () => {
    bench = await ProviderBench.open({ seed: 1 });
    seed(bench);
    await lives();
  });

  for (const [name, choice] of otherSettings()) {
    it(`goes well with ${name} ${typeof choice === "string" ? `"${choice}"` : choice ? "on" : "off"}`, async () => {
      bench = await ProviderBench.open({ seed: 1, quirks: { [name]: choice } });
      seed(bench);
      await lives();
    });
  }
});
