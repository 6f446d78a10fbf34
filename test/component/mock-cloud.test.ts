import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CanaryStage, ApiStage, apigateway, CloudControlResource, iam, LoggingStage, logs } from "../../index";
import { mockCloudControl, valueOf, type MockCloud } from "../../testing";

function api(): { readonly api: apigateway.RestApi; readonly method: apigateway.Method } {
  const made = new apigateway.RestApi("pets", { name: "pets" });
  const method = new apigateway.Method("get", {
    restApiId: made.restApiId,
    httpMethod: "GET",
    authorizationType: "NONE",
    integration: { type: "MOCK" },
  });
  return { api: made, method };
}

const failureOf = async (cloud: MockCloud, program: () => unknown, preview = false): Promise<string> =>
  cloud.run(program, { preview }).then(
    () => "nothing failed",
    (error: unknown) => (error as Error).message,
  );

// Does not prove that AWS answers so; the provider and the handlers behind the mocks have tests of their own.
describe("a mocked cloud", () => {
  it("gives ids, ARNs and URLs of the right form", async () => {
    const cloud = mockCloudControl({ region: "eu-west-1", account: "111122223333" });
    const stage = await cloud.run(() => {
      const { api: made, method } = api();
      return new ApiStage("prod", { restApi: made, stageName: "prod", redeployOn: [method] });
    });
    const url = (await valueOf(stage.invokeUrl))!;
    const [, id = ""] = /^https:\/\/([a-z0-9]{10})\.execute-api\.eu-west-1\.amazonaws\.com\/prod$/.exec(url) ?? [];
    expect(id).to.have.length(10);
    expect(await valueOf(stage.arn)).to.equal(`arn:aws:apigateway:eu-west-1::/restapis/${id}/stages/prod`);
    const live = cloud.resources().find(({ typeName }) => typeName === "AWS::ApiGateway::Stage");
    expect(live?.identifier).to.equal(`${id}|prod`);
    expect(cloud.registered.find(({ type }) => type.endsWith("apigateway:Stage"))).to.deep.include({
      id: `${id}|prod`,
    });
  });

  it("fills in AWS's defaults and attributes", async () => {
    const cloud = mockCloudControl();
    const [group, role, queue] = await cloud.run(() => [
      new logs.LogGroup("group", { logGroupName: "/my/group" }),
      new iam.Role("role", { assumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } }),
      new CloudControlResource("queue", { typeName: "AWS::SQS::Queue", properties: { QueueName: "jobs" } }),
    ]);
    const of = async (output: unknown): Promise<unknown> => valueOf(output as pulumi.Output<unknown>);
    expect(await of(group.arn)).to.equal("arn:aws:logs:us-east-1:123456789012:log-group:/my/group:*");
    expect(await of(role.arn)).to.match(/^arn:aws:iam::123456789012:role\/CloudControl-Role-/);
    expect(await of(queue.attribute("Arn"))).to.match(/^arn:aws:sqs:us-east-1:123456789012:/);
    const [live] = cloud.resources().filter(({ typeName }) => typeName === "AWS::Logs::LogGroup");
    expect(live?.model.LogGroupClass).to.equal("STANDARD");
  });

  it("gives the same ids in each run, so that tests may compare them", async () => {
    const first = await mockCloudControl().run(() => valueOf(api().api.id));
    const again = await mockCloudControl().run(() => valueOf(api().api.id));
    expect(again).to.equal(first);
  });

  it("in a preview knows what the program says and what follows from it, and nothing that only AWS knows", async () => {
    const cloud = mockCloudControl();
    const { made, stage } = await cloud.run(
      () => {
        const { api: restApi } = api();
        return {
          made: restApi,
          stage: new apigateway.Stage("s", { restApiId: "abc", stageName: "prod", deploymentId: "d" }),
        };
      },
      { preview: true },
    );
    expect(await valueOf(made.id)).to.equal(undefined);
    expect(await valueOf(made.name)).to.equal("pets");
    expect(await valueOf(stage.arn)).to.equal("arn:aws:apigateway:us-east-1::/restapis/abc/stages/prod");
    expect(cloud.resources().filter(({ typeName }) => typeName === "AWS::ApiGateway::RestApi")).to.deep.equal([]);
    expect(cloud.registered.find(({ name }) => name === "get")?.inputs).not.to.have.property("restApiId");
  });

  for (const preview of [true, false]) {
    it(`refuses wrong arguments as the provider does, ${preview ? "in a preview" : "in an update"}`, async () => {
      const program = (): unknown =>
        new apigateway.Stage("s", { restApiId: "abc", stageName: "bad name", deploymentId: "d" });
      expect(await failureOf(mockCloudControl(), program, preview)).to.match(
        /^s \(apigateway:Stage\): stageName: expected 1 to 128 letters, digits/,
      );
      // API Gateway's own word for no limit, which Cloud Control does not have.
      const methodSettings = [{ resourcePath: "/*", httpMethod: "*", throttlingRateLimit: -1 }];
      const unlimited = (): unknown =>
        new apigateway.Stage("s", { restApiId: "abc", stageName: "s", deploymentId: "d", methodSettings });
      expect(await failureOf(mockCloudControl(), unlimited, preview)).to.equal(
        "s (apigateway:Stage): methodSettings[0].throttlingRateLimit: expected a number 0 or more, got -1.",
      );
    });
  }

  it("fails as AWS does where something is missing", async () => {
    const program = (): unknown => {
      const { api: restApi, method } = api();
      return new LoggingStage("prod", { restApi, stageName: "prod", redeployOn: [method], accountRole: "ignore" });
    };
    expect(await failureOf(mockCloudControl(), program)).to.equal("nothing failed");
    expect(await failureOf(mockCloudControl({ loggingRole: false }), program)).to.match(
      /CloudWatch Logs role ARN must be set in account settings to enable logging/,
    );
  });

  it("makes a released stage with a deployment of its own, which serves all requests", async () => {
    const cloud = mockCloudControl();
    const { release } = await cloud.run(() => {
      const { api: restApi, method } = api();
      const stage = new CanaryStage("prod", { restApi, stageName: "prod", redeployOn: [method], phase: "shift" });
      return { release: stage.releaseState };
    });
    const [deployment] = cloud.resources().filter(({ typeName }) => typeName === "AWS::ApiGateway::Deployment");
    expect((await valueOf(release))?.stable.id).to.equal(deployment?.model.DeploymentId);
  });

  it("fails on demand", async () => {
    const cloud = mockCloudControl();
    cloud.faults.add({ kind: "handler-failure", errorCode: "ServiceLimitExceeded", message: "too many" });
    expect(await failureOf(cloud, () => new logs.LogGroup("g", {}))).to.match(/ServiceLimitExceeded: too many/);
  });

  it("tells of a failure also where the program waits for what comes to nothing", async () => {
    const cloud = mockCloudControl();
    cloud.faults.add({ kind: "handler-failure", errorCode: "AccessDenied", message: "no" });
    const program = async (): Promise<unknown> => valueOf(new logs.LogGroup("g", {}).arn);
    expect(await failureOf(cloud, program)).to.match(/AccessDenied: no/);
    expect(await cloud.run(() => valueOf(new logs.LogGroup("g", { logGroupName: "later" }).logGroupName))).to.equal(
      "later",
    );
    expect(await failureOf(cloud, () => Promise.reject(new Error("the program's own")))).to.equal("the program's own");
  });

  it("shows what was put into it beforehand", async () => {
    const cloud = mockCloudControl();
    cloud.seed({ typeName: "AWS::Logs::LogGroup", model: { LogGroupName: "there", RetentionInDays: 5 } });
    const group = await cloud.run(() => logs.LogGroup.get("g", "there"));
    expect(await valueOf(group.retentionInDays)).to.equal(5);
    expect(await failureOf(mockCloudControl(), () => logs.LogGroup.get("g", "nowhere"))).to.match(
      /there is no AWS::Logs::LogGroup "nowhere"\. Fix:/,
    );
  });

  it("keeps secrets secret", async () => {
    const cloud = mockCloudControl();
    const group = await cloud.run(() => new logs.LogGroup("g", { logGroupName: pulumi.secret("hidden-name") }));
    expect(await pulumi.isSecret(group.logGroupName)).to.equal(true);
    expect(await pulumi.isSecret(group.arn)).to.equal(true);
    expect(await pulumi.isSecret(group.retentionInDays)).to.equal(false);
    expect(await valueOf(group.arn)).to.include("hidden-name");
    expect(cloud.registered[0]?.inputs).to.deep.equal({ logGroupName: "hidden-name" });
  });

  it("heeds the stack's configuration", async () => {
    pulumi.runtime.setAllConfig({ "aws:region": "eu-north-1", "aws:defaultTags": '{"tags":{"team":"pets"}}' });
    try {
      const cloud = mockCloudControl();
      const group = await cloud.run(() => new logs.LogGroup("g", { logGroupName: "tagged" }));
      expect(await valueOf(group.arn)).to.include(":eu-north-1:");
      expect(await valueOf(group.tags)).to.deep.equal([{ key: "team", value: "pets" }]);
    } finally {
      pulumi.runtime.setAllConfig({});
    }
  });

  it("leaves resources of other providers to the test", async () => {
    class Other extends pulumi.CustomResource {
      declare readonly colour: pulumi.Output<string>;
      constructor(name: string) {
        super("other:index:Thing", name, { colour: undefined });
      }
    }
    const cloud = mockCloudControl({
      newResource: ({ name, inputs }) =>
        name === "mine" ? { id: "my-id", state: { ...(inputs as object), colour: "red" } } : undefined,
    });
    const [mine, others] = await cloud.run(() => [new Other("mine"), new Other("others")]);
    expect([await valueOf(mine.id), await valueOf(mine.colour)]).to.deep.equal(["my-id", "red"]);
    expect(await valueOf(others.id)).to.equal("others-id");
  });
});
