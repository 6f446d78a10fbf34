import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CanaryStage, DevStage, LoggingStage, presets, type ApiStageArgs } from "../../index";
import { MODES, only, run } from "./mocked";

const BASE: ApiStageArgs = { restApi: "a1", stageName: "dev", deploymentId: "d1" };
const STAGE = { restApiId: "a1", stageName: "dev", deploymentId: "d1" };
const ALL = { resourcePath: "/*", httpMethod: "*" };
const DEV = {
  loggingLevel: "INFO",
  metricsEnabled: true,
  dataTraceEnabled: false,
  throttlingRateLimit: 50,
  throttlingBurstLimit: 100,
};
const LOGGING = {
  loggingLevel: "ERROR",
  dataTraceEnabled: false,
  metricsEnabled: true,
  throttlingRateLimit: 1000,
  throttlingBurstLimit: 2000,
};
const ACCESS = "API-Gateway-Access-Logs_a1/dev";
const EXECUTION = "API-Gateway-Execution-Logs_a1/dev";
const DEV_WAIVERS = {
  CKV_AWS_120: "a cache hides the changes that a development stage is for",
  "APIGateway.4": "a development stage is for its developers: set `webAcl` where others reach it",
  CloudWatchLogGroupEncrypted: "CloudWatch's own encryption is enough for lines that live seven days",
};
const LOGGING_WAIVERS = {
  CKV_AWS_120: "whether answers may be cached is for the API to say, and a cache is billed by the hour",
};

/** The stage's own settings, without the access log's format, which has tests of its own. */
function settingsOf(inputs: Record<string, unknown>): Record<string, unknown> {
  const { accessLogSetting, ...rest } = inputs;
  expect(accessLogSetting).to.have.keys("destinationArn", "format");
  return rest;
}

// Does not prove that AWS takes the settings: the engine tests do.
describe("presets", () => {
  for (const mode of MODES) {
    describe(mode.title, () => {
      it("DevStage: all logs for seven days, metrics, X-Ray, a low throttle, no cache", async () => {
        const ran = await run(mode, () => new DevStage("pets", BASE));
        const stage = only(ran, ":Stage", "pets");
        expect(stage.path).to.equal("pulumi-cloudcontrol:index:DevStage$pulumi-nodejs:dynamic/apigateway:Stage");
        expect(settingsOf(stage.inputs)).to.deep.equal({
          ...STAGE,
          tracingEnabled: true,
          cacheClusterEnabled: false,
          methodSettings: [{ ...ALL, ...DEV }],
        });
        expect(only(ran, ":LogGroup", "pets-access-logs").inputs).to.deep.equal({
          logGroupName: ACCESS,
          retentionInDays: 7,
        });
        expect(only(ran, ":LogGroup", "pets-execution-logs").inputs).to.deep.equal({
          logGroupName: EXECUTION,
          retentionInDays: 7,
          adopt: true,
        });
        expect(only(ran, ":AccountRole", "pets-account-role").inputs).to.deep.equal({});
        expect(ran.resources).to.have.length(5);
        expect(ran.warnings).to.deep.equal([]);
      });

      it("LoggingStage: access log and errors for ninety days, metrics, X-Ray, a throttle, no cache", async () => {
        const ran = await run(mode, () => new LoggingStage("pets", BASE));
        const stage = only(ran, ":Stage", "pets");
        expect(stage.path).to.equal("pulumi-cloudcontrol:index:LoggingStage$pulumi-nodejs:dynamic/apigateway:Stage");
        expect(settingsOf(stage.inputs)).to.deep.equal({
          ...STAGE,
          tracingEnabled: true,
          cacheClusterEnabled: false,
          methodSettings: [{ ...ALL, ...LOGGING }],
        });
        for (const [name, logGroupName] of [
          ["pets-access-logs", ACCESS],
          ["pets-execution-logs", EXECUTION],
        ] as const) {
          const group = { logGroupName, retentionInDays: 90, adopt: true };
          expect(only(ran, ":LogGroup", name).inputs).to.deep.equal(group);
        }
        expect(only(ran, ":AccountRole", "pets-account-role").inputs).to.deep.equal({});
        expect(ran.resources).to.have.length(5);
      });

      it("LoggingStage: a year of logs for auditors, encrypted by a key", async () => {
        const ran = await run(mode, () => new LoggingStage("pets", { ...BASE, audit: true, kmsKeyId: "arn:key" }));
        for (const name of ["pets-access-logs", "pets-execution-logs"]) {
          expect(only(ran, ":LogGroup", name).inputs).to.include({ retentionInDays: 365, kmsKeyId: "arn:key" });
        }
        expect(only(ran, ":Stage", "pets").inputs).to.not.have.any.keys("audit", "kmsKeyId");
      });

      it("CanaryStage: an explicit canarySetting stays what it is, and nothing is added", async () => {
        const canarySetting = { deploymentId: "d2", percentTraffic: 10, stageVariableOverrides: { on: "true" } };
        const ran = await run(mode, () => new CanaryStage("pets", { ...BASE, canarySetting }));
        const stage = only(ran, ":Stage", "pets");
        expect(stage.path).to.equal("pulumi-cloudcontrol:index:CanaryStage$pulumi-nodejs:dynamic/apigateway:Stage");
        expect(stage.inputs).to.deep.equal({ ...STAGE, canarySetting });
      });

      it("CanaryStage: flat words become a canarySetting with a cache of its own", async () => {
        const candidate = { id: pulumi.output("d2|a1") };
        const args = { ...BASE, candidate, percentTraffic: 2.5, stageVariableOverrides: { on: "true" } };
        const ran = await run(mode, () => new CanaryStage("pets", args));
        expect(only(ran, ":Stage", "pets").inputs).to.deep.equal({
          ...STAGE,
          canarySetting: {
            deploymentId: "d2",
            percentTraffic: 2.5,
            stageVariableOverrides: { on: "true" },
            useStageCache: false,
          },
        });
      });
    });
  }

  it("CanaryStage: takes a tenth of the requests unless told otherwise, and none without any word", () => {
    const setting = { percentTraffic: 10, stageVariableOverrides: { on: "true" }, useStageCache: false };
    const { canarySetting } = presets.canary({ ...BASE, stageVariableOverrides: { on: "true" } });
    expect(canarySetting).to.deep.equal(setting);
    expect(presets.canary(BASE)).to.deep.equal(BASE);
    expect(presets.canary({ ...BASE, candidate: "d2", percentTraffic: 0 }).canarySetting).to.deep.equal({
      deploymentId: "d2",
      percentTraffic: 0,
      useStageCache: false,
    });
  });

  it("CanaryStage: refuses flat words beside an explicit canarySetting", () => {
    const args = { ...BASE, canarySetting: { percentTraffic: 1 }, percentTraffic: 2, candidate: "d2" };
    expect(() => presets.canary(args)).to.throw(
      pulumi.RunError,
      "canarySetting: expected either `canarySetting` or candidate, percentTraffic, got both. Fix: move them into `canarySetting`",
    );
  });

  it("every default gives way to what is given, leaf by leaf", () => {
    const own = { ...ALL, throttlingRateLimit: 5, loggingLevel: "INFO" };
    const args = { ...BASE, tracingEnabled: false, cacheClusterEnabled: true, methodSettings: [own] };
    const logs = { retentionInDays: 7 };
    expect(presets.dev(args)).to.deep.equal({
      ...args,
      logsOnDelete: "delete",
      accessLog: logs,
      executionLog: logs,
      waivers: DEV_WAIVERS,
      methodSettings: [{ ...DEV, ...own }],
    });
    const logged = presets.logging({ ...args, accessLogSetting: { format: "$context.requestId" } });
    expect(logged).to.deep.equal({
      ...args,
      accessLogSetting: { format: "$context.requestId" },
      logsOnDelete: "keep",
      executionLog: { retentionInDays: 90 },
      waivers: LOGGING_WAIVERS,
      methodSettings: [{ ...LOGGING, cacheDataEncrypted: true, ...own }],
    });
    expect(presets.logging({ ...BASE, accessLog: { retentionInDays: 1 } }).accessLog).to.deep.equal({
      retentionInDays: 1,
    });
  });

  it("logs can be turned off, each by its word", async () => {
    const methodSettings = { "*": { loggingLevel: "OFF" } };
    const ran = await run({ preview: true }, () => new DevStage("pets", { ...BASE, accessLog: false, methodSettings }));
    expect(ran.resources.map(({ type }) => type.split(":").at(-1))).to.deep.equal(["DevStage", "Stage"]);
    expect(only(ran, ":Stage", "pets").inputs).to.not.have.property("accessLogSetting");
  });

  it("undefined means not given", () => {
    const nothing = { tracingEnabled: undefined, methodSettings: [{ ...ALL, throttlingRateLimit: undefined }] };
    const args = { ...BASE, ...nothing } as unknown as ApiStageArgs;
    expect(presets.dev(args)).to.deep.include({ tracingEnabled: true, methodSettings: [{ ...DEV, ...ALL }] });
  });

  it("a size of the cache is taken as the wish to have one", () => {
    for (const preset of [presets.dev, presets.logging]) {
      expect(preset({ ...BASE, cacheClusterSize: "0.5" })).to.not.have.property("cacheClusterEnabled");
    }
  });

  it("settings of single methods stay beside those for all", () => {
    const one = { resourcePath: "/~1pets", httpMethod: "GET", cachingEnabled: true };
    expect(presets.dev({ ...BASE, methodSettings: [one] }).methodSettings).to.deep.equal([{ ...ALL, ...DEV }, one]);
  });

  it("the entry for all methods is found where it is an output, too", async () => {
    const own = { ...ALL, throttlingRateLimit: 5 };
    const later = [
      pulumi.output([own]),
      [pulumi.output(own)],
      [{ ...own, resourcePath: pulumi.output("/*") }],
      Promise.resolve([own]),
    ];
    for (const methodSettings of later) {
      const ran = await run({ preview: true }, () => new DevStage("pets", { ...BASE, methodSettings }));
      expect(only(ran, ":Stage", "pets").inputs.methodSettings).to.deep.equal([{ ...DEV, ...own }]);
    }
  });

  it("compose from the inside out", () => {
    const composed = presets.logging(presets.dev(presets.canary({ ...BASE, percentTraffic: 1 })));
    expect(composed).to.deep.equal({
      ...BASE,
      canarySetting: { percentTraffic: 1, useStageCache: false },
      tracingEnabled: true,
      cacheClusterEnabled: false,
      accessLog: { retentionInDays: 7 },
      executionLog: { retentionInDays: 7 },
      logsOnDelete: "delete",
      waivers: DEV_WAIVERS,
      methodSettings: [{ ...ALL, ...DEV }],
    });
  });
});
