import { expect } from "chai";
import { readSchema } from "../../../schema/table";
import { fromCloud, toCloud } from "../../../provider/core/casing";
import { project, sameMember } from "../../../provider/core/compare";
import { schemaForUsers } from "../../../provider/core/families/index";
import { identifierOf, membersOfIdentifier } from "../../../provider/core/identifier";
import type { JsonObject } from "../../../provider/core/json";
import { parseArn } from "../../../provider/core/place";
import { typeSchema, type TypeSchema } from "../../../provider/core/schema";
import { closest } from "../../../schema/closest";
import { hostSuffixOf, partitionOf } from "../../../schema/partitions";
import { addressesOf } from "../../../schema/addresses";

const schemaOf = (typeName: string): TypeSchema => typeSchema(readSchema(typeName)!);
const stage = schemaOf("AWS::ApiGateway::Stage");

describe("casing, which shows nothing about AWS accepting the names", () => {
  const inputs: JsonObject = {
    restApiId: "a1",
    variables: { lower: "x", Upper: "y" },
    canarySetting: { percentTraffic: 10, stageVariableOverrides: { newFeatureEnabled: "true" } },
    methodSettings: [{ httpMethod: "*", throttlingRateLimit: 50 }],
  };
  const model: JsonObject = {
    RestApiId: "a1",
    Variables: { lower: "x", Upper: "y" },
    CanarySetting: { PercentTraffic: 10, StageVariableOverrides: { newFeatureEnabled: "true" } },
    MethodSettings: [{ HttpMethod: "*", ThrottlingRateLimit: 50 }],
  };

  it("converts named members both ways and leaves the keys of maps to the user", () => {
    expect(toCloud(stage, inputs)).to.deep.equal(model);
    expect(fromCloud(stage, model)).to.deep.equal(inputs);
  });

  it("leaves the members of JSON documents alone", () => {
    const role = schemaOf("AWS::IAM::Role");
    const document = { Version: "2012-10-17", Statement: [{ effect: "odd", Effect: "Allow" }] };
    expect(toCloud(role, { assumeRolePolicyDocument: document })).to.deep.equal({ AssumeRolePolicyDocument: document });
    expect(fromCloud(role, { AssumeRolePolicyDocument: document })).to.deep.equal({
      assumeRolePolicyDocument: document,
    });
  });

  it("keeps a name that the schema does not have, so that check can name it", () => {
    expect(toCloud(stage, { methodSettings: [{ loggingLevl: "INFO" }] })).to.deep.equal({
      MethodSettings: [{ loggingLevl: "INFO" }],
    });
  });

  it("reads what the package adds to a schema", () => {
    const users = schemaForUsers(readSchema("AWS::ApiGateway::Stage")!);
    expect(toCloud(users, { methodSettings: [{ resourceId: "r1" }] })).to.deep.equal({
      MethodSettings: [{ ResourceId: "r1" }],
    });
  });
});

describe("identifiers", () => {
  it("joins the members in the schema's order, which for a deployment is not the URL's", () => {
    expect(identifierOf(stage, { StageName: "prod", RestApiId: "a1" })).to.equal("a1|prod");
    const deployment = schemaOf("AWS::ApiGateway::Deployment");
    expect(identifierOf(deployment, { RestApiId: "a1", DeploymentId: "d1" })).to.equal("d1|a1");
  });

  it("has none while a part is missing or unknown", () => {
    expect(identifierOf(stage, { RestApiId: "a1" })).to.equal(undefined);
    expect(identifierOf(stage, { RestApiId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", StageName: "p" })).to.equal(
      undefined,
    );
  });

  it("gives the last part what is left, as a value may hold a bar", () => {
    expect(membersOfIdentifier(stage, "a1|odd|name")).to.deep.equal({ RestApiId: "a1", StageName: "odd|name" });
  });
});

describe("drift: only owned paths count", () => {
  const project1 = (desired: JsonObject, live: JsonObject): JsonObject => project(stage, desired, live);

  it("ignores what AWS fills in beside and inside what the user set", () => {
    const desired = {
      RestApiId: "a",
      MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", ThrottlingBurstLimit: 100 }],
    };
    const live = {
      RestApiId: "a",
      TracingEnabled: false,
      MethodSettings: [
        {
          HttpMethod: "*",
          ResourcePath: "/*",
          CacheTtlInSeconds: 300,
          ThrottlingBurstLimit: 100,
          MetricsEnabled: false,
        },
      ],
    };
    expect(project1(desired, live)).to.deep.equal(desired);
  });

  it("finds method settings by path and method, wherever they stand", () => {
    const [a, b] = [
      { ResourcePath: "/", HttpMethod: "GET", MetricsEnabled: true },
      { ResourcePath: "/*", HttpMethod: "*", MetricsEnabled: false },
    ];
    expect(project1({ MethodSettings: [a, b] }, { MethodSettings: [b, a] })).to.deep.equal({ MethodSettings: [a, b] });
  });

  it("shows an entry that somebody added, and one that is gone", () => {
    const own = { ResourcePath: "/", HttpMethod: "GET", MetricsEnabled: true };
    const foreign = { ResourcePath: "/*", HttpMethod: "*", DataTraceEnabled: true };
    expect(project1({ MethodSettings: [own] }, { MethodSettings: [own, foreign] })).to.deep.equal({
      MethodSettings: [own, foreign],
    });
    expect(project1({ MethodSettings: [own] }, { MethodSettings: [] })).to.deep.equal({ MethodSettings: [] });
  });

  it("compares tags by key and never counts AWS's own", () => {
    const desired = {
      Tags: [
        { Key: "b", Value: "2" },
        { Key: "a", Value: "1" },
      ],
    };
    const live = {
      Tags: [
        { Key: "aws:x", Value: "y" },
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    };
    expect(project1(desired, live)).to.deep.equal(desired);
  });

  it("takes a number for the same whether AWS writes 100, 100.0 or a text", () => {
    const desired = { CanarySetting: { PercentTraffic: 10 } };
    expect(project1(desired, { CanarySetting: { PercentTraffic: "10.0" } })).to.deep.equal(desired);
    expect(project1(desired, { CanarySetting: { PercentTraffic: 11 } })).to.deep.equal({
      CanarySetting: { PercentTraffic: 11 },
    });
  });

  it("takes a log group's ARN for the same with and without its star, and no other ARN", () => {
    const arn = "arn:aws:logs:us-east-1:111111111111:log-group:x";
    const desired = { AccessLogSetting: { DestinationArn: `${arn}:*` } };
    expect(project1(desired, { AccessLogSetting: { DestinationArn: arn } })).to.deep.equal(desired);
    expect(project1(desired, { AccessLogSetting: { DestinationArn: `${arn}y` } })).to.not.deep.equal(desired);
  });

  it("takes absence for off", () => {
    const desired = { TracingEnabled: false, Tags: [], MethodSettings: [], Variables: {} };
    expect(project1(desired, {})).to.deep.equal(desired);
    expect(project1({ TracingEnabled: true, Description: "x" }, {})).to.deep.equal({});
  });

  it("owns a map whole: a variable that somebody added is drift", () => {
    expect(project1({ Variables: { a: "1" } }, { Variables: { a: "1", b: "2" } })).to.deep.equal({
      Variables: { a: "1", b: "2" },
    });
  });

  it("takes a policy for the same as an object, as its text, and with lists of one written bare", () => {
    const api = schemaOf("AWS::ApiGateway::RestApi");
    const desired = { Policy: { Statement: [{ Action: ["execute-api:Invoke"], Effect: "Allow" }] } };
    const text = '{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke"}]}';
    expect(project(api, desired, { Policy: text })).to.deep.equal(desired);
    expect(project(api, desired, { Policy: text.replace("Allow", "Deny") })).to.not.deep.equal(desired);
  });

  it("compares lists without order as sets and lists with order in order", () => {
    const api = schemaOf("AWS::ApiGateway::RestApi");
    const [ab, ba] = [{ BinaryMediaTypes: ["a/b", "c/d"] }, { BinaryMediaTypes: ["c/d", "a/b"] }];
    expect(project(api, ab, ba)).to.deep.equal(ba);
    const alarm = schemaOf("AWS::CloudWatch::Alarm");
    const [x, y] = [
      { Name: "Stage", Value: "x" },
      { Name: "ApiName", Value: "y" },
    ];
    expect(project(alarm, { Dimensions: [x, y] }, { Dimensions: [y, x] })).to.deep.equal({ Dimensions: [x, y] });
    expect(project(alarm, { Dimensions: [x] }, { Dimensions: [y, x] })).to.deep.equal({ Dimensions: [x, y] });
  });

  it("sees that the program now sets to off what it left out before", () => {
    expect(
      sameMember(
        stage,
        "MethodSettings",
        [{ ResourcePath: "/", HttpMethod: "GET", MetricsEnabled: false }],
        [{ ResourcePath: "/", HttpMethod: "GET" }],
      ),
    ).to.equal(false);
  });
});

describe("places", () => {
  it("knows the partition and host of a region", () => {
    expect(["us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1"].map(partitionOf)).to.deep.equal([
      "aws",
      "aws-cn",
      "aws-us-gov",
      "aws-iso",
    ]);
    expect(["eu-west-1", "cn-north-1"].map(hostSuffixOf)).to.deep.equal(["amazonaws.com", "amazonaws.com.cn"]);
  });

  it("compose the addresses of a stage, that of its requests only with an account", () => {
    const [arn, invokeUrl] = [
      "arn:aws-cn:apigateway:cn-north-1::/restapis/a1/stages/dev",
      "https://a1.execute-api.cn-north-1.amazonaws.com.cn/dev",
    ];
    const compose = (account?: string) =>
      addressesOf("AWS::ApiGateway::Stage")?.compose(["a1", "dev"], { region: "cn-north-1", account });
    expect(compose()).to.deep.equal({ arn, invokeUrl });
    expect(compose("111111111111")).to.deep.equal({
      arn,
      invokeUrl,
      executionArn: "arn:aws-cn:execute-api:cn-north-1:111111111111:a1/dev",
    });
  });

  it("takes an ARN apart and refuses what is none", () => {
    expect(parseArn("arn:aws:logs:us-east-1:111111111111:log-group:/a/b:*")).to.deep.equal({
      partition: "aws",
      service: "logs",
      region: "us-east-1",
      account: "111111111111",
      resource: "log-group:/a/b:*",
    });
    for (const text of ["", "arn", "arn:aws:logs", "log-group:x", "arn:aws:logs:us-east-1:1:x"]) {
      expect(parseArn(text), text).to.equal(undefined);
    }
  });
});

describe("suggestions", () => {
  it("names the nearest candidate and none that is far", () => {
    expect(closest("descripton", ["description", "variables"])).to.equal("description");
    expect(closest("loggingLevle", ["loggingLevel", "httpMethod"])).to.equal("loggingLevel");
    expect(closest("zzzzzz", ["description", "variables"])).to.equal(undefined);
  });
});
