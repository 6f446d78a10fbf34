import { expect } from "chai";
import { difference, type Difference } from "../../../provider/core/diff";
import type { JsonObject } from "../../../provider/core/json";
import { typeSchema } from "../../../provider/core/schema";
import { UNKNOWN } from "../../../provider/core/unknown";
import { readSchema } from "../../../schema/table";

const of = (
  typeName: string,
  id: string,
  owned: JsonObject,
  desired: JsonObject,
  resolved: string[] = [],
): Difference => difference(typeSchema(readSchema(typeName)!), { id, owned, desired, resolved });

const NOTHING: Difference = { changed: [], replaces: [], sameIdentifier: false };

describe("diff, which does not show what the engine makes of it", () => {
  const stage = { RestApiId: "a1", StageName: "dev", DeploymentId: "d1" };
  const stageDiff = (desired: JsonObject, owned: JsonObject = stage): Difference =>
    of("AWS::ApiGateway::Stage", "a1|dev", owned, desired);

  it("says nothing about what did not change", () => {
    expect(stageDiff(stage)).to.deep.equal(NOTHING);
  });

  it("changes in place what AWS can change", () => {
    const changed = { ...NOTHING, changed: ["DeploymentId"] };
    expect(stageDiff({ ...stage, DeploymentId: "d2" })).to.deep.equal(changed);
    expect(stageDiff({ ...stage, DeploymentId: UNKNOWN })).to.deep.equal(changed);
  });

  it("replaces where the schema says create-only", () => {
    expect(stageDiff({ ...stage, StageName: "prod" })).to.deep.equal({
      changed: ["StageName"],
      replaces: ["StageName"],
      sameIdentifier: false,
    });
  });

  it("does not replace for a create-only value that a preview does not know", () => {
    expect(stageDiff({ ...stage, RestApiId: UNKNOWN })).to.deep.equal(NOTHING);
  });

  it("does not replace for a nested create-only value inside an object that a preview does not know", () => {
    const schema = readSchema("AWS::ApiGateway::DomainNameV2")!;
    const nested = schema.createOnlyProperties!.find((path) => path.split("/").length > 3);
    const top = nested?.split("/")[2] ?? "EndpointConfiguration";
    const owned = { DomainName: "x.y", [top]: { Types: ["PRIVATE"] } };
    const { replaces } = of("AWS::ApiGateway::DomainNameV2", "arn", owned, { DomainName: "x.y", [top]: UNKNOWN });
    expect(replaces).to.deep.equal([]);
  });

  it("takes a property that comes or goes for a change, even if it is off", () => {
    expect(stageDiff({ ...stage, TracingEnabled: false }).changed).to.deep.equal(["TracingEnabled"]);
    expect(stageDiff(stage, { ...stage, TracingEnabled: false }).changed).to.deep.equal(["TracingEnabled"]);
  });

  it("does not take another spelling for a change", () => {
    const arn = "arn:aws:logs:us-east-1:111111111111:log-group:x";
    const log = (DestinationArn: string): JsonObject => ({ ...stage, AccessLogSetting: { DestinationArn } });
    expect(stageDiff(log(arn), log(`${arn}:*`))).to.deep.equal(NOTHING);
  });

  it("compares a name that AWS generated with the one that the program now gives", () => {
    const group = (desired: JsonObject): Difference => of("AWS::Logs::LogGroup", "made-by-aws", {}, desired);
    expect(group({})).to.deep.equal(NOTHING);
    expect(group({ LogGroupName: "made-by-aws" })).to.deep.equal(NOTHING);
    expect(group({ LogGroupName: "mine" }).replaces).to.deep.equal(["LogGroupName"]);
  });

  it("does not take leaving out what the provider filled in for a change", () => {
    const owned = { RestApiId: "a1", PathPart: "pets", ParentId: "root" };
    const resource = (desired: JsonObject): Difference =>
      of("AWS::ApiGateway::Resource", "a1|r1", owned, { RestApiId: "a1", PathPart: "pets", ...desired }, ["ParentId"]);
    expect(resource({})).to.deep.equal(NOTHING);
    expect(resource({ ParentId: "root" })).to.deep.equal(NOTHING);
    expect(resource({ ParentId: "other" }).replaces).to.deep.equal(["ParentId"]);
  });

  it("says when the replacement would have the identifier of what it replaces", () => {
    const role = (Path: string): JsonObject => ({ RoleName: "r", Path });
    expect(of("AWS::IAM::Role", "r", role("/"), role("/ci/"))).to.deep.equal({
      changed: ["Path"],
      replaces: ["Path"],
      sameIdentifier: true,
    });
  });
});
