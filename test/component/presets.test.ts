import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CanaryStage, DevStage, LoggingStage, presets, type ApiStageArgs } from "../../index";
import { MODES, only, run } from "./mocked";

const BASE: ApiStageArgs = { restApi: "a1", stageName: "dev", deploymentId: "d1" };
const STAGE = { restApiId: "a1", stageName: "dev", deploymentId: "d1" };
const ALL = { resourcePath: "/*", httpMethod: "*" };
const DEV = { metricsEnabled: true, dataTraceEnabled: false, throttlingRateLimit: 50, throttlingBurstLimit: 100 };
const LOGGING = { loggingLevel: "ERROR", dataTraceEnabled: false, metricsEnabled: true };

// Does not prove that AWS takes the settings: the engine tests do.
describe("presets", () => {
  for (const mode of MODES) {
    describe(mode.title, () => {
      it("DevStage: metrics, X-Ray, a low throttle, no cache, no logs", async () => {
        const ran = await run(mode, () => new DevStage("pets", BASE));
        const stage = only(ran, ":Stage", "pets");
        expect(stage.path).to.equal("pulumi-cloudcontrol:index:DevStage$pulumi-nodejs:dynamic/apigateway:Stage");
        expect(stage.inputs).to.deep.equal({
          ...STAGE,
          tracingEnabled: true,
          cacheClusterEnabled: false,
          methodSettings: [{ ...ALL, ...DEV }],
        });
        expect(ran.resources.map(({ name }) => name)).to.deep.equal(["pets", "pets"]);
      });

      it("LoggingStage: access log in a group of its own, errors, metrics, X-Ray, no cache", async () => {
        const ran = await run(mode, () => new LoggingStage("pets", BASE));
        const stage = only(ran, ":Stage", "pets");
        expect(stage.path).to.equal("pulumi-cloudcontrol:index:LoggingStage$pulumi-nodejs:dynamic/apigateway:Stage");
        const { accessLogSetting, ...inputs } = stage.inputs;
        expect(inputs).to.deep.equal({
          ...STAGE,
          tracingEnabled: true,
          cacheClusterEnabled: false,
          methodSettings: [{ ...ALL, ...LOGGING }],
        });
        expect(accessLogSetting).to.have.keys("destinationArn", "format");
        expect(only(ran, ":LogGroup", "pets-access-logs").inputs).to.deep.equal({
          logGroupName: "API-Gateway-Access-Logs_a1/dev",
          retentionInDays: 90,
        });
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
    expect(presets.dev(args)).to.deep.equal({ ...args, methodSettings: [{ ...DEV, ...own }] });
    const logged = presets.logging({ ...args, accessLogSetting: { format: "$context.requestId" } });
    expect(logged).to.deep.equal({
      ...args,
      accessLogSetting: { format: "$context.requestId" },
      methodSettings: [{ ...LOGGING, cacheDataEncrypted: true, ...own }],
    });
    expect(presets.logging({ ...BASE, accessLog: { retentionInDays: 1 } }).accessLog).to.deep.equal({
      retentionInDays: 1,
    });
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
      accessLog: {},
      methodSettings: [{ ...ALL, ...DEV, loggingLevel: "ERROR" }],
    });
  });
});
