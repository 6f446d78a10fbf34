import { expect } from "chai";
import { mockCloudControl, valueOf } from "pulumi-cloudcontrol/testing";
import { program } from "./program";

describe("the program, on Pulumi's mocked runtime", () => {
  it("gives the stage's URL", async () => {
    const cloud = mockCloudControl({ region: "eu-west-1" });
    const { apiId, url } = await cloud.run(program);
    expect(await valueOf(url)).to.equal(`https://${(await valueOf(apiId))!}.execute-api.eu-west-1.amazonaws.com/dev`);
  });

  it("traces requests and lets 50 of them in each second", async () => {
    const cloud = mockCloudControl();
    await cloud.run(program);
    const stage = cloud.resources().find(({ typeName }) => typeName === "AWS::ApiGateway::Stage");
    expect(stage?.model).to.deep.include({ StageName: "dev", TracingEnabled: true });
    expect(stage?.model.MethodSettings).to.have.nested.property("[0].ThrottlingRateLimit", 50);
  });

  it("tells in a preview what it can, and asks AWS for nothing", async () => {
    const cloud = mockCloudControl();
    const { apiId, url } = await cloud.run(program, { preview: true });
    expect([await valueOf(apiId), await valueOf(url)]).to.deep.equal([undefined, undefined]);
    expect(cloud.registered.map(({ type }) => type)).to.include("pulumi-nodejs:dynamic/apigateway:Stage");
  });

  it("fails with AWS's words where AWS refuses", async () => {
    const cloud = mockCloudControl();
    cloud.faults.add({
      kind: "handler-failure",
      operation: "CREATE",
      typeName: "AWS::ApiGateway::Stage",
      errorCode: "AccessDenied",
      message: "not yours",
    });
    const failure = await cloud.run(program).then(
      () => "none",
      (error: unknown) => String(error),
    );
    expect(failure).to.match(/AccessDenied: not yours/);
  });
});
