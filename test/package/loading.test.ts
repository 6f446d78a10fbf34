import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { startEmulator } from "../../emulator";

const root = join(__dirname, "..", "..");

/** What a child process says of itself once it has run a program in the repository's root. */
interface Loaded {
  /** The modules that came after `@pulumi/pulumi`, relative to the root. */
  readonly modules: readonly string[];
  /** Whether the schema table's file was opened. */
  readonly tableRead: boolean;
  /** Closures that were serialised. */
  readonly closures: number;
}

async function load(program: string, env: Readonly<Record<string, string>> = {}): Promise<Loaded> {
  const script = `
    const fs = require("node:fs"), path = require("node:path"), pulumi = require("@pulumi/pulumi");
    let tableRead = false, closures = 0;
    for (const name of ["readFileSync", "openSync", "readFile", "open"]) {
      const read = fs[name];
      fs[name] = (file, ...rest) => ((tableRead ||= String(file).endsWith("registry.bin")), read(file, ...rest));
    }
    const closure = require("@pulumi/pulumi/runtime/closure/serializeClosure");
    const { serializeFunction } = closure;
    closure.serializeFunction = (...args) => ((closures += 1), serializeFunction(...args));
    const before = new Set(Object.keys(require.cache));
    // A provider's own process lives by its engine; this one would end while the provider waits.
    const alive = setInterval(() => {}, 1000);
    (async () => {
      await pulumi.runtime.setMocks({
        newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
        call: ({ inputs }) => inputs,
      });
      ${program}
      await pulumi.runtime.disconnect();
      const modules = Object.keys(require.cache).filter((name) => !before.has(name));
      console.log(JSON.stringify({ modules: modules.map((name) => path.relative(".", name)), tableRead, closures }));
      clearInterval(alive);
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], {
    cwd: root,
    timeout: 60_000,
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Loaded;
}

/** A plain canary, and a release whose candidate walks up, by the provider as an engine would call it. */
const release = (words: object): string => `
  const { provider } = require("pulumi-cloudcontrol/provider");
  await provider.configure({ config: { get: () => undefined, require: () => "" } });
  const hidden = (type) => ({ __provider: "p", __type: "AWS::ApiGateway::" + type });
  const create = async (inputs) => {
    const { inputs: checked, failures } = await provider.check({}, inputs);
    if (failures?.length > 0) throw new Error(JSON.stringify(failures));
    return provider.create(checked);
  };
  const { id: restApiId } = await create({ ...hidden("RestApi"), name: "pets" });
  const integration = { type: "MOCK" };
  const method = { httpMethod: "GET", authorizationType: "NONE", integration };
  await create({ ...hidden("Method"), restApiId, ...method });
  const stage = (content) => ({
    ...hidden("Stage"), __kind: "release", restApiId, stageName: "prod",
    release: { content, steps: [{ percent: 10, bake: "1s" }], ...${JSON.stringify(words)} },
  });
  const { id, outs } = await create(stage("one"));
  const canary = { stageName: "plain", deploymentId: outs.deploymentId, canarySetting: { percentTraffic: 10 } };
  const plain = await create({ ...hidden("Stage"), restApiId, ...canary });
  await provider.delete(plain.id, plain.outs);
  const { inputs } = await provider.check(outs, stage("two"));
  await provider.diff(id, outs, inputs);
  const walked = await provider.update(id, outs, inputs);
  if (walked.outs.releaseState.stable.key !== "content:two") throw new Error(JSON.stringify(walked));
  await provider.read(id, walked.outs);
  await provider.delete(id, walked.outs);`;

const OWN = /^dist\/(index\.js|(components|resources|schema)\/.+\.js)$/;

// Does not prove how long loading takes: the benchmark does. Modules that are read and compiled are what costs.
describe("loading the package, beside @pulumi/pulumi", () => {
  it("loads its own modules for programs, at most seventy, and no other package", async () => {
    const { modules, tableRead } = await load(`require("pulumi-cloudcontrol");`);
    expect(modules.filter((name) => !OWN.test(name))).to.deep.equal([]);
    expect(modules).to.include.members(["dist/index.js", "dist/components/api-stage.js"]);
    expect(modules).to.have.length.at.most(70);
    expect(modules).to.not.include("dist/schema/table.js");
    expect(tableRead).to.equal(false);
  });

  it("loads no component and no other service for the classes of one", async () => {
    const { modules } = await load(`require("pulumi-cloudcontrol/logs");`);
    expect(modules.filter((name) => /components|apigateway/.test(name))).to.deep.equal([]);
    expect(modules).to.have.length.at.most(15);
  });

  it("loads nothing more, reads no schema and serialises nothing when resources are registered", async () => {
    const empty = await load(`require("pulumi-cloudcontrol");`);
    const used = await load(`
      const { CloudControlResource, apigateway, ApiStage } = require("pulumi-cloudcontrol");
      const api = new apigateway.RestApi("api", { name: "a" });
      new ApiStage("s", { restApi: api, stageName: "dev", deploymentId: "d" });
      new CloudControlResource("q", { typeName: "AWS::SQS::Queue", properties: { QueueName: "q" } });`);
    expect(used).to.deep.equal(empty);
    expect(used.closures).to.equal(0);
    const usual = await load(`new pulumi.dynamic.Resource({ create: async () => ({ id: "x" }) }, "d", {});`);
    expect(usual.closures).to.equal(1);
  });

  it("loads no client of AWS and reads no schema for the provider before there is work", async () => {
    const { modules, tableRead } = await load(`require("pulumi-cloudcontrol/provider");`);
    expect(modules.filter((name) => name.startsWith("node_modules"))).to.deep.equal([]);
    expect(modules).to.include("dist/schema/table.js");
    expect(tableRead).to.equal(false);
    const asked = await load(`require(path.resolve("dist/schema/table.js")).readSchema("AWS::SQS::Queue");`);
    expect(asked.tableRead).to.equal(true);
  });

  it("loads the client for CloudWatch for a release with a gate, and never for one without", async () => {
    const emulator = await startEmulator();
    try {
      emulator.alarms.set("errors", "OK");
      const clientsOf = async (words: object): Promise<string[]> => {
        const { modules } = await load(release(words), emulator.env());
        const names = modules.map((name) => /^node_modules\/@aws-sdk\/(client-[a-z]+)\//.exec(name)?.[1]);
        return [...new Set(names.filter((name) => name !== undefined))].sort();
      };
      const asked = (): number => emulator.requests().filter(({ operation }) => operation === "DescribeAlarms").length;
      const plain = await clientsOf({});
      expect(plain).to.include("client-cloudcontrol").and.not.to.include("client-cloudwatch");
      expect(asked()).to.equal(0);
      expect(await clientsOf({ gate: { alarms: ["errors"] } })).to.deep.equal([...plain, "client-cloudwatch"].sort());
      expect(asked()).to.be.greaterThan(0);
    } finally {
      await emulator.close();
    }
  }).timeout(120_000);
});
