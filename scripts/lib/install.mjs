// Brings a fresh clone to where scripts can use packages. Only node built-ins and Node 20.
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { heartbeat, run, say } from "./say.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const modules = join(root, "node_modules");

/** Node from the `node` package: the machine's own may be older than what @pulumi/pulumi supports. */
const node = join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");

function isStale() {
  const marker = join(modules, ".package-lock.json");
  if (!existsSync(marker)) return true;
  // npm writes the marker last, so an install that was interrupted is stale as well.
  return statSync(marker).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
}

/** `npm ci` when node_modules is missing or older than package-lock.json. */
export async function ensureInstalled() {
  if (!isStale()) return;
  say("Installing the packages of package-lock.json with npm ci (usually half a minute to two minutes) …");
  // What npm tells its scripts about itself (lifecycle, prefixes) is about another run than this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(lifecycle|package|command|execpath|node_execpath)/.test(name),
    ),
  );
  const install = run("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    env,
    deadline: 900_000,
  });
  const { code, timedOut, output } = await heartbeat("npm ci", install);
  if (code !== 0) {
    throw new Error(
      `npm ci failed${timedOut ? " (no end after 15 minutes)" : ""}:\n${output}\nFix: check that the npm registry can be reached, then run this again.`,
    );
  }
}

/**
 * Continues in another script under the packaged Node, with its exit code as ours.
 * Ctrl-C reaches both processes; this one waits for the other to clean up.
 */
export function continueIn(script, args, env = process.env) {
  const binary = existsSync(node) ? node : process.execPath;
  const child = spawn(binary, [join(root, "scripts", script), ...args], { stdio: "inherit", cwd: root, env });
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
