import { expect } from "chai";
import { badGrowth } from "./growth";

/** So many steps that cannot be left out. */
function steps(count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum = (sum * 31 + at) % 1_000_003;
  return sum;
}

// What the fuzzers' statements about time rest on. Does not prove that a growth between linear and quadratic is found.
describe("the measure of growth", () => {
  before(() => {
    // Compiled before it is measured.
    for (let run = 0; run < 20; run++) steps(1_000_000);
  });

  it("finds work that is quadratic", () => {
    expect(badGrowth((length) => () => steps((length * length) / 1000))).to.be.greaterThan(26);
  });

  it("has nothing against work that is linear, however much it is", () => {
    expect(badGrowth((length) => () => steps(length * 200))).to.equal(undefined);
  });

  it("has nothing against work that is hardly any", () => {
    expect(badGrowth((length) => () => "x".repeat(length))).to.equal(undefined);
  });
});
