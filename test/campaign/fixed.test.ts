import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { TYPESCRIPT } from "../support/typescript";

const MAIN = join(__dirname, "main.ts");
const SEED = "8849";
const RUNS = "9";
/** A sequence mostly waits for processes to start and to end. */
const JOBS = "3";
/** What breaks a rule is shrunk. */
const DEADLINE = 900_000;

/** What became of the command; its output names what broke. */
async function campaign(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const node = [...TYPESCRIPT, MAIN, ...args];
    execFile(process.execPath, node, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, output: stdout + stderr });
    });
  });
}

/** How often something was counted whose name begins so. */
const counted = (output: string, name: string): number =>
  [...output.matchAll(new RegExp(`^  ${name}.*: (\\d+)$`, "gm"))].reduce((sum, [, times]) => sum + Number(times), 0);

// A few fixed sequences, so that the campaign itself does not rot. What thousands found is in docs/reliability.md.
describe("the campaign's fixed sequences", () => {
  it("break no rule, with processes that were killed and faults that hit", async () => {
    const { code, output } = await campaign("--seed", SEED, "--runs", RUNS, "--jobs", JOBS, "--again");
    expect(code, output.slice(-6000)).to.equal(0);
    expect(output).to.include(`${RUNS} sequences in`);
    const names = [
      "crash of the engine",
      "crash of the provider",
      "crash of the cloud",
      "fault",
      "operations that succeeded",
    ];
    for (const name of names) {
      expect(counted(output, name), `${name}\n${output}`).to.be.greaterThan(0);
    }
  }).timeout(DEADLINE);
});
