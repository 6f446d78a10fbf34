/** The packed package in the projects that users have: SDKs, package managers' layouts, kinds of modules. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator";
import * as manifest from "../../package.json";
import { withCliStack } from "../support/cli";
import { npm } from "../support/npm";

const root = join(__dirname, "..", "..");
const PNPM = "pnpm@10.20.0";

const BODY = `
const api = new apigateway.RestApi("api", { name: "from-the-matrix" });
const group = new CloudControlResource("group", {
  typeName: "AWS::Logs::LogGroup",
  properties: { LogGroupName: "/from/the/matrix", RetentionInDays: 7 },
});
const restApiId = api.id;
const groupArn = group.attribute("Arn");
`;
const NAMES = "{ CloudControlResource, apigateway }";
const PROGRAMS = {
  commonjs: `const ${NAMES} = require("pulumi-cloudcontrol");\n${BODY}module.exports = { restApiId, groupArn };\n`,
  module: `import ${NAMES} from "pulumi-cloudcontrol";\n${BODY}export { restApiId, groupArn };\n`,
} as const;

interface Cell {
  readonly sdk: string;
  readonly manager: "npm" | "pnpm";
  readonly modules: keyof typeof PROGRAMS;
}

/** The lowest version of the SDK that the manifest allows. */
function lowestSdk(): string {
  return manifest.peerDependencies["@pulumi/pulumi"].replace(/^\^/, "");
}

/** Runs every cell: install, up, a second up without changes, refresh, destroy. Gives what failed. */
export async function matrix(): Promise<string[]> {
  console.log("\nSDK, layout, kind of modules");
  const home = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-cloudcontrol-matrix-")));
  const failures: string[] = [];
  try {
    // Without scripts: `prepare` would rebuild dist/, and it is fresh already.
    const answer = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", home], root);
    const [{ filename }] = JSON.parse(answer) as [{ readonly filename: string }];
    const newest = (await npm(["view", "@pulumi/pulumi", "version"], home)).trim();
    for (const sdk of [lowestSdk(), newest])
      for (const manager of ["npm", "pnpm"] as const)
        for (const modules of ["commonjs", "module"] as const) {
          const name = `${sdk} ${manager} ${modules}`;
          const began = Date.now();
          try {
            await cell(join(home, name.replaceAll(" ", "-")), join(home, filename), { sdk, manager, modules });
            console.log(`${name}: passed in ${((Date.now() - began) / 1000).toFixed(0)} s`);
          } catch (error) {
            failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
            console.log(`${name}: FAILED`);
          }
        }
    return failures;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function cell(folder: string, tarball: string, { sdk, manager, modules }: Cell): Promise<void> {
  mkdirSync(folder);
  const dependencies = { "pulumi-cloudcontrol": `file:${tarball}`, "@pulumi/pulumi": sdk };
  const project = { name: "a-user", version: "1.0.0", private: true, type: modules, main: "index.js", dependencies };
  writeFileSync(join(folder, "package.json"), JSON.stringify(project));
  writeFileSync(join(folder, "index.js"), PROGRAMS[modules]);
  const options = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
  writeFileSync(join(folder, "Pulumi.yaml"), `name: a-user\n${options}`);
  // Nothing is reachable but what a package itself depends on: the strictest that pnpm has.
  writeFileSync(join(folder, ".npmrc"), manager === "pnpm" ? "node-linker=isolated\nhoist=false\n" : "");
  const install = ["install", "--prefer-offline", "--ignore-scripts"];
  if (manager === "npm") await npm([...install, "--no-audit", "--no-fund"], folder);
  else await npm(["exec", "--yes", `--package=${PNPM}`, "--", "pnpm", ...install], folder);
  const emulator = await startEmulator();
  try {
    await withCliStack(folder, emulator.env(), async ({ run, outputs, resources }) => {
      await run("up", "--yes", "--skip-preview");
      const keys = Object.keys(await outputs()).sort();
      if (keys.join() !== "groupArn,restApiId") throw new Error(`outputs ${keys.join()}`);
      if ((await resources()).length !== 2) throw new Error("not two resources in the state");
      await run("up", "--yes", "--skip-preview", "--expect-no-changes");
      await run("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      await run("destroy", "--yes", "--skip-preview");
    });
    if (emulator.resources().length > 0) throw new Error("resources are left");
  } finally {
    await emulator.close();
  }
}
