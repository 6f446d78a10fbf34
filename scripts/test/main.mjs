// The steps of `npm test`; see steps.mjs. Ends with one line: N passed, N failed, N skipped.
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureEngine, findEngine } from "../engine.mjs";
import { root } from "../lib/install.mjs";
import { bold, dim, green, heartbeat, red, run, say, seconds } from "../lib/say.mjs";
import { sandboxEnv, scratch } from "../sandbox.mjs";
import { build, checks, NOTHING_TO_COMPARE, selection, suites } from "./steps.mjs";

const ci = process.env.CI === "true" || process.env.CI === "1";
const total = { passed: 0, failed: 0, skipped: 0 };
const temporary = mkdtempSync(join(tmpdir(), "pulumi-cloudcontrol-test-"));

function count({ passed = 0, failed = 0, skipped = 0 }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** The engine is got in the background: where it must be built first, that takes as long as all else together. */
function startEngine() {
  const log = join(scratch, "engine.log");
  mkdirSync(scratch, { recursive: true });
  writeFileSync(log, "");
  const state = { last: "" };
  const print = (line) => {
    state.last = line.trim();
    appendFileSync(log, `${line}\n`);
  };
  const ready = (async () => {
    const found = await findEngine({ print });
    if (found) return found;
    say(`The Pulumi engine is not on this machine; getting it in the background, log in ${log}`);
    return ensureEngine({ print });
  })();
  // It is awaited only when the first suite needs it; until then a failure must not end the process.
  ready.catch(() => undefined);
  return {
    async get() {
      const timer = setInterval(() => say(dim(`  waiting for the engine: ${state.last}`)), 15_000);
      try {
        return await ready;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

async function check({ name, args, deadline, mayBeLeftOut }) {
  const started = Date.now();
  const env = { ...process.env, PATH: [join(root, "node_modules", "node", "bin"), process.env.PATH].join(delimiter) };
  const work = run(process.execPath, args, { cwd: root, env, deadline });
  const { code, timedOut, output } = await heartbeat(name, work, { every: 15_000 });
  if (code === 0) {
    count({ passed: 1 });
    say(`${green("✔")} ${name} (${seconds(started)})`);
    return true;
  }
  if (code === NOTHING_TO_COMPARE && mayBeLeftOut && !ci) {
    count({ skipped: 1 });
    say(`- ${name} left out: ${output.trim().split("\n").at(-1)}`);
    return true;
  }
  count({ failed: 1 });
  say(`${red("✘")} ${name} ${timedOut ? "had no end" : "failed"} (${seconds(started)})\n${output.trimEnd()}`);
  return false;
}

/** Two lanes for two cores. */
async function checkAll(list) {
  const queue = [...list];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await check(next);
  };
  await Promise.all([lane(), lane()]);
}

async function suite({ name, files, deadline, timeout, jobs = 2, engine: needsEngine }, engine) {
  const started = Date.now();
  const env = sandboxEnv({ engine: needsEngine ? await engine.get() : undefined });
  env.PULUMI_CLOUDCONTROL_COUNTS = join(temporary, `${name}.json`);
  env.PATH = [join(root, "node_modules", ".bin"), env.PATH].join(delimiter);
  say(bold(`${name} …`));
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const reporter = join(root, "scripts", "test", "reporter.cjs");
  const args = [
    mocha,
    "--reporter",
    reporter,
    "--jobs",
    String(jobs),
    ...(timeout ? ["--timeout", String(timeout)] : []),
    ...files,
  ];
  const work = run(process.execPath, args, { cwd: root, env, deadline, inherit: true });
  const { code, timedOut } = await heartbeat(name, work, { every: 20_000 });
  const counts = readCounts(env.PULUMI_CLOUDCONTROL_COUNTS);
  if (timedOut) say(red(`${name} had no end after ${deadline / 60_000} minutes and was killed`));
  // Red without a red test: mocha could not load a file, found none, or was killed.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  count(counts);
  const mark = counts.failed === 0 ? green("✔") : red("✘");
  say(
    `${mark} ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds(started)})`,
  );
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

async function main() {
  const started = Date.now();
  const wanted = selection(process.argv.slice(2));
  const chosen = suites.filter(({ name }) => wanted.has(name));
  const engine = chosen.some((step) => step.engine) ? startEngine() : undefined;
  // The examples and the provider process load dist/, so every suite wants it fresh.
  if (wanted.has("build") || chosen.length > 0) await check(build);
  await checkAll(checks.filter(({ name }) => wanted.has(name)));
  for (const step of chosen) {
    try {
      await suite(step, engine);
    } catch (error) {
      count({ failed: 1 });
      say(`${red("✘")} ${step.name}: ${error.message}`);
    }
  }
  say(dim(`all of it took ${seconds(started)}`));
}

try {
  await main();
} catch (error) {
  count({ failed: 1 });
  console.error(error.message);
}
rmSync(temporary, { recursive: true, force: true });
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
// Also ends an engine build that no suite waits for any more.
process.exit(total.failed === 0 ? 0 : 1);
