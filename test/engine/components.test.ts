import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { ApiStage, CanaryStage, LoggingStage, apigateway, iam, presets, type ApiStageArgs } from "../../index";
import { withStack, type EngineStack } from "../support/engine";
import { Outside } from "../support/outside";

/** An API whose one method answers by this template, and what stands on it. */
function api(template: string): { readonly restApi: apigateway.RestApi; readonly method: apigateway.Method } {
  const restApi = new apigateway.RestApi("api", { name: "pets" });
  const method = new apigateway.Method("get", {
    restApiId: restApi.restApiId,
    httpMethod: "GET",
    authorizationType: "NONE",
    integration: { type: "MOCK", requestTemplates: { "application/json": template } },
  });
  return { restApi, method };
}

function account(): apigateway.Account {
  const role = new iam.Role("role", {
    assumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
  });
  return new apigateway.Account("account", { cloudWatchRoleArn: role.arn });
}

const exported = (stage: ApiStage): Record<string, unknown> => ({
  id: stage.stage.id,
  deploymentId: stage.deploymentId,
});

// Proved against the local Cloud Control; what real AWS does otherwise is not shown here.
describe("components, from `pulumi up` to `pulumi destroy`", () => {
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

  const within = async (program: PulumiFn, body: (stack: EngineStack) => Promise<void>): Promise<void> =>
    withStack({ program, env: emulator.env() }, async (stack) => {
      await stack.up();
      await body(stack);
      await stack.up({ refresh: true, expectNoChanges: true });
      await stack.destroy();
      expect(await stack.resources()).to.deep.equal([]);
    });

  const model = async (stack: EngineStack): Promise<Record<string, unknown>> =>
    (await outside.model("AWS::ApiGateway::Stage", String((await stack.outputs()).id?.value))) as Record<
      string,
      unknown
    >;

  const redeploying = (template: string, version: unknown) => async (): Promise<Record<string, unknown>> => {
    const { restApi, method } = api(template);
    return Promise.resolve(
      exported(new ApiStage("pets", { restApi, stageName: "dev", redeployOn: [method, { version }] })),
    );
  };

  it("make a new deployment when a resource or a value in redeployOn changes, and move the stage before the old one goes", async () => {
    await within(redeploying("{}", 1), async (stack) => {
      const first = (await stack.outputs()).deploymentId?.value as string;
      expect((await stack.up({ expectNoChanges: true })).changes).to.not.have.any.keys("create", "update", "replace");
      for (const program of [redeploying('{"statusCode": 200}', 1), redeploying('{"statusCode": 200}', 2)]) {
        const before = (await stack.outputs()).deploymentId?.value as string;
        const { changes } = await stack.up({ program });
        expect(changes.replace, "replaced deployments").to.equal(1);
        const after = (await stack.outputs()).deploymentId?.value as string;
        expect(after).to.not.equal(before);
        expect((await model(stack)).DeploymentId).to.equal(after);
        await stack.up({ expectNoChanges: true });
      }
      const left = emulator.resources().filter(({ typeName }) => typeName === "AWS::ApiGateway::Deployment");
      expect(left).to.have.length(1);
      expect(left[0]!.identifier).to.not.include(first);
    });
  });

  it("come up with all that the presets dev and logging add, one in the other", async () => {
    const program = async (): Promise<Record<string, unknown>> => {
      const { restApi, method } = api("{}");
      const args: ApiStageArgs = { restApi, stageName: "dev", redeployOn: [method], tags: { team: "pets" } };
      const stage = new ApiStage("pets", presets.logging(presets.dev(args)), { dependsOn: account() });
      return Promise.resolve({ ...exported(stage), group: stage.logGroup?.logGroupName });
    };
    await within(program, async (stack) => {
      const live = await model(stack);
      expect(live).to.deep.include({
        TracingEnabled: true,
        CacheClusterEnabled: false,
        Tags: [{ Key: "team", Value: "pets" }],
      });
      const [setting] = live.MethodSettings as Record<string, unknown>[];
      expect(setting).to.deep.include({
        ResourcePath: "/*",
        HttpMethod: "*",
        LoggingLevel: "INFO",
        MetricsEnabled: true,
        DataTraceEnabled: false,
        ThrottlingRateLimit: 50,
        ThrottlingBurstLimit: 100,
      });
      const { group } = await stack.outputs();
      const { DestinationArn, Format } = live.AccessLogSetting as Record<string, string>;
      expect(DestinationArn).to.match(new RegExp(`:log-group:${String(group?.value)}$`));
      expect(JSON.parse(Format!)).to.have.property("status", "$context.status");
    });
  });

  it("show in the preview what a preset adds to a stage that is there, before anything of it is sent", async () => {
    let preset = (args: ApiStageArgs): ApiStageArgs => args;
    const program = async (): Promise<Record<string, unknown>> => {
      const { restApi, method } = api("{}");
      const role = account();
      const args = preset({ restApi, stageName: "plain", redeployOn: [method] });
      return Promise.resolve(exported(new ApiStage("pets", args, { dependsOn: role })));
    };
    await within(program, async (stack) => {
      preset = presets.dev;
      const sent = emulator.requests().length;
      const { changes, stdout } = await stack.preview();
      expect(changes).to.deep.include({ create: 3, update: 1 });
      expect(stdout)
        .to.match(/LogGroup +pets-access-logs +create/)
        .and.to.match(/LogGroup +pets-execution-logs +create/);
      const [, diff = ""] = /apigateway:Stage +pets +update +\[diff: (.*?)\]/.exec(stdout) ?? [];
      const added = ["accessLogSetting", "methodSettings", "tracingEnabled", "cacheClusterEnabled"];
      expect(diff.replace("+", "").split(",")).to.have.members(added);
      const changing = emulator
        .requests()
        .slice(sent)
        .filter(({ operation }) => !/^(Get|List)/.test(operation));
      expect(changing).to.deep.equal([]);
      await stack.up();
    });
  });

  it("are renamed and become another preset by an alias, with all their children and nothing replaced", async () => {
    const more = { stageName: "dev", accessLog: {}, alarms: true, dashboard: true, usagePlan: {} };
    const former = async (): Promise<Record<string, unknown>> => {
      const { restApi, method } = api("{}");
      const aliases = [{ name: "animals", type: "pulumi-cloudcontrol:index:LoggingStage" }];
      return Promise.resolve(exported(new ApiStage("pets", { restApi, redeployOn: [method], ...more }, { aliases })));
    };
    const renamed = async (): Promise<Record<string, unknown>> => {
      const { restApi, method } = api("{}");
      const aliases = [{ name: "pets", type: "pulumi-cloudcontrol:index:ApiStage" }];
      return Promise.resolve(
        exported(new LoggingStage("animals", { restApi, redeployOn: [method], ...more }, { aliases })),
      );
    };
    await within(former, async (stack) => {
      const before = emulator.resources().map(({ identifier }) => identifier);
      const { changes } = await stack.up({ program: renamed });
      expect(changes).to.not.have.any.keys("replace", "delete", "create-replacement", "delete-replaced");
      expect(emulator.resources().map(({ identifier }) => identifier)).to.include.members(before);
      await stack.up({ expectNoChanges: true });
      // And back, since a production stage would keep its logs when it goes.
      await stack.up({ program: former });
    });
  });

  it("switch a canary on and change it by its flat words, down to no request at all", async () => {
    const withCanary = (percentTraffic?: number) => async (): Promise<Record<string, unknown>> => {
      const { restApi, method } = api("{}");
      const deploy = (name: string): apigateway.Deployment =>
        new apigateway.Deployment(name, { restApiId: restApi.restApiId }, { dependsOn: method });
      const [stable, candidate] = [deploy("stable"), deploy("candidate")];
      const words = percentTraffic === undefined ? {} : { candidate, percentTraffic };
      const stage = new CanaryStage("pets", { restApi, stageName: "dev", deployment: stable, ...words });
      return Promise.resolve({ ...exported(stage), candidate: candidate.deploymentId });
    };
    await within(withCanary(), async (stack) => {
      expect(await model(stack)).to.not.have.property("CanarySetting");
      for (const percent of [5, 12.5, 0]) {
        await stack.up({ program: withCanary(percent) });
        expect((await model(stack)).CanarySetting).to.deep.include({
          DeploymentId: (await stack.outputs()).candidate?.value as string,
          PercentTraffic: percent,
          UseStageCache: false,
        });
      }
    });
  });
});
