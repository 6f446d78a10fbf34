import { expect } from "chai";

import { openBench, refusal, type Bench, type Model } from "./bench";

const stage = "AWS::ApiGateway::Stage";
const group = "AWS::Logs::LogGroup";

/** Schema validation. Does not prove: the layout of several violations, which is inferred. */
describe("A desired state is refused at once", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  const cases: readonly (readonly [string, string, Model, string])[] = [
    ["without a required property", stage, {}, "#: required key [RestApiId] not found"],
    [
      "with an unknown nested property",
      stage,
      canary({ X: 1 }),
      "#/CanarySetting: extraneous key [X] is not permitted",
    ],
    [
      "with a text for an object",
      stage,
      { RestApiId: "a", CanarySetting: "x" },
      "#/CanarySetting: expected type: JSONObject, found: String",
    ],
    [
      "with an object for a list",
      stage,
      { RestApiId: "a", Tags: {} },
      "#/Tags: expected type: JSONArray, found: JSONObject",
    ],
    [
      "with a number for a boolean",
      stage,
      { RestApiId: "a", TracingEnabled: 1 },
      "#/TracingEnabled: expected type: Boolean, found: Integer",
    ],
    [
      "with a fraction for an integer",
      stage,
      setting({ ThrottlingBurstLimit: 1.5 }),
      "#/MethodSettings/0/ThrottlingBurstLimit: expected type: Integer, found: BigDecimal",
    ],
    ["with null", stage, { RestApiId: null }, "#/RestApiId: expected type: String, found: Null"],
    [
      "above a maximum",
      stage,
      canary({ PercentTraffic: 150 }),
      "#/CanarySetting/PercentTraffic: failed validation constraint for keyword [maximum]",
    ],
    [
      "below a minimum",
      stage,
      setting({ ThrottlingBurstLimit: -1 }),
      "#/MethodSettings/0/ThrottlingBurstLimit: failed validation constraint for keyword [minimum]",
    ],
    [
      "outside an enum",
      group,
      { RetentionInDays: 2 },
      "#/RetentionInDays: failed validation constraint for keyword [enum]",
    ],
    ["too short", group, { Tags: [{ Key: "", Value: "" }] }, "#/Tags/0/Key: expected minLength: 1, actual: 0"],
    [
      "too long",
      group,
      { Tags: [{ Key: "k", Value: "v".repeat(257) }] },
      "#/Tags/0/Value: expected maxLength: 256, actual: 257",
    ],
    [
      "with a pattern not met",
      group,
      { LogGroupName: "a b" },
      "#/LogGroupName: failed validation constraint for keyword [pattern]",
    ],
    [
      "with doubles in a set",
      stage,
      { RestApiId: "a", MethodSettings: [{ HttpMethod: "*" }, { HttpMethod: "*" }] },
      "#/MethodSettings: array items are not unique",
    ],
    [
      "with none of several types",
      "AWS::IAM::Role",
      { AssumeRolePolicyDocument: 1 },
      "#/AssumeRolePolicyDocument: no subschema matched out of the total 2 subschemas",
    ],
  ];
  for (const [what, type, model, text] of cases) {
    it(what, async () => {
      expect(await refusal(bench.create(type, model))).to.equal(
        `ValidationException: Model validation failed (${text})`,
      );
    });
  }

  it("for all its faults together", async () => {
    expect(await refusal(bench.create(stage, { X: 1 }))).to.equal(
      "ValidationException: Model validation failed (#: 2 schema violations found)\n" +
        "#: required key [RestApiId] not found (#)\n#: extraneous key [X] is not permitted (#)",
    );
  });

  it("with a read-only property", async () => {
    expect(await refusal(bench.create(group, { Arn: "x" }))).to.match(/^ValidationException: .*\[\/properties\/Arn\]/);
  });

  it("when it is no JSON object", async () => {
    expect(await refusal(bench.create(group, [] as unknown as Model))).to.match(
      /^ValidationException: Model validation/,
    );
  });
});

function canary(CanarySetting: Model): Model {
  return { RestApiId: "a", CanarySetting };
}

function setting(entry: Model): Model {
  return { RestApiId: "a", MethodSettings: [entry] };
}

/** Patches on the live model. Does not prove: a patch that AWS's engine takes against RFC 6902. */
describe("A patch", () => {
  let bench: Bench;
  const Tags = [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ];

  beforeEach(async () => {
    bench = await openBench();
    await bench.created(group, { LogGroupName: "g", RetentionInDays: 7, Tags });
  });
  afterEach(() => bench.close());

  const patched = (...patch: Model[]): Promise<Model> => bench.updated(group, "g", patch);
  const refused = (...patch: Model[]): Promise<string> => refusal(bench.update(group, "g", patch));

  it("may leave out the leading slash", async () => {
    expect((await patched({ op: "replace", path: "RetentionInDays", value: 14 })).RetentionInDays).to.equal(14);
  });

  it("knows all operations of RFC 6902, in order", async () => {
    const live = await patched(
      { op: "test", path: "/RetentionInDays", value: 7 },
      { op: "add", path: "/Tags/-", value: { Key: "c", Value: "3" } },
      { op: "copy", from: "/Tags/0/Value", path: "/Tags/1/Value" },
      { op: "move", from: "/Tags/2", path: "/Tags/0" },
      { op: "replace", path: "/Tags/0/Value", value: "4" },
      { op: "remove", path: "/RetentionInDays" },
    );
    expect(live.Tags).to.deep.equal([{ Key: "c", Value: "4" }, Tags[0], { Key: "b", Value: "1" }]);
    expect(live).not.to.have.property("RetentionInDays");
  });

  const bad: readonly (readonly [string, Model, string])[] = [
    [
      "replaces what is not there",
      { op: "replace", path: "/KmsKeyId", value: "x" },
      "[REPLACE Operation] noSuchPath in source, path provided : //KmsKeyId",
    ],
    [
      "removes what is not there",
      { op: "remove", path: "/KmsKeyId" },
      "[REMOVE Operation] noSuchPath in source, path provided : //KmsKeyId",
    ],
    [
      "adds below what is not there",
      { op: "add", path: "/A/B", value: 1 },
      "[ADD Operation] noSuchPath in source, path provided : //A/B",
    ],
    [
      "adds beyond the end of a list",
      { op: "add", path: "/Tags/9", value: {} },
      "[ADD Operation] noSuchPath in source, path provided : //Tags/9",
    ],
    [
      "adds at an index that is none",
      { op: "add", path: "/Tags/01", value: {} },
      "[ADD Operation] noSuchPath in source, path provided : //Tags/01",
    ],
    [
      "adds below a text",
      { op: "add", path: "/LogGroupName/x", value: 1 },
      "[ADD Operation] parent is not a container in source, path provided : //LogGroupName/x",
    ],
    [
      "copies from what is not there",
      { op: "copy", from: "/X", path: "/Tags" },
      "[COPY Operation] noSuchPath in source, path provided : //X",
    ],
    ["tests in vain", { op: "test", path: "/RetentionInDays", value: 8 }, "[TEST Operation] value mismatch"],
  ];
  for (const [what, op, text] of bad) {
    it(`is refused at once when it ${what}`, async () => {
      expect(await refused(op)).to.equal(`ValidationException: ${text}`);
    });
  }

  it("is refused when it is no patch", async () => {
    for (const op of [{ op: "merge", path: "/a" }, { op: "add", path: "/a" }, { path: "/a" }, { op: "remove" }, {}]) {
      expect(await refused(op)).to.match(/^ValidationException: Invalid JSON Patch payload/);
    }
  });

  it("may not touch read-only properties, nor change create-only ones", async () => {
    expect(await refused({ op: "add", path: "/Arn", value: "x" })).to.equal(
      "ValidationException: Invalid patch update: readOnlyProperties [/properties/Arn] cannot be updated",
    );
    expect(await refused({ op: "remove", path: "/LogGroupName" })).to.equal(
      "NotUpdatableException: Invalid patch update: createOnlyProperties [/properties/LogGroupName] cannot be updated",
    );
    await patched({ op: "replace", path: "/LogGroupName", value: "g" });
  });

  it("must give a valid model", async () => {
    expect(await refused({ op: "replace", path: "/RetentionInDays", value: 8 })).to.match(/Model validation failed/);
  });

  it("cannot make a model grow without end", async () => {
    const patch: Model[] = [{ op: "add", path: "/DataProtectionPolicy", value: { a: "x".repeat(1000) } }];
    for (let i = 0; i < 40; i++)
      patch.push({ op: "copy", from: "/DataProtectionPolicy", path: `/DataProtectionPolicy/c${i}` });
    expect(await refused(...patch)).to.match(/too large/);
  });

  it("works on the model without its write-only properties", async () => {
    const api = await bench.created("AWS::ApiGateway::RestApi", { Name: "x", FailOnWarnings: true });
    const patch = [{ op: "replace", path: "/FailOnWarnings", value: false }];
    expect(await refusal(bench.update("AWS::ApiGateway::RestApi", api, patch))).to.match(/noSuchPath/);
  });

  it("of a missing resource finds that out at once", async () => {
    const call = bench.update(group, "none", [{ op: "remove", path: "/RetentionInDays" }]);
    expect(await refusal(call)).to.match(
      /^ResourceNotFoundException: AWS::Logs::LogGroup Handler returned status FAILED/,
    );
  });
});

/** Types without a handler of their own. Does not prove: anything of what their services check. */
describe("Any other type of the registry", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  it("gets ids, attributes and a life by its schema", async () => {
    const id = await bench.created("AWS::SNS::Topic", { DisplayName: "d" });
    const live = await bench.read("AWS::SNS::Topic", id);
    expect(live).to.deep.include({ DisplayName: "d", TopicArn: id });
    const next = await bench.updated("AWS::SNS::Topic", id, [{ op: "replace", path: "/DisplayName", value: "e" }]);
    expect(next).to.deep.equal({ ...live, DisplayName: "e" });
    await bench.outcome(await bench.remove("AWS::SNS::Topic", id));
    expect(await refusal(bench.read("AWS::SNS::Topic", id))).to.include(
      `Resource of type 'AWS::SNS::Topic' with identifier '${id}' was not found.`,
    );
  });

  it("does not read back what is write-only", async () => {
    const model = { Code: { ZipFile: "secret" }, Role: "arn:aws:iam::000000000000:role/r" };
    const id = await bench.created("AWS::Lambda::Function", model);
    expect(JSON.stringify(await bench.read("AWS::Lambda::Function", id))).not.to.include("secret");
  });

  it("has its identifier once", async () => {
    await bench.created("AWS::CloudWatch::Dashboard", { DashboardName: "d", DashboardBody: "{}" });
    expect(await bench.refused("AWS::CloudWatch::Dashboard", { DashboardName: "d", DashboardBody: "{}" })).to.equal(
      "AlreadyExists: Resource of type 'AWS::CloudWatch::Dashboard' with identifier 'd' already exists.",
    );
  });

  it("cannot be changed when the registry says it is immutable, nor created when it cannot be provisioned", async () => {
    expect(await refusal(bench.update("AWS::Lambda::Permission", "f|i", []))).to.equal(
      "UnsupportedActionException: Resource type AWS::Lambda::Permission does not support UPDATE action",
    );
    expect(await refusal(bench.create("AWS::AppMesh::Mesh", {}))).to.match(/^UnsupportedActionException/);
  });
});
