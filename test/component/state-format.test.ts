import { expect } from "chai";
import { CloudControlResource, apigateway, cloudwatch, iam, logs, wafv2 } from "../../index";
import { HIDDEN } from "../../provider/bag";
import { RELEASE_KEYS } from "../../provider/release/bags";
import { MODES, run, type Mode } from "./mocked";

/*
 * This text stands in the state of every stack that uses the package, and an old state must always find its provider.
 * So it is written out here once more, and a change of it is never right.
 */
const PROVIDER =
  "exports.handler=()=>{try{return require('module').createRequire(process.cwd()+'/x')('pulumi-cloudcontrol/provider').provider}catch(e){throw Error('run npm install pulumi-cloudcontrol here: '+e)}}";

function oneOfEach(): void {
  new CloudControlResource("generic", { typeName: "AWS::SQS::Queue", properties: { QueueName: "jobs" } });
  new apigateway.RestApi("api", { name: "pets" });
  new apigateway.Resource("pets", { restApiId: "a1", pathPart: "pets" });
  new apigateway.Method("get", { restApiId: "a1", httpMethod: "GET" });
  new apigateway.Deployment("deployment", { restApiId: "a1" });
  new apigateway.Stage("stage", { restApiId: "a1", stageName: "dev", deploymentId: "d1" });
  new apigateway.Account("account", { cloudWatchRoleArn: "arn:aws:iam::123456789012:role/logs" });
  new logs.LogGroup("group");
  new iam.Role("role", { assumeRolePolicyDocument: {} });
  new apigateway.BasePathMapping("mapping", { domainName: "api.example.com" });
  new apigateway.ClientCertificate("certificate");
  new apigateway.DocumentationVersion("docs", { restApiId: "a1", documentationVersion: "1" });
  new apigateway.UsagePlan("plan");
  new cloudwatch.Alarm("alarm", { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 });
  new cloudwatch.Dashboard("dashboard", { dashboardBody: "{}" });
  new logs.MetricFilter("filter", { logGroupName: "g", filterPattern: "", metricTransformations: [] });
  new wafv2.WebACLAssociation("acl", { resourceArn: "arn:1", webACLArn: "arn:2" });
}

const TYPES = {
  generic: ["cloudcontrol:Resource", undefined],
  api: ["apigateway:RestApi", "AWS::ApiGateway::RestApi"],
  pets: ["apigateway:Resource", "AWS::ApiGateway::Resource"],
  get: ["apigateway:Method", "AWS::ApiGateway::Method"],
  deployment: ["apigateway:Deployment", "AWS::ApiGateway::Deployment"],
  stage: ["apigateway:Stage", "AWS::ApiGateway::Stage"],
  account: ["apigateway:Account", "AWS::ApiGateway::Account"],
  group: ["logs:LogGroup", "AWS::Logs::LogGroup"],
  role: ["iam:Role", "AWS::IAM::Role"],
  mapping: ["apigateway:BasePathMapping", "AWS::ApiGateway::BasePathMapping"],
  certificate: ["apigateway:ClientCertificate", "AWS::ApiGateway::ClientCertificate"],
  docs: ["apigateway:DocumentationVersion", "AWS::ApiGateway::DocumentationVersion"],
  plan: ["apigateway:UsagePlan", "AWS::ApiGateway::UsagePlan"],
  alarm: ["cloudwatch:Alarm", "AWS::CloudWatch::Alarm"],
  dashboard: ["cloudwatch:Dashboard", "AWS::CloudWatch::Dashboard"],
  filter: ["logs:MetricFilter", "AWS::Logs::MetricFilter"],
  acl: ["wafv2:WebACLAssociation", "AWS::WAFv2::WebACLAssociation"],
};

// Does not prove that the text works: the engine tests do, as they run it.
describe("what every resource leaves in the state", () => {
  for (const mode of MODES) {
    describe(mode.title, () => {
      const all = async (of: Mode): Promise<Awaited<ReturnType<typeof run>>> => run(of, oneOfEach);

      it("is the same provider text, byte for byte, and at most 256 bytes of it", async () => {
        const { resources } = await all(mode);
        expect(new Set(resources.map(({ raw }) => raw.__provider))).to.deep.equal(new Set([PROVIDER]));
        expect(Buffer.byteLength(PROVIDER)).to.be.at.most(256);
      });

      it("is a type token of the dynamic provider and the registry's name of the type", async () => {
        const { resources } = await all(mode);
        const found = resources.map(({ name, type, raw }) => [name, [type, raw.__type]]);
        const expected = Object.entries(TYPES).map(([name, [token, typeName]]) => [
          name,
          [`pulumi-nodejs:dynamic/${token ?? ""}`, typeName],
        ]);
        expect(Object.fromEntries(found)).to.deep.equal(Object.fromEntries(expected));
      });

      it("is under no hidden key but those of which states are kept", async () => {
        const { resources } = await all(mode);
        const keys = resources.flatMap(({ raw }) => Object.keys(raw)).filter((key) => key.startsWith("__"));
        expect([...HIDDEN, ...RELEASE_KEYS]).to.include.members(keys);
      });
    });
  }
});
