import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { apigateway, CloudControlResource } from "../../index";
import { withStack, type EngineStack, type StateResource } from "../support/engine";

const SETTINGS: Partial<apigateway.StageArgs> = {
  tracingEnabled: true,
  methodSettings: [
    { resourcePath: "/*", httpMethod: "*", metricsEnabled: true, throttlingBurstLimit: 10, throttlingRateLimit: 5 },
  ],
};

/** A stage whose ids are outputs, and a resource of another kind that refers to what follows from them. */
const program =
  (more: Partial<apigateway.StageArgs> = {}, description = "first") =>
  async (): Promise<Record<string, unknown>> => {
    const { restApiId } = new apigateway.RestApi("api", { name: "shop" });
    const integration = { type: "MOCK" };
    const method = new apigateway.Method("get", { restApiId, httpMethod: "GET", integration });
    const { deploymentId } = new apigateway.Deployment("d", { restApiId }, { dependsOn: method });
    const variables = { color: "blue" };
    const args = { restApiId, deploymentId, stageName: "dev", description, variables, ...more };
    const { executionArn } = new apigateway.Stage("stage", args);
    // The name of a log group cannot change, so that an unknown one would be shown as a replacement.
    const name = executionArn.apply((arn) => arn.replaceAll(":", "/"));
    new CloudControlResource("group", { typeName: "AWS::Logs::LogGroup", properties: { LogGroupName: name } });
    return Promise.resolve({ executionArn });
  };

/** Where the program stands in the source depends on paths, and only newer engines keep it. */
const bytesOf = (resource: StateResource | undefined): number =>
  Buffer.byteLength(JSON.stringify({ ...resource, sourcePosition: undefined, stackTrace: undefined }));

// Does not prove what other packages write: the limits are 1.35 times what @pulumi/aws-native was seen to write.
describe("the state of a stage", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => emulator.close());

  const stageOf = async (stack: EngineStack): Promise<StateResource | undefined> =>
    (await stack.resources()).find(({ type }) => type === "pulumi-nodejs:dynamic/apigateway:Stage");

  for (const [title, more, limit] of [
    ["with deployment, description and variables", {}, 1944],
    ["with tracing and method settings too", SETTINGS, 2806],
  ] as const) {
    it(`is at most ${limit} bytes ${title}, its ids outputs of others`, async () => {
      await withStack({ program: program(more), env: emulator.env() }, async (stack) => {
        await stack.up();
        const stage = await stageOf(stack);
        console.log(`      ${bytesOf(stage)} bytes`);
        expect(stage?.outputs).to.include.all.keys("arn", "invokeUrl", "executionArn");
        expect(bytesOf(stage)).to.be.at.most(limit);
      });
    });
  }

  it("has the addresses once, and previews know them all the same", async () => {
    await withStack({ program: program(), env: emulator.env() }, async (stack) => {
      await stack.up();
      expect((await stageOf(stack))?.inputs).to.not.have.any.keys("arn", "invokeUrl", "executionArn");
      const preview = await stack.preview({ program: program({}, "second") });
      expect(preview.changes).to.deep.equal({ same: 5, update: 1 });
      expect((await stack.up({ program: program({}, "second") })).changes).to.deep.equal({ same: 5, update: 1 });
      await stack.refresh();
      await stack.up({ program: program({}, "second"), expectNoChanges: true });
    });
  });
});
