import { expect } from "chai";
import { identifierOf } from "../../provider/core/identifier";
import type { JsonObject } from "../../provider/core/json";
import { typeSchema } from "../../provider/core/schema";
import { readSchema } from "../../schema/table";
import { describeRecordings } from "../support/fixtures";
import { ProviderBench } from "../support/provider";

interface Recording {
  readonly resource: { readonly resourceType: string; readonly physicalId: string; readonly declared: JsonObject };
  readonly liveRaw: JsonObject;
}

/** What another resource of the recorded stack set on this one, or what the recording's own tool found changed. */
const DRIFTED: Readonly<Record<string, readonly string[]>> = {
  "AWS__Logs__LogGroup.MatrixLogsDDD521D9.drifted.json": ["RetentionInDays"],
};

// AWS's own models, read back through the provider. Does not prove anything of types that were not recorded.
describeRecordings("a resource as AWS recorded it, read through what was declared", (fixtures) => {
  let bench: ProviderBench;
  before(async () => {
    bench = await ProviderBench.open();
  });
  after(async () => bench.close());

  for (const file of fixtures.list("cdk-real-drift")) {
    const drifted = DRIFTED[file] ?? [];
    it(`${drifted.length === 0 ? "has not drifted" : `has drifted at ${drifted.join(", ")}`}: ${file}`, async () => {
      const { resource, liveRaw } = fixtures.read(`cdk-real-drift/${file}`) as Recording;
      const { resourceType: typeName, physicalId, declared } = resource;
      const schema = typeSchema(readSchema(typeName)!);
      const id = identifierOf(schema, { ...declared, ...liveRaw }) ?? physicalId;
      const parts = id.split("|");
      const named = Object.fromEntries(schema.identifier.map(([key = ""], i) => [key, parts[i] ?? ""]));
      bench.emulator.seed({ typeName, model: { ...named, ...liveRaw } });
      const outputs = { typeName, properties: declared, region: "us-east-1", __provider: "stub" };
      const read = await (await bench.provider()).read(id, outputs);
      const seen = (read.props as { properties: JsonObject }).properties;
      const changed = Object.keys({ ...declared, ...seen }).filter(
        (key) => JSON.stringify(seen[key]) !== JSON.stringify(declared[key]),
      );
      expect(changed).to.deep.equal(drifted);
      bench.emulator.remove({ typeName, identifier: id });
    });
  }
});
