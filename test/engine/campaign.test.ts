import { expect } from "chai";
import { campaign } from "../campaign/main";

/** Seeds whose few sequences hold much of what can happen: crashes of both processes, lost replies, remnants, drift. */
const SEEDS = [11, 12];
const RUNS = 2;
/** A crash is waited out, which on a busy machine takes its time. */
const DEADLINE = 900_000;

// A handful of the sequences that `npm run campaign` plays by the thousand; docs/reliability.md has the figures.
describe("random programs, faults and crashes through the real engine", () => {
  for (const seed of SEEDS) {
    it(`lose nothing, double nothing and converge (seed ${seed})`, async function () {
      this.timeout(DEADLINE);
      const { failure, runs } = await campaign({ seed, runs: RUNS, isBrief: true });
      expect(failure).to.equal(undefined);
      expect(runs).to.equal(RUNS);
    });
  }
});
