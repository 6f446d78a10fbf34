// node scripts/engine-env.mjs <command> [arguments]: runs a command in the sandbox, with the engine on its PATH.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureEngine } from "./engine.mjs";
import { sandboxEnv } from "./sandbox.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error("usage: node scripts/engine-env.mjs <command> [arguments]");
  process.exit(2);
}

try {
  const engine = await ensureEngine({ print: (line) => console.error(line) });
  const env = sandboxEnv({ engine });
  env.PATH = [join(root, "node_modules", ".bin"), env.PATH].join(delimiter);
  const child = spawn(command, args, { stdio: "inherit", env });
  // The terminal's Ctrl-C reaches the child as well; wait for it to end.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    console.error(`${command}: ${error.message}`);
    process.exitCode = 127;
  });
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
