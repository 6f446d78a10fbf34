import { expect } from "chai";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const API = "AWS::ApiGateway::RestApi";
const SECRET = "s3cr3t-text";

// AWS repeats in its errors what it has. What the engine encrypts and shows is in test/engine/secrets.
describe("a secret text in AWS's own words", () => {
  let bench: ProviderBench;
  let one: OneResource;
  const args = { name: "shop", description: SECRET, __secrets: ["description"] };

  beforeEach(async () => {
    bench = await ProviderBench.open();
    one = new OneResource(bench, API);
    await one.up(args);
  });
  afterEach(async () => bench.close());

  const operations = {
    GetResource: async (): Promise<unknown> => one.refresh(),
    UpdateResource: async (): Promise<unknown> => one.up({ ...args, name: "other" }),
    "UpdateResource that drops it": async (): Promise<unknown> => one.up({ name: "shop" }),
    DeleteResource: async (): Promise<unknown> => one.destroy(),
  };
  for (const [what, run] of Object.entries(operations)) {
    it(`is left out of the error of a failed ${what}`, async () => {
      const [operation = ""] = what.split(" ");
      bench.emulator.faults.add({
        kind: "exception",
        exception: "InvalidRequestException",
        message: `the description ${SECRET} is bad`,
        operation,
      });
      const message = await failureOf(run());
      expect(message).to.include("the description [secret] is bad").and.not.to.include(SECRET);
    });
  }
});
