// npm run bench: installs the peer into bench/node_modules, builds the package and starts the benchmark with the engine.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");

/** Runs a step in the repository, or ends with its exit code. */
function step(command, args, cwd = root) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(here, "node_modules", "alchemy"))) {
  console.log("Installing alchemy, the peer, into bench/node_modules (half a gigabyte, once) …");
  // Its install scripts fetch tools that no Cloud Control resource needs.
  step("npm", ["ci", "--ignore-scripts"], here);
}
step(process.execPath, [join(root, "scripts", "build.mjs")]);
const script = ["node", "-r", "./scripts/lib/ts-node.cjs", join("bench", "main.ts"), ...process.argv.slice(2)];
// Users' processes have no compile cache; see scripts/sandbox.mjs.
process.env.NODE_DISABLE_COMPILE_CACHE = "1";
step(process.execPath, [join(root, "scripts", "engine-env.mjs"), ...script]);
