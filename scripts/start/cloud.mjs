// The local Cloud Control in a process of its own, as AWS would be.
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../lib/install.mjs";

/**
 * @param keep - it outlives this process
 * @returns its endpoint and process id
 */
export async function startCloud(folder, { keep }) {
  const log = join(folder, "cloud-control.log");
  // A file and not a pipe: a kept process must not lose its standard output with us.
  const output = openSync(log, "w");
  const child = spawn(
    process.execPath,
    [join(root, "dist", "cli", "main.js"), "emulator", ...(keep ? [] : ["--parent-pid", String(process.pid)])],
    {
      cwd: root,
      detached: keep,
      stdio: ["ignore", output, output],
    },
  );
  let ended = false;
  child.on("exit", () => (ended = true));
  child.on("error", () => (ended = true));
  if (keep) child.unref();
  else process.on("exit", () => child.kill("SIGKILL"));
  for (let waited = 0; waited < 20_000 && !ended; waited += 50) {
    await sleep(50);
    const endpoint = /http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+/.exec(readFileSync(log, "utf8"))?.[0];
    if (endpoint) return { endpoint, pid: child.pid, log };
  }
  child.kill("SIGKILL");
  throw new Error(`The local Cloud Control did not start:\n${readFileSync(log, "utf8")}`);
}
