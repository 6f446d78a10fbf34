import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { ApiStage, DevStage, apigateway, type ApiStageArgs } from "../../index";
import { withStack, type EngineStack, type Operation } from "../support/engine";

const MADE = "arn:aws:iam::000000000000:role/pulumi-cloudcontrol-apigateway-logs";
const OTHERS = "arn:aws:iam::000000000000:role/somebody-else";

function api(): { readonly restApi: apigateway.RestApi; readonly method: apigateway.Method } {
  const restApi = new apigateway.RestApi("api", { name: "pets" });
  const integration = { type: "MOCK", requestTemplates: { "application/json": "{}" } };
  const rest = { httpMethod: "GET", authorizationType: "NONE", integration };
  return { restApi, method: new apigateway.Method("get", { restApiId: restApi.restApiId, ...rest }) };
}

const logging =
  (more: Partial<ApiStageArgs> = {}): PulumiFn =>
  async () => {
    const { restApi, method } = api();
    const stage = new ApiStage("pets", { restApi, stageName: "dev", redeployOn: [method], accessLog: {}, ...more });
    return Promise.resolve({ role: stage.accountRole?.cloudWatchRoleArn, url: stage.invokeUrl });
  };

const MUTATIONS = /^(Create|Update|Delete)Resource$/;
const said = ({ diagnostics }: Operation): string => diagnostics.map(({ message }) => message).join("\n");

// Proved against the local Cloud Control. How long a new IAM role needs until API Gateway takes it is not shown.
describe("API Gateway's role for logs", () => {
  let emulator: Emulator;
  const rolesMade = (): number => emulator.resources().filter(({ typeName }) => typeName === "AWS::IAM::Role").length;
  const changesOfTheSetting = (): number =>
    emulator
      .requests()
      .filter(({ operation, typeName }) => MUTATIONS.test(operation) && typeName === "AWS::ApiGateway::Account").length;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await emulator.close();
  });

  const within = async (program: PulumiFn, body: (stack: EngineStack) => Promise<void>): Promise<void> =>
    withStack({ program, env: emulator.env() }, body);

  const somebodyElses = (): void => {
    emulator.seed({
      typeName: "AWS::IAM::Role",
      model: { RoleName: "somebody-else", Arn: OTHERS, AssumeRolePolicyDocument: {} },
    });
    emulator.seed({ typeName: "AWS::ApiGateway::Account", model: { Id: "others", CloudWatchRoleArn: OTHERS } });
  };

  it("is made and set in an empty account, announced by the preview, and stays when the stack goes", async () => {
    await within(logging(), async (stack) => {
      const line =
        "API Gateway has no CloudWatch role in us-east-1, without which it refuses stages that log: the IAM role pulumi-cloudcontrol-apigateway-logs is made and set for the region. It stays when the stack goes, as other APIs may need it by then";
      expect(said(await stack.preview())).to.include(line);
      expect([rolesMade(), changesOfTheSetting()]).to.deep.equal([0, 0]);
      await stack.up();
      expect((await stack.outputs()).role?.value).to.equal(MADE);
      expect([rolesMade(), changesOfTheSetting()]).to.deep.equal([1, 1]);
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
      expect([rolesMade(), changesOfTheSetting()]).to.deep.equal([1, 1]);
      // A second life finds the role.
      expect(said(await stack.up())).to.not.include("is made and set");
      expect([rolesMade(), changesOfTheSetting()]).to.deep.equal([1, 1]);
    });
  });

  it("is left alone where somebody has set one, even if the program names another", async () => {
    somebodyElses();
    const own = "arn:aws:iam::000000000000:role/own";
    await within(logging({ accountRole: { roleArn: own } }), async (stack) => {
      const told = `API Gateway's CloudWatch role in us-east-1 is ${OTHERS} and stays it: one that is set is never overwritten`;
      expect(said(await stack.preview())).to.include(told);
      await stack.up();
      expect((await stack.outputs()).role?.value).to.equal(OTHERS);
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
      expect([rolesMade(), changesOfTheSetting()]).to.deep.equal([1, 0]);
    });
  });

  it("is made once by two stages of a stack and by two stacks", async () => {
    const twins: PulumiFn = async () => {
      const { restApi, method } = api();
      for (const name of ["one", "two"]) new DevStage(name, { restApi, stageName: name, redeployOn: [method] });
      return Promise.resolve({});
    };
    await within(twins, async (first) => {
      await first.up();
      await withStack({ program: logging(), env: emulator.env(), stack: "second" }, async (second) => {
        await second.up();
        await second.destroy();
      });
      expect([rolesMade(), changesOfTheSetting()]).to.deep.equal([1, 1]);
      await first.up({ refresh: true, expectNoChanges: true });
    });
  });

  it("is set anew after somebody took it away", async () => {
    await within(logging(), async (stack) => {
      await stack.up();
      const { identifier } = emulator.resources().find(({ typeName }) => typeName === "AWS::ApiGateway::Account")!;
      emulator.remove({ typeName: "AWS::ApiGateway::Account", identifier, cascade: true });
      await stack.up({ refresh: true });
      expect((await stack.outputs()).role?.value).to.equal(MADE);
    });
  });

  it("waits out API Gateway's rate and the time until a new role works", async () => {
    const refused = {
      errorCode: "InvalidRequest" as const,
      message: "The role ARN does not have required permissions configured.",
    };
    const scope = { operation: "CREATE", typeName: "AWS::ApiGateway::Account" } as const;
    emulator.faults.add({ kind: "throttle", operation: "GetAccount", times: 2 });
    emulator.faults.add({ kind: "handler-failure", ...scope, times: 2, ...refused });
    emulator.faults.add({
      kind: "handler-failure",
      ...scope,
      times: 1,
      errorCode: "Throttling",
      message: "Too Many Requests",
    });
    await within(logging(), async (stack) => {
      await stack.up();
      expect((await stack.outputs()).role?.value).to.equal(MADE);
      expect(emulator.faults.list()).to.deep.equal([]);
      expect(changesOfTheSetting()).to.equal(4);
    });
  });

  it("is only looked for where the program says so: the preview tells, and the update does not reach the stage", async () => {
    await within(logging({ accountRole: "expect" }), async (stack) => {
      const missing =
        'and `accountRole` says that the program does not set one. Fix: set one, or use accountRole: "ensure"';
      expect(said(await stack.preview())).to.include(missing);
      const failed = await stack.up({ mayFail: true });
      expect(failed.failed).to.equal(true);
      expect(said(failed)).to.include('Create of AWS::ApiGateway::Account "us-east-1" failed with InvalidRequest');
      expect(emulator.requests().some(({ typeName }) => typeName === "AWS::ApiGateway::Stage")).to.equal(false);
      somebodyElses();
      await stack.up();
      expect((await stack.outputs()).role?.value).to.equal(OTHERS);
    });
  });

  it("is nobody's business where the program says so", async () => {
    await within(logging({ accountRole: "ignore" }), async (stack) => {
      const failed = await stack.up({ mayFail: true });
      expect(said(failed)).to.include("CloudWatch Logs role ARN must be set in account settings to enable logging");
      expect([rolesMade(), changesOfTheSetting()]).to.deep.equal([0, 0]);
    });
  });
});
