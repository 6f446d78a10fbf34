/** A stack that is driven by the CLI itself, as a user types it, in a folder that already is a Pulumi project. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "./engine";
import type { StateResource } from "./engine";

export interface CliStack {
  /** Runs `pulumi <args>` on the stack and throws, with all that was printed, when it fails. */
  readonly run: (...args: string[]) => Promise<string>;
  readonly outputs: () => Promise<Record<string, unknown>>;
  /** The stack itself and the providers left out. */
  readonly resources: () => Promise<readonly StateResource[]>;
}

/**
 * A new stack of the project in `folder`, with a backend of its own. The settings file that the CLI writes into the
 * folder is removed afterwards; the stack is not destroyed.
 */
export async function withCliStack<T>(
  folder: string,
  env: Readonly<Record<string, string>>,
  use: (stack: CliStack) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), "pulumi-cloudcontrol-cli-"));
  const state = join(home, "state");
  mkdirSync(state);
  const name = `test-${process.pid}-${Date.now()}`;
  const own = { ...env, PULUMI_HOME: home, PULUMI_BACKEND_URL: `file://${state}`, PULUMI_STACK: name };
  const run = async (...args: string[]): Promise<string> => {
    const result = await runCli([...args, "--non-interactive", "--color", "never"], { cwd: folder, env: own });
    if (result.code === 0) return result.stdout;
    const how = result.timedOut ? "had no end and was killed" : `ended with ${result.code}`;
    throw new Error(`pulumi ${args.join(" ")} ${how}\n${result.stdout}\n${result.stderr}`);
  };
  try {
    await run("stack", "init", name);
    return await use({
      run,
      outputs: async () => JSON.parse(await run("stack", "output", "--json")) as Record<string, unknown>,
      resources: async () => {
        const exported = JSON.parse(await run("stack", "export")) as { deployment: { resources?: StateResource[] } };
        return (exported.deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
      },
    });
  } finally {
    rmSync(join(folder, `Pulumi.${name}.yaml`), { force: true });
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}
