// npm run fuzz -- --seed S --runs N: the fuzzers of test/fuzz and of the local Cloud Control, with values from another
// seed and N times as many runs as `npm test` has. What breaks a rule is made small and printed with its seed and path.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sandboxEnv } from "./sandbox.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    runs: { type: "string", default: "10" },
  },
});
const [seed, runs] = [Number(values.seed), Number(values.runs)];
if (!Number.isInteger(seed) || !(runs > 0)) {
  console.error("usage: npm run fuzz -- [--seed <a whole number>] [--runs <how many times the runs of npm test>]");
  process.exit(2);
}
console.log(`seed ${seed}, ${runs} times the runs of npm test`);
const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
const env = { ...sandboxEnv(), PULUMI_CLOUDCONTROL_FUZZ: String(runs), PULUMI_CLOUDCONTROL_FUZZ_SEED: String(seed) };
const child = spawn(process.execPath, [mocha, "test/fuzz/**/*.test.ts", "test/emulator/fuzz.test.ts"], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.on("SIGINT", () => undefined);
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
