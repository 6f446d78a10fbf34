import { expect } from "chai";
import { startEmulator, type Emulator, type RequestRecord } from "../../emulator";
import { apigateway, cloudwatch, iam, logs, wafv2 } from "../../index";
import { withStack, type EngineStack } from "../support/engine";

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: ["sts:AssumeRole"] }],
};

/** Every typed class of the package, each with as much set as it takes. `text` goes into all that can change in place. */
const everything = (text: string) => async (): Promise<Record<string, unknown>> => {
  const tags = [
    { key: "text", value: text },
    { key: "a", value: "1" },
  ];
  const role = new iam.Role("role", {
    roleName: "logs",
    path: "/apps/",
    description: text,
    maxSessionDuration: 7200,
    assumeRolePolicyDocument: trust,
    managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
    policies: [
      {
        policyName: "inline",
        policyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "logs:*", Resource: "*" }] },
      },
    ],
    tags,
  });
  const account = new apigateway.Account("account", { cloudWatchRoleArn: role.arn });
  const group = new logs.LogGroup("group", {
    logGroupName: "/shop/access",
    retentionInDays: text === "first" ? 7 : 14,
    logGroupClass: "STANDARD",
    tags,
  });
  const api = new apigateway.RestApi("api", {
    name: "shop",
    description: text,
    endpointConfiguration: { types: ["REGIONAL"] },
    binaryMediaTypes: ["image/png", "image/jpeg"],
    minimumCompressionSize: 1024,
    policy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
    },
    tags,
  });
  const pets = new apigateway.Resource("pets", { restApiId: api.restApiId, pathPart: "pets" });
  const method = new apigateway.Method("get", {
    restApiId: api.restApiId,
    resourceId: pets.resourceId,
    httpMethod: "GET",
    authorizationType: "NONE",
    apiKeyRequired: false,
    operationName: text,
    requestParameters: { "method.request.querystring.page": true },
    methodResponses: [{ statusCode: "200", responseParameters: { "method.response.header.X": true } }],
    integration: {
      type: "MOCK",
      timeoutInMillis: 5000,
      requestTemplates: { "application/json": '{"statusCode":200}' },
      integrationResponses: [{ statusCode: "200", responseTemplates: { "application/json": text } }],
    },
  });
  const deployment = new apigateway.Deployment(
    "deployment",
    { restApiId: api.restApiId, description: text },
    { dependsOn: method },
  );
  const stage = new apigateway.Stage(
    "stage",
    {
      restApiId: api.restApiId,
      deploymentId: deployment.deploymentId,
      stageName: "dev",
      description: text,
      tracingEnabled: true,
      cacheClusterEnabled: true,
      cacheClusterSize: "0.5",
      variables: { text, b: "2" },
      accessLogSetting: { destinationArn: group.arn, format: `$context.requestId ${text}` },
      canarySetting: { percentTraffic: 12.5, useStageCache: false, stageVariableOverrides: { text: "canary" } },
      methodSettings: [
        { resourcePath: "/~1pets", httpMethod: "GET", cachingEnabled: true, cacheTtlInSeconds: 60 },
        { resourcePath: "/*", httpMethod: "*", loggingLevel: "INFO", metricsEnabled: true, throttlingRateLimit: 100 },
      ],
      tags,
    },
    { dependsOn: account },
  );
  return Promise.resolve({ url: stage.invokeUrl });
};

const CLASSES = 8;

/** The classes of what stands around a stage, in the same way. */
const around = (text: string) => async (): Promise<Record<string, unknown>> => {
  const tags = [{ key: "text", value: text }];
  const api = new apigateway.RestApi("api", { name: "shop" });
  const { restApiId } = api;
  const method = new apigateway.Method("get", {
    restApiId,
    httpMethod: "GET",
    authorizationType: "NONE",
    integration: { type: "MOCK" },
  });
  const deployment = new apigateway.Deployment("deployment", { restApiId }, { dependsOn: method });
  const certificate = new apigateway.ClientCertificate("certificate", { description: text, tags });
  const version = new apigateway.DocumentationVersion("version", {
    restApiId,
    documentationVersion: "1",
    description: text,
  });
  const stage = new apigateway.Stage("stage", {
    restApiId,
    deploymentId: deployment.deploymentId,
    stageName: "dev",
    clientCertificateId: certificate.clientCertificateId,
    documentationVersion: version.documentationVersion,
  });
  new apigateway.UsagePlan("plan", {
    usagePlanName: "gold",
    description: text,
    quota: { limit: 1000, period: "MONTH" },
    throttle: { burstLimit: 10, rateLimit: 5.5 },
    apiStages: [{ apiId: restApiId, stage: stage.stageName }],
    tags,
  });
  new apigateway.BasePathMapping("mapping", {
    domainName: "api.example.com",
    basePath: "v1",
    restApiId,
    stage: stage.stageName,
  });
  const group = new logs.LogGroup("group", { logGroupName: "/shop/access" });
  const filter = new logs.MetricFilter("filter", {
    filterName: "errors",
    logGroupName: group.logGroupName,
    filterPattern: `{ $.status = 5* && $.text = "${text}" }`,
    metricTransformations: [{ metricName: "errors", metricNamespace: "shop", metricValue: "1", defaultValue: 0 }],
  });
  new cloudwatch.Alarm(
    "alarm",
    {
      alarmName: "errors",
      alarmDescription: text,
      namespace: "shop",
      metricName: "errors",
      dimensions: [{ name: "ApiName", value: "shop" }],
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      threshold: 1,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      tags,
    },
    { dependsOn: filter },
  );
  new cloudwatch.Dashboard("dashboard", {
    dashboardName: "shop",
    dashboardBody: JSON.stringify({ widgets: [{ type: "text", properties: { markdown: text } }] }),
  });
  new wafv2.WebACLAssociation("waf", {
    resourceArn: stage.arn,
    webACLArn: "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/w/11111111-2222-3333-4444-555555555555",
  });
  return Promise.resolve({ url: stage.invokeUrl });
};
const AROUND = 13;

// The live models are the emulator's, which are compared with AWS's recordings elsewhere. Does not prove how AWS reads
// back what no recording shows.
describe("every typed class, with much of it set", () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => emulator.close());

  const calls = async (run: () => Promise<unknown>): Promise<Record<string, number>> => {
    const since = emulator.requests().length;
    await run();
    const counts: Record<string, number> = {};
    for (const { operation } of emulator.requests().slice(since)) {
      if (operation !== "GetCallerIdentity") counts[operation] = (counts[operation] ?? 0) + 1;
    }
    return counts;
  };
  const empty = async (stack: EngineStack): Promise<void> => {
    const { changes } = await stack.up({ refresh: true, expectNoChanges: true });
    expect(changes).to.deep.equal({ same: CLASSES + 1 });
  };

  it("shows no drift after `up` and `up --refresh`, costs no call when nothing changed, and leaves nothing", async () => {
    await withStack({ program: everything("first"), env: emulator.env() }, async (stack) => {
      const { GetResourceRequestStatus: polls, ...create } = await calls(async () => stack.up());
      // One more read each for the root resource of the API, which `pets` was not told.
      expect(create).to.deep.equal({ CreateResource: CLASSES, GetResource: CLASSES + 1 });
      expect(polls).to.be.at.least(CLASSES);
      expect(await calls(async () => stack.up({ expectNoChanges: true }))).to.deep.equal({});
      expect(await calls(async () => stack.preview({ expectNoChanges: true }))).to.deep.equal({});
      expect(await calls(async () => stack.refresh({ expectNoChanges: true }))).to.deep.equal({ GetResource: CLASSES });
      await empty(stack);

      const update = await calls(async () =>
        expect((await stack.up({ program: everything("second") })).changes).to.deep.equal({ same: 3, update: 6 }),
      );
      expect(update).to.deep.include({ UpdateResource: 6, GetResource: 12 });
      await empty(stack);

      const { GetResourceRequestStatus: ends, ...destroy } = await calls(async () => stack.destroy());
      expect(destroy).to.deep.equal({ DeleteResource: CLASSES });
      expect(ends).to.be.at.least(CLASSES);
      expect(emulator.resources()).to.deep.equal([]);
    });
  });

  it("of what stands around a stage, too, shows no drift", async () => {
    emulator.seed({ typeName: "AWS::ApiGateway::DomainName", model: { DomainName: "api.example.com" } });
    const made = new Set<string>();
    const note = async (stack: EngineStack): Promise<void> => {
      for (const { type } of await stack.resources()) made.add(type);
    };
    await withStack({ program: around("first"), env: emulator.env() }, async (stack) => {
      await stack.up();
      expect(await stack.resources()).to.have.length(AROUND);
      expect(await calls(async () => stack.up({ expectNoChanges: true }))).to.deep.equal({});
      const same = { same: AROUND + 1 };
      expect((await stack.up({ refresh: true, expectNoChanges: true })).changes).to.deep.equal(same);
      await note(stack);
      expect((await stack.up({ program: around("second") })).changes).to.deep.equal({ same: 8, update: 6 });
      expect((await stack.up({ refresh: true, expectNoChanges: true })).changes).to.deep.equal(same);
      await stack.destroy();
      expect(emulator.resources().map(({ typeName }) => typeName)).to.deep.equal(["AWS::ApiGateway::DomainName"]);
      await withStack({ program: everything("first"), env: emulator.env() }, async (other) => {
        await other.up();
        await note(other);
        await other.destroy();
      });
      const typed = [apigateway, cloudwatch, iam, logs, wafv2].flatMap((service) =>
        Object.values(service as Record<string, unknown>).filter((one) => typeof one === "function" && "get" in one),
      );
      expect(made.size).to.equal(typed.length);
    });
  });

  it("shows drift property by property, and the next `up` repairs it", async () => {
    const drifts: Record<string, { readonly path: string; readonly value: unknown; readonly shown: string }> = {
      "AWS::IAM::Role": { path: "/Description", value: "theirs", shown: "description" },
      "AWS::Logs::LogGroup": { path: "/RetentionInDays", value: 1, shown: "retentionInDays" },
      "AWS::ApiGateway::RestApi": { path: "/MinimumCompressionSize", value: 1, shown: "minimumCompressionSize" },
      "AWS::ApiGateway::Method": { path: "/OperationName", value: "theirs", shown: "operationName" },
      "AWS::ApiGateway::Deployment": { path: "/Description", value: "theirs", shown: "description" },
      "AWS::ApiGateway::Stage": {
        path: "/CanarySetting/PercentTraffic",
        value: 50,
        shown: "canarySetting",
      },
    };
    await withStack({ program: everything("first"), env: emulator.env() }, async (stack) => {
      await stack.up();
      const before = emulator.resources();
      for (const { typeName, identifier } of before) {
        const drift = drifts[typeName];
        if (drift) {
          const { path, value } = drift;
          emulator.edit({ typeName, identifier, patch: [{ op: "add", path, value }] });
        }
      }
      const seen = await stack.preview({ refresh: true });
      // The account follows the role's ARN, which only AWS sets: while the role is updated, a preview does not know it.
      expect(seen.changes).to.deep.equal({ same: 2, update: 7 });
      for (const { shown } of Object.values(drifts)) expect(seen.stdout).to.include(shown);
      expect((await stack.refresh()).changes).to.deep.equal({ same: 3, update: 6 });
      expect((await stack.up()).changes).to.deep.equal({ same: 3, update: 6 });
      expect(models(emulator)).to.deep.equal(models({ resources: () => before }));
      await empty(stack);
      await stack.destroy();
    });
  });

  it("is read by many calls at once before its provider is configured, on refresh and on destroy", async () => {
    const many = async (): Promise<Record<string, unknown>> => {
      for (let i = 0; i < 20; i++) new logs.LogGroup(`g${i}`, { logGroupName: `g${i}`, region: "eu-west-1" });
      return Promise.resolve({});
    };
    const config = { "aws:region": "ap-south-1", "aws:defaultTags": JSON.stringify({ tags: { team: "a" } }) };
    await withStack({ program: many, env: emulator.env(), config }, async (stack) => {
      await stack.up();
      const failed = (records: RequestRecord[]): RequestRecord[] => records.filter(({ outcome }) => outcome !== "ok");
      const since = emulator.requests().length;
      expect((await stack.refresh({ parallel: 16, expectNoChanges: true })).changes).to.deep.equal({ same: 21 });
      await stack.destroy({ parallel: 16 });
      expect(failed(emulator.requests().slice(since))).to.deep.equal([]);
      expect(emulator.resources()).to.deep.equal([]);
    });
  });
});

function models({ resources }: Pick<Emulator, "resources">): unknown[] {
  return resources()
    .map(({ typeName, identifier, model }) => ({ typeName, identifier, model }))
    .sort((a, b) => (a.typeName + a.identifier < b.typeName + b.identifier ? -1 : 1));
}
