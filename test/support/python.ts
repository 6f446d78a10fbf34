import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { PIP } from "../../scripts/lib/pip";

const requirements = path.join(__dirname, "..", "clients", "python", "requirements.txt");

/** Python with the pinned AWS clients, or why there is none. */
export type Python = { readonly bin: string } | { readonly missing: string };

function cache(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "pulumi-cloudcontrol");
}

function step(command: string, args: readonly string[]): string | undefined {
  const run = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (run.error) return `${command} cannot be started: ${run.error.message}`;
  return run.status === 0
    ? undefined
    : `${command} ${args.slice(0, 3).join(" ")} failed: ${run.stderr.trim().slice(-400)}`;
}

/**
 * A virtual environment of its own, made once for each set of pins and used offline from then on. It is complete or
 * not there: its last step leaves a mark, and a half one is made anew.
 */
export function pythonClients(): Python {
  const version = spawnSync("python3", ["--version"], { encoding: "utf8" });
  if (version.error) return { missing: `python3 cannot be started: ${version.error.message}` };
  const pins = createHash("sha256").update(readFileSync(requirements)).update(version.stdout).digest("hex");
  const home = path.join(cache(), `python-clients-${pins.slice(0, 12)}`);
  const bin = path.join(home, "bin");
  if (existsSync(path.join(home, "complete"))) return { bin };
  mkdirSync(cache(), { recursive: true });
  // A virtual environment knows its own path, so it is made in its place; the mark is what a rename brings.
  rmSync(home, { recursive: true, force: true });
  const pip = [...PIP, "install", "--quiet", "--no-deps", "-r", requirements];
  const failed = step("python3", ["-m", "venv", home]) ?? step(path.join(bin, "python"), pip);
  if (failed !== undefined) return { missing: failed };
  renameSync(mkdtempSync(path.join(cache(), "mark-")), path.join(home, "complete"));
  return { bin };
}

/** Runs a program of the environment; resolves with its exit code and what it printed. */
export function runPython(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { PATH: process.env.PATH, HOME: "/nonexistent", ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
