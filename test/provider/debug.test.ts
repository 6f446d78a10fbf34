import { expect } from "chai";
import { OneResource, ProviderBench } from "../support/provider";

// The lines are those of the provider process; that the engine shows them is in test/engine.
describe("the debug log", () => {
  let bench: ProviderBench;
  let lines: string[];
  const print = console.log;

  beforeEach(async () => {
    bench = await ProviderBench.open();
    lines = [];
    console.log = (line: string) => lines.push(line);
  });
  afterEach(async () => {
    console.log = print;
    await bench.close();
  });

  const run = async (): Promise<void> => {
    const one = new OneResource(bench, "AWS::SSM::Parameter");
    const args = { name: "/key", type: "String", value: "s3cr3t" };
    await one.up(args);
    await one.up({ ...args, value: "s3cr3t-2" });
    await one.refresh();
    await one.destroy();
  };

  it("is off unless it is asked for", async () => {
    await run();
    expect(lines).to.deep.equal([]);
  });

  it("lists every call with operation, type, identifier, request token, request id and duration, and no value", async () => {
    bench.setEnv({ PULUMI_CLOUDCONTROL_DEBUG: "1" });
    await run();
    const made = bench.emulator.requests();
    expect(lines.map((line) => line.split(" ")[1])).to.deep.equal(made.map(({ operation }) => operation));
    for (const [i, { requestId, requestToken, typeName, identifier, outcome }] of made.entries()) {
      const line = lines[i]!;
      expect(line).to.match(new RegExp(`^pulumi-cloudcontrol: .* → ${outcome} in \\d+ms$`));
      expect(line).to.include(`request-id=${requestId}`);
      if (requestToken !== undefined) expect(line).to.include(`request-token=${requestToken}`);
      if (typeName !== undefined) expect(line).to.include(typeName);
      if (identifier !== undefined) expect(line).to.include(`"${identifier}"`);
    }
    expect(lines.join("\n")).to.not.include("s3cr3t");
  });

  it("names the exception of a call that failed, and how often it was tried", async () => {
    bench.setEnv({ PULUMI_CLOUDCONTROL_DEBUG: "1" });
    bench.emulator.faults.add({ kind: "throttle", operation: "CreateResource" });
    bench.emulator.faults.add({ kind: "exception", exception: "AccessDeniedException", operation: "GetResource" });
    const one = new OneResource(bench, "AWS::Logs::LogGroup");
    await one.up({ logGroupName: "a" }).catch(() => undefined);
    expect(lines.filter((line) => line.includes("CreateResource"))[0]).to.include("attempts=2");
    expect(lines.filter((line) => line.includes("GetResource "))[0]).to.match(
      /GetResource AWS::Logs::LogGroup "a" request-id=\S+ → AccessDeniedException in \d+ms$/,
    );
  });
});
