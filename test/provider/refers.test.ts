import { expect } from "chai";
import { CanaryStage, apigateway, type CanaryStageArgs } from "../../index";
import { mockCloudControl, type MockCloud } from "../../testing";

/** A stage of an API with one method, without a release. */
const program = (args: Partial<CanaryStageArgs>) => (): CanaryStage => {
  const restApi = new apigateway.RestApi("pets", { name: "pets" });
  const { restApiId } = restApi;
  const integration = { type: "MOCK" };
  const get = new apigateway.Method("get", { restApiId, httpMethod: "GET", authorizationType: "NONE", integration });
  return new CanaryStage("prod", { restApi, stageName: "prod", redeployOn: [get], ...args });
};

const failureOf = async (args: Partial<CanaryStageArgs>, cloud: MockCloud = mockCloudControl()): Promise<string> =>
  cloud.run(program(args)).then(
    () => "nothing failed",
    (error: unknown) => (error as Error).message,
  );

const fix = (path: string, type: string, scope: string): RegExp =>
  new RegExp(
    `^.*Create of AWS::ApiGateway::Stage "\\w+\\|prod" failed with \\w+: .+ Fix: set ${path} to an AWS::ApiGateway::${type} of ${scope} that is there; AWS does not find "nobody"\\. \\(request token [-\\w]+\\)$`,
  );
const API = 'the API "\\w+"';

// Does not prove AWS's own words, which are left as they come.
describe("a stage that AWS refuses", () => {
  for (const [what, args, path, type, scope] of [
    ["deployment", { deploymentId: "nobody" }, "deploymentId", "Deployment", API],
    ["candidate", { candidate: "nobody" }, "canarySetting\\.deploymentId", "Deployment", API],
    ["documentation", { documentationVersion: "nobody" }, "documentationVersion", "DocumentationVersion", API],
    ["certificate", { clientCertificateId: "nobody" }, "clientCertificateId", "ClientCertificate", "the region"],
  ] as const) {
    it(`for a ${what} that is not there says where it stands in the program`, async () => {
      expect(await failureOf(args)).to.match(fix(path, type, scope));
    });
  }

  it("says the usual where all that it refers to is there, or nobody may look", async () => {
    const usual = "Fix: correct what the message names and run `pulumi up` again.";
    const refused = mockCloudControl();
    const typeName = "AWS::ApiGateway::Stage";
    refused.faults.add({ kind: "handler-failure", errorCode: "InvalidRequest", message: "no", typeName });
    expect(await failureOf({}, refused))
      .to.include("InvalidRequest: no.")
      .and.to.include(usual);
    const denied = mockCloudControl();
    const look = { operation: "GetResource", typeName: "AWS::ApiGateway::ClientCertificate" };
    denied.faults.add({ kind: "exception", exception: "AccessDeniedException", ...look });
    expect(await failureOf({ clientCertificateId: "nobody" }, denied)).to.include(usual);
  });

  it("for a permission is not looked into, as that has another remedy", async () => {
    const cloud = mockCloudControl();
    const typeName = "AWS::ApiGateway::Stage";
    cloud.faults.add({ kind: "handler-failure", errorCode: "AccessDenied", message: "no", typeName });
    expect(await failureOf({ candidate: "nobody" }, cloud)).to.include("Fix: allow the action that the message names");
  });
});
