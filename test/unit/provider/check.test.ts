import { expect } from "chai";
import { check, type Checked, type CheckPorts } from "../../../provider/check";
import { omit, type JsonObject } from "../../../provider/core/json";
import { NO_SETTINGS } from "../../../provider/core/settings";
import { UNKNOWN } from "../../../provider/core/unknown";
import { readSchema, typeNames } from "../../../schema/table";

const ports: CheckPorts = {
  schema: async (typeName) => Promise.resolve(readSchema(typeName)),
  typeNames,
  settings: NO_SETTINGS,
  defaultRegion: async () => Promise.resolve("us-east-1"),
  account: async () => Promise.resolve("111111111111"),
};

const stage = (args: JsonObject): JsonObject => ({
  __provider: "stub",
  __type: "AWS::ApiGateway::Stage",
  restApiId: "abc123",
  stageName: "prod",
  deploymentId: "d1",
  ...args,
});

const failuresOf = async (inputs: JsonObject): Promise<Checked["failures"]> => (await check(ports, inputs)).failures;

/** One failure is expected: its property path and the words that it must have. */
async function refused(args: JsonObject, property: string, ...words: string[]): Promise<void> {
  const failures = await failuresOf(stage(args));
  expect(failures.map((failure) => failure.property)).to.deep.equal([property]);
  for (const word of words) expect(failures[0]?.reason).to.include(word);
}

describe("check, at preview and without a call to AWS", () => {
  it("accepts a right stage and adds where it lives, and nothing that follows from that", async () => {
    const { inputs, failures } = await check(ports, stage({}));
    expect(failures).to.deep.equal([]);
    expect(inputs).to.deep.equal({
      ...stage({}),
      region: "us-east-1",
      account: "111111111111",
    });
  });

  it("judges no unknown value", async () => {
    const args = { restApiId: UNKNOWN, deploymentId: UNKNOWN, canarySetting: UNKNOWN, methodSettings: [UNKNOWN] };
    expect(await failuresOf(stage({ ...args, accessLogSetting: { destinationArn: UNKNOWN } }))).to.deep.equal([]);
  });

  it("names an unknown property with the nearest known one", async () => {
    await refused(
      { descripton: "x" },
      "descripton",
      "unknown property of AWS::ApiGateway::Stage",
      'mean "description"',
    );
    const settings = [{ httpMethod: "*", resourcePath: "/*", loggingLevle: "INFO", metricsEnabled: true }];
    await refused({ methodSettings: settings }, "methodSettings[0].loggingLevle", 'mean "loggingLevel"');
  });

  it("says which type was expected and which was got", async () => {
    await refused({ tracingEnabled: "yes" }, "tracingEnabled", "expected true or false", "got a string");
    await refused({ methodSettings: { httpMethod: "*" } }, "methodSettings", "expected a list", "got an object");
    await refused({ description: 5 }, "description", "expected a string", "got the number 5");
  });

  it("refuses a canary of more than all traffic", async () => {
    await refused({ canarySetting: { percentTraffic: 150 } }, "canarySetting.percentTraffic", "0 to 100", "150");
    await refused({ canarySetting: { percentTraffic: -1 } }, "canarySetting.percentTraffic", "0 to 100", "-1");
    expect(await failuresOf(stage({ canarySetting: { percentTraffic: 0.5 } }))).to.deep.equal([]);
  });

  it("refuses a stage name that cannot stand in a URL and writes a right one", async () => {
    await refused({ stageName: "my stage" }, "stageName", "letters, digits", '"my stage"', 'write "my-stage"');
    await refused({ stageName: "x".repeat(129) }, "stageName", "1 to 128");
  });

  it("says at preview that AWS wants a deployment, and which component makes one", async () => {
    const failures = await failuresOf(omit(stage({}), ["deploymentId"]));
    expect(failures.map(({ property }) => property)).to.deep.equal(["deploymentId"]);
    expect(failures[0]?.reason).to.include("`ApiStage`");
  });

  it("refuses a destination that is no ARN, of another service, of another region, or a wrongly named stream", async () => {
    const log = (destinationArn: string): JsonObject => ({ accessLogSetting: { destinationArn } });
    const at = "accessLogSetting.destinationArn";
    await refused(log("my-log-group"), at, "the ARN of a CloudWatch log group", '"my-log-group"');
    await refused(log("arn:aws:s3:::bucket"), at, "the ARN of a CloudWatch log group");
    await refused(log("arn:aws:logs:eu-west-1:111111111111:log-group:x"), at, "region us-east-1", "eu-west-1");
    const stream = "arn:aws:firehose:us-east-1:111111111111:deliverystream/";
    await refused(log(`${stream}x`), at, "amazon-apigateway-");
    expect(await failuresOf(stage(log(`${stream}amazon-apigateway-x`)))).to.deep.equal([]);
    expect(await failuresOf(stage(log("arn:aws:logs:us-east-1:111111111111:log-group:/a/b:*")))).to.deep.equal([]);
  });

  it("refuses an access-log format that AWS would refuse", async () => {
    const format = (text: string): JsonObject => ({ accessLogSetting: { format: text } });
    await refused(format("$context.status"), "accessLogSetting.format", "$context.requestId");
    await refused(format("${context.requestId}"), "accessLogSetting.format", "without braces");
    await refused(format("$context.requestId\n$context.status"), "accessLogSetting.format", "a single line");
    expect(await failuresOf(stage(format("$context.requestId\n")))).to.deep.equal([]);
    expect(await failuresOf(stage(format("$context.extendedRequestId")))).to.deep.equal([]);
  });

  it("refuses method settings that AWS drops or does not understand, and writes the right path", async () => {
    const setting = (one: JsonObject): JsonObject => ({
      methodSettings: [{ httpMethod: "GET", metricsEnabled: true, ...one }],
    });
    const at = "methodSettings[0]";
    await refused(setting({ resourcePath: "/pets/{id}" }), `${at}.resourcePath`, 'write "/~1pets~1{id}"');
    await refused(setting({ resourcePath: "pets" }), `${at}.resourcePath`, 'begins with "/"', 'write "/~1pets"');
    await refused(setting({ resourceId: "/pets" }), `${at}.resourceId`, "an API Gateway resource");
    await refused(setting({ resourceId: "r1", resourcePath: "/" }), `${at}.resourceId`, "both");
    await refused(setting({}), `${at}.resourcePath`, "neither");
    await refused(
      setting({ resourcePath: "/", loggingLevel: "INF" }),
      `${at}.loggingLevel`,
      "OFF, ERROR, INFO",
      '"INFO"',
    );
    await refused({ methodSettings: [{ httpMethod: "*", resourcePath: "/*" }] }, at, "at least one setting");
    const twice = { httpMethod: "*", resourcePath: "/*", metricsEnabled: true };
    await refused({ methodSettings: [twice, twice] }, "methodSettings[1]", "the same as entry 0");
  });

  it("never quotes the value of a stage variable", async () => {
    const failures = await failuresOf(stage({ variables: { token: "s3cret value!" } }));
    expect(failures.map(({ property }) => property)).to.deep.equal(["variables.token"]);
    expect(JSON.stringify(failures)).to.not.include("s3cret");
  });

  it("names an unknown type with the nearest known one", async () => {
    const failures = await failuresOf({ typeName: "AWS::SQS::Qeue", properties: {} });
    expect(failures).to.have.length(1);
    expect(failures[0]?.property).to.equal("typeName");
    expect(failures[0]?.reason).to.include('mean "AWS::SQS::Queue"');
  });

  it("checks the generic resource in CloudFormation's casing", async () => {
    const queue = (properties: JsonObject): JsonObject => ({ typeName: "AWS::SQS::Queue", properties });
    expect(await failuresOf(queue({ QueueName: "jobs", VisibilityTimeout: 60 }))).to.deep.equal([]);
    const [failure] = await failuresOf(queue({ QueuName: "jobs" }));
    expect(failure?.property).to.equal("properties.QueuName");
    expect(failure?.reason).to.include('mean "QueueName"');
    const [beside] = await failuresOf({ ...queue({}), QueueName: "jobs" });
    expect(beside?.reason).to.include("move it into `properties`");
  });

  it("refuses what only AWS sets", async () => {
    const [failure] = await failuresOf({ typeName: "AWS::SQS::Queue", properties: { Arn: "arn:aws:sqs:::x" } });
    expect(failure?.property).to.equal("properties.Arn");
    expect(failure?.reason).to.include("remove it");
  });

  it("asks for a region where none is set, and refuses what is none", async () => {
    const nowhere = { ...ports, defaultRegion: async () => Promise.resolve(undefined) };
    const [none] = (await check(nowhere, stage({}))).failures;
    expect(none?.property).to.equal("region");
    expect(none?.reason).to.include("pulumi config set aws:region");
    await refused({ region: "Virginia" }, "region", "an AWS region", '"Virginia"');
  });
});
