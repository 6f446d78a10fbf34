import { expect } from "chai";
import { typeSchema, type TypeSchema } from "../../provider/core/schema";
import { parseSchema } from "../../provider/core/schema-file";
import { useAll, wrong } from "./core";
import { badGrowth } from "./growth";
import { LONG_SCHEMAS, type LongSchema } from "./schemas";
import { patience } from "./runs";

const TYPE = "A::B::C";

/** The schema of a text that is one. */
function read(text: string): TypeSchema {
  const root = parseSchema(text, TYPE);
  if (!root) throw new Error("the text is no schema");
  return typeSchema(root);
}

// Does not prove how long what AWS's own schemas need takes (bench), nor that a growth below the square is found.
describe("a schema of 200 kB, with models that use all of it,", function () {
  this.timeout(patience(60_000));

  it("is read whole: nothing that is timed below ends early", () => {
    for (const [kind, make] of LONG_SCHEMAS) {
      const { text } = make(25_000);
      expect(text.length, kind).to.be.within(20_000, 32_000);
      const { root } = read(text);
      expect(JSON.stringify(root).length, kind).to.be.at.least(text.length);
    }
  });

  it("is held against the models: what is wrong is found", () => {
    const found = LONG_SCHEMAS.filter(([, make]) => {
      const { text, desired } = make(2_000);
      return wrong(read(text), desired).length > 0;
    });
    expect(found.map(([kind]) => kind)).to.include.members([
      "properties that a model lacks",
      "properties that nobody knows",
      "an enumeration of other values",
      "requiredXor",
      "requiredOr without any",
      "dependencies",
      "dependentExcluded of one",
      "readOnlyProperties",
      "oneOf with a required property each",
    ]);
  });

  for (const [kind, make] of LONG_SCHEMAS) {
    it(`is used in a time that grows as it does: ${kind}`, () => {
      const growth = badGrowth((length) => {
        const { text, desired, live }: LongSchema = make(length);
        return () => {
          useAll(read(text), desired, live);
        };
      });
      expect(growth).to.equal(undefined);
    });
  }
});
