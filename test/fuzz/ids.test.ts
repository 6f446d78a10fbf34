import { expect } from "chai";
import fc from "fast-check";
import { main } from "../../cli/main";
import { OneResource, ProviderBench } from "../support/provider";
import { word } from "./hostile";
import { patience, runs } from "./runs";

/** Marks of a bug's own words, and of a stack. */
const BUG =
  /TypeError|RangeError|SyntaxError|ReferenceError|is not a function|is not iterable|Cannot (read|convert)|\n\s+at /;

const API = "restapi1";

// The calls and the local Cloud Control are real. Does not prove how AWS words it that there is no such resource.
describe("an id that a user gives, whatever it is,", function () {
  this.timeout(patience(60_000));
  let bench: ProviderBench;
  const parts = ["group", "a/b", "/a#b", "a.b-c_d", "constructor"];

  before(async () => {
    bench = await ProviderBench.open({ latency: { create: 1, update: 1, delete: 1 }, retryAfter: 1 });
    for (const name of parts) {
      bench.emulator.seed({ typeName: "AWS::Logs::LogGroup", model: { LogGroupName: name, RetentionInDays: 7 } });
    }
    const { emulator } = bench;
    emulator.seed({
      typeName: "AWS::ApiGateway::RestApi",
      model: { RestApiId: API, RootResourceId: "root", Name: "a" },
    });
    emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { DeploymentId: "d", RestApiId: API } });
    for (const StageName of ["prod", "a_b"]) {
      const model = { RestApiId: API, StageName, DeploymentId: "d" };
      emulator.seed({ typeName: "AWS::ApiGateway::Stage", model });
    }
  });
  after(() => bench.close());

  const hostile = fc.oneof(
    { weight: 2, arbitrary: word },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.array(word, { maxLength: 4 }).map((some) => some.join("|")) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("x".repeat(70_000), "a|b|c", "api/prod", "../../etc", "-", "%00", "\ud800"),
    },
  );
  /** One that there is, some of the time, as AWS writes it or with a slash. */
  const stageId = fc.oneof(
    hostile.map((id) => ({ id, found: undefined as string | undefined })),
    fc
      .tuple(fc.constantFrom("prod", "a_b"), fc.constantFrom("|", "/"))
      .map(([name, bar]) => ({ id: `${API}${bar}${name}`, found: `${API}|${name}` })),
  );
  const groupId = fc.oneof(
    hostile.map((id) => ({ id, found: parts.includes(id) ? id : undefined })),
    fc.constantFrom(...parts).map((id) => ({ id, found: id })),
  );

  const models = (): string =>
    JSON.stringify(bench.emulator.resources().map(({ typeName, model }) => [typeName, model]));

  /** What a failed call says, for users, and short enough for a terminal. */
  const isForUsers = (what: string, message: string): void => {
    expect(message, what)
      .to.match(/Fix: |expected .*, got /s)
      .and.not.to.match(BUG);
    expect(message.length, what).to.be.lessThan(20_000);
  };

  for (const [typeName, ids, args] of [
    ["AWS::Logs::LogGroup", groupId, (id = "group") => ({ logGroupName: id, retentionInDays: 7 })],
    [
      "AWS::ApiGateway::Stage",
      stageId,
      (id = "|prod") => ({ restApiId: API, stageName: id.slice(id.indexOf("|") + 1), deploymentId: "d" }),
    ],
  ] as const) {
    it(`is taken over by importId where there is such a ${typeName}, and else told of, and nothing is made`, async () => {
      let taken = 0;
      let refused = 0;
      const property = fc.asyncProperty(ids, async ({ id, found }) => {
        const before = models();
        const one = new OneResource(bench, typeName);
        const what = JSON.stringify(id.slice(0, 100));
        const failure = await one.up({ ...args(found), importId: id, region: "us-east-1" }).then(
          () => undefined,
          (error: unknown) => (error as Error).message,
        );
        if (failure === undefined) {
          taken += 1;
          expect(one.state?.id, what).to.equal(found);
        } else {
          refused += 1;
          isForUsers(what, failure);
          expect(one.state, what).to.equal(undefined);
          expect(found, `${what}: ${failure}`).to.equal(undefined);
          expect(models(), what).to.equal(before);
        }
      });
      await fc.assert(property, runs(60));
      expect(taken, "taken over").to.be.greaterThan(5);
      expect(refused, "refused").to.be.greaterThan(5);
    });
  }

  it("as a name to adopt or make is one resource afterwards, or none and an error for users", async () => {
    let made = 0;
    const property = fc.asyncProperty(groupId, async ({ id, found }) => {
      const count = bench.emulator.resources().length;
      const one = new OneResource(bench, "AWS::Logs::LogGroup");
      const args = { logGroupName: id, retentionInDays: 7, adopt: true, region: "us-east-1" };
      const failure = await one.up(args).then(
        () => undefined,
        (error: unknown) => (error as Error).message,
      );
      const what = JSON.stringify(id.slice(0, 100));
      if (failure !== undefined) {
        isForUsers(what, failure);
        expect(bench.emulator.resources().length, what).to.equal(count);
        return;
      }
      made += 1;
      if (id !== "") expect(one.state?.id, what).to.equal(id);
      expect(bench.emulator.resources().length, what).to.equal(found === undefined ? count + 1 : count);
      if (found === undefined) await one.destroy();
    });
    await fc.assert(property, runs(60));
    expect(made).to.be.greaterThan(5);
  });

  it("is read by the import command, or told of in words", async () => {
    let imported = 0;
    const property = fc.asyncProperty(stageId, async ({ id, found }) => {
      const printed: string[] = [];
      const call = ["import", "--region", "us-east-1", "AWS::ApiGateway::Stage", `prod=${id}`];
      const code = await main(call, (line) => printed.push(line));
      const said = printed.join("\n");
      const what = `${JSON.stringify(id.slice(0, 100))}: ${said.slice(0, 300)}`;
      if (found !== undefined) {
        imported += 1;
        expect(code, what).to.equal(0);
        const { resources } = JSON.parse(said) as { resources: { id: string }[] };
        expect(resources.map((one) => one.id)).to.deep.equal([found]);
      } else if (code === 2) expect(said, what).to.match(/^pulumi-cloudcontrol import \[/);
      else {
        expect(code, what).to.equal(1);
        isForUsers(what, said);
      }
    });
    await fc.assert(property, runs(60));
    expect(imported).to.be.greaterThan(5);
  });
});
