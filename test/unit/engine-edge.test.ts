import { spawn } from "node:child_process";
import { expect } from "chai";
import { systemClock } from "../../provider/edge/clock";
import { TYPESCRIPT } from "../support/typescript";

/** Prints after its readers are gone, and ends with the number of errors that nobody caught. */
const PROGRAM = `
  const { speakToNobody } = require("./provider/edge/engine");
  let uncaught = 0;
  // As the host of dynamic providers has it.
  process.on("uncaughtException", (error) => {
    uncaught++;
    if (uncaught < 50) console.error(error);
  });
  speakToNobody(process.stdout, process.stderr);
  process.stdin.once("end", async () => {
    for (let line = 0; line < 5; line++) {
      console.log("line");
      console.error("line");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    process.exit(uncaught);
  });
  process.stdin.resume();
`;

describe("a provider whose engine was killed", () => {
  it("goes on although nobody reads what it prints: no error comes of it, which would be printed in its turn", async () => {
    const child = spawn(process.execPath, [...TYPESCRIPT, "-e", PROGRAM]);
    child.stdout.destroy();
    child.stderr.destroy();
    child.stdin.end();
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code).to.equal(0);
  });
});

// Does not prove that Node's timers keep their times.
describe("the machine's clock", () => {
  it("gives Node's timers no time that is over, and months in parts that they take", async () => {
    const given: number[] = [];
    const real = globalThis.setTimeout;
    globalThis.setTimeout = ((done: () => void, milliseconds: number) => {
      given.push(milliseconds);
      return real(done, 0);
    }) as typeof setTimeout;
    try {
      await systemClock.sleep(-5);
      await systemClock.sleep(2 ** 32);
    } finally {
      globalThis.setTimeout = real;
    }
    expect(given).to.deep.equal([0, 2 ** 31 - 1, 2 ** 31 - 1, 2]);
  });
});
