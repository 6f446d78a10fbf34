import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { ApiStage, LoggingStage, apigateway, type ApiStageArgs } from "../../index";
import { withStack, type Operation } from "../support/engine";

const ACL = "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/pets/11111111-2222-3333-4444-555555555555";

const DOMAIN = "api.example.com";

function api(): { readonly restApi: apigateway.RestApi; readonly method: apigateway.Method } {
  const restApi = new apigateway.RestApi("api", { name: "pets" });
  const integration = { type: "MOCK", requestTemplates: { "application/json": "{}" } };
  const rest = { httpMethod: "GET", authorizationType: "NONE", integration };
  return { restApi, method: new apigateway.Method("get", { restApiId: restApi.restApiId, ...rest }) };
}

const whole =
  (more: Partial<ApiStageArgs> = {}): PulumiFn =>
  async () => {
    const { restApi, method } = api();
    const args: ApiStageArgs = {
      restApi,
      stageName: "prod",
      redeployOn: [method],
      accessLog: { retentionInDays: 30 },
      methodSettings: { "*": { loggingLevel: "ERROR" } },
      canaryLogs: true,
      webAcl: ACL,
      clientCertificate: true,
      documentation: { version: "1.0" },
      usagePlan: { usagePlanName: "pets" },
      basePath: { domainName: DOMAIN },
      cacheClusterSize: "0.5",
      alarms: true,
      dashboard: true,
      ...more,
    };
    const stage = new ApiStage("pets", args, { protect: more.description === "protected" });
    return Promise.resolve({ id: stage.stage.id, name: stage.stageName });
  };

/** The types of what changes in place. */
const updated = ({ events }: Operation): string[] =>
  events.flatMap(({ resourcePreEvent: event }) =>
    event?.metadata.op === "update" ? [event.metadata.type.split(":").at(-1) ?? ""] : [],
  );

// Proved against the local Cloud Control; whether an alarm ever goes off is CloudWatch's affair.
describe("a stage with all that it can bring along", () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await emulator.close();
  });

  it("comes up, is seen as it is, changes in place, and goes but for the role", async () => {
    emulator.seed({ typeName: "AWS::ApiGateway::DomainName", model: { DomainName: DOMAIN } });
    await withStack({ program: whole(), env: emulator.env() }, async (stack) => {
      await stack.up();
      await stack.up({ refresh: true, expectNoChanges: true });
      expect((await stack.preview()).changes).to.have.all.keys("same");
      const preview = await stack.preview({ program: whole({ description: "protected" }) });
      expect(preview.changes).to.have.all.keys("same", "update");
      expect(preview.changes.update).to.equal(1);
      // The stage refers to a group's ARN, which stays what it is.
      const longer = await stack.preview({ program: whole({ accessLog: { retentionInDays: 60 } }) });
      expect(updated(longer)).to.deep.equal(Array<string>(4).fill("LogGroup"));
      await stack.up({ program: whole({ description: "protected" }) });
      const resources = (await stack.exported()).resources as readonly { urn: string; protect?: boolean }[];
      const ofStage = resources.filter(({ urn }) => urn.includes("index:ApiStage"));
      expect(ofStage).to.have.length(18);
      expect(ofStage.every(({ protect }) => protect === true)).to.equal(true);
      await stack.up({ program: whole() });
      await stack.destroy();
      const left = emulator.resources().map(({ typeName }) => typeName);
      const kept = ["AWS::IAM::Role", "AWS::ApiGateway::Account", "AWS::ApiGateway::DomainName"];
      expect(left).to.have.members(kept);
    });
  });

  it("takes the execution log's group over that API Gateway made first, and keeps it where it is to be kept", async () => {
    const program: PulumiFn = async () => {
      const { restApi, method } = api();
      const stage = new LoggingStage("pets", { restApi, stageName: "prod", redeployOn: [method] });
      return Promise.resolve({ group: stage.executionLogGroup?.logGroupName });
    };
    const apiOnly: PulumiFn = async () => Promise.resolve({ id: api().restApi.restApiId });
    await withStack({ program: apiOnly, env: emulator.env() }, async (stack) => {
      await stack.up();
      const LogGroupName = `API-Gateway-Execution-Logs_${String((await stack.outputs()).id?.value)}/prod`;
      const typeName = "AWS::Logs::LogGroup";
      emulator.seed({ typeName, model: { LogGroupName, Arn: "arn:aws:logs:us-east-1:000000000000:log-group:x:*" } });
      const retention = (): unknown =>
        emulator.resources().find((one) => one.identifier === LogGroupName)?.model.RetentionInDays;
      expect(retention()).to.equal(undefined);
      const { diagnostics } = await stack.up({ program });
      expect(diagnostics.map(({ message }) => message).join("\n")).to.include(`adopting ${typeName} "${LogGroupName}"`);
      expect((await stack.outputs()).group?.value).to.equal(LogGroupName);
      expect(retention()).to.equal(90);
      await stack.up({ refresh: true, expectNoChanges: true });
      // The stage goes and its logs stay; then it comes back and finds them.
      await stack.up({ program: apiOnly });
      expect(retention()).to.equal(90);
      await stack.up({ program });
      await stack.up({ refresh: true, expectNoChanges: true });
    });
  });
});
