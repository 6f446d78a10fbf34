import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { startEmulator, type Emulator } from "../../emulator";
import { apigateway, CloudControlResource } from "../../index";
import { withStack, type EngineStack, type Operation } from "../support/engine";

const SECRET = "s3cr3t-v4lue";

/** Everything that a file below the folder holds. */
function contents(folder: string): string {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => (statSync(path).isDirectory() ? contents(path) : readFileSync(path, "utf8")))
    .join("\n");
}

const stage =
  (more: object = {}) =>
  async (): Promise<Record<string, unknown>> => {
    const secret = pulumi.secret(SECRET);
    const api = new apigateway.RestApi("api", { name: "shop", description: secret });
    const method = new apigateway.Method("get", {
      restApiId: api.restApiId,
      httpMethod: "GET",
      integration: { type: "MOCK" },
    });
    const deployment = new apigateway.Deployment("d", { restApiId: api.restApiId }, { dependsOn: method });
    const made = new apigateway.Stage("stage", {
      restApiId: api.restApiId,
      deploymentId: deployment.deploymentId,
      stageName: "dev",
      description: secret,
      variables: { key: secret, plain: "1" },
      tags: [{ key: "k", value: secret }],
      canarySetting: { percentTraffic: 1, stageVariableOverrides: { key: secret } },
      ...more,
    });
    new CloudControlResource("key", {
      typeName: "AWS::SSM::Parameter",
      properties: { Name: "/key", Type: "String", Value: secret, Description: pulumi.interpolate`of ${secret}` },
    });
    return Promise.resolve({ variables: made.variables });
  };

// The state is read as it lies on the disk, beside all that was printed. Does not prove what AWS's own services log.
describe("a secret", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
  });
  after(async () => emulator.close());

  /** The secret is nowhere but in AWS. */
  const nowhere = async (stack: EngineStack, done: Operation): Promise<void> => {
    const printed = done.stdout + done.stderr + JSON.stringify(done.diagnostics);
    expect(printed).to.not.include(SECRET);
    const state = (await stack.cli(["stack", "export"])).stdout;
    expect(state).to.include("percentTraffic");
    expect(state).to.not.include(SECRET);
    expect(contents(String(stack.env.PULUMI_BACKEND_URL).replace("file://", ""))).to.not.include(SECRET);
    expect(contents(stack.workDir)).to.not.include(SECRET);
  };
  const live = (typeName: string): Record<string, unknown> => ({
    ...emulator.resources().find((resource) => resource.typeName === typeName)?.model,
  });

  it("reaches AWS and stays out of state, journal, output and logs: create, update, refresh, drift, debug log", async () => {
    const env = { ...emulator.env(), PULUMI_CLOUDCONTROL_DEBUG: "1" };
    await withStack({ program: stage(), env }, async (stack) => {
      const made = await stack.up();
      await nowhere(stack, made);
      expect(
        made.diagnostics.filter(({ message }) => message.includes("CreateResource AWS::SSM::Parameter")),
      ).to.have.length(1);
      expect(live("AWS::ApiGateway::Stage")).to.deep.include({ Description: SECRET });
      expect(live("AWS::SSM::Parameter")).to.deep.include({ Value: SECRET });
      await nowhere(stack, await stack.up({ refresh: true, expectNoChanges: true }));
      await nowhere(stack, await stack.up({ program: stage({ tracingEnabled: true }) }));
      const identifier = `${String(live("AWS::ApiGateway::Stage").RestApiId)}|dev`;
      const patch = [{ op: "add", path: "/Variables/key", value: "theirs" }];
      emulator.edit({ typeName: "AWS::ApiGateway::Stage", identifier, patch });
      await nowhere(stack, await stack.refresh());
      await nowhere(stack, await stack.up());
      expect(live("AWS::ApiGateway::Stage").Variables).to.deep.equal({ key: SECRET, plain: "1" });
      await stack.destroy();
      expect(emulator.resources()).to.deep.equal([]);
    });
  });

  it("stays encrypted and unsaid when a create or an update fails half-way", async () => {
    await withStack({ program: stage(), env: emulator.env() }, async (stack) => {
      const fail = (operation: string): number =>
        emulator.faults.add({
          kind: "handler-failure",
          errorCode: "InternalFailure",
          typeName: "AWS::ApiGateway::Stage",
          operation,
          remnant: true,
        });
      fail("CREATE");
      const created = await stack.up({ mayFail: true });
      expect(created.failed).to.equal(true);
      await nowhere(stack, created);
      fail("UPDATE");
      const updated = await stack.up({ program: stage({ tracingEnabled: true }), mayFail: true });
      expect(updated.failed).to.equal(true);
      await nowhere(stack, updated);
      await nowhere(stack, await stack.up());
      await stack.destroy();
    });
  });

  it("that the program drops or changes stays encrypted while an update that failed has left it in place", async () => {
    const canarySetting = { percentTraffic: 1, stageVariableOverrides: { key: "plain" } };
    const dropped = {
      description: "plain",
      variables: { plain: "1" },
      tags: [{ key: "k", value: "v" }],
      canarySetting,
    };
    const changed = { ...dropped, variables: { key: pulumi.secret("another-one") } };
    for (const more of [dropped, changed]) {
      await withStack({ program: stage(), env: emulator.env() }, async (stack) => {
        await stack.up();
        const failing = { kind: "handler-failure", errorCode: "InternalFailure", operation: "UPDATE" } as const;
        emulator.faults.add({ ...failing, typeName: "AWS::ApiGateway::Stage" });
        const failed = await stack.up({ program: stage(more), mayFail: true });
        expect(failed.failed).to.equal(true);
        await nowhere(stack, failed);
        await nowhere(stack, await stack.refresh());
        await nowhere(stack, await stack.up());
        await stack.destroy();
      });
    }
  });

  it("of a wrong form is described by preview and never quoted", async () => {
    const wrong = pulumi.secret(`${SECRET} with spaces`);
    const program = stage({ variables: { key: wrong } });
    await withStack({ program, env: emulator.env() }, async (stack) => {
      // The API is not there yet, so the stage's own properties are all that is known.
      const preview = await stack.preview({ mayFail: true });
      expect(preview.failed).to.equal(true);
      expect(preview.stdout + preview.stderr + JSON.stringify(preview.diagnostics)).to.not.include(SECRET);
    });
  });

  it("is kept where it goes under another name: in computed outputs, AWS's attributes and AWS's own error texts", async () => {
    const program = (more: object) => async (): Promise<Record<string, unknown>> => {
      const secret = pulumi.secret(SECRET);
      const api = new apigateway.RestApi("api", { name: "shop" });
      const group = new CloudControlResource("group", {
        typeName: "AWS::IAM::Role",
        properties: {
          RoleName: "r",
          Path: pulumi.interpolate`/${secret}/`,
          AssumeRolePolicyDocument: { Statement: [] },
        },
      });
      new apigateway.Method("get", {
        restApiId: api.restApiId,
        httpMethod: "GET",
        integration: { type: "MOCK" },
        ...more,
      });
      return Promise.resolve({ arn: group.attribute("Arn") });
    };
    await withStack({ program: program({}), env: emulator.env() }, async (stack) => {
      await stack.up();
      const outputs = await stack.outputs();
      expect(outputs.arn).to.deep.include({ secret: true });
      expect(String(outputs.arn?.value)).to.include(SECRET);
      const state = (await stack.cli(["stack", "export"])).stdout;
      expect(state).to.include("RoleName").and.not.to.include(SECRET);
      expect(contents(String(stack.env.PULUMI_BACKEND_URL).replace("file://", ""))).to.not.include(SECRET);
      await stack.up({ refresh: true, expectNoChanges: true });
      expect((await stack.cli(["stack", "export"])).stdout).to.not.include(SECRET);

      const refused = program({ requestValidatorId: pulumi.secret(SECRET) });
      emulator.faults.add({
        kind: "handler-failure",
        typeName: "AWS::ApiGateway::Method",
        operation: "UPDATE",
        errorCode: "InvalidRequest",
        message: `no validator ${SECRET} here`,
      });
      const failed = await stack.up({ program: refused, mayFail: true });
      const printed = failed.stdout + failed.stderr + JSON.stringify(failed.diagnostics);
      expect(printed).to.include("no validator [secret] here").and.not.to.include(SECRET);
      await stack.destroy({ mayFail: true });
    });
  });
});
