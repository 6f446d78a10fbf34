import { expect } from "chai";
import { policyFor, run } from "../../cli/iam-policy";
import { readSchema } from "../../schema/table";

const schemasOf = (...names: string[]): Parameters<typeof policyFor>[0] => names.map((name) => readSchema(name)!);

// Whether AWS asks for more than its schemas say is not shown here.
describe("the iam-policy command", () => {
  it("allows Cloud Control's own calls and what the handlers of the types need, and nothing else", () => {
    const policy = policyFor(schemasOf("AWS::ApiGateway::Stage", "AWS::Logs::LogGroup"), { readOnly: false });
    const [calls, stage, logs] = policy.Statement;
    expect(calls?.Action).to.deep.equal([
      "cloudformation:CancelResourceRequest",
      "cloudformation:CreateResource",
      "cloudformation:DeleteResource",
      "cloudformation:GetResource",
      "cloudformation:GetResourceRequestStatus",
      "cloudformation:ListResourceRequests",
      "cloudformation:UpdateResource",
      "sts:GetCallerIdentity",
    ]);
    expect(stage?.Action).to.deep.equal(["DELETE", "GET", "PATCH", "POST", "PUT"].map((verb) => `apigateway:${verb}`));
    expect(logs?.Action).to.include.members(["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy"]);
    expect(policy.Statement).to.have.length(3);
  });

  it("allows no change in its read-only form", () => {
    const policy = policyFor(schemasOf("AWS::ApiGateway::Stage"), { readOnly: true });
    expect(policy.Statement.map(({ Action }) => Action)).to.deep.equal([
      ["cloudformation:GetResource", "sts:GetCallerIdentity"],
      ["apigateway:GET"],
    ]);
  });

  it("prints a policy that IAM can take, and names an unknown type", () => {
    const lines: string[] = [];
    expect(run(["AWS::SQS::Queue"], (line) => lines.push(line))).to.equal(0);
    expect(JSON.parse(lines.join("\n"))).to.have.property("Version", "2012-10-17");
    expect(run(["AWS::SQS::Qeue"], (line) => lines.push(line))).to.equal(2);
    expect(lines.at(-1)).to.include('Did you mean "AWS::SQS::Queue"?');
    expect(run([], (line) => lines.push(line))).to.equal(2);
    expect(lines.at(-1)).to.include("pulumi-cloudcontrol iam-policy");
  });
});
