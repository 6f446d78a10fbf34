import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startEmulator } from "../../emulator";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import * as manifest from "../../package.json";
import { withCliStack } from "../support/cli";
import { installedBeside } from "../support/installed";
import { npm } from "../support/npm";

const root = join(__dirname, "..", "..");
const MEGABYTE = 1_000_000;
const PUBLIC = "https://registry.npmjs.org/";

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** What the user writes; JavaScript, so that nothing but the two packages is needed. */
const PROGRAM = `
const { CloudControlResource, apigateway } = require("pulumi-cloudcontrol");
const api = new apigateway.RestApi("api", { name: "from-the-tarball" });
const group = new CloudControlResource("group", {
  typeName: "AWS::Logs::LogGroup",
  properties: { LogGroupName: "/from/the/tarball", RetentionInDays: 7 },
});
exports.restApiId = api.id;
exports.groupArn = group.attribute("Arn");
`;

// Does not prove that the package works with another engine or another SDK than the ones pinned here.
describe("the packed tarball", () => {
  let folder: string;
  let packed: Packed;

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-cloudcontrol-user-")));
    // Without scripts: `prepare` would rebuild dist/ under the feet of other tests, and it is fresh already.
    const answer = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root);
    packed = (JSON.parse(answer) as [Packed])[0];
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it("is smaller than 4 MB", () => {
    console.log(
      `      tarball ${packed.size} bytes, unpacked ${packed.unpackedSize} bytes, ${packed.files.length} files`,
    );
    expect(packed.size).to.be.lessThan(4 * MEGABYTE);
  });

  it("depends on at most seven packages, and on the clients that few need only if they are there", () => {
    expect(Object.keys(manifest.dependencies)).to.have.length.at.most(7);
    expect(manifest.peerDependencies).to.have.all.keys(
      "@pulumi/pulumi",
      "@aws-sdk/client-cloudformation",
      "@aws-sdk/client-cloudwatch",
    );
    expect(manifest.peerDependenciesMeta).to.deep.equal({
      "@aws-sdk/client-cloudformation": { optional: true },
      "@aws-sdk/client-cloudwatch": { optional: true },
    });
    expect(manifest).to.not.have.property("optionalDependencies");
  });

  it("holds what is built and no tests, scripts or TypeScript sources", () => {
    const paths = packed.files.map(({ path }) => path);
    const compiled = paths.filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(paths.filter((path) => !compiled.includes(path)).sort()).to.deep.equal([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/emulator/page/assets/icon.svg",
      "dist/emulator/page/assets/page.css",
      "dist/emulator/page/assets/page.mjs",
      "dist/schema/generated/registry.bin",
      "package.json",
    ]);
    const { include } = JSON.parse(readFileSync(join(root, "tsconfig.build.json"), "utf8")) as { include: string[] };
    const strays = compiled.filter((path) => {
      const source = path.replace(/^dist\//, "").replace(/\.(js|d\.ts)$/, ".ts");
      return !include.includes(source.split("/")[0] ?? "") || !existsSync(join(root, source));
    });
    expect(strays, "compiled from no source of the package").to.deep.equal([]);
    expect(compiled).to.include.members([
      "dist/index.js",
      "dist/index.d.ts",
      "dist/provider/index.js",
      "dist/testing/index.js",
      "dist/testing/index.d.ts",
    ]);
    expect(paths.filter((path) => /\btests?\b/.test(path))).to.deep.equal([]);
  });

  it("brings along nothing with a known vulnerability", async function () {
    const answer = await npm(["audit", "--omit=dev", "--json"], root).catch((error: unknown) => String(error));
    const [report = ""] = /\{[^]*\}/.exec(answer) ?? [];
    const { metadata } = (report === "" ? {} : JSON.parse(report)) as {
      readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
    };
    if (!metadata) {
      // Without a network, and of registries that keep no advisories (they answer 405), there is none; CI's is one of them.
      const [code = "no answer"] = /\bE\d{3}\b|\b405\b|ENOTFOUND|ECONNREFUSED|ETIMEDOUT/.exec(answer) ?? [];
      console.log(
        `      npm's advisories could not be asked (${code}): run \`npm audit --omit=dev --registry=${PUBLIC}\` ` +
          "where that registry can be reached, before each release",
      );
      this.skip();
    }
    expect(metadata.vulnerabilities).to.deep.include({ total: 0 });
  });

  it("works in an empty project: up, a second up that changes nothing, destroy", async () => {
    const project = { name: "a-user", version: "1.0.0", private: true };
    writeFileSync(join(folder, "package.json"), JSON.stringify(project));
    writeFileSync(join(folder, "index.js"), PROGRAM);
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: a-user\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    );
    const packages = [join(folder, packed.filename), `@pulumi/pulumi@${sdkVersion}`];
    await npm(["install", ...packages, "--prefer-offline", "--no-audit", "--no-fund"], folder);
    const added = installedBeside(folder, "@pulumi/pulumi");
    const bytes = [...added.values()].reduce((sum, size) => sum + size, 0);
    const own = added.get("pulumi-cloudcontrol") ?? 0;
    const [all, ours] = [bytes, own].map((size) => (size / MEGABYTE).toFixed(1));
    console.log(
      `      beside @pulumi/pulumi: ${all ?? ""} MB in ${added.size} packages, ${ours ?? ""} of them this one`,
    );
    // A walk that lost its way would find nothing.
    expect([...added.keys()]).to.include.members(["pulumi-cloudcontrol", "@aws-sdk/client-cloudcontrol"]);
    expect([...added.keys()]).to.not.include.members(["@aws-sdk/client-cloudformation", "@aws-sdk/client-cloudwatch"]);
    expect(bytes).to.be.lessThan(30 * MEGABYTE);

    const emulator = await startEmulator();
    try {
      await withCliStack(folder, emulator.env(), async ({ run, outputs, resources }) => {
        await run("up", "--yes", "--skip-preview");
        expect(await outputs()).to.have.all.keys("restApiId", "groupArn");
        expect(await resources()).to.have.length(2);
        await run("up", "--yes", "--skip-preview", "--expect-no-changes");
        await run("destroy", "--yes", "--skip-preview");
        expect(await resources()).to.deep.equal([]);
      });
    } finally {
      await emulator.close();
    }
  });

  it("brings the local Cloud Control along: as a command, with its page, and as a library", async () => {
    const command = join(folder, "node_modules", ".bin", "pulumi-cloudcontrol");
    const child = spawn(command, ["emulator", "--data", join(folder, "cloud.log")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const endpoint = await new Promise<string>((resolve) => {
        child.stdout.on("data", (chunk: Buffer) => {
          const [found] = /http:\S+/.exec(chunk.toString()) ?? [];
          if (found !== undefined) resolve(found);
        });
      });
      for (const path of ["health", "", "page.css", "page.mjs", "icon.svg"]) {
        expect((await fetch(`${endpoint}/_/${path}`)).status, path).to.equal(200);
      }
    } finally {
      child.kill("SIGTERM");
    }
    expect(await new Promise((resolve) => child.on("exit", resolve))).to.equal(0);
    const program = `
      const { startEmulator, mockCloudControl, valueOf } = require("pulumi-cloudcontrol/testing");
      const { logs } = require("pulumi-cloudcontrol");
      (async () => {
        const emulator = await startEmulator();
        await emulator.close();
        const group = await mockCloudControl().run(() => new logs.LogGroup("g", { logGroupName: "/a" }));
        console.log(await valueOf(group.arn));
      })();`;
    const output = await new Promise<string>((resolve) => {
      const run = spawn(process.execPath, ["-e", program], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      run.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
      run.on("close", () => {
        resolve(text.trim());
      });
    });
    expect(output).to.equal("arn:aws:logs:us-east-1:123456789012:log-group:/a:*");
  });
});
