import { join } from "node:path";
import { expect } from "chai";
import { MUTANTS, placesOf } from "../campaign/mutants";

const root = join(__dirname, "..", "..");

// Whether the campaign finds them takes many minutes; that they are still bugs of this provider takes none.
describe("the known bugs that the campaign must find", () => {
  it("are ten or more", () => {
    expect(MUTANTS.length).to.be.at.least(10);
  });

  for (const mutant of MUTANTS) {
    it(`fits the built package: ${mutant.name}`, () => {
      expect(placesOf(root, mutant), mutant.file).to.equal(1);
    });
  }
});
