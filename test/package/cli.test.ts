import { join } from "node:path";
import { expect } from "chai";
import { startEmulator } from "../../emulator";
import { withCliStack } from "../support/cli";

const root = join(__dirname, "..", "..");
const example = join(root, "examples", "minimal");

// Does not prove that the official Node language host does the same: where it is not on PATH, a stand-in runs the program.
describe("pulumi up as a user types it, in examples/minimal", () => {
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.close());

  it("creates the stage, changes nothing the second time, and destroy leaves nothing", async () => {
    await withCliStack(example, emulator.env(), async ({ run, outputs, resources }) => {
      await run("up", "--yes");
      expect(Object.keys(await outputs())).to.include("invokeUrl");
      expect((await resources()).filter(({ type }) => type.endsWith(":Stage"))).to.have.length(1);
      await run("up", "--yes", "--skip-preview", "--expect-no-changes");
      await run("destroy", "--yes", "--skip-preview");
      expect(await resources()).to.deep.equal([]);
    });
  });

  it("runs from the top of the repository as well", async () => {
    await withCliStack(root, emulator.env(), async ({ run }) => {
      expect(await run("preview")).to.match(/Stage/);
    });
  });
});
