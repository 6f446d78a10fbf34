// npm start: the four examples with real `pulumi up` against the local Cloud Control, from a fresh clone.
// This part knows only node built-ins and Node 20; scripts/start/main.mjs does the work under the packaged Node and in
// the sandbox, so that nothing in the user's environment can lead it to AWS.
import { ensureEngine } from "./engine.mjs";
import { ensureBuilt } from "./lib/dist.mjs";
import { continueIn, ensureInstalled } from "./lib/install.mjs";
import { sandboxEnv } from "./sandbox.mjs";

try {
  await ensureInstalled();
  await ensureBuilt();
  const engine = await ensureEngine();
  continueIn("start/main.mjs", process.argv.slice(2), sandboxEnv({ engine }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
