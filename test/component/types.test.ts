import {
  ApiStage,
  CanaryStage,
  CloudControlResource,
  DevStage,
  LoggingStage,
  apigateway,
  cloudwatch,
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
  // @ts-expect-error a phase is one of three words
  new CanaryStage("a", { restApi: api, phase: "pause" });
  // @ts-expect-error one of three words as an output, too
  new CanaryStage("a", { restApi: api, phase: api.id });
  // @ts-expect-error a step has a time to bake
  new CanaryStage("a", { restApi: api, steps: [{ percent: 5 }] });
  // @ts-expect-error a step has a share
  new CanaryStage("a", { restApi: api, steps: [{ bake: "5m" }] });
  // @ts-expect-error a share is a number
  new CanaryStage("a", { restApi: api, steps: [{ percent: "5%", bake: "5m" }] });
  // @ts-expect-error a time has a unit
  new CanaryStage("a", { restApi: api, steps: [{ percent: 5, bake: 300 }] });
  // @ts-expect-error a list of steps, also where it is one
  new CanaryStage("a", { restApi: api, steps: { percent: 5, bake: "5m" } });
  // @ts-expect-error the alarms stand in a list
  new CanaryStage("a", { restApi: api, phase: "shift", gate: { alarms: "errors" } });
  // @ts-expect-error an alarm has a name or an ARN
  new CanaryStage("a", { restApi: api, phase: "shift", gate: { alarms: [{ name: "errors" }] } });
  // @ts-expect-error the gate is an object, not its list
  new CanaryStage("a", { restApi: api, phase: "shift", gate: ["errors"] });
  // @ts-expect-error no such word of a gate
  new CanaryStage("a", { restApi: api, phase: "shift", gate: { alarm: ["errors"] } });
  // @ts-expect-error a limit of the canary's alarms is a number, or false for none
  new CanaryStage("a", { restApi: api, phase: "shift", gate: { canary: { errorRatio: true } } });
  // @ts-expect-error a number of deployments
  new CanaryStage("a", { restApi: api, phase: "shift", keepDeployments: "all" });
  // @ts-expect-error true or false, not a text
  new CanaryStage("a", { restApi: api, phase: "shift", retryCandidate: "yes" });
  // @ts-expect-error a candidate is a deployment
  new CanaryStage("a", { restApi: api, phase: "shift", candidate: { arn: "arn" } });
  // @ts-expect-error releases are for a CanaryStage only
  new ApiStage("a", { restApi: api, phase: "shift" });
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
  // @ts-expect-error what is told has an ARN
  new ApiStage("a", { restApi: api, alarms: { actions: [{ name: "topic" }] } });
  // @ts-expect-error a key has an ARN
  new LoggingStage("a", { restApi: api, kmsKeyId: { keyId: "k" } });
  // @ts-expect-error a role has an ARN
  new ApiStage("a", { restApi: api, accountRole: { roleArn: { name: "role" } } });
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

export function rightProgramsCompile(
  api: apigateway.RestApi,
  stable: apigateway.Deployment,
  alarm: cloudwatch.Alarm,
): void {
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
  new CanaryStage("a", { restApi: api, phase: "shift", keepDeployments: 0, retryCandidate: true });
  new CanaryStage("a", {
    restApi: api,
    steps: [{ percent: 0.5, bake: api.id }],
    gate: { alarms: ["a", api.id, alarm, { arn: api.id }, { alarmName: "b" }], canary: { latencyP99: false } },
  });
  new LoggingStage("a", { restApi: { id: "a1" }, accessLog: { destination: { arn: "arn" } } });
}
