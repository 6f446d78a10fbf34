// One example as a stack: its own index.ts as an inline program of the Automation API, run by the real engine.
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { engineCommand, EngineError } from "../lib/engine-command.mjs";
import { root } from "../lib/install.mjs";
import { heartbeat, say } from "../lib/say.mjs";

const require = createRequire(import.meta.url);
const { LocalWorkspace, PulumiCommand, Stack } = require("@pulumi/pulumi/automation");
require("../lib/ts-node.cjs");

/** A stack that hangs ends here; the whole of `npm start` takes less. */
const DEADLINE = 120_000;
const examples = join(root, "examples");

/** Asked once for all examples. */
let installed;

/** Runs the program anew: what was loaded for the last operation registered its resources there. */
function programOf(entry) {
  return async () => {
    for (const file of Object.keys(require.cache)) if (file.startsWith(examples)) delete require.cache[file];
    return { ...require(entry) };
  };
}

export class Example {
  static async create(name, folder) {
    const source = join(examples, name);
    const settings = await (await LocalWorkspace.create({ workDir: source, pulumiCommand: nothing })).projectSettings();
    const workDir = join(folder, name);
    mkdirSync(workDir);
    // With `main` in the project, engine and provider process work in the example's own folder, as after `cd` and `pulumi up`.
    const main = relative(workDir, join(source, "index.ts"));
    installed ??= PulumiCommand.get({ skipVersionCheck: true });
    const { version } = await installed;
    const command = engineCommand(process.env.PULUMI_CLOUDCONTROL_ENGINE, version, { deadline: DEADLINE });
    const workspace = await LocalWorkspace.create({
      workDir,
      program: programOf(join(source, "index.ts")),
      projectSettings: { ...settings, main },
      pulumiCommand: command,
    });
    return new Example(name, workDir, command, await Stack.create("start", workspace));
  }

  constructor(name, workDir, command, stack) {
    this.name = name;
    this.workDir = workDir;
    this.command = command;
    this.stack = stack;
  }

  async setConfig(key, value) {
    await this.stack.setConfig(key, { value });
  }

  up(options) {
    return this.#operation("up", options);
  }

  destroy(options) {
    return this.#operation("destroy", options);
  }

  /** One look into the state: the stack's outputs, and its resources without the stack itself and the providers. */
  async state() {
    const { deployment } = await this.stack.exportStack();
    const all = deployment.resources ?? [];
    const outputs = all.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
    return { outputs, resources: all.filter(({ type }) => !type.startsWith("pulumi:")) };
  }

  /** The engine's own output line by line, and how many resources got which step. */
  async #operation(kind, options) {
    let changes = {};
    const lines = lineByLine((line) => say(`  ${this.name.padEnd(14)} │ ${line}`));
    this.command.operating = true;
    try {
      const work = this.stack[kind]({
        ...options,
        color: "never",
        onOutput: lines.take,
        onEvent: ({ summaryEvent }) => (changes = summaryEvent?.resourceChanges ?? changes),
      });
      await heartbeat(`pulumi ${kind} of ${this.name}`, work, { every: 2_000 });
      return changes;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { timedOut, stdout, stderr, code } = error.result;
      const why = timedOut ? `had no end after ${DEADLINE / 1000} s and was killed` : `ended with ${code}`;
      // Said once more: what the other stacks printed meanwhile stands between it and the end.
      const diagnostics = /^Diagnostics:\n([^]*?)\n(?=\S)/m.exec(stdout)?.[1] ?? "";
      throw new Error(`pulumi ${kind} of ${this.name} ${why}\n${diagnostics}${stderr}`.trimEnd(), { cause: error });
    } finally {
      this.command.operating = false;
      lines.end();
    }
  }
}

/** Reading a project file needs no engine. */
const nothing = { command: "", version: null, run: () => Promise.reject(new Error("no engine")) };

/** Whole lines only, since two stacks write at once; without the engine's own dots. */
function lineByLine(print) {
  let pending = "";
  const show = (line) => line.trim() && !line.startsWith("@ ") && print(line.trimEnd());
  return {
    take: (text) => {
      const lines = (pending + text).split("\n");
      pending = lines.pop();
      lines.forEach(show);
    },
    end: () => show(pending),
  };
}
