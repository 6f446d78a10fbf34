// npm start: the four examples with real `pulumi up` against the local Cloud Control, from a fresh clone.
// This part knows only node built-ins and Node 20; scripts/start/main.mjs does the work under the packaged Node and in
// the sandbox, so that nothing in the user's environment can lead it to AWS.
import { ensureEngine } from "./engine.mjs";
import { ensureBuilt } from "./lib/dist.mjs";
import { continueIn, ensureInstalled } from "./lib/install.mjs";
import { sandboxEnv } from "./sandbox.mjs";

const args = process.argv.slice(2);
const known = ["--keep", "--stop"];

try {
  const unknown = args.filter((arg) => !known.includes(arg));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(" ")}. Known: ${known.join(" ")}`);
  await ensureInstalled();
  if (!args.includes("--stop")) await ensureBuilt();
  const engine = args.includes("--stop") ? undefined : await ensureEngine();
  continueIn("start/main.mjs", args, sandboxEnv({ engine }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
