import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FileJournal } from "../../provider/edge/journal";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";

// That they are used, and stay out of the state, is in places.test.ts. Does not prove what the SDK's own logger would print,
// which nothing turns on.
describe("credentials of the configuration", () => {
  let bench: ProviderBench;
  let one: OneResource;

  beforeEach(async () => {
    bench = await ProviderBench.open();
    one = new OneResource(bench, GROUP);
  });
  afterEach(async () => bench.close());

  it("get neither into the journal nor the debug log, an error or what is told", async () => {
    const [accessKey, secretKey, token] = ["AKIDOFTHECONFIGURATION", "key-secret-of-it", "key-token-of-it"];
    const folder = mkdtempSync(join(tmpdir(), "places-"));
    const lines: string[] = [];
    const print = console.log;
    bench.journal = (clock, tell) =>
      new FileJournal({
        folder,
        clock,
        tell,
        engine: { pid: 1, address: "127.0.0.1:1" },
        isGone: async () => Promise.resolve(true),
        isOrphan: () => false,
      });
    bench.setEnv({ PULUMI_CLOUDCONTROL_DEBUG: "1" });
    bench.config = {
      "aws:accessKey": accessKey,
      "aws:secretKey": secretKey,
      "aws:token": token,
      "aws:maxRetries": "0",
    };
    const said: string[] = [];
    console.log = (line: string) => lines.push(line);
    try {
      await one.up({ logGroupName: "a", __identity: "shop/dev/logs:LogGroup::a" });
      said.push(JSON.stringify(one.state));
      for (const operation of ["CreateResource", "GetResource", "GetCallerIdentity", "AssumeRole"]) {
        for (const exception of ["InvalidSignatureException", "UnrecognizedClientException", "ExpiredTokenException"]) {
          // As STS and the signer word it, the key stands in some of AWS's own messages.
          bench.emulator.faults.add({ kind: "exception", exception, operation, times: 9 });
          const roles = operation === "AssumeRole" ? [{ roleArn: "arn:aws:iam::333333333333:role/hub" }] : [];
          bench.config = { ...bench.config, "aws:assumeRoles": JSON.stringify(roles) };
          const other = new OneResource(bench, GROUP);
          const named = {
            logGroupName: `${operation}-${exception}`,
            __identity: `shop/dev/logs:LogGroup::${operation}`,
          };
          said.push(
            await other.up(named).then(
              () => JSON.stringify(other.state),
              (error: unknown) => String(error),
            ),
          );
          bench.emulator.faults.clear();
        }
      }
      bench.config = { "aws:accessKey": accessKey, "aws:token": token };
      said.push(await failureOf(one.refresh()));
    } finally {
      console.log = print;
    }
    const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    rmSync(folder, { recursive: true });
    // There is something to look through.
    expect(written.length, "files of the journal").to.be.greaterThan(1);
    expect(lines.filter((line) => line.includes("CreateResource")).length, "lines of the log").to.be.greaterThan(1);
    expect(said.filter((text) => text.includes("failed with")).length, "errors").to.be.greaterThan(5);
    for (const text of [...written, ...lines, ...said, ...bench.told])
      for (const secret of [accessKey, secretKey, token]) expect(text).not.to.include(secret);
  });
});
