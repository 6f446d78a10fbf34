import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { PROVIDER_STUB } from "../../resources/stub";
import { OneResource, ProviderBench } from "../support/provider";
import { badGrowthOf } from "./growth";
import { patience, runs } from "./runs";
import { SECRET, spoilings, Spoiler } from "./spoiler";

/** Marks of a bug's own words, and of a stack. */
const BUG =
  /TypeError|RangeError|SyntaxError|ReferenceError|is not a function|is not iterable|Cannot (read|convert)|\n\s+at /;
const QUEUE = "AWS::SQS::Queue";
const STAGE = "AWS::ApiGateway::Stage";
const API = "api";
const timeouts = { create: "60s", update: "60s", delete: "60s" };

// The SDK, HTTP and the provider's own code are real. Does not prove that what was spoilt is noticed.
describe("answers of the services beside Cloud Control", function () {
  this.timeout(patience(60_000));
  let bench: ProviderBench;
  let spoiler: Spoiler;
  let n = 0;

  before(async () => {
    bench = await ProviderBench.open({ latency: { create: 1, update: 1, delete: 1 }, retryAfter: 1 });
    const { emulator } = bench;
    emulator.seed({ typeName: "AWS::ApiGateway::RestApi", model: { RestApiId: API, RootResourceId: "r", Name: "a" } });
    const method = { RestApiId: API, ResourceId: "r", HttpMethod: "GET", Integration: { Type: "MOCK" } };
    emulator.seed({ typeName: "AWS::ApiGateway::Method", model: method });
    emulator.seed({ typeName: "AWS::CloudWatch::Alarm", model: { AlarmName: "quiet" } });
    spoiler = new Spoiler(emulator.endpoint, () => false);
    const endpoint = await spoiler.listen();
    for (const service of ["CLOUDCONTROL", "STS", "CLOUDFORMATION", "CLOUDWATCH", "API_GATEWAY"]) {
      bench.setEnv({ [`AWS_ENDPOINT_URL_${service}`]: endpoint });
    }
    bench.setEnv({ PULUMI_CLOUDCONTROL_SERVICE_RATES: "off" });
    bench.config = { "aws:maxRetries": "0" };
  });
  after(async () => {
    forget();
    await spoiler.close();
    await bench.close();
  });

  /** What is kept of an answer, and what there is but once or a few times. */
  const forget = (): void => {
    const file = `us-east-1.${QUEUE.replaceAll("::", "-")}.json`;
    rmSync(join(process.cwd(), ".pulumi-cloudcontrol", "schemas", file), { force: true });
    for (const { typeName, identifier } of bench.emulator.resources()) {
      if (/::(Account|Stage|Deployment)$/.test(typeName)) bench.emulator.remove({ typeName, identifier });
    }
  };

  const isForUsers = (what: string, message: string): void => {
    expect(message, what)
      .to.match(/Fix: |expected .*, got /s)
      .and.not.to.match(BUG)
      .and.not.to.include(SECRET);
    expect(message.length, what).to.be.lessThan(20_000);
  };

  const release = (content: string): Record<string, unknown> => ({
    restApiId: API,
    stageName: "prod",
    __kind: "release",
    release: { content, steps: [{ percent: 5, bake: "20s" }], gate: { alarms: ["quiet"] } },
  });

  /** What makes the provider ask each of the services; before it, with right answers, what it needs. */
  const uses: Record<
    string,
    {
      readonly before?: (one: OneResource) => Promise<unknown>;
      readonly run: (one: OneResource) => Promise<unknown>;
      readonly typeName: string;
    }
  > = {
    GetCallerIdentity: {
      typeName: "AWS::Logs::LogGroup",
      run: async (one) => {
        await one.up({ logGroupName: `g${n}`, retentionInDays: 7, timeouts });
        await one.refresh();
        await one.destroy();
      },
    },
    DescribeType: {
      typeName: QUEUE,
      run: async () => {
        const provider = await bench.provider();
        const news = { __provider: PROVIDER_STUB, typeName: QUEUE, properties: { QueueName: `q${n}` } };
        const { inputs, failures = [] } = (await provider.check({}, news)) as { inputs: object; failures?: unknown[] };
        if (failures.length > 0) throw new Error(JSON.stringify(failures));
        await provider.create({ ...inputs });
      },
    },
    DescribeAlarms: {
      typeName: STAGE,
      before: async (one) => one.up(release("1")),
      run: async (one) => one.up(release("2")),
    },
    GetAccount: {
      typeName: "AWS::ApiGateway::AccountRole",
      run: async (one) => {
        await one.up({ __kind: "account-role", region: "us-east-1" });
        await one.refresh();
      },
    },
  };
  for (const [operation, { typeName, before: prepare, run }] of Object.entries(uses)) {
    it(`are spoilt, and all ends with a result or an error for users: ${operation}`, async () => {
      let asked = 0;
      const property = fc.asyncProperty(spoilings, async (plan) => {
        n += 1;
        bench.unlisted = operation === "DescribeType" ? [QUEUE] : [];
        spoiler.spoils = (one) => one === operation;
        spoiler.plan = [];
        forget();
        const one = new OneResource(bench, typeName);
        await prepare?.(one);
        [spoiler.plan, spoiler.calls] = [plan, 0];
        bench.told.length = 0;
        await run(one).catch((error: unknown) => {
          isForUsers(operation, (error as Error).message);
        });
        for (const line of bench.told) expect(line, operation).not.to.match(BUG).and.not.to.include(SECRET);
        expect(spoiler.calls).to.be.lessThan(60);
        asked += spoiler.calls;
      });
      await fc.assert(property, runs(15));
      expect(asked, "calls that were spoilt or could have been").to.be.at.least(15);
    });
  }

  /** A live model of about so many characters. */
  const models: Record<
    string,
    readonly [string, Record<string, unknown>, (length: number) => Record<string, unknown>]
  > = {
    "one long text": [
      "AWS::SSM::Parameter",
      { name: "/p", type: "String", value: "v" },
      (length) => ({ Name: "/p", Type: "String", Value: "x".repeat(length) }),
    ],
    "many tags": [
      "AWS::SQS::Queue",
      { queueName: "q", tags: [{ key: "a", value: "b" }] },
      (length) => ({
        QueueName: "q",
        Tags: Array.from({ length: length / 30 }, (_, at) => ({ Key: `k${at}`, Value: "v" })),
      }),
    ],
    "many variables": [
      "AWS::ApiGateway::Stage",
      { restApiId: API, stageName: "prod", variables: { a: "b" } },
      (length) => ({
        RestApiId: API,
        StageName: "prod",
        Variables: Object.fromEntries(Array.from({ length: length / 15 }, (_, at) => [`k${at}`, "v"])),
      }),
    ],
    "members that nobody knows": [
      "AWS::Logs::LogGroup",
      { logGroupName: "g", retentionInDays: 7 },
      (length) => ({
        LogGroupName: "g",
        ...Object.fromEntries(Array.from({ length: length / 15 }, (_, at) => [`K${at}`, "v"])),
      }),
    ],
  };
  for (const [what, [typeName, args, modelOf]] of Object.entries(models)) {
    it(`are read in a time that grows as the answer does: GetResource with ${what}`, async () => {
      bench.unlisted = [];
      spoiler.plan = [];
      const provider = await bench.provider();
      const bag = { ...args, region: "us-east-1", __type: typeName, __provider: PROVIDER_STUB };
      const id = typeName === STAGE ? `${API}|prod` : "one";
      let seen = 0;
      const growth = await badGrowthOf((length) => {
        const Properties = JSON.stringify(modelOf(length));
        const body = JSON.stringify({ TypeName: typeName, ResourceDescription: { Identifier: id, Properties } });
        spoiler.instead = (operation) => (operation === "GetResource" ? body : undefined);
        return async () => {
          const { id: read, props = {} } = (await provider.read(id, bag)) as { id?: string; props?: object };
          expect(read).to.equal(id);
          // A refresh shows what drifted, and the next update is planned against all of it.
          seen = Math.max(seen, JSON.stringify(props).length);
          await provider.diff(id, { ...props }, bag);
        };
      });
      spoiler.instead = () => undefined;
      expect(growth).to.equal(undefined);
      if (what !== "members that nobody knows") expect(seen).to.be.greaterThan(100_000);
    });
  }
});
