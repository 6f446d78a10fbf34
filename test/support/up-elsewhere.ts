/**
 * An `up` in a process of its own, for tests that kill its engine: what a program of the Automation API leaves behind
 * when its engine dies, it leaves there, and not in the test's own process.
 */
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { TYPESCRIPT } from "./typescript";
import { EngineStack, LAZY, type Operation, type OperationOptions } from "./engine";

/** A program that another process can make: `module` exports the function `name`, which gives it for `args`. */
export interface ProgramElsewhere {
  /** An absolute path. */
  readonly module: string;
  readonly name: string;
  /** Plain data. */
  readonly args: readonly unknown[];
}

/** What comes back from there. */
export type OperationElsewhere = Omit<Operation, "events">;

/** What the other process needs to know. */
interface Task extends Pick<OperationOptions, "refresh"> {
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly program: ProgramElsewhere;
}

/** Brings a program up elsewhere; a failure is in the result. */
export async function upElsewhere(
  { workDir, env }: EngineStack,
  program: ProgramElsewhere,
  { refresh = false, signal }: Pick<OperationOptions, "refresh" | "signal"> = {},
): Promise<OperationElsewhere> {
  const task: Task = { workDir, env, program, refresh };
  const child = fork(__filename, [JSON.stringify(task)], {
    execArgv: ["-r", LAZY, ...TYPESCRIPT],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const cancel = (): void => {
    child.send("cancel");
  };
  signal?.addEventListener("abort", cancel);
  try {
    return await new Promise((resolve, reject) => {
      child.once("message", (result) => {
        resolve(result as OperationElsewhere);
      });
      child.once("close", (code) => {
        reject(
          new Error(`the process of an up elsewhere ended with ${String(code)} before it had a result\n${errors}`),
        );
      });
    });
  } finally {
    signal?.removeEventListener("abort", cancel);
    child.kill();
  }
}

async function main({ workDir, env, program: { module, name, args }, refresh }: Task): Promise<void> {
  const made = createRequire(__filename)(module) as Readonly<
    Record<string, ((...args: readonly unknown[]) => PulumiFn) | undefined>
  >;
  const program = made[name]?.(...args);
  if (!program) throw new Error(`${module} exports no ${name}`);
  const stack = await EngineStack.create({ program, env }, workDir, env.PULUMI_HOME ?? "", true);
  const stop = new AbortController();
  process.on("message", () => {
    stop.abort();
  });
  const result = await stack.up({ mayFail: true, refresh, signal: stop.signal });
  await new Promise((resolve) => process.send?.({ ...result, events: [] }, resolve));
}

if (require.main === module) {
  main(JSON.parse(process.argv[2] ?? "{}") as Task).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(2);
    },
  );
}
