import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const root = join(__dirname, "..", "..");
const guide = readFileSync(join(root, "docs", "testing.md"), "utf8");

// Does not prove that the examples pass: the component and the engine suite run them.
describe("the guide to testing", () => {
  it("shows the very files that npm test runs", () => {
    const shown = [...guide.matchAll(/<!-- (examples\/\S+) -->\n\n```ts\n([^]*?)```/g)];
    expect(shown.map(([, file]) => file)).to.deep.equal([
      "examples/testing/program.ts",
      "examples/testing/unit.test.ts",
      "examples/testing/up.spec.ts",
    ]);
    for (const [, file = "", code] of shown) expect(code, file).to.equal(readFileSync(join(root, file), "utf8"));
  });

  it("links to files that are there, and its picture is small", () => {
    for (const [, link = ""] of guide.matchAll(/\]\((?!http)([^)#]+)\)/g)) {
      expect(existsSync(join(root, "docs", link)), link).to.equal(true);
    }
    expect(statSync(join(root, "docs", "images", "emulator.png")).size).to.be.lessThan(150_000);
  });
});
