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
// Said again at the very end: of a long log CI keeps the end, and what failed may stand far before it.
const failed = [];
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
  const what = `${name} ${timedOut ? "had no end" : "failed"}`;
  failed.push(`${what}\n${output.trimEnd()}`);
  say(`${red("✘")} ${what} (${seconds(started)})\n${output.trimEnd()}`);
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
  if (code !== 0 && counts.failed === 0) {
    counts.failed = 1;
    failed.push(`${name}: ended with ${code ?? "no code"} and no failed test; its output above says why`);
  }
  count(counts);
  failed.push(...(counts.failures ?? []).map((failure) => `${name}: ${failure}`));
  const mark = counts.failed === 0 ? green("✔") : red("✘");
  say(
    `${mark} ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds(started)})`,
  );
}

/** The lines of a failure that fit beside others: what failed stands at the beginning, the outcome often at the end. */
function shortened(failure, most = 24) {
  const lines = failure.split("\n");
  if (lines.length <= most) return failure;
  return [...lines.slice(0, most / 2), "  …", ...lines.slice(-most / 2)].join("\n");
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
      failed.push(`${step.name}: ${error.message}`);
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
for (const failure of failed) say(`${red("✘")} ${shortened(failure)}`);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
// Also ends an engine build that no suite waits for any more.
process.exit(total.failed === 0 ? 0 : 1);
