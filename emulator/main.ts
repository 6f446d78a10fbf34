import { parseArgs } from "node:util";

import { startEmulator } from ".";

const usage = "usage: main.js [--port <number>] [--seed <number>] [--region <name>] [--parent-pid <pid>]";

function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs the emulator as a process of its own until it is told to stop, or until the process it serves is gone. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      seed: { type: "string" },
      region: { type: "string" },
      "parent-pid": { type: "string" },
    },
  });
  const port = readNumber(values.port);
  const seed = readNumber(values.seed);
  const emulator = await startEmulator({
    ...(port === undefined ? {} : { port }),
    ...(seed === undefined ? {} : { seed }),
    ...(values.region === undefined ? {} : { region: values.region }),
  });
  const stop = (): void => {
    void emulator.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  const parent = readNumber(values["parent-pid"]);
  if (parent !== undefined) {
    const watch = (): void => {
      if (!alive(parent)) stop();
    };
    setInterval(watch, 1000).unref();
  }
  console.log(`Cloud Control is at ${emulator.endpoint}`);
  for (const [name, value] of Object.entries(emulator.env())) console.log(`export ${name}=${value}`);
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exit(1);
});
