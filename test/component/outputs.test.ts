import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, apigateway, cloudwatch, logs } from "../../index";
import { MODES, recordRequests, run, valueOf } from "./mocked";

/** What a stage with everything shows once it is there. */
const SHOWN = {
  arn: "arn:pets",
  invokeUrl: "https://pets",
  executionArn: "execution:pets",
  stageName: "dev",
  restApiId: "a1",
  deploymentId: "pets-deployment-id",
  canaryDeploymentId: "d2",
  logGroupName: "API-Gateway-Access-Logs_a1/dev",
  logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:pets-access-logs:*",
  alarmArns: ["5xx", "latency", "throttles"].map(
    (suffix) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:API-Gateway_a1/dev_${suffix}`,
  ),
  dashboardUrl:
    "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/API-Gateway_a1_dev",
};
/** What of it is known before AWS has made anything; addresses as they will be, which the mocked cloud does not know. */
const FORETOLD: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(Object.keys(SHOWN).map((key) => [key, "unknown"])),
  arn: "arn:aws:apigateway:us-east-1::/restapis/a1/stages/dev",
  invokeUrl: "https://a1.execute-api.us-east-1.amazonaws.com/dev",
  stageName: SHOWN.stageName,
  restApiId: SHOWN.restApiId,
  canaryDeploymentId: SHOWN.canaryDeploymentId,
  logGroupName: SHOWN.logGroupName,
  dashboardUrl: SHOWN.dashboardUrl,
};

const whole = (): ApiStage =>
  new ApiStage("pets", {
    restApi: { id: "a1", name: "Pets" },
    stageName: "dev",
    region: "us-east-1",
    canarySetting: { deploymentId: "d2", percentTraffic: 5 },
    accessLog: {},
    alarms: true,
    dashboard: true,
  });

// Does not prove what AWS's own values are: the engine tests read them.
describe("outputs of a component", () => {
  for (const mode of MODES) {
    it(`are those of its children ${mode.title}`, async () => {
      const { result } = await run(mode, whole);
      const shown = await Promise.all(
        Object.keys(SHOWN).map(async (key) => [
          key,
          await valueOf(result[key as keyof typeof SHOWN] as pulumi.Output<unknown>),
        ]),
      );
      expect(Object.fromEntries(shown)).to.deep.equal(mode.preview ? FORETOLD : SHOWN);
    });
  }

  it("are registered, so that the stack shows them at the component", async () => {
    const { result } = await run({ preview: false }, () => {
      const requests = recordRequests("registerResourceOutputs");
      whole();
      return requests;
    });
    const own = result.filter((request) => request.getUrn().endsWith("pulumi-cloudcontrol:index:ApiStage::pets"));
    expect(own.map((request) => request.getOutputs().toJavaScript())).to.deep.equal([SHOWN]);
  });

  it("of what is not there are undefined, and of alarms an empty list", async () => {
    const { result } = await run({ preview: false }, () => new ApiStage("pets", { restApi: "a1" }));
    const { canaryDeploymentId, logGroupName, logGroupArn, dashboardUrl, alarmArns } = result;
    for (const output of [canaryDeploymentId, logGroupName, logGroupArn, dashboardUrl]) {
      expect(await valueOf(output)).to.equal(undefined);
    }
    expect(await valueOf(alarmArns)).to.deep.equal([]);
  });

  it("stand beside the children, which are public fields", async () => {
    const { result } = await run({ preview: false }, whole);
    expect(result.stage).to.be.instanceOf(apigateway.Stage);
    expect(result.deployment).to.be.instanceOf(apigateway.Deployment);
    expect(result.accountRole).to.be.instanceOf(apigateway.AccountRole);
    for (const group of [result.logGroup, result.canaryLogGroup]) expect(group).to.be.instanceOf(logs.LogGroup);
    expect(result.metricFilter).to.be.instanceOf(logs.MetricFilter);
    expect(result.dashboard).to.be.instanceOf(cloudwatch.Dashboard);
  });
});
