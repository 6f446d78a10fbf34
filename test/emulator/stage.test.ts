import { expect } from "chai";

import { deployedApi, openBench, plain, refusal, type Bench, type Model } from "./bench";

const type = "AWS::ApiGateway::Stage";
const envelope = (status: number): string =>
  ` (Service: ApiGateway, Status Code: ${status}, Request ID: <uuid>) (SDK Attempt Count: 1)`;
const logArn = "arn:aws:logs:us-east-1:000000000000:log-group:/x/y_z-1.log";
const all = { ResourcePath: "/*", HttpMethod: "*" };

/** Gives the account a role with which API Gateway may write logs. */
async function allowLogging(bench: Bench): Promise<string> {
  const Statement = [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }];
  const role = await bench.created("AWS::IAM::Role", { AssumeRolePolicyDocument: { Statement } });
  const CloudWatchRoleArn = (await bench.read("AWS::IAM::Role", role)).Arn;
  return bench.created("AWS::ApiGateway::Account", { CloudWatchRoleArn });
}

/** The rules of the stage handler. Does not prove: that AWS still has the bugs that are on by default here. */
describe("A stage", () => {
  let bench: Bench;
  let RestApiId: string;
  let DeploymentId: string;
  let number = 0;

  beforeEach(async () => {
    bench = await openBench();
    [RestApiId, , DeploymentId] = await deployedApi(bench);
  });
  afterEach(() => bench.close());

  const stage = (model: Model = {}): Model => ({ RestApiId, StageName: `s${++number}`, DeploymentId, ...model });
  const refused = (model: Model): Promise<string> => bench.refused(type, stage(model));

  it("knows its identifier from the first event, and shows its defaults", async () => {
    const event = await bench.create(type, stage({ StageName: "dev" }));
    expect(event.Identifier).to.equal(`${RestApiId}|dev`);
    await bench.outcome(event);
    expect(await bench.read(type, event.Identifier!)).to.deep.equal({
      RestApiId,
      StageName: "dev",
      DeploymentId,
      CacheClusterEnabled: false,
      TracingEnabled: false,
    });
  });

  it("is found by a JSON identifier in any order, and not by its bare name", async () => {
    await bench.created(type, stage({ StageName: "dev" }));
    expect((await bench.read(type, JSON.stringify({ StageName: "dev", RestApiId }))).StageName).to.equal("dev");
    expect(await refusal(bench.read(type, "dev"))).to.match(/^ValidationException: /);
  });

  it("needs a deployment, and one that exists", async () => {
    expect(await bench.refused(type, { RestApiId, StageName: "dev" })).to.equal(
      "InvalidRequest: DeploymentId cannot be empty",
    );
    expect(await refused({ DeploymentId: "nope00" })).to.equal(
      `InvalidRequest: Deployment id does not exist${envelope(400)}`,
    );
  });

  it("needs an API that exists", async () => {
    expect(await refused({ RestApiId: "nope" })).to.equal(
      `NotFound: Invalid API identifier specified 000000000000:nope${envelope(404)}`,
    );
  });

  it("exists once under its name", async () => {
    await bench.created(type, stage({ StageName: "dev" }));
    expect(await refused({ StageName: "dev" })).to.equal(`AlreadyExists: Stage already exists${envelope(409)}`);
  });

  it("has a name of letters, digits, hyphens and underscores", async () => {
    await bench.created(type, stage({ StageName: "a-b_9" }));
    for (const StageName of ["my stage", "a.b", "$default", "x".repeat(129)]) {
      expect(await refused({ StageName })).to.equal(
        `InvalidRequest: Stage name only allows a-zA-Z0-9_${envelope(400)}`,
      );
    }
  });

  it("is one of at most ten of its API", async () => {
    for (let i = 0; i < 10; i++) await bench.created(type, stage());
    expect(await refused({})).to.match(/^ServiceLimitExceeded: /);
  });

  it("takes variable values of certain characters only", async () => {
    await bench.created(type, stage({ Variables: { a_1: "x-._~:/?#&=,9" } }));
    expect(await refused({ Variables: { a: "has space" } })).to.match(/^InvalidRequest: /);
    expect(await refused({ Variables: { "a-b": "x" } })).to.match(/^InvalidRequest: /);
  });

  it("refers to documentation versions and client certificates that exist", async () => {
    expect(await refused({ DocumentationVersion: "v1" })).to.match(/^NotFound: Invalid Documentation version/);
    await bench.created("AWS::ApiGateway::DocumentationVersion", { RestApiId, DocumentationVersion: "v1" });
    const ClientCertificateId = await bench.created("AWS::ApiGateway::ClientCertificate", {});
    const id = await bench.created(type, stage({ DocumentationVersion: "v1", ClientCertificateId }));
    expect((await bench.read(type, id)).DocumentationVersion).to.equal("v1");
    expect(await refused({ ClientCertificateId: "nope" })).to.match(/^InvalidRequest: Invalid client certificate/);
  });

  it("is not found under its own words", async () => {
    expect(await refusal(bench.read(type, `${RestApiId}|none`))).to.equal(
      `ResourceNotFoundException: ${type} Handler returned status FAILED: Invalid stage identifier specified${envelope(404)} (HandlerErrorCode: NotFound, RequestToken: <uuid>)`,
    );
    const event = await bench.outcome(await bench.remove(type, `${RestApiId}|none`));
    expect([event.OperationStatus, event.ErrorCode]).to.deep.equal(["FAILED", "NotFound"]);
  });

  it("fills in what a canary leaves out", async () => {
    const id = await bench.created(type, stage({ CanarySetting: { StageVariableOverrides: { a: "b" } } }));
    expect((await bench.read(type, id)).CanarySetting).to.deep.equal({
      DeploymentId,
      PercentTraffic: 0,
      UseStageCache: false,
      StageVariableOverrides: { a: "b" },
    });
  });

  describe("with method settings", () => {
    const settings = async (...MethodSettings: Model[]): Promise<unknown> => {
      const id = await bench.created(type, stage({ MethodSettings }));
      return (await bench.read(type, id)).MethodSettings;
    };

    it("keeps `/`, `/*` and encoded paths, and fills in the defaults", async () => {
      const defaults = {
        CacheTtlInSeconds: 300,
        CacheDataEncrypted: false,
        CachingEnabled: false,
        DataTraceEnabled: false,
        MetricsEnabled: false,
        ThrottlingRateLimit: 10000,
      };
      const entries = ["/", "/*", "/~1pets~1{id}"].map((ResourcePath) => ({ ResourcePath, HttpMethod: "GET" }));
      const given = entries.map((entry) => ({ ...entry, ThrottlingBurstLimit: 7 }));
      expect(await settings(...given)).to.deep.equal(given.map((entry) => ({ ...entry, ...defaults })));
    });

    it("lets a new entry for one method begin with what holds for all", async () => {
      const one = { ResourcePath: "/~1a", HttpMethod: "GET" };
      const [, specific] = (await settings(
        { ...all, CachingEnabled: true },
        { ...one, MetricsEnabled: true },
      )) as Model[];
      expect(specific).to.include({ CachingEnabled: true, MetricsEnabled: true });
    });

    it("drops an entry that sets nothing (bug g)", async () => {
      expect(await settings(all)).to.equal(undefined);
    });

    for (const ResourcePath of ["pets", "*", "/pets/{id}", "/~1pets/{id}"]) {
      it(`refuses the path ${ResourcePath}`, async () => {
        const MethodSettings = [{ ResourcePath, HttpMethod: "GET", MetricsEnabled: true }];
        expect(await refused({ MethodSettings })).to.match(
          /^InvalidRequest: Invalid method setting path: .*\/GET\/metrics\/enabled\. Must be one of: \[\/deploymentId, /,
        );
      });
    }

    it("refuses a logging level that is none, and a TTL beyond an hour", async () => {
      expect(await refused({ MethodSettings: [{ ...all, LoggingLevel: "DEBUG" }] })).to.match(/^InvalidRequest: /);
      expect(await refused({ MethodSettings: [{ ...all, CacheTtlInSeconds: 3601 }] })).to.match(/^InvalidRequest: /);
    });
  });

  describe("that logs", () => {
    const Format = "$context.requestId $context.path\n";
    const refusedText =
      "InvalidRequest: CloudWatch Logs role ARN must be set in account settings to enable logging" + envelope(400);

    it("needs the account's role, and leaves a stage behind when there is none", async () => {
      expect(
        await refused({ StageName: "log", Description: "kept", AccessLogSetting: { DestinationArn: logArn, Format } }),
      ).to.equal(refusedText);
      const remnant = await bench.read(type, `${RestApiId}|log`);
      expect(remnant).to.include({ StageName: "log", Description: "kept" });
      expect(remnant).not.to.have.property("AccessLogSetting");
      expect(await refused({ StageName: "log" })).to.match(/^AlreadyExists: /);
    });

    for (const setting of [{ LoggingLevel: "INFO" }, { DataTraceEnabled: true }]) {
      it(`needs it for ${Object.keys(setting).join()} too`, async () => {
        expect(await refused({ MethodSettings: [{ ...all, ...setting }] })).to.equal(refusedText);
      });
    }

    it("takes `:*` off the destination", async () => {
      await allowLogging(bench);
      const id = await bench.created(type, stage({ AccessLogSetting: { DestinationArn: `${logArn}:*`, Format } }));
      expect((await bench.read(type, id)).AccessLogSetting).to.deep.equal({ DestinationArn: logArn, Format });
    });

    const bad: readonly (readonly [string, Model, RegExp])[] = [
      ["a format without the request's id", { Format: "$context.path" }, /must include either \$context\.requestId/],
      ["the ${context.x} form", { Format: "${context.requestId}" }, /must include either \$context\.requestId/],
      ["two lines", { Format: "$context.requestId\nx" }, /must be single line/],
      ["an empty format", { Format: "" }, /Access Log value must not be empty/],
      ["no ARN", { DestinationArn: "nope" }, /Invalid ARN/],
      ["a strange log group", { DestinationArn: `${logArn}#` }, /destination must only contain characters/],
      [
        "a Firehose of another name",
        { DestinationArn: "arn:aws:firehose:us-east-1:000000000000:deliverystream/x" },
        /amazon-apigateway-/,
      ],
    ];
    for (const [what, setting, text] of bad) {
      it(`refuses ${what}`, async () => {
        await allowLogging(bench);
        expect(await refused({ AccessLogSetting: { DestinationArn: logArn, Format, ...setting } })).to.match(text);
      });
    }
  });

  describe("that is updated", () => {
    it("changes and clears what it is told to", async () => {
      const id = await bench.created(type, stage({ Description: "old", TracingEnabled: true, Variables: { a: "1" } }));
      const live = await bench.updated(type, id, [
        { op: "remove", path: "/Description" },
        { op: "replace", path: "/Variables", value: { b: "2" } },
        { op: "add", path: "/Tags", value: [{ Key: "k", Value: "v" }] },
      ]);
      expect(live).to.deep.include({ Variables: { b: "2" }, TracingEnabled: true, Tags: [{ Key: "k", Value: "v" }] });
      expect(live).not.to.have.property("Description");
    });

    it("keeps canary, cache and data trace when they are taken away (bugs b, c, d)", async () => {
      await allowLogging(bench);
      const MethodSettings = [{ ...all, CachingEnabled: true, DataTraceEnabled: true, LoggingLevel: "INFO" }];
      const CanarySetting = { PercentTraffic: 5 };
      const id = await bench.created(type, stage({ CacheClusterEnabled: true, CanarySetting, MethodSettings }));
      const live = await bench.updated(type, id, [
        { op: "remove", path: "/CanarySetting" },
        { op: "remove", path: "/CacheClusterEnabled" },
        { op: "replace", path: "/MethodSettings", value: [{ ...all, MetricsEnabled: true }] },
      ]);
      expect(live.CacheClusterEnabled).to.equal(true);
      expect(live.CanarySetting).to.include({ PercentTraffic: 5 });
      expect((live.MethodSettings as Model[])[0]).to.include({
        CachingEnabled: true,
        DataTraceEnabled: true,
        LoggingLevel: "INFO",
        MetricsEnabled: true,
      });
    });

    it("takes explicit false and OFF for what it would keep", async () => {
      await allowLogging(bench);
      const on = { ...all, CachingEnabled: true, DataTraceEnabled: true, LoggingLevel: "INFO" };
      const off = { ...all, CachingEnabled: false, DataTraceEnabled: false, LoggingLevel: "OFF" };
      const id = await bench.created(type, stage({ MethodSettings: [on] }));
      const live = await bench.updated(type, id, [{ op: "replace", path: "/MethodSettings", value: [off] }]);
      expect((live.MethodSettings as Model[])[0]).to.include(off);
    });

    it("has no Tags to replace when it has none (bug a)", async () => {
      const id = await bench.created(type, stage());
      expect(await refusal(bench.update(type, id, [{ op: "replace", path: "/Tags", value: [] }]))).to.equal(
        "ValidationException: [REPLACE Operation] noSuchPath in source, path provided : //Tags",
      );
    });

    it("moves to another deployment, so that the old one can go", async () => {
      const id = await bench.created(type, stage());
      const busy = await bench.outcome(
        await bench.remove("AWS::ApiGateway::Deployment", `${DeploymentId}|${RestApiId}`),
      );
      expect(`${busy.ErrorCode!}: ${plain(busy.StatusMessage!)}`).to.equal(
        `InvalidRequest: Active stages pointing to this deployment must be moved or deleted${envelope(400)}`,
      );
      const [next] = (await bench.created("AWS::ApiGateway::Deployment", { RestApiId })).split("|");
      await bench.updated(type, id, [{ op: "replace", path: "/DeploymentId", value: next }]);
      const gone = await bench.outcome(
        await bench.remove("AWS::ApiGateway::Deployment", `${DeploymentId}|${RestApiId}`),
      );
      expect(gone.OperationStatus).to.equal("SUCCESS");
    });

    it("holds the deployment of its canary, too", async () => {
      const [other] = (await bench.created("AWS::ApiGateway::Deployment", { RestApiId })).split("|");
      await bench.created(type, stage({ CanarySetting: { DeploymentId: other, PercentTraffic: 1 } }));
      const busy = await bench.outcome(await bench.remove("AWS::ApiGateway::Deployment", `${other!}|${RestApiId}`));
      expect(busy.ErrorCode).to.equal("InvalidRequest");
    });
  });
});

/** Each switch turns one habit off. Does not prove: which way AWS goes. */
describe("A stage's quirks can be switched", () => {
  it("off, so that removals remove and failures leave nothing", async () => {
    const bench = await openBench({
      quirks: {
        tagsAbsentWhenEmpty: false,
        canaryStays: false,
        cacheStaysOn: false,
        emptyMethodSettingDropped: false,
        failedCreateLeavesStage: false,
      },
    });
    const [RestApiId, , DeploymentId] = await deployedApi(bench);
    const base = { RestApiId, DeploymentId };
    const id = await bench.created(type, {
      ...base,
      StageName: "a",
      CacheClusterEnabled: true,
      CanarySetting: { PercentTraffic: 5 },
    });
    const live = await bench.updated(type, id, [
      { op: "replace", path: "/Tags", value: [] },
      { op: "remove", path: "/CanarySetting" },
      { op: "remove", path: "/CacheClusterEnabled" },
    ]);
    expect(live).not.to.have.property("CanarySetting");
    expect(live).to.deep.include({ Tags: [], CacheClusterEnabled: false });
    expect(await bench.refused(type, { ...base, StageName: "b", MethodSettings: [all] })).to.match(/^InvalidRequest: /);
    const AccessLogSetting = { DestinationArn: logArn, Format: "$context.requestId" };
    await bench.refused(type, { ...base, StageName: "c", AccessLogSetting });
    expect(await refusal(bench.read(type, `${RestApiId}|c`))).to.match(/^ResourceNotFoundException/);
    await bench.close();
  });

  const forms = { keep: "/pets", encode: "/~1pets", reject: undefined };
  for (const [unencodedResourcePath, expected] of Object.entries(forms)) {
    it(`to ${unencodedResourcePath} a resource path that is not encoded`, async () => {
      const bench = await openBench({ quirks: { unencodedResourcePath: unencodedResourcePath as keyof typeof forms } });
      const [RestApiId, , DeploymentId] = await deployedApi(bench);
      const MethodSettings = [{ ResourcePath: "/pets", HttpMethod: "GET", MetricsEnabled: true }];
      const model = { RestApiId, DeploymentId, StageName: "a", MethodSettings };
      if (expected === undefined) expect(await bench.refused(type, model)).to.match(/Invalid method setting path/);
      else {
        const live = await bench.read(type, await bench.created(type, model));
        expect((live.MethodSettings as Model[])[0]!.ResourcePath).to.equal(expected);
      }
      await bench.close();
    });
  }
});
