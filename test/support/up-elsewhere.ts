/**
 * An `up` in a process of its own, for tests that kill its engine: what a program of the Automation API leaves behind
 * when its engine dies, it leaves there, and not in the test's own process.
 */
import { fork } from "node:child_process";
import type { CanaryStageArgs } from "../../index";
import { EngineStack } from "./engine";
import { released } from "./release";

/** What the other process needs to know. */
interface Task {
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: number;
  readonly args: Partial<CanaryStageArgs>;
}

/** Brings a version of the released program up elsewhere, and tells whether that failed. */
export async function upElsewhere(
  { workDir, env }: EngineStack,
  version: number,
  args: Partial<CanaryStageArgs>,
): Promise<{ readonly failed: boolean }> {
  const task: Task = { workDir, env, version, args };
  const child = fork(__filename, [JSON.stringify(task)], {
    execArgv: ["-r", "ts-node/register/transpile-only"],
    stdio: "ignore",
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  return { failed: code !== 0 };
}

async function main({ workDir, env, version, args }: Task): Promise<number> {
  const options = { program: released(version, args), env };
  const stack = await EngineStack.create(options, workDir, env.PULUMI_HOME ?? "", true);
  return (await stack.up({ mayFail: true })).failed ? 1 : 0;
}

if (require.main === module) {
  void main(JSON.parse(process.argv[2] ?? "{}") as Task)
    .catch(() => 2)
    .then((code) => process.exit(code));
}
