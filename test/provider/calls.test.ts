import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestRecord } from "../../emulator";
import { until } from "../support/processes";
import { OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const ROLE = "AWS::IAM::Role";
const HOUR = 3_600_000;

type Case = (bench: ProviderBench) => Promise<() => Promise<unknown>>;

const group = (bench: ProviderBench): OneResource => new OneResource(bench, GROUP);
const made = async (bench: ProviderBench): Promise<OneResource> => {
  const one = group(bench);
  await one.up({ logGroupName: "a", retentionInDays: 7 });
  return one;
};
const seeded = (bench: ProviderBench): void => {
  bench.emulator.seed({ typeName: GROUP, model: { LogGroupName: "a", RetentionInDays: 30 } });
};
const role = (path: string): Record<string, unknown> => ({ roleName: "r", path, assumeRolePolicyDocument: {} });
const api = (bench: ProviderBench): void => {
  const { emulator } = bench;
  emulator.seed({
    typeName: "AWS::ApiGateway::RestApi",
    model: { RestApiId: "api", RootResourceId: "root", Name: "a" },
  });
  emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { DeploymentId: "d", RestApiId: "api" } });
  emulator.seed({
    typeName: "AWS::ApiGateway::Resource",
    model: { RestApiId: "api", ResourceId: "pets", ParentId: "root", PathPart: "pets" },
  });
};
const stage = (throttlingBurstLimit: number): Record<string, unknown> => ({
  restApiId: "api",
  deploymentId: "d",
  stageName: "dev",
  methodSettings: [{ resourceId: "pets", httpMethod: "GET", throttlingBurstLimit }],
});

/** Each brings the world to where the case begins and gives what is counted. */
const CASES: Readonly<Record<string, Case>> = {
  "preview or `up` without changes": async (bench) => {
    const one = await made(bench);
    return async () => one.up({ logGroupName: "a", retentionInDays: 7 });
  },
  create: async (bench) => Promise.resolve(async () => made(bench)),
  update: async (bench) => {
    const one = await made(bench);
    return async () => one.up({ logGroupName: "a", retentionInDays: 14 });
  },
  "update that AWS has already": async (bench) => {
    const one = await made(bench);
    const patch = [{ op: "add", path: "/RetentionInDays", value: 14 }];
    bench.emulator.edit({ typeName: GROUP, identifier: "a", patch });
    return async () => one.up({ logGroupName: "a", retentionInDays: 14 });
  },
  delete: async (bench) => {
    const one = await made(bench);
    return async () => one.destroy();
  },
  refresh: async (bench) => {
    const one = await made(bench);
    return async () => one.refresh();
  },
  "`get`": async (bench) => {
    seeded(bench);
    const provider = await bench.provider();
    return async () => provider.read("a", { __type: GROUP, __get: true, __provider: "stub" });
  },
  "replacement, other identifier": async (bench) => {
    const one = await made(bench);
    return async () => one.up({ logGroupName: "b" });
  },
  "replacement, same identifier": async (bench) => {
    const one = new OneResource(bench, ROLE);
    await one.up(role("/a/"));
    return async () => one.up(role("/b/"));
  },
  "create of a child at the API's root": async (bench) => {
    api(bench);
    const one = new OneResource(bench, "AWS::ApiGateway::Resource");
    return Promise.resolve(async () => one.up({ restApiId: "api", pathPart: "shops" }));
  },
  "create of a stage that names one `resourceId` below the root": async (bench) => {
    api(bench);
    return Promise.resolve(async () => new OneResource(bench, "AWS::ApiGateway::Stage").up(stage(1)));
  },
  "update of such a stage": async (bench) => {
    api(bench);
    const one = new OneResource(bench, "AWS::ApiGateway::Stage");
    await one.up(stage(1));
    return async () => one.up(stage(2));
  },
  "create with `adopt`, something is there": async (bench) => {
    seeded(bench);
    return Promise.resolve(async () => group(bench).up({ logGroupName: "a", retentionInDays: 7, adopt: true }));
  },
  "create with `adopt`, nothing is there": async (bench) =>
    Promise.resolve(async () => group(bench).up({ logGroupName: "a", adopt: true })),
  "create with `importId`": async (bench) => {
    seeded(bench);
    return Promise.resolve(async () => group(bench).up({ logGroupName: "a", retentionInDays: 7, importId: "a" }));
  },
  "create whose handler fails in a passing way": async (bench) => {
    bench.emulator.faults.add({ kind: "handler-failure", errorCode: "Throttling" });
    return Promise.resolve(async () => made(bench));
  },
  "update while another operation runs": async (bench) => {
    const one = await made(bench);
    bench.emulator.faults.add({ kind: "slow", operation: "UPDATE", ms: HOUR });
    const { CloudControlClient, UpdateResourceCommand } = await import("@aws-sdk/client-cloudcontrol");
    const other = new CloudControlClient({ endpoint: bench.emulator.endpoint });
    const PatchDocument = JSON.stringify([{ op: "add", path: "/Tags", value: [{ Key: "k", Value: "v" }] }]);
    await other.send(new UpdateResourceCommand({ TypeName: GROUP, Identifier: "a", PatchDocument }));
    other.destroy();
    return async () => {
      const up = one.up({ logGroupName: "a", retentionInDays: 14 });
      const isRefused = ({ outcome }: RequestRecord): boolean => outcome === "ConcurrentOperationException";
      await until(() => bench.emulator.requests().some(isRefused), "the other operation is met");
      bench.emulator.clock.advance(HOUR);
      return up;
    };
  },
};

/** The rows of the tables of calls: the case, and its calls in order. */
function documented(): Map<string, string> {
  const text = readFileSync(join(__dirname, "..", "..", "docs", "runtime.md"), "utf8");
  const section = text.slice(text.indexOf("## Calls to Cloud Control"), text.indexOf("## Step by step"));
  const rows = section.split("\n").flatMap((line) => {
    const [, name = "", calls = ""] = /^\| (.+?) +\| (.+?) +\|$/.exec(line) ?? [];
    return name === "" || name === "case" || name.startsWith("-") ? [] : [[name, calls] as const];
  });
  return new Map(rows);
}

/** What was called, in the words of the table. */
function inWords(operations: readonly string[]): string {
  const words = operations.map((name) => (name === "GetResourceRequestStatus" ? "polls" : `\`${name}\``));
  const shown = words.filter((word, i) => word !== "polls" || words[i - 1] !== "polls");
  return shown.length === 0 ? "none" : shown.join(", ");
}

// Counts are of the plain way through; what faults add is in the other files of this folder.
describe("docs/runtime.md", () => {
  const table = documented();

  it("has a row for each case that is counted here, and no other", () => {
    expect([...table.keys()].sort()).to.deep.equal(Object.keys(CASES).sort());
  });

  for (const [name, prepare] of Object.entries(CASES)) {
    it(`tells the calls of: ${name}`, async () => {
      // Handlers that take a while, so that there is always something to poll for.
      const latency = { create: 30, update: 30, delete: 30 };
      const bench = await ProviderBench.open({ latency });
      try {
        const run = await prepare(bench);
        const calls = await bench.calls(run);
        expect(inWords(calls.map(({ operation }) => operation))).to.equal(table.get(name));
      } finally {
        await bench.close();
      }
    });
  }
});
