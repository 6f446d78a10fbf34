import { expect } from "chai";
import fc from "fast-check";
import { roleModel } from "../../provider/core/account-role";
import { OneResource, ProviderBench } from "../support/provider";
import { patience, runs } from "./runs";
import { SECRET, spoilings, Spoiler } from "./spoiler";

/** Marks of a bug's own words, and of a stack. */
const BUG =
  /TypeError|RangeError|SyntaxError|ReferenceError|is not a function|is not iterable|Cannot (read|convert)|\n\s+at /;
/** Calls that one operation on one resource may take: polls until the deadline, reads again, its cancellation. */
const MOST_CALLS = 250;
const ROLE = "arn:aws:iam::000000000000:role/logs";
const OTHER = "arn:aws:iam::000000000000:role/others";

interface Case {
  readonly typeName: string;
  readonly args: (n: number) => Record<string, unknown>;
  readonly changed: Record<string, unknown>;
}

const API = "api";
const stage = (n: number): Record<string, unknown> => ({ restApiId: API, stageName: `s${n}`, tracingEnabled: false });
const CASES: Record<string, Case> = {
  "a log group": {
    typeName: "AWS::Logs::LogGroup",
    args: (n) => ({ logGroupName: `g${n}`, retentionInDays: 7, tags: [{ key: "a", value: `${n}` }] }),
    changed: { retentionInDays: 14 },
  },
  "a queue": {
    typeName: "AWS::SQS::Queue",
    args: (n) => ({ queueName: `q${n}`, visibilityTimeout: n % 40 }),
    changed: { visibilityTimeout: 41 },
  },
  "a stage": {
    typeName: "AWS::ApiGateway::Stage",
    args: (n) => ({
      ...stage(n),
      deploymentId: "d",
      methodSettings: [{ resourcePath: "/*", httpMethod: "*", throttlingRateLimit: 1 }],
    }),
    changed: { methodSettings: [{ resourcePath: "/*", httpMethod: "*", throttlingRateLimit: 2 }] },
  },
  "a release": {
    typeName: "AWS::ApiGateway::Stage",
    args: (n) => ({ ...stage(n), __kind: "release", release: { content: "1", phase: "shift", percentTraffic: 5 } }),
    changed: { release: { content: "2", phase: "shift", percentTraffic: 5 } },
  },
  "API Gateway's account settings": {
    typeName: "AWS::ApiGateway::Account",
    args: () => ({ cloudWatchRoleArn: ROLE }),
    changed: { cloudWatchRoleArn: OTHER },
  },
  "the account's role for logs": {
    typeName: "AWS::ApiGateway::AccountRole",
    args: () => ({ __kind: "account-role", region: "us-east-1" }),
    changed: { roleArn: ROLE },
  },
};

// The SDK, HTTP and the provider's own code are real. Does not prove that what was spoilt is noticed: an answer that is
// wrong and could be right is believed. What the state then is belongs to the campaign.
const CLOUD_CONTROL = /^(Create|Update|Delete|Get|List|Cancel)Resource/;
const isCloudControl = (operation: string): boolean => CLOUD_CONTROL.test(operation);

describe("answers of AWS that are spoilt on the way", function () {
  this.timeout(patience(60_000));
  let bench: ProviderBench;
  let spoiler: Spoiler;
  let unhandled: unknown[];
  const note = (reason: unknown): void => void unhandled.push(reason);

  before(async () => {
    bench = await ProviderBench.open({ latency: { create: 1, update: 1, delete: 1 }, retryAfter: 1 });
    const { emulator } = bench;
    emulator.seed({ typeName: "AWS::ApiGateway::RestApi", model: { RestApiId: API, RootResourceId: "r", Name: "a" } });
    const method = { RestApiId: API, ResourceId: "r", HttpMethod: "GET", Integration: { Type: "MOCK" } };
    emulator.seed({ typeName: "AWS::ApiGateway::Method", model: method });
    emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { DeploymentId: "d", RestApiId: API } });
    for (const Arn of [ROLE, OTHER]) {
      const model = { ...roleModel("us-east-1"), RoleName: Arn.split("/")[1] ?? "", Arn };
      emulator.seed({ typeName: "AWS::IAM::Role", model });
    }
    spoiler = new Spoiler(emulator.endpoint, isCloudControl);
    const endpoint = await spoiler.listen();
    for (const service of ["CLOUDCONTROL", "STS", "CLOUDFORMATION", "CLOUDWATCH", "API_GATEWAY"])
      bench.setEnv({ [`AWS_ENDPOINT_URL_${service}`]: endpoint });
    bench.setEnv({ PULUMI_CLOUDCONTROL_SERVICE_RATES: "off" });
    bench.config = { "aws:maxRetries": "0" };
    unhandled = [];
    process.on("unhandledRejection", note);
  });
  after(async () => {
    process.off("unhandledRejection", note);
    await spoiler.close();
    await bench.close();
  });

  const timeouts = { create: "60s", update: "60s", delete: "60s" };

  /** Each resource has a name of its own: what a spoilt create left behind is nobody's. */
  let n = 0;
  let failed = 0;

  /** An account has one such setting, and an API a few stages: each run begins without those of the others. */
  const forget = (): void => {
    for (const { typeName, identifier } of bench.emulator.resources()) {
      const isKept = !/::(Account|Stage|Deployment)$/.test(typeName) || identifier.startsWith("d|");
      if (!isKept) bench.emulator.remove({ typeName, identifier });
    }
  };

  /** Runs an operation; what it fails with must be for users. */
  const answered = async (what: string, run: () => Promise<unknown>): Promise<void> => {
    spoiler.calls = 0;
    try {
      await run();
    } catch (error) {
      failed += 1;
      const { message } = error as Error;
      expect(message, what).to.match(/Fix: /).and.not.to.match(BUG).and.not.to.include(SECRET);
      expect(message.length, what).to.be.lessThan(20_000);
    }
    expect(spoiler.calls, `${what}: calls`).to.be.lessThan(MOST_CALLS);
  };

  /** Plays an operation with the answers spoilt, on a resource that was made without. */
  const play = async (one: OneResource, operation: string, { args, changed }: Case): Promise<void> => {
    if (operation === "read") await answered(operation, async () => one.refresh());
    else if (operation === "delete") await answered(operation, async () => one.destroy());
    else
      await answered(operation, async () =>
        one.up({ ...args(n), timeouts, ...(operation === "create" ? {} : changed) }),
      );
    expect(unhandled).to.deep.equal([]);
  };

  for (const [what, one] of Object.entries(CASES)) {
    for (const operation of ["create", "update", "read", "delete"] as const) {
      it(`end ${operation} of ${what} with a result or an error for users, after few calls`, async () => {
        const property = fc.asyncProperty(spoilings, async (plan) => {
          n += 1;
          spoiler.plan = [];
          forget();
          const resource = new OneResource(bench, one.typeName);
          if (operation !== "create") await resource.up({ ...one.args(n), timeouts });
          spoiler.plan = plan;
          await play(resource, operation, one);
        });
        await fc.assert(property, runs(8));
      });
    }
  }

  it("were spoilt enough for the above to mean something", () => {
    expect(failed).to.be.greaterThan(n / 5);
  });

  it("leave nothing in the way: the same operations succeed once the answers are right", async () => {
    spoiler.plan = [];
    const one = new OneResource(bench, "AWS::SQS::Queue");
    expect(await one.up({ queueName: "last" })).to.equal("create");
    expect(await one.refresh()).to.equal("same");
    await one.destroy();
  });
});
