import { expect } from "chai";
import fc from "fast-check";
import { startEmulator, type Emulator } from "../../emulator";
import { PROVIDER_STUB } from "../../resources/stub";
import { bytesOf, ProviderProcess, type Answer } from "../support/provider-process";
import { badGrowthBy } from "./growth";
import { bag, word } from "./hostile";
import { patience, runs } from "./runs";

/** Marks of a bug's own words, and of a stack. */
const BUG =
  /TypeError|RangeError|SyntaxError|ReferenceError|is not a function|is not iterable|Cannot (read|convert)|\n\s+at /;
const HUNG = 4;
const GONE = 14;
const UNREADABLE = 13;

// Does not prove that an answer is right, only that there is one, in words for a user; nor what the engine does with it.
describe("the provider's process, called with anything over gRPC,", function () {
  this.timeout(patience(60_000));
  let emulator: Emulator;
  let provider: ProviderProcess;

  before(async () => {
    emulator = await startEmulator({ latency: { create: 0, update: 0, delete: 0 }, retryAfter: 1 });
    // Profiles that nobody has must not be looked for on the network.
    // Changes that API Gateway paces would wait for their turn, as they should.
    const env = { AWS_EC2_METADATA_DISABLED: "true", PULUMI_CLOUDCONTROL_SERVICE_RATES: "off" };
    provider = await ProviderProcess.start({ ...emulator.env(), ...env });
    await provider.call("configure", { news: {} });
  });
  after(async () => {
    await provider.stop();
    await emulator.close();
  });

  const isWell = (what: string, answer: Answer): void => {
    expect(provider.end, what).to.equal(undefined);
    if (!answer.ok) {
      expect(answer.code, `${what}: ${answer.message}`).not.to.be.oneOf([HUNG, GONE]);
      expect(answer.message, what).to.match(/Fix: /).and.not.to.match(BUG);
    } else {
      for (const { reason } of answer.failures) expect(reason, what).to.match(/expected|Fix:|unknown|more is wrong/);
    }
    expect(provider.told(), what).not.to.match(BUG);
  };

  for (const method of ["check", "diff", "create", "read", "update", "delete"] as const) {
    it(`answers ${method} with a result or with an error for users, and lives on`, async () => {
      const any = bag(PROVIDER_STUB);
      const property = fc.asyncProperty(word, any, any, async (id, olds, news) => {
        isWell(method, await provider.call(method, { id, olds, news }));
      });
      // Making it small would ask the same process, whose earlier calls may still print.
      await fc.assert(property, { ...runs(25), endOnFailure: true });
    });
  }

  /** Where a text of any length may stand. */
  const places: Record<string, (text: string) => Record<string, unknown>> = {
    "a value": (text) => ({ __type: "AWS::ApiGateway::Stage", restApiId: "a", stageName: text, description: text }),
    "the key of a map": (text) => ({ __type: "AWS::ApiGateway::Stage", restApiId: "a", variables: { [text]: "1" } }),
    "an unknown property": (text) => ({ __type: "AWS::Logs::LogGroup", [text]: "1" }),
    "a document": (text) => ({ __type: "AWS::IAM::Role", assumeRolePolicyDocument: `{"a":"${text}`, roleName: text }),
    "a secret value": (text) => ({ __type: "AWS::Logs::LogGroup", logGroupName: text, __secrets: ["logGroupName"] }),
    "a path": (text) => ({
      __type: "AWS::ApiGateway::Stage",
      methodSettings: [{ resourcePath: `/${text}`, httpMethod: text }],
      accessLogSetting: { format: text, destinationArn: text },
    }),
    "an option": (text) => ({ __type: "AWS::SQS::Queue", importId: text, profile: text, timeouts: { create: text } }),
    "a type's name": (text) => ({ typeName: text, properties: {} }),
    "a property of a generic resource": (text) => ({ typeName: "AWS::SQS::Queue", properties: { QueueName: text } }),
    "entries of a list": (text) => ({
      __type: "AWS::SQS::Queue",
      tags: text.match(/.{1,20}/gs)?.map((value, at) => ({ key: `k${at}`, value })) ?? [],
    }),
  };
  const units = ["a", "/~1", '{"', "aws:-", "é\n"];
  for (const [at, [place, bagOf]] of Object.entries(places).entries()) {
    it(`answers in a time that grows as the input does, with 200 kB as ${place}`, async function () {
      if (provider.cost() === undefined) this.skip();
      const unit = units[at % units.length] ?? "";
      // Of a create and an update that fail, the state goes in a trailer: the engine's gRPC takes 16 MB, this one 64 kB.
      for (const method of ["check", "diff", "read", "delete"] as const) {
        const growth = await badGrowthBy(async (length) => {
          const text = unit.repeat(Math.ceil(length / unit.length));
          const news = { ...bagOf(text), region: "us-east-1", __provider: PROVIDER_STUB };
          const olds = { ...bagOf(`${text}.`), region: "us-east-1", __provider: PROVIDER_STUB };
          const before = provider.cost() ?? 0;
          const answer = await provider.call(method, { id: `a|${text.slice(0, 1000)}`, olds, news });
          isWell(method, answer);
          expect(answer.ok ? 0 : answer.message.length, method).to.be.lessThan(20_000);
          return (provider.cost() ?? 0) - before;
        });
        expect(growth, method).to.equal(undefined);
      }
    });
  }

  // But for configure, whose arguments the SDK reads before the provider is there: without any it ends.
  it("answers what is no message, or half of one, and lives on", async () => {
    const method = fc.constantFrom(...(["check", "diff", "create", "read", "update", "delete"] as const));
    const whole = fc.tuple(method, word, bag(PROVIDER_STUB)).map(([name, id, news]) => {
      return { name, bytes: bytesOf(name, { id, news, olds: news }) };
    });
    const cut = fc.tuple(whole, fc.nat()).map(([{ name, bytes }, at]) => {
      return { name, bytes: bytes.subarray(0, at % Math.max(bytes.length, 1)) };
    });
    const spoilt = fc.tuple(whole, fc.nat(), fc.nat(255)).map(([{ name, bytes }, at, byte]) => {
      const changed = Buffer.from(bytes);
      changed[at % Math.max(changed.length, 1)] = byte;
      return { name, bytes: changed };
    });
    const garbage = fc.tuple(method, fc.uint8Array({ maxLength: 64 })).map(([name, bytes]) => {
      return { name, bytes: Buffer.from(bytes) };
    });
    let undecodable = 0;
    const property = fc.asyncProperty(fc.oneof(cut, spoilt, garbage), async ({ name, bytes }) => {
      const answer = await provider.send(name, bytes);
      const what = `${name} ${bytes.toString("base64").slice(0, 200)}`;
      expect(provider.end, what).to.equal(undefined);
      // What gRPC itself cannot read never comes to the provider, and is answered in gRPC's words.
      if (!answer.ok && answer.code === UNREADABLE) undecodable += 1;
      if (!answer.ok) expect(answer.code, `${what}: ${answer.message}`).not.to.be.oneOf([HUNG, GONE]);
    });
    await fc.assert(property, { ...runs(100), endOnFailure: true });
    expect(undecodable).to.be.greaterThan(5);
    // The SDK prints what it thinks of bytes, and of a spoilt text that it evaluates: none of it is the provider's.
    provider.told();
    const news = { typeName: "AWS::SQS::Queue", properties: {}, region: "us-east-1", __provider: PROVIDER_STUB };
    expect(await provider.call("check", { news })).to.deep.include({ ok: true, failures: [] });
  });

  // Found by the above: gRPC cannot send such a text, and the engine waited for an answer for ever.
  it("answers with an error that quotes half of a surrogate pair", async () => {
    const news = { typeName: "AWS::SQS::Queue", properties: {}, account: "\ud83d", __provider: PROVIDER_STUB };
    const answer = await provider.call("read", { id: "q", news });
    expect(answer.ok ? "ok" : answer.message).to.include(
      "the resource is in the account \ufffd, the credentials are of",
    );
  });
});
