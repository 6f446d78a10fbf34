import { expect } from "chai";
import type { JsonObject } from "../../../provider/core/json";
import { effectiveVariables, type ReleaseRecord } from "../../../provider/core/release/record";
import { liveOf, recovered } from "../../../provider/core/release/recovery";
import { begun, withVariables } from "../../../provider/core/release/plan";
import { markOf, readWish } from "../../../provider/core/release/wish";

describe("a promotion whose state was not saved", () => {
  for (const variables of [{ a: "2" }, {}] as JsonObject[]) {
    it(`leaves the program its variables: ${JSON.stringify(variables)} instead of {"a":"1"}`, () => {
      const first = readWish({ content: "A" }, { a: "1" });
      const saved: ReleaseRecord = begun({ id: "a", key: "content:A", own: true }, first);
      // The run that was killed promoted B; the program's variables were {"a":"1"} then.
      const live = liveOf({ DeploymentId: "b", Variables: { a: "1" } });
      const wish = readWish({ content: "B", phase: "promote" }, variables);
      const marked = [{ id: "b", mark: markOf("content:B"), refused: false }];
      const former = effectiveVariables(saved.variables, saved.merged);
      const record = recovered(withVariables(saved, wish.variables), wish, live, marked, former);
      expect(effectiveVariables(record.variables, record.merged)).to.deep.equal(variables);
    });
  }
});
