import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";

/** What the program registered, and what it exported. */
interface Program {
  readonly resources: readonly pulumi.runtime.MockResourceArgs[];
  readonly exports: { readonly invokeUrl: pulumi.Output<string>; readonly stageArn: pulumi.Output<string> };
}

/** Runs the program without engine, cloud or plugin. Neither the AWS provider nor Cloud Control's takes part. */
async function run(preview: boolean): Promise<Program> {
  const resources: pulumi.runtime.MockResourceArgs[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        resources.push(args);
        const inputs = args.inputs as Record<string, unknown>;
        // A preview knows what the program says; ids, ARNs and URLs come with the update.
        if (preview) return { id: undefined, state: inputs };
        const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${args.name}`;
        return { id: `${args.name}-id`, state: { ...inputs, arn, invokeUrl: `https://example.com/${args.name}` } };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "existing-program",
    "test",
    preview,
  );
  // The program registers its resources when it is loaded: mocks first, and a fresh copy for each run.
  const load = createRequire(__filename);
  Reflect.deleteProperty(load.cache, load.resolve("./index"));
  const exports = load("./index") as Program["exports"];
  await pulumi.runtime.disconnect();
  return { resources, exports };
}

function only({ resources }: Program, type: string): pulumi.runtime.MockResourceArgs {
  const found = resources.filter((one) => one.type === type);
  expect(found, type).to.have.length(1);
  return found[0]!;
}

const STAGE = "pulumi-nodejs:dynamic/apigateway:Stage";

describe("the program", () => {
  for (const preview of [true, false]) {
    describe(preview ? "in a preview" : "in an update", () => {
      it("registers the stage with its settings", async () => {
        const stage = only(await run(preview), STAGE);
        expect(stage.inputs).to.deep.include({
          stageName: "prod",
          tracingEnabled: true,
          cacheClusterEnabled: false,
          tags: [
            { key: "team", value: "pets" },
            { key: "stack", value: "test" },
          ],
          methodSettings: [
            {
              resourcePath: "/*",
              httpMethod: "*",
              loggingLevel: "ERROR",
              dataTraceEnabled: false,
              metricsEnabled: true,
            },
          ],
        });
      });

      it("registers one deployment beside it, and no second log group", async () => {
        const types = (await run(preview)).resources.map(({ type }) => type);
        expect(types.filter((type) => type.startsWith("pulumi-nodejs:dynamic/"))).to.have.members([
          "pulumi-nodejs:dynamic/apigateway:Deployment",
          STAGE,
        ]);
      });
    });
  }

  it("joins the stage to the API, its deployment and the log group", async () => {
    const stage = only(await run(false), STAGE);
    expect(stage.inputs).to.deep.include({ restApiId: "pets-id", deploymentId: "pets-deployment-id" });
    expect(stage.inputs).to.have.nested.property(
      "accessLogSetting.destinationArn",
      "arn:aws:logs:us-east-1:123456789012:log-group:pets",
    );
  });

  it("exports the stage's URL", async () => {
    const { exports } = await run(false);
    const url = await new Promise((resolve) => exports.invokeUrl.apply(resolve));
    expect(url).to.equal("https://example.com/pets");
  });
});
