import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator } from "../../emulator";
import { withStack } from "../support/engine";
import { environmentOf, Traffic, whileTimePasses } from "../support/release";

const folder = join(__dirname, "..", "..", "examples", "canary-release");

/** The example itself, loaded anew for each operation, as its resources register where it is loaded. */
const program: PulumiFn = async () => {
  for (const file of Object.keys(require.cache))
    if (file.startsWith(folder)) Reflect.deleteProperty(require.cache, file);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return Promise.resolve({ ...(require(join(folder, "index.ts")) as Record<string, unknown>) });
};

// Proved against the local Cloud Control, whose alarms see no requests.
describe("the example of a canary release", () => {
  it("comes up, walks a change up behind alarms of its own, and is empty for a refresh after each", async () => {
    await using emulator = await startEmulator();
    const traffic = new Traffic(emulator);
    await withStack({ program, env: environmentOf(emulator) }, async (stack) => {
      await stack.up();
      expect(traffic.now()).to.deep.include({ stable: 1, canary: undefined, deployments: [1] });
      expect(emulator.alarms.list().map(({ name }) => name.replace(/^API-Gateway_.*_canary-/, ""))).to.have.members([
        "errors",
        "latency",
        "throttles",
      ]);
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.setConfig({ answer: "goodbye" });
      const { stdout } = await whileTimePasses(emulator, stack.up());
      expect(stdout).to.include("step 2 of 2 (50 %) bakes 10m");
      expect(traffic.now()).to.deep.include({ stable: 2, canary: { of: 2, percent: 0 }, deployments: [1, 2] });
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
      expect(traffic.now().deployments).to.deep.equal([]);
    });
  });
});
