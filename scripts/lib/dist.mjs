// dist/ is what the provider process and the local Cloud Control load; start and test want it as new as the sources.
import { existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./install.mjs";
import { heartbeat, run, say, seconds } from "./say.mjs";

const sources = ["index.ts", "package.json", "tsconfig.json", "tsconfig.build.json", "scripts/build.mjs"].concat([
  "provider",
  "resources",
  "components",
  "cli",
  "emulator",
  "schema",
  "testing",
]);

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Builds when a source is newer than what was built. */
export async function ensureBuilt() {
  const built = join(root, "dist", "index.js");
  const changed = Math.max(...sources.map((source) => newest(join(root, source))));
  if (existsSync(built) && statSync(built).mtimeMs > changed) return;
  const started = Date.now();
  say("Building dist/ (usually 5 to 15 seconds) …");
  const node = join(root, "node_modules", "node", "bin");
  const binary = join(node, "node");
  const env = { ...process.env, PATH: [node, process.env.PATH].join(delimiter) };
  const work = run(existsSync(binary) ? binary : process.execPath, [join(root, "scripts", "build.mjs")], {
    cwd: root,
    env,
    deadline: 240_000,
  });
  const { code, output } = await heartbeat("building", work, { every: 2_000 });
  if (code !== 0) throw new Error(`The build failed:\n${output}`);
  say(`Built in ${seconds(started)}`);
}
