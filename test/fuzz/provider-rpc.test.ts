import { expect } from "chai";
import fc from "fast-check";
import { startEmulator, type Emulator } from "../../emulator";
import { PROVIDER_STUB } from "../../resources/stub";
import { ProviderProcess, type Answer } from "../support/provider-process";
import { bag, word } from "./hostile";
import { patience, runs } from "./runs";

/** Marks of a bug's own words, and of a stack. */
const BUG =
  /TypeError|RangeError|SyntaxError|ReferenceError|is not a function|is not iterable|Cannot (read|convert)|\n\s+at /;
const HUNG = 4;
const GONE = 14;

// Does not prove that an answer is right, only that there is one, in words for a user; nor what the engine does with it.
describe("the provider's process, called with anything over gRPC,", function () {
  this.timeout(patience(60_000));
  let emulator: Emulator;
  let provider: ProviderProcess;

  before(async () => {
    emulator = await startEmulator({ latency: { create: 0, update: 0, delete: 0 }, retryAfter: 1 });
    // Profiles that nobody has must not be looked for on the network.
    provider = await ProviderProcess.start({ ...emulator.env(), AWS_EC2_METADATA_DISABLED: "true" });
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

  // Found by the above: gRPC cannot send such a text, and the engine waited for an answer for ever.
  it("answers with an error that quotes half of a surrogate pair", async () => {
    const news = { typeName: "AWS::SQS::Queue", properties: {}, account: "\ud83d", __provider: PROVIDER_STUB };
    const answer = await provider.call("read", { id: "q", news });
    expect(answer.ok ? "ok" : answer.message).to.include(
      "the resource is in the account \ufffd, the credentials are of",
    );
  });
});
