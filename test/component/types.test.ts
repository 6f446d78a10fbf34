import { ApiStage, CanaryStage, CloudControlResource, DevStage, LoggingStage, apigateway, presets } from "../../index";

/*
 * Rules that the compiler holds: each line below an expected error would otherwise compile. The type check of the
 * repository reads this file; nothing in it runs.
 */
export function wrongProgramsDoNotCompile(api: apigateway.RestApi): void {
  // @ts-expect-error an API is needed
  new ApiStage("a", {});
  // @ts-expect-error restApiId is what the raw Stage takes; a component takes restApi
  new ApiStage("a", { restApiId: "a1" });
  // @ts-expect-error no such setting
  new DevStage("a", { restApi: api, tracing: true });
  // @ts-expect-error a number, not a text
  new CanaryStage("a", { restApi: api, percentTraffic: "10" });
  // @ts-expect-error the preset is for canaries only
  new DevStage("a", { restApi: api, percentTraffic: 10 });
  // @ts-expect-error overrides are texts
  new CanaryStage("a", { restApi: api, stageVariableOverrides: { on: true } });
  // @ts-expect-error retention is a number of days
  new LoggingStage("a", { restApi: api, accessLog: { retentionInDays: "7 days" } });
  // @ts-expect-error a log group or an ARN
  new LoggingStage("a", { restApi: api, accessLog: { destination: { name: "logs" } } });
  // @ts-expect-error tags are texts
  new ApiStage("a", { restApi: api, tags: { cost: 42 } });
  // @ts-expect-error a stage has a name
  new apigateway.Stage("a", { restApiId: "a1" });
  // @ts-expect-error camelCase, not CloudFormation's casing
  new apigateway.Stage("a", { restApiId: "a1", stageName: "dev", TracingEnabled: true });
  // @ts-expect-error no such setting of a method
  new apigateway.Stage("a", { restApiId: "a1", stageName: "dev", methodSettings: [{ path: "/*" }] });
  // @ts-expect-error the name of the type is needed
  new CloudControlResource("a", { properties: {} });
  // @ts-expect-error a preset takes the arguments of a stage
  presets.dev({ restApi: api, cache: false });
}

export function rightProgramsCompile(api: apigateway.RestApi, stable: apigateway.Deployment): void {
  new ApiStage("a", { restApi: api });
  new ApiStage("a", { restApi: api.id, deployment: stable, tags: { team: "pets" } });
  new ApiStage("a", presets.logging(presets.dev({ restApi: api, methodSettings: [{ httpMethod: "*" }] })));
  new CanaryStage("a", { restApi: "a1", candidate: stable.deploymentId, percentTraffic: 0.5 });
  new LoggingStage("a", { restApi: { id: "a1" }, accessLog: { destination: { arn: "arn" } } });
}
