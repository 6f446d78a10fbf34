/** npm as a user runs it, in a project that is none of this repository's. */
import { spawn } from "node:child_process";

/** What npm prints; it throws, with all that was printed, when npm fails. */
export function npm(args: readonly string[], cwd: string): Promise<string> {
  // npm sets these for its scripts; inside another project they would point back to this one.
  const own = /^npm_(config_(local_prefix|global_prefix|prefix)|lifecycle|package|command)/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  return new Promise((resolve, reject) => {
    const child = spawn("npm", [...args, "--loglevel=error"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), 300_000);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else reject(new Error(`npm ${args.join(" ")} ended with ${String(code)}\n${output}\n${errors}`));
    });
  });
}
