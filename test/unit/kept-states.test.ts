import { join } from "node:path";
import { expect } from "chai";
import { HIDDEN, NOTES } from "../../provider/bag";
import type { JsonObject } from "../../provider/core/json";
import { RECORD, RELEASE_KEYS } from "../../provider/release/bags";
import { isNewest, keptState, keptStates, openBagsOf } from "../support/kept-states";
import { pathsIn, pathsOf, shapeOf } from "../support/shapes";

const CORE = join(__dirname, "..", "..", "provider", "core");

/** Every bag that the states of the present format have. */
const bags = (): JsonObject[] =>
  keptStates()
    .filter(isNewest)
    .flatMap((file) => Object.values(openBagsOf(keptState(file).deployment.resources)))
    .flatMap(({ inputs, outputs }) => [inputs, outputs]);

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

const WHAT =
  "the newest states have to have exactly what the code can write. A change of the format renames them to the commit that wrote them, and new ones are made: docs/reliability.md";

// Does not prove that the code reads them: test/engine/old-state.test.ts does. A change of what stands under a known
// name shows there as well, as the newest states have to be what a refresh writes.
describe("the states of the present format", () => {
  it("have every hidden key that there is, and no other", () => {
    const found = bags().flatMap((bag) => Object.keys(bag));
    const known = [...HIDDEN, ...RELEASE_KEYS];
    const hidden = found.filter((key) => key.startsWith("__") || known.includes(key));
    expect(sorted(hidden), WHAT).to.deep.equal(sorted(known));
  });

  for (const { key, file, name } of [
    { key: NOTES, file: join(CORE, "families", "family.ts"), name: "Notes" },
    { key: RECORD, file: join(CORE, "release", "record.ts"), name: "ReleaseRecord" },
  ]) {
    it(`have every member of ${name} under ${key}, and no other`, () => {
      const shape = shapeOf(file, name);
      const found = bags().flatMap((bag) => pathsIn(bag[key], shape));
      expect(sorted(found), WHAT).to.deep.equal(sorted(pathsOf(shape)));
    });
  }
});

describe("a state that was kept", () => {
  for (const file of keptStates()) {
    it(`(${file}) says who wrote it, and nothing of where`, () => {
      const { commit, about, program } = keptState(file);
      expect(commit).to.match(/^[0-9a-f]{40}$/);
      expect(about).to.match(/^[A-Z].*\.$/);
      expect(file).to.equal(`${isNewest(file) ? "newest" : commit.slice(0, 7)}-${program}.json`);
      const text = JSON.stringify(keptState(file));
      expect(text).not.to.match(/sourcePosition|stackTrace|ciphertext|"\/(home|root|tmp|work|Users)\//);
    });
  }
});
