import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PROVIDER_STUB } from "../../resources/stub";
import { ProviderBench } from "../support/provider";

const QUEUE = "AWS::SQS::Queue";
const queue = (properties: object): Record<string, unknown> => ({
  __provider: PROVIDER_STUB,
  typeName: QUEUE,
  properties,
});

// A private type of one account is not shown; it goes the same way.
/** What check answers, typed. */
interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly failures?: readonly { readonly property: string }[];
}

describe("a type that is missing from the shipped table", () => {
  let bench: ProviderBench;
  const forget = (): void => {
    const file = `us-east-1.${QUEUE.replaceAll("::", "-")}.json`;
    rmSync(join(process.cwd(), ".pulumi-cloudcontrol", "schemas", file), { force: true });
  };
  const asked = (): number => bench.emulator.requests().filter(({ operation }) => operation === "DescribeType").length;

  beforeEach(async () => {
    forget();
    bench = await ProviderBench.open();
    bench.unlisted = [QUEUE];
  });
  afterEach(async () => {
    await bench.close();
    forget();
  });

  it("is checked and managed by the schema that CloudFormation gives, asked for once", async () => {
    const provider = await bench.provider();
    const { failures = [] } = (await provider.check({}, queue({ QueuName: "jobs" }))) as Checked;
    expect(failures.map(({ property }) => property)).to.deep.equal(["properties.QueuName"]);
    const { inputs } = (await provider.check({}, queue({ QueueName: "jobs" }))) as Checked;
    const { id, outs } = (await provider.create(inputs)) as { id: string; outs: Record<string, unknown> };
    expect(bench.emulator.resources().map(({ identifier }) => identifier)).to.deep.equal([id]);
    const again = await bench.provider();
    await again.delete(id, outs);
    expect(bench.emulator.resources()).to.deep.equal([]);
    expect(asked()).to.equal(1);
  });

  it("goes on with Cloud Control's own validation where the schema may not be read, and says so once", async () => {
    bench.emulator.faults.add({ kind: "exception", operation: "DescribeType", exception: "AccessDenied", times: 9 });
    const provider = await bench.provider();
    for (const name of ["a", "b"]) {
      const { inputs, failures } = (await provider.check({}, queue({ QueueName: name }))) as Checked;
      expect(failures ?? []).to.deep.equal([]);
      await provider.create(inputs);
    }
    expect(bench.emulator.resources().map(({ model }) => model.QueueName)).to.have.members(["a", "b"]);
    const { inputs } = (await provider.check({}, queue({ Wrong: 1 }))) as Checked;
    const refused = await provider.create(inputs).then(
      () => "accepted",
      (error: unknown) => (error as Error).message,
    );
    expect(refused).to.include("extraneous key [Wrong] is not permitted");
    expect(bench.told.filter((line) => line.includes("cloudformation:DescribeType"))).to.have.length(1);
  });

  it("is refused at preview where CloudFormation does not know it either", async () => {
    const provider = await bench.provider();
    const unknown = { ...queue({}), typeName: "AWS::SQS::Nothing" };
    const { failures = [] } = (await provider.check({}, unknown)) as Checked;
    expect(failures.map(({ property }) => property)).to.deep.equal(["typeName"]);
  });
});
