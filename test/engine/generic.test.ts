import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { CloudControlResource, type CloudControlResourceArgs } from "../../resources/cloudcontrol";
import { withStack } from "../support/engine";
import { Outside } from "../support/outside";

const QUEUE = "AWS::SQS::Queue";

const queue = (properties: CloudControlResourceArgs["properties"]) => async (): Promise<Record<string, unknown>> => {
  const made = new CloudControlResource("jobs", { typeName: QUEUE, properties });
  return Promise.resolve({ id: made.id, arn: made.attribute("Arn"), region: made.region });
};

// The emulator knows this type by its schema alone, so nothing here shows how SQS itself behaves.
describe("a resource of any type, by its registry schema", () => {
  let emulator: Emulator;
  let outside: Outside;

  before(async () => {
    emulator = await startEmulator();
    outside = new Outside(emulator.endpoint, emulator.env());
  });
  after(async () => {
    outside.close();
    await emulator.close();
  });

  it("is created, stays unchanged, is updated in place, replaced where its schema says so, and deleted", async () => {
    const env = emulator.env();
    await withStack({ program: queue({ QueueName: "jobs", VisibilityTimeout: 60 }), env }, async (stack) => {
      expect((await stack.up()).changes).to.deep.equal({ create: 2 });
      const { id, arn, region } = await stack.outputs();
      expect(region?.value).to.equal("us-east-1");
      expect(arn?.value).to.be.a("string").and.not.equal("");
      expect((await stack.up({ refresh: true, expectNoChanges: true })).changes).to.deep.equal({ same: 2 });

      const inPlace = queue({ QueueName: "jobs", VisibilityTimeout: 90 });
      expect((await stack.up({ program: inPlace })).changes).to.deep.equal({ same: 1, update: 1 });
      expect(await outside.model(QUEUE, String(id?.value))).to.deep.include({ VisibilityTimeout: 90 });

      const renamed = queue({ QueueName: "tasks", VisibilityTimeout: 90 });
      expect((await stack.up({ program: renamed })).changes).to.deep.equal({ same: 1, replace: 1 });
      expect(emulator.resources().map(({ model }) => model.QueueName)).to.deep.equal(["tasks"]);
      await stack.destroy();
      expect(emulator.resources()).to.deep.equal([]);
    });
  });

  it("is refused at preview for a property that its type does not have, and nothing is sent", async () => {
    const before = emulator.requests().length;
    await withStack({ program: queue({ QueuName: "jobs" }), env: emulator.env() }, async (stack) => {
      const { failed, diagnostics } = await stack.preview({ mayFail: true });
      expect(failed).to.equal(true);
      const text = diagnostics.map(({ message }) => message).join("\n");
      expect(text).to.include("properties.QueuName").and.to.include('Did you mean "QueueName"?');
    });
    expect(emulator.requests().length).to.equal(before);
  });

  it("keeps a secret property encrypted in the state, in inputs and outputs alike", async () => {
    const secret = "s3cr3t-passphrase";
    const program = async (): Promise<Record<string, unknown>> => {
      const { secret: wrap } = await import("@pulumi/pulumi");
      const properties = { Name: "/app/key", Type: "String", Value: wrap(secret) };
      return Promise.resolve({
        id: new CloudControlResource("key", { typeName: "AWS::SSM::Parameter", properties }).id,
      });
    };
    await withStack({ program, env: emulator.env() }, async (stack) => {
      const { stdout, stderr } = await stack.up();
      // Without --show-secrets, which the Automation API always sets: the state as it lies on disk.
      const onDisk = async (): Promise<string> => (await stack.cli(["stack", "export"])).stdout;
      expect(await onDisk())
        .to.include('"Name"')
        .and.not.to.include(secret);
      expect(stdout + stderr).to.not.include(secret);
      expect(await outside.model("AWS::SSM::Parameter", "/app/key")).to.deep.include({ Value: secret });
      await stack.up({ refresh: true, expectNoChanges: true });
      expect(await onDisk())
        .to.include('"Name"')
        .and.not.to.include(secret);
      await stack.destroy();
    });
  });

  it("is read without being managed by `get`", async () => {
    const id = await outside.create(QUEUE, { QueueName: "theirs", VisibilityTimeout: 11 });
    const program = async (): Promise<Record<string, unknown>> => {
      const { properties } = CloudControlResource.get("theirs", QUEUE, id);
      return Promise.resolve({ timeout: properties.apply((model) => model.VisibilityTimeout) });
    };
    await withStack({ program, env: emulator.env() }, async (stack) => {
      await stack.up();
      expect((await stack.outputs()).timeout?.value).to.equal(11);
      await stack.refresh();
      await stack.up({ expectNoChanges: true });
      await stack.destroy();
    });
    expect(await outside.model(QUEUE, id)).to.not.equal(undefined);
  });
});
