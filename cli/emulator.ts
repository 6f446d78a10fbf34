import { parseArgs } from "node:util";
import { startEmulator } from "../emulator";
import { isAlive } from "../emulator/state/lock";
import { FlagError, quirkLines, readNumber, readOptions } from "./emulator-options";

/** What the command prints about itself. */
export const help = `pulumi-cloudcontrol emulator [options]

Runs a local AWS Cloud Control for any AWS client (Pulumi, the AWS CLI, boto3, an SDK) until it is stopped by Ctrl-C.
Prints its endpoint, a page that shows what happens, and the environment that points clients to it.

  --port <number>            the port (a free one)
  --host <address>           the address to listen on (127.0.0.1)
  --allow-remote             lets other machines in, which may then do everything
  --allow-host <name>        another name beside localhost for the page and admin calls; may be repeated
  --data <file>              keeps everything in this file, so that it outlives the process (memory only)
  --seed <number>            makes ids, tokens and latencies the same each time (random)
  --region <name>            the region of the printed environment (us-east-1)
  --account <key>=<account>  the account of an access key; may be repeated (a key of 12 digits is its account's)
  --secret <key>=<secret>    a key that may call, and its secret, so that signatures are checked; may be repeated
  --latency <what>=<ms>      how long accept, pending, read, create, update, delete or one operation of the API takes;
                             of create, update and delete, or of all three without <what>=, also <ms>-<ms>; may be
                             repeated (2-20 for create, update and delete, else 0)
  --rate <calls>[/<burst>]   calls a second for each account and region, beyond which they are throttled (no limit)
  --quirk <name>=<value>     switches one of AWS's habits; may be repeated; \`--quirk help\` lists them
  --virtual-clock            time stands still but for POST /_/clock/advance {"ms": 1000}
  --parent-pid <pid>         ends when this process is gone

Example: pulumi-cloudcontrol emulator --port 4566 --latency create=500-3000 --rate 10/20`;

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string" },
  "allow-remote": { type: "boolean" },
  "allow-host": { type: "string", multiple: true },
  data: { type: "string" },
  seed: { type: "string" },
  region: { type: "string" },
  account: { type: "string", multiple: true },
  secret: { type: "string", multiple: true },
  latency: { type: "string", multiple: true },
  rate: { type: "string" },
  quirk: { type: "string", multiple: true },
  "virtual-clock": { type: "boolean" },
  "parent-pid": { type: "string" },
} as const;

/** Runs the command until it is told to stop; returns the exit code. */
export async function run(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  try {
    if (values.quirk?.includes("help")) {
      for (const line of quirkLines()) print(line);
      return 0;
    }
    const parent = values["parent-pid"] === undefined ? undefined : readNumber("parent-pid", values["parent-pid"]);
    const emulator = await startEmulator(readOptions(values));
    print(`Cloud Control is at ${emulator.endpoint}`);
    print(`Its page is at ${emulator.endpoint}/_/`);
    for (const [name, value] of Object.entries(emulator.env())) print(`export ${name}=${quoted(value)}`);
    await toldToStop(parent);
    await emulator.close();
    return 0;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    print(`${error.message}\nFix: see \`pulumi-cloudcontrol emulator --help\``);
    return 2;
  }
}

/** The value as a POSIX shell takes it. */
function quoted(value: string): string {
  return /^[\w./:@%+=,-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Waits for a signal to stop, or for the end of the process that this one serves. */
async function toldToStop(parent: number | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
    if (parent === undefined) return;
    // Without a hold on the event loop, or a process that was told to stop would never end.
    const watch = setInterval(() => {
      if (isAlive(parent)) return;
      clearInterval(watch);
      resolve();
    }, 1000).unref();
  });
}
