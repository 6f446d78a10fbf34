import { createRequire } from "node:module";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { withStack, type EngineStack } from "../support/engine";
import { Outside } from "../support/outside";

const load = createRequire(__filename);

/** An example as its own program, run anew each time. */
const example =
  (name: string): PulumiFn =>
  async () => {
    const path = load.resolve(`../../examples/${name}/index`);
    Reflect.deleteProperty(load.cache, path);
    return Promise.resolve({ ...(load(path) as Record<string, unknown>) });
  };

// Proved against the local Cloud Control. `npm start` runs the four examples that are not here.
describe("examples", () => {
  let emulator: Emulator;
  let outside: Outside;

  beforeEach(async () => {
    emulator = await startEmulator();
    outside = new Outside(emulator.endpoint, emulator.env());
  });
  afterEach(async () => {
    outside.close();
    await emulator.close();
  });

  const left = (): string[] => emulator.resources().map(({ typeName, identifier }) => `${typeName} ${identifier}`);

  const lifeOf = async (name: string, body: (stack: EngineStack) => Promise<void>): Promise<void> =>
    withStack({ program: example(name), env: emulator.env() }, async (stack) => {
      await stack.up();
      await stack.up({ refresh: true, expectNoChanges: true });
      expect((await stack.preview()).changes).to.have.all.keys("same");
      await body(stack);
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
      expect(await stack.resources()).to.deep.equal([]);
    });

  const stageModel = async (stack: EngineStack): Promise<Record<string, unknown>> =>
    (await outside.model("AWS::ApiGateway::Stage", String((await stack.outputs()).stageId?.value)))!;

  it("dev-stage comes up in an empty account, is deployed anew by a change of its document, and leaves the role", async () => {
    await lifeOf("dev-stage", async (stack) => {
      const settings = (await stageModel(stack)).MethodSettings as Record<string, unknown>[];
      expect(settings.find(({ HttpMethod }) => HttpMethod === "GET")).to.include({
        ResourcePath: "/~1pets~1{id}",
        ThrottlingRateLimit: 5,
        ThrottlingBurstLimit: 10,
      });
      expect(settings.find(({ HttpMethod }) => HttpMethod === "*")).to.include({ LoggingLevel: "INFO" });
      const before = (await stack.outputs()).deploymentId?.value as string;
      await stack.setConfig({ version: "1.1" });
      expect((await stack.preview()).changes).to.deep.include({ replace: 1 });
      await stack.up();
      const after = (await stack.outputs()).deploymentId?.value as string;
      expect(after).to.not.equal(before);
      expect((await stageModel(stack)).DeploymentId).to.equal(after);
    });
    expect(left().map((one) => one.split(" ")[0])).to.have.members(["AWS::IAM::Role", "AWS::ApiGateway::Account"]);
  });

  it("logging-stage comes up with all it brings, changes in place without a replacement, and leaves its logs", async () => {
    await lifeOf("logging-stage", async (stack) => {
      const outputs = await stack.outputs();
      expect(outputs.open?.value).to.deep.equal(["CloudWatchLogGroupEncrypted: no kmsKeyId"]);
      expect(outputs.alarms?.value).to.have.length(3);
      const model = await stageModel(stack);
      expect(JSON.parse((model.AccessLogSetting as { Format: string }).Format)).to.include({
        tenant: "$context.authorizer.tenant",
        status: "$context.status",
      });
      await stack.setConfig({ description: "Changed" });
      const { changes } = await stack.preview();
      expect(changes).to.not.have.any.keys("replace", "create", "delete");
      // The stage, and Pulumi's own provider object, which holds the stack's configuration.
      expect(changes.update).to.equal(1);
      await stack.up();
      expect((await stageModel(stack)).Description).to.equal("Changed");
    });
    const logs = left().filter((one) => one.startsWith("AWS::Logs::LogGroup"));
    expect(logs).to.have.length(2);
    expect(logs.some((one) => one.includes("API-Gateway-Execution-Logs_"))).to.equal(true);
  });
});
