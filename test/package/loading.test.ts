import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

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

async function load(program: string): Promise<Loaded> {
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
    (async () => {
      await pulumi.runtime.setMocks({
        newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
        call: ({ inputs }) => inputs,
      });
      ${program}
      await pulumi.runtime.disconnect();
      const modules = Object.keys(require.cache).filter((name) => !before.has(name));
      console.log(JSON.stringify({ modules: modules.map((name) => path.relative(".", name)), tableRead, closures }));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: root, timeout: 60_000 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Loaded;
}

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
});
