import { expect } from "chai";

import { readSchema } from "../../schema/table";
import { describeRecordings } from "../support/fixtures";
import { knownDifferences } from "../support/known-differences";
import { openBench, type Bench, type Model } from "./bench";

interface Recording {
  readonly resource: {
    readonly resourceType: string;
    readonly declared: Model;
    /** Inline policies that another resource of the recorded stack put on the role. */
    readonly siblingPolicyNames?: readonly string[];
  };
  readonly liveRaw: Model;
}

const account = "111111111111";

/** What AWS made up, so that only its form can be compared. */
const invented: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::Account": ["Id"],
  "AWS::ApiGateway::Authorizer": ["AuthorizerId"],
  "AWS::ApiGateway::ClientCertificate": ["ClientCertificateId"],
  "AWS::ApiGateway::DocumentationPart": ["DocumentationPartId"],
  "AWS::ApiGateway::DomainName": ["RegionalDomainName"],
  "AWS::ApiGateway::RequestValidator": ["RequestValidatorId"],
  "AWS::ApiGateway::RestApi": ["RestApiId", "RootResourceId"],
  "AWS::ApiGateway::UsagePlan": ["Id"],
  "AWS::ApiGatewayV2::Stage": ["DeploymentId"],
  "AWS::CloudWatch::Alarm": ["AlarmName"],
  "AWS::IAM::Role": ["RoleName", "RoleId"],
  "AWS::Logs::LogGroup": ["LogGroupName"],
};

/** Ids whose length is API Gateway's own, not CloudFormation's or the recording's mask. */
const exactLength = /^AWS::(ApiGateway::(?!Account|DomainName)|ApiGatewayV2::Stage|IAM::Role\.RoleId)/;

/** Makes what the recorded resource stands on exist, with the recorded ids. */
function seedParents(bench: Bench, { resource, liveRaw }: Recording): void {
  const seed = (typeName: string, model: Model): void => {
    bench.emulator.seed({ typeName, account, model });
  };
  const { RestApiId, ResourceId, DeploymentId, ApiId, CloudWatchRoleArn } = resource.declared;
  if (RestApiId) seed("AWS::ApiGateway::RestApi", { RestApiId, RootResourceId: "root000000", Name: "recorded" });
  if (ResourceId) seed("AWS::ApiGateway::Resource", { RestApiId, ResourceId, ParentId: "root000000", PathPart: "x" });
  if (DeploymentId) seed("AWS::ApiGateway::Deployment", { DeploymentId, RestApiId });
  const socket = "LoggingLevel" in ((liveRaw.DefaultRouteSettings ?? {}) as Model);
  if (ApiId) seed("AWS::ApiGatewayV2::Api", { ApiId, ProtocolType: socket ? "WEBSOCKET" : "HTTP" });
  if (typeof CloudWatchRoleArn !== "string") return;
  const Statement = [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }];
  const RoleName = CloudWatchRoleArn.split("/")[1];
  seed("AWS::IAM::Role", { RoleName, Arn: CloudWatchRoleArn, AssumeRolePolicyDocument: { Statement } });
}

/** Makes, through Cloud Control, the resources that the recorded stack had beside this one. */
async function createSiblings(bench: Bench, { resource, liveRaw }: Recording, RoleName: string): Promise<void> {
  for (const PolicyName of resource.siblingPolicyNames ?? []) {
    const policies = liveRaw.Policies as readonly Model[];
    const PolicyDocument = policies.find((policy) => policy.PolicyName === PolicyName)?.PolicyDocument;
    await bench.created("AWS::IAM::RolePolicy", { RoleName, PolicyName, PolicyDocument });
  }
}

/** Updates the resource with what it was made from, as far as its type can be updated. */
async function sayAgain(bench: Bench, type: string, identifier: string, declared: Model): Promise<void> {
  const { createOnlyProperties = [], writeOnlyProperties = [], handlers } = readSchema(type)!;
  const fixed = [...createOnlyProperties, ...writeOnlyProperties].map((path) => path.split("/")[2]);
  const patch = Object.entries(declared)
    .filter(([name]) => !fixed.includes(name))
    .map(([name, value]) => ({ op: "add", path: `/${name}`, value }));
  if (handlers?.update && patch.length > 0) await bench.updated(type, identifier, patch);
}

/** The recorded model without the tags that CloudFormation puts on everything. */
function withoutSystemTags(model: Model): Model {
  const out = { ...model };
  if (Array.isArray(out.Tags) && out.Tags.length > 0) {
    const own = (out.Tags as { Key: string }[]).filter((tag) => !tag.Key.startsWith("aws:"));
    if (own.length > 0) out.Tags = own;
    else delete out.Tags;
  } else if (out.Tags && !Array.isArray(out.Tags)) {
    const own = Object.entries(out.Tags as Model).filter(([key]) => !key.startsWith("aws:"));
    if (own.length > 0) out.Tags = Object.fromEntries(own);
    else delete out.Tags;
  }
  return out;
}

/** Our model with the recorded ids in the place of ours. */
function mapped(ours: Model, recorded: Model, type: string): Model {
  let text = JSON.stringify(ours);
  for (const name of invented[type] ?? []) {
    const [mine, theirs] = [ours[name], recorded[name]];
    if (typeof mine !== "string" || typeof theirs !== "string") continue;
    if (exactLength.test(`${type}.${name}`)) expect(mine.length, name).to.equal(theirs.length);
    text = text.replaceAll(mine, theirs);
  }
  return JSON.parse(text) as Model;
}

/**
 * Each recorded resource is created from what its template declared; reading it back shows what AWS showed.
 * Does not prove: updates, nor the order of lists that AWS gives in any order.
 */
describeRecordings("Recorded live models", (fixtures) => {
  for (const file of fixtures.list("cdk-real-drift", [".drifted.json"])) {
    it(`${file.replace(".json", "")} reads back as it did from AWS`, async () => {
      const recording = fixtures.read(`cdk-real-drift/${file}`) as Recording;
      const { resourceType: type, declared } = recording.resource;
      expect(readSchema(type), "the registry knows the type").not.to.equal(undefined);
      const root = await openBench();
      try {
        const bench = root.as(account);
        seedParents(bench, recording);
        const identifier = await bench.created(type, declared);
        await createSiblings(bench, recording, identifier);
        const live = mapped(await bench.read(type, identifier), recording.liveRaw, type);
        const theirs = withoutSystemTags(recording.liveRaw);
        for (const { recording: name, property } of knownDifferences) {
          if (`${name}.json` !== file) continue;
          expect(theirs, "a known difference is one").to.have.property(property);
          Reflect.deleteProperty(theirs, property);
        }
        expect(live).to.deep.equal(theirs);
        await sayAgain(bench, type, identifier, declared);
        expect(mapped(await bench.read(type, identifier), recording.liveRaw, type), "after an update").to.deep.equal(
          theirs,
        );
      } finally {
        await root.close();
      }
    });
  }
});
