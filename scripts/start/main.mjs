// What `npm start` shows; it fails at the first thing that is not as promised.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { killEngines } from "../lib/engine-command.mjs";
import { killTree } from "../lib/processes.mjs";
import { bold, green, red, say, seconds } from "../lib/say.mjs";
import { scratch } from "../sandbox.mjs";
import { startCloud } from "./cloud.mjs";
import { Example } from "./example.mjs";
import { LiveCloud } from "./live.mjs";
import { explainKept, stageTable } from "./words.mjs";

const NAMES = ["minimal", "advanced", "canary", "access-logging"];
const keep = process.argv.includes("--keep");
const kept = join(scratch, "kept.json");
const folder = join(scratch, keep ? "kept" : `start-${process.pid}`);
const started = Date.now();

/**
 * All at once: most of an operation is waiting for the cloud. The first failure ends it all, because programs that share
 * a process with one that failed never end.
 */
const all = (list, work) => Promise.all(list.map(work));

function stopKept() {
  if (!existsSync(kept)) return false;
  killTree(JSON.parse(readFileSync(kept, "utf8")).pid);
  rmSync(kept);
  rmSync(join(scratch, "kept"), { recursive: true, force: true });
  return true;
}

const heading = (text) => say(`\n${bold(text)} (${seconds(started)})`);

function expectOnly(changes, allowed, what) {
  const others = Object.entries(changes).filter(([step, count]) => count > 0 && !allowed.includes(step));
  if (others.length > 0)
    throw new Error(`${what}: expected only ${allowed.join(", ")}, got ${JSON.stringify(changes)}`);
}

/** The stage of each example, found by the address that its stack gives out; there may be no others. */
async function matched(examples, live) {
  const stages = await live.stages();
  const rows = await Promise.all(
    examples.map(async (example) => {
      const { outputs } = await example.state();
      const stage = stages.find(({ invokeUrl }) => invokeUrl === outputs.invokeUrl);
      if (!stage)
        throw new Error(`${example.name}: no live stage answers at its output invokeUrl ${outputs.invokeUrl}`);
      if (outputs.stageArn !== undefined && outputs.stageArn !== stage.arn) {
        throw new Error(
          `${example.name}: its output stageArn is ${outputs.stageArn}, the live stage's is ${stage.arn}`,
        );
      }
      return { name: example.name, ...stage };
    }),
  );
  if (stages.length !== rows.length) throw new Error(`${rows.length} stages were declared, ${stages.length} are there`);
  return rows;
}

async function leavesNothing(examples, live) {
  const stages = await live.stages();
  const rest = await live.everything();
  const states = await Promise.all(examples.map((example) => example.state()));
  const declared = states.flatMap(({ resources }) => resources.map(({ urn }) => urn));
  const left = [...stages.map(({ identifier }) => identifier), ...rest.map((one) => JSON.stringify(one)), ...declared];
  if (left.length > 0) throw new Error(`destroy left behind:\n${left.join("\n")}`);
}

async function main() {
  if (process.argv.includes("--stop")) {
    say(stopKept() ? "Stopped, and its stacks are gone." : "Nothing was kept.");
    return;
  }
  if (keep && stopKept()) say("Stopped the local Cloud Control of the last --keep.");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.env.PULUMI_HOME = join(folder, "pulumi");
  process.env.PULUMI_BACKEND_URL = `file://${join(folder, "state")}`;
  mkdirSync(join(folder, "state"));

  heading("The local Cloud Control");
  const cloud = await startCloud(folder, { keep });
  process.env.AWS_ENDPOINT_URL = cloud.endpoint;
  if (keep) writeFileSync(kept, JSON.stringify({ pid: cloud.pid }));
  say(`${cloud.endpoint}, process ${cloud.pid}`);
  const live = new LiveCloud(cloud.endpoint);

  heading("pulumi up of the four examples");
  const examples = await all(NAMES, async (name) => {
    const example = await Example.create(name, folder);
    await example.up();
    return example;
  });

  heading("The stages as an independent SDK client reads them from Cloud Control");
  for (const { name, identifier, model } of await matched(examples, live)) {
    say(`${bold(name)}: AWS::ApiGateway::Stage ${identifier}\n${JSON.stringify(model, null, 2)}`);
  }

  heading("A second up changes nothing");
  await all(examples, async (example) => {
    expectOnly(await example.up({ expectNoChanges: true }), ["same"], `the second up of ${example.name}`);
  });

  heading("An update: another description");
  await all(examples, async (example) => {
    await example.setConfig("description", `${example.name}, described anew by npm start`);
    const changes = await example.up();
    expectOnly(changes, ["same", "update"], `the update of ${example.name}`);
    if (changes.update !== 1) throw new Error(`the update of ${example.name} updated ${changes.update ?? 0} resources`);
  });
  const rows = await matched(examples, live);
  for (const { name, model } of rows) {
    const described = `${name}, described anew by npm start`;
    if (model.Description !== described) throw new Error(`${name}: the live description is "${model.Description}"`);
  }
  say("Each live stage has the new description.");

  if (!keep) {
    heading("pulumi destroy");
    await all(examples, (example) => example.destroy());
    await leavesNothing(examples, live);
    say("Nothing is left: no stage, no other resource in the cloud, none in the state.");
  }

  heading(`The stages and their outputs, as the SDK client read them ${keep ? "just now" : "before destroy"}`);
  say(stageTable(rows));
  if (keep) say(explainKept({ cloud, folder, examples }));
  say(`\n${green("✔")} all as promised, in ${seconds(started)}`);
}

function cleanUp() {
  killEngines();
  if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    // Stacks and cloud are ours alone and end with us, so there is nothing to destroy first.
    say(`\nStopped by ${signal}; ending the engine and the local Cloud Control.`);
    cleanUp();
    if (keep) stopKept();
    process.exit(130);
  });
}

let code = 0;
try {
  await main();
} catch (error) {
  say(`\n${red("✘")} ${error.message}`);
  if (keep) stopKept();
  code = 1;
}
cleanUp();
process.exit(code);
