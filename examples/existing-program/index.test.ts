import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { mockCloudControl, valueOf, type MockCloud, type MockedResource } from "pulumi-cloudcontrol/testing";

/** What the program exports. */
interface Exports {
  readonly invokeUrl: pulumi.Output<string>;
  readonly stageArn: pulumi.Output<string>;
}

/** Runs the program without engine, cloud or plugin; what it made is in the mocked cloud. */
async function run(preview: boolean): Promise<{ readonly cloud: MockCloud; readonly exports: Exports }> {
  const cloud = mockCloudControl({ account: "123456789012" });
  // The program registers its resources when it is loaded, so each run wants a fresh copy.
  const load = createRequire(__filename);
  Reflect.deleteProperty(load.cache, load.resolve("./index"));
  const exports = await cloud.run(() => load("./index") as Exports, { preview, stack: "test" });
  return { cloud, exports };
}

function only(cloud: MockCloud, type: string): MockedResource {
  const found = cloud.registered.filter((one) => one.type === type);
  expect(found, type).to.have.length(1);
  return found[0]!;
}

const STAGE = "pulumi-nodejs:dynamic/apigateway:Stage";

describe("the program", () => {
  for (const preview of [true, false]) {
    describe(preview ? "in a preview" : "in an update", () => {
      it("registers the stage with its settings", async () => {
        const { cloud } = await run(preview);
        expect(only(cloud, STAGE).inputs).to.deep.include({
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
              throttlingRateLimit: 1000,
              throttlingBurstLimit: 2000,
            },
          ],
        });
      });

      it("registers beside it a deployment, the execution log's group and the role for logs, and no second access log", async () => {
        const { cloud } = await run(preview);
        const types = cloud.registered.map(({ type }) => type);
        expect(types.filter((type) => type.startsWith("pulumi-nodejs:dynamic/"))).to.have.members([
          "pulumi-nodejs:dynamic/apigateway:AccountRole",
          "pulumi-nodejs:dynamic/apigateway:Deployment",
          "pulumi-nodejs:dynamic/logs:LogGroup",
          STAGE,
        ]);
      });
    });
  }

  it("joins the stage to the API, its deployment and the log group", async () => {
    const { cloud } = await run(false);
    const { id: api } = only(cloud, "aws:apigateway/restApi:RestApi");
    const deployment = only(cloud, "pulumi-nodejs:dynamic/apigateway:Deployment").id?.split("|")[0];
    const { inputs, id } = only(cloud, STAGE);
    expect(id).to.equal(`${String(api)}|prod`);
    expect(inputs).to.deep.include({ restApiId: api, deploymentId: deployment });
    expect(inputs).to.have.nested.property(
      "accessLogSetting.destinationArn",
      "arn:aws:logs:us-east-1:123456789012:log-group:pets",
    );
  });

  it("exports the stage's URL and ARN", async () => {
    const { cloud, exports } = await run(false);
    const { id: api } = only(cloud, "aws:apigateway/restApi:RestApi");
    expect(await valueOf(exports.invokeUrl)).to.equal(
      `https://${String(api)}.execute-api.us-east-1.amazonaws.com/prod`,
    );
    expect(await valueOf(exports.stageArn)).to.equal(
      `arn:aws:apigateway:us-east-1::/restapis/${String(api)}/stages/prod`,
    );
  });
});
