import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { startEmulator } from "../../emulator";
import type { Row } from "./report";

const run = promisify(execFile);
const source = path.join(__dirname, "..", "..", "conformance");
const stage = "AWS::ApiGateway::Stage";

/** alchemy's own folder outside the tree: half a gigabyte, installed once for each lock file. */
async function installed(): Promise<string> {
  const lock = readFileSync(path.join(source, "package-lock.json"));
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "pulumi-cloudcontrol");
  const home = path.join(cache, `conformance-${createHash("sha256").update(lock).digest("hex").slice(0, 12)}`);
  mkdirSync(home, { recursive: true });
  for (const file of ["package.json", "package-lock.json", "alchemy.mjs"]) {
    cpSync(path.join(source, file), path.join(home, file));
  }
  if (existsSync(path.join(home, "node_modules", ".package-lock.json"))) return home;
  console.log(`Installing alchemy (0.5 GB) once into ${home} …`);
  await run("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: home,
    timeout: 900_000,
  });
  return home;
}

function version(home: string): string {
  const file = path.join(home, "node_modules", "alchemy", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Lets alchemy's own AWS.ApiGateway.Stage make, change and delete a stage, and looks at what is there afterwards. */
export async function runAlchemy(): Promise<Row[]> {
  const home = await installed();
  const evidence = `alchemy ${version(home)}, its \`AWS.ApiGateway.Stage\``;
  const folder = mkdtempSync(path.join(tmpdir(), "conformance-"));
  await using emulator = await startEmulator({ seed: 1 });
  const RestApiId = "abcdefghij";
  emulator.seed({ typeName: "AWS::ApiGateway::RestApi", model: { RestApiId, RootResourceId: "root", Name: "a" } });
  emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { RestApiId, DeploymentId: "dep123" } });
  const env = { ...process.env, ...emulator.env(), ALCHEMY_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
  const program = async (phase: string, properties?: object): Promise<void> => {
    const args = [path.join(home, "alchemy.mjs"), phase, ...(properties ? [JSON.stringify(properties)] : [])];
    await run(process.execPath, args, { cwd: folder, env, timeout: 120_000 });
  };
  const live = (): unknown => emulator.resources().find((r) => r.typeName === stage)?.model.Description;
  const made = { RestApiId, StageName: "prod", DeploymentId: "dep123" };
  const steps: readonly (readonly [string, () => Promise<void>, unknown])[] = [
    ["create", () => program("up", { ...made, Description: "one" }), "one"],
    ["update", () => program("up", { ...made, Description: "two" }), "two"],
    ["delete", () => program("destroy"), undefined],
  ];
  const rows: Row[] = [];
  try {
    for (const [name, step, expected] of steps) {
      await step();
      rows.push({ evidence, case: name, pass: live() === expected });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
