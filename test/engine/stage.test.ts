import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { apigateway } from "../../index";
import type { StageArgs } from "../../resources/apigateway";
import { withStack, type EngineStack, type StateResource } from "../support/engine";
import { Outside } from "../support/outside";

const STAGE = "AWS::ApiGateway::Stage";

/** An API with one method, its deployment, and a stage with these settings. */
const program = (settings: Partial<StageArgs>) => async (): Promise<Record<string, unknown>> => {
  const api = new apigateway.RestApi("api", { name: "shop" });
  const method = new apigateway.Method("get", {
    restApiId: api.restApiId,
    httpMethod: "GET",
    authorizationType: "NONE",
    integration: { type: "MOCK" },
  });
  const deployment = new apigateway.Deployment("deployment", { restApiId: api.restApiId }, { dependsOn: method });
  const stage = new apigateway.Stage("stage", {
    restApiId: api.restApiId,
    deploymentId: deployment.deploymentId,
    stageName: "dev",
    ...settings,
  });
  const { id, arn, invokeUrl, executionArn } = stage;
  return Promise.resolve({ id, arn, invokeUrl, executionArn });
};

const stageIn = async (stack: EngineStack): Promise<StateResource> => {
  const found = (await stack.resources()).find(({ type }) => type.endsWith(":Stage"));
  if (!found) throw new Error("no stage in the state");
  return found;
};

/** What the engine did with each resource, by name. */
const steps = (events: readonly EngineEvent[]): Record<string, string> =>
  Object.fromEntries(
    events
      .map((event) => event.resOutputsEvent?.metadata ?? event.resourcePreEvent?.metadata)
      .filter((metadata) => metadata !== undefined)
      .map(({ urn, op }) => [urn.split("::").at(-1)!, op]),
  );

// Proved against the local Cloud Control; what real AWS does otherwise is not shown here.
describe("a stage, from `pulumi up` to `pulumi destroy`", () => {
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

  const mutations = (): string[] =>
    emulator
      .requests()
      .map(({ operation }) => operation)
      .filter((operation) => /^(Create|Update|Delete)Resource$/.test(operation));

  const run = async (settings: Partial<StageArgs>, body: (stack: EngineStack) => Promise<void>): Promise<void> =>
    withStack({ program: program(settings), env: emulator.env() }, async (stack) => {
      await body(stack);
      await stack.destroy();
      expect(await stack.resources()).to.deep.equal([]);
    });

  it("is created, stays unchanged, is updated in place and leaves nothing behind", async () => {
    await run({ description: "first" }, async (stack) => {
      expect((await stack.up()).changes).to.deep.equal({ create: 5 });
      const { id, arn, invokeUrl, executionArn } = await stack.outputs();
      const apiId = String(id?.value).split("|")[0]!;
      const account =
        emulator.env().AWS_ACCOUNT_ID ??
        /^arn:aws:execute-api:us-east-1:(\d{12}):/.exec(String(executionArn?.value))?.[1];
      expect(id?.value).to.equal(`${apiId}|dev`);
      expect(arn?.value).to.equal(`arn:aws:apigateway:us-east-1::/restapis/${apiId}/stages/dev`);
      expect(invokeUrl?.value).to.equal(`https://${apiId}.execute-api.us-east-1.amazonaws.com/dev`);
      expect(executionArn?.value).to.equal(`arn:aws:execute-api:us-east-1:${account!}:${apiId}/dev`);

      const before = mutations().length;
      expect((await stack.up({ expectNoChanges: true })).changes).to.deep.equal({ same: 5 });
      expect((await stack.up({ refresh: true, expectNoChanges: true })).changes).to.deep.equal({ same: 5 });
      expect(mutations().length).to.equal(before);

      const update = await stack.up({ program: program({ description: "second" }) });
      expect(update.changes).to.deep.equal({ same: 4, update: 1 });
      expect(await outside.model(STAGE, `${apiId}|dev`)).to.deep.include({ Description: "second" });
      expect((await stageIn(stack)).outputs).to.deep.include({ description: "second" });
    });
    expect(emulator.resources()).to.deep.equal([]);
  });

  it("is replaced when its name changes, the new one made before the old one goes", async () => {
    await run({}, async (stack) => {
      await stack.up();
      const preview = await stack.preview({ program: program({ stageName: "prod" }) });
      expect(preview.changes).to.deep.equal({ same: 4, replace: 1 });
      const since = emulator.requests().length;
      await stack.up();
      const done = emulator
        .requests()
        .slice(since)
        .map(({ operation }) => operation);
      expect(done.indexOf("CreateResource")).to.be.lessThan(done.indexOf("DeleteResource"));
      expect((await stageIn(stack)).id).to.match(/\|prod$/);
    });
  });

  it("shows drift of what the program set on refresh, and repairs it", async () => {
    await run({ description: "mine", variables: { a: "1" } }, async (stack) => {
      await stack.up();
      const { id } = await stageIn(stack);
      await outside.edit(STAGE, id!, [
        { op: "add", path: "/Description", value: "theirs" },
        { op: "add", path: "/TracingEnabled", value: true },
      ]);
      expect((await stack.refresh()).changes).to.deep.equal({ same: 4, update: 1 });
      expect((await stageIn(stack)).outputs).to.deep.include({ description: "theirs" });
      expect((await stageIn(stack)).outputs).to.not.have.property("tracingEnabled");

      const repair = await stack.up();
      expect(steps(repair.events).stage).to.equal("update");
      expect(await outside.model(STAGE, id!)).to.deep.include({ Description: "mine", TracingEnabled: true });
      await stack.up({ refresh: true, expectNoChanges: true });
    });
  });

  it("shows drift of a method setting by the leaves that the program set, and of a canary that points elsewhere", async () => {
    const settings = {
      methodSettings: [{ resourcePath: "/*", httpMethod: "*", throttlingRateLimit: 100 }],
      canarySetting: { percentTraffic: 10 },
    };
    await run(settings, async (stack) => {
      await stack.up();
      const { id } = await stageIn(stack);
      const [restApiId = ""] = id!.split("|");
      const live = (await outside.model(STAGE, id!))!;
      const [method] = live.MethodSettings as Record<string, unknown>[];
      // What AWS filled in, and what others added beside it, is theirs.
      const entries = [{ ...method, ThrottlingBurstLimit: 7, MetricsEnabled: true }];
      await outside.edit(STAGE, id!, [{ op: "add", path: "/MethodSettings", value: entries }]);
      await stack.refresh({ expectNoChanges: true });

      const other = await outside.create("AWS::ApiGateway::Deployment", {
        RestApiId: restApiId,
        StageName: "dev",
        DeploymentCanarySettings: { PercentTraffic: 10 },
      });
      const [DeploymentId] = other.split("|");
      await outside.edit(STAGE, id!, [
        { op: "add", path: "/MethodSettings", value: [{ ...method, ThrottlingRateLimit: 5 }] },
        { op: "add", path: "/CanarySetting", value: { ...(live.CanarySetting as object), DeploymentId } },
      ]);
      const seen = await stack.preview({ refresh: true });
      expect(steps(seen.events).stage).to.equal("update");
      expect(seen.stdout).to.include("canarySetting").and.to.include("methodSettings");
      await stack.refresh();
      expect((await stageIn(stack)).outputs).to.deep.include({
        methodSettings: [{ resourcePath: "/*", httpMethod: "*", throttlingRateLimit: 5 }],
      });
      await stack.up();
      const repaired = (await outside.model(STAGE, id!))!;
      expect(repaired.CanarySetting).to.deep.include({ DeploymentId: live.DeploymentId, PercentTraffic: 10 });
      expect((repaired.MethodSettings as unknown[])[0]).to.deep.include({ ThrottlingRateLimit: 100 });
      await stack.up({ refresh: true, expectNoChanges: true });
      await outside.remove("AWS::ApiGateway::Deployment", other);
    });
  });

  it("that vanished is dropped from the state on refresh and made again", async () => {
    await run({}, async (stack) => {
      await stack.up();
      const { id } = await stageIn(stack);
      await outside.remove(STAGE, id!);
      expect((await stack.refresh()).changes).to.deep.equal({ same: 4, delete: 1 });
      expect((await stack.up()).changes).to.deep.equal({ same: 4, create: 1 });
      expect(await outside.model(STAGE, id!)).to.not.equal(undefined);
    });
  });

  it("whose creation AWS refuses is not in the state, and the message says what to do", async () => {
    await run({ deploymentId: "nosuch" }, async (stack) => {
      const { failed, diagnostics } = await stack.up({ mayFail: true });
      expect(failed).to.equal(true);
      const text = diagnostics.map(({ message }) => message).join("\n");
      expect(text).to.match(
        /Create of AWS::ApiGateway::Stage "\w+\|dev" failed with \w+: .*Deployment id does not exist/i,
      );
      expect(text).to.include("Fix: ");
      expect(text).to.match(/\(request token [-\w]+\)/);
      expect(text).to.not.match(/^\s+at .*\.js:\d+/m);
      expect((await stack.resources()).filter(({ type }) => type.endsWith(":Stage"))).to.deep.equal([]);
      await stack.up({ program: program({}) });
      expect((await stageIn(stack)).id).to.match(/\|dev$/);
    });
  });

  it("that AWS made half before it refused is in the state, and the next up goes on from there", async () => {
    const logging = { methodSettings: [{ resourcePath: "/*", httpMethod: "*", loggingLevel: "INFO" }] };
    await run(logging, async (stack) => {
      const { failed, diagnostics } = await stack.up({ mayFail: true });
      expect(failed).to.equal(true);
      expect(diagnostics.map(({ message }) => message).join("\n")).to.include("CloudWatch Logs role ARN must be set");
      const { id, outputs, initErrors } = await stageIn(stack);
      expect(outputs).to.not.have.property("methodSettings");
      expect(outputs).to.have.property("__provider");
      expect(initErrors).to.have.length(1);
      expect(await outside.model(STAGE, id!)).to.not.equal(undefined);

      await stack.refresh();
      const metrics = { methodSettings: [{ resourcePath: "/*", httpMethod: "*", metricsEnabled: true }] };
      expect((await stack.up({ program: program(metrics) })).changes).to.deep.equal({ same: 4, update: 1 });
      expect((await stageIn(stack)).initErrors ?? []).to.deep.equal([]);
    });
  });

  it("takes a method setting by resource id, and finds its path", async () => {
    const byId = async (): Promise<Record<string, unknown>> => {
      const api = new apigateway.RestApi("api", { name: "shop" });
      const pets = new apigateway.Resource("pets", { restApiId: api.restApiId, pathPart: "pets" });
      const pet = new apigateway.Resource("pet", {
        restApiId: api.restApiId,
        parentId: pets.resourceId,
        pathPart: "{id}",
      });
      const method = new apigateway.Method("get", {
        restApiId: api.restApiId,
        resourceId: pet.resourceId,
        httpMethod: "GET",
        authorizationType: "NONE",
        integration: { type: "MOCK" },
      });
      const deployment = new apigateway.Deployment("d", { restApiId: api.restApiId }, { dependsOn: method });
      new apigateway.Stage("stage", {
        restApiId: api.restApiId,
        deploymentId: deployment.deploymentId,
        stageName: "prod",
        methodSettings: [{ httpMethod: "GET", resourceId: pet.resourceId, throttlingBurstLimit: 7 }],
      });
      return Promise.resolve({});
    };
    await withStack({ program: byId, env: emulator.env() }, async (stack) => {
      await stack.up();
      const { id } = await stageIn(stack);
      const settings = (await outside.model(STAGE, id!))?.MethodSettings as Record<string, unknown>[];
      expect(settings).to.have.length(1);
      expect(settings[0]).to.deep.include({
        ResourcePath: "/~1pets~1{id}",
        HttpMethod: "GET",
        ThrottlingBurstLimit: 7,
      });
      await stack.up({ refresh: true, expectNoChanges: true });
      await outside.edit(STAGE, id!, [
        { op: "add", path: "/MethodSettings", value: [{ ...settings[0], ThrottlingBurstLimit: 9 }] },
      ]);
      expect((await stack.up({ refresh: true })).changes).to.deep.include({ update: 1 });
      await stack.destroy();
    });
  });
});
