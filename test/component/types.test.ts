import {
  ApiStage,
  CanaryStage,
  CloudControlResource,
  DevStage,
  LoggingStage,
  apigateway,
  logFormat,
  presets,
} from "../../index";

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
  // @ts-expect-error settings of methods are settings, by path or in a list
  new ApiStage("a", { restApi: api, methodSettings: { "GET /pets": { logging: "INFO" } } });
  // @ts-expect-error a level is a text
  new ApiStage("a", { restApi: api, methodSettings: { "*": { loggingLevel: 1 } } });
  // @ts-expect-error one of four words, or a role
  new ApiStage("a", { restApi: api, accountRole: "overwrite" });
  // @ts-expect-error a waiver is of a control that there is
  new ApiStage("a", { restApi: api, waivers: { "APIGateway.99": "no" } });
  // @ts-expect-error no such child
  new ApiStage("a", { restApi: api, transform: { bucket: {} } });
  // @ts-expect-error the arguments of a log group
  new ApiStage("a", { restApi: api, transform: { logGroup: { retention: 7 } } });
  // @ts-expect-error a limit is a number, or false for none
  new ApiStage("a", { restApi: api, alarms: { latencyP99: "3 s" } });
  // @ts-expect-error a base path belongs to a domain name
  new ApiStage("a", { restApi: api, basePath: { basePath: "v1" } });
  // @ts-expect-error for the preset of logs only
  new DevStage("a", { restApi: api, audit: true });
  // @ts-expect-error no such variable
  const slip: keyof typeof logFormat.fields = "requestID";
  logFormat.claim(slip);
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
  new ApiStage("a", { restApi: { id: api.id, methods: [api] }, alarms: true, waivers: { W64: "no keys" } });
  new LoggingStage("a", {
    restApi: api,
    audit: true,
    alarms: { throttles: false },
    transform: { stage: { adopt: true } },
  });
  new ApiStage("a", { restApi: api.id, deployment: stable, tags: { team: "pets" } });
  new ApiStage("a", presets.logging(presets.dev({ restApi: api, methodSettings: [{ httpMethod: "*" }] })));
  new CanaryStage("a", { restApi: "a1", candidate: stable.deploymentId, percentTraffic: 0.5 });
  new LoggingStage("a", { restApi: { id: "a1" }, accessLog: { destination: { arn: "arn" } } });
}
