import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { apigateway, logs } from "../../index";
import { valueOf } from "./mocked";

/** A preview in which the provider's check has added `checked` to the inputs of each resource. */
async function preview<T>(checked: Readonly<Record<string, unknown>>, program: () => T): Promise<T> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ inputs }) => ({ id: undefined, state: { ...checked, ...(inputs as object) } }),
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "project",
    "stack",
    true,
  );
  const made = program();
  await pulumi.runtime.disconnect();
  return made;
}

const PLACE = { region: "us-east-1", account: "111111111111" };
const stage = (restApiId: pulumi.Input<string> = "a1"): apigateway.Stage =>
  new apigateway.Stage("s", { restApiId, stageName: "dev", deploymentId: "d1" });
const addresses = async ({ arn, invokeUrl, executionArn }: apigateway.Stage): Promise<readonly unknown[]> =>
  Promise.all([valueOf(arn), valueOf(invokeUrl), valueOf(executionArn)]);

// Does not prove that check adds region and account: test/unit/provider/check.test.ts does, and test/engine all of it.
describe("the addresses of a resource in a preview", () => {
  it("are known as soon as API, name and place are", async () => {
    expect(await addresses(await preview(PLACE, () => stage()))).to.deep.equal([
      "arn:aws:apigateway:us-east-1::/restapis/a1/stages/dev",
      "https://a1.execute-api.us-east-1.amazonaws.com/dev",
      "arn:aws:execute-api:us-east-1:111111111111:a1/dev",
    ]);
  });

  it("are unknown as long as the API or the region is", async () => {
    const later = (): apigateway.Stage => stage(new apigateway.RestApi("api", { name: "a" }).restApiId);
    expect(await addresses(await preview(PLACE, later))).to.deep.equal(["unknown", "unknown", "unknown"]);
    expect(await addresses(await preview({}, () => stage()))).to.deep.equal(["unknown", "unknown", "unknown"]);
  });

  it("are known of a log group by its name, and unknown where AWS has yet to name it", async () => {
    const arn = async (args: logs.LogGroupArgs): Promise<unknown> =>
      valueOf((await preview(PLACE, () => new logs.LogGroup("g", args))).arn);
    expect(await arn({ logGroupName: "/a" })).to.equal("arn:aws:logs:us-east-1:111111111111:log-group:/a:*");
    expect(await arn({})).to.equal("unknown");
  });

  it("are those that the state has, where it has them", async () => {
    const kept = { ...PLACE, arn: "the-arn", invokeUrl: "the-url", executionArn: "the-execution-arn" };
    expect(await addresses(await preview(kept, () => stage()))).to.deep.equal([
      "the-arn",
      "the-url",
      "the-execution-arn",
    ]);
  });

  it("are secret where the API's id is, and lead to the stage", async () => {
    const secret = await preview(PLACE, () => stage(pulumi.secret("a1")));
    expect(await pulumi.isSecret(secret.invokeUrl)).to.equal(true);
    const open = await preview(PLACE, () => stage());
    expect(await pulumi.isSecret(open.invokeUrl)).to.equal(false);
    const url = open.invokeUrl as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
    expect([...(await url.allResources())]).to.include(open);
  });
});
