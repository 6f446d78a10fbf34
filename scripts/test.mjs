// npm test: everything, from a fresh clone. `npm test -- unit engine` runs only these suites.
// This part knows only node built-ins and Node 20; scripts/test/main.mjs does the work under the packaged Node.
import { continueIn, ensureInstalled } from "./lib/install.mjs";

try {
  await ensureInstalled();
  continueIn("test/main.mjs", process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  console.log("0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
}
