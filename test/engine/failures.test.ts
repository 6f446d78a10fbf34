import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { apigateway, logs } from "../../index";
import type { StageArgs } from "../../resources/apigateway";
import { withStack, type Operation } from "../support/engine";

const GROUP = "AWS::Logs::LogGroup";
const STAGE = "AWS::ApiGateway::Stage";

const stage = (settings: Partial<StageArgs>) => async (): Promise<Record<string, unknown>> => {
  const made = new apigateway.Stage("stage", { restApiId: "api", deploymentId: "d1", stageName: "dev", ...settings });
  return Promise.resolve({ id: made.id });
};
const group = (args: ConstructorParameters<typeof logs.LogGroup>[1]) => async (): Promise<Record<string, unknown>> =>
  Promise.resolve({ id: new logs.LogGroup("g", args).id });

const said = ({ diagnostics }: Operation): string => diagnostics.map(({ message }) => message).join("\n");

// What the user sees of a failure, and what the engine keeps; how requests fail is in test/provider.
describe("a failure, through the real engine", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
    emulator.seed({
      typeName: "AWS::ApiGateway::RestApi",
      model: { RestApiId: "api", RootResourceId: "r", Name: "a" },
    });
    for (const DeploymentId of ["d1", "d2"]) {
      emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { DeploymentId, RestApiId: "api" } });
    }
  });
  afterEach(async () => emulator.close());

  it("of AWS to remove a canary is loud on every `up`, after a refresh too, and ends when the canary is gone", async () => {
    const canary = stage({ canarySetting: { percentTraffic: 10, deploymentId: "d2" } });
    await withStack({ program: canary, env: emulator.env() }, async (stack) => {
      await stack.up();
      const without = stage({});
      const first = await stack.up({ program: without, mayFail: true });
      expect(first.failed).to.equal(true);
      expect(said(first)).to.include("AWS kept its own value of canarySetting");
      await stack.refresh();
      expect(said(await stack.up({ mayFail: true }))).to.include("AWS kept its own value of canarySetting");
      const { model } = emulator.resources().find(({ typeName }) => typeName === STAGE)!;
      const cleared = Object.fromEntries(Object.entries(model).filter(([key]) => key !== "CanarySetting"));
      emulator.edit({ typeName: STAGE, identifier: "api|dev", model: cleared });
      await stack.up({ refresh: true });
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
    });
  });

  it("of a create that leaves a remnant keeps it in the state, repairs it after a refresh, and destroy leaves nothing", async () => {
    const args = { logGroupName: "a", retentionInDays: 7 };
    emulator.faults.add({ kind: "handler-failure", errorCode: "NotStabilized", typeName: GROUP, remnant: true });
    await withStack({ program: group(args), env: emulator.env() }, async (stack) => {
      expect((await stack.up({ mayFail: true })).failed).to.equal(true);
      emulator.edit({ typeName: GROUP, identifier: "a", patch: [{ op: "remove", path: "/RetentionInDays" }] });
      expect((await stack.resources()).map(({ id }) => id)).to.deep.equal(["a"]);
      await stack.refresh();
      expect((await stack.up()).changes).to.deep.equal({ same: 1, update: 1 });
      expect(emulator.resources().find(({ typeName }) => typeName === GROUP)?.model).to.deep.include({
        RetentionInDays: 7,
      });
      expect((await stack.up()).changes).to.deep.equal({ same: 2 });
      await stack.destroy();
      expect(emulator.resources().filter(({ typeName }) => typeName === GROUP)).to.deep.equal([]);
    });
  });

  it("of the deadline names the request, and what came to be all the same is in the state", async () => {
    const args = { logGroupName: "a", timeouts: { create: "1s" } };
    emulator.faults.add({ kind: "stuck", operation: "CREATE" });
    emulator.faults.add({ kind: "cancel-race", left: "effect" });
    await withStack({ program: group(args), env: emulator.env() }, async (stack) => {
      const requestToken = /\(request token [-\w]+\)/;
      expect(said(await stack.up({ mayFail: true })))
        .to.match(requestToken)
        .and.include("failed with Timeout");
      await stack.up();
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
    });
  });

  it("of the account guard comes with the preview, before anything is sent", async () => {
    const config = { "aws:allowedAccountIds": JSON.stringify(["999999999999"]) };
    await withStack({ program: group({ logGroupName: "a" }), env: emulator.env(), config }, async (stack) => {
      const preview = await stack.preview({ mayFail: true });
      expect(said(preview)).to.include("the account 000000000000 is not in aws:allowedAccountIds");
      expect((await stack.up({ mayFail: true })).failed).to.equal(true);
      const calls = emulator.requests().map(({ operation }) => operation);
      expect([...new Set(calls)]).to.deep.equal(["GetCallerIdentity"]);
    });
  });
});
