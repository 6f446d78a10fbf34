/** The programs whose states are kept in `test/fixtures/states`. Old commits have made them, so that they never change. */
import * as pulumi from "@pulumi/pulumi";
import { apigateway, CanaryStage, CloudControlProvider, CloudControlResource, LoggingStage, logs } from "../../index";

/** A program of Pulumi's. */
export type Program = () => Promise<Record<string, unknown>>;
/** A program that says something; what is kept was made by one that says `first`. */
export type Saying = (said: string) => Program;

/** The secret of the programs. */
export const KEY = "shop-key-1";

const MOCK = { type: "MOCK" };
const GET = { httpMethod: "GET", authorizationType: "NONE", integration: MOCK } as const;
const STEPS = [{ percent: 5, bake: "5m" }];
/** The state is from between the two. */
const WALK = [
  { percent: 5, bake: "30s" },
  { percent: 50, bake: "1m" },
];

/** Typed resources and one of any type. */
export const resources: Saying = (said) => async () => {
  const { restApiId } = new apigateway.RestApi("api", { name: "shop" });
  const method = new apigateway.Method("get", { restApiId, httpMethod: "GET", integration: MOCK });
  const { deploymentId } = new apigateway.Deployment("d", { restApiId }, { dependsOn: method });
  new apigateway.Stage("stage", {
    restApiId,
    deploymentId,
    stageName: "dev",
    description: said,
    variables: { color: "blue" },
    methodSettings: [{ resourcePath: "/*", httpMethod: "*", metricsEnabled: true, throttlingRateLimit: 0.5 }],
  });
  new CloudControlResource("jobs", { typeName: "AWS::SQS::Queue", properties: { QueueName: "jobs" } });
  return Promise.resolve({});
};

/** Components, one of them with a release whose canary has a tenth of the traffic. */
export const components: Saying = (said) => async () => {
  const restApi = new apigateway.RestApi("api", { name: "shop" });
  const method = new apigateway.Method("get", { restApiId: restApi.restApiId, ...GET });
  new logs.LogGroup("events", { logGroupName: "/shop/events", retentionInDays: 7 });
  const common = { restApi, redeployOn: [method] };
  new LoggingStage("logged", { ...common, stageName: "logged", description: said, variables: { color: "blue" } });
  const release = { phase: "shift", percentTraffic: 10 } as const;
  new CanaryStage("released", { restApi, stageName: "prod", redeployOn: [method, { version: 2 }], ...release });
  return Promise.resolve({});
};

/** An API whose methods are known by their paths, and its stage: what the provider looks up and notes down. */
function noted(said: string, api: object = {}, options: object = {}): apigateway.RestApi {
  const restApi = new apigateway.RestApi("api", { name: "shop", ...api });
  const { restApiId, rootResourceId: parentId } = restApi;
  const { resourceId } = new apigateway.Resource("pets", { restApiId, parentId, pathPart: "pets" });
  const method = new apigateway.Method("get-pets", { restApiId, resourceId, ...GET });
  const { deploymentId } = new apigateway.Deployment("d", { restApiId }, { dependsOn: method });
  new apigateway.Stage("stage", {
    restApiId,
    deploymentId,
    stageName: "dev",
    description: said,
    variables: { key: pulumi.secret(KEY) },
    methodSettings: [{ resourceId, httpMethod: "GET", metricsEnabled: true }],
    ...options,
  });
  new CloudControlResource("key", {
    typeName: "AWS::SSM::Parameter",
    properties: { Name: "/shop/key", Type: "String", Value: pulumi.secret(KEY) },
  });
  logs.LogGroup.get("found", "/shop/found");
  return restApi;
}

/** All that was there before accounts, tags of others, the journal and releases: what is noted, secret or only read. */
export const early: Saying = (said) => async () => {
  const { restApiId } = noted(said);
  new apigateway.Method("get", { restApiId, ...GET });
  return Promise.resolve({});
};

/** Another `version` is another content of the releases. */
interface Way {
  readonly version: number;
  readonly phase?: "shift" | "promote";
  readonly color?: pulumi.Input<string>;
  readonly tenancy?: string;
  readonly days?: number;
}

/** What an up leaves that has nothing more to do, by the way that the program went. */
export const settledBy =
  (said: string, { version, phase = "promote", color = "blue", tenancy = "dedicated", days = 7 }: Way): Program =>
  async () => {
    const Statement = [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }];
    const policy = { Version: "2012-10-17", Statement };
    const restApi = noted(said, { policy }, { timeouts: { update: "20m" } });
    const method = new apigateway.Method("get", { restApiId: restApi.restApiId, ...GET });
    const tags = [{ key: "team", value: "shop" }];
    new logs.LogGroup("adopted", { logGroupName: "/shop/adopted", retentionInDays: days, tags, adopt: true });
    const provider = new CloudControlProvider("elsewhere", { region: "eu-west-1", defaultTags: { owner: "shop" } });
    new logs.LogGroup("tagged", { logGroupName: "/shop/tagged" }, { provider });
    const properties = { CidrBlock: "10.0.0.0/16", InstanceTenancy: tenancy };
    new CloudControlResource("vpc", { typeName: "AWS::EC2::VPC", properties });
    const common = { restApi, redeployOn: [method, { version }] };
    const stageVariableOverrides = { mode: "new" };
    const variables = { color };
    new CanaryStage("promoted", { ...common, stageName: "prod", phase, variables, stageVariableOverrides });
    new CanaryStage("refused", { ...common, stageName: "beta", steps: STEPS, gate: { alarms: ["errors"] } });
    return Promise.resolve({});
  };

/** The end of that way. AWS has refused to change the tenancy in place, so that a change of it is a replacement. */
export const settled: Saying = (said) =>
  settledBy(said, { version: 2, ...(said === "first" ? {} : { tenancy: "default", days: 14 }) });

/** What an up leaves that was cut off: a candidate on its way, a stage that somebody deleted, a create without an end. */
export const unfinishedBy =
  (said: string, version: number, { other = version, late = false } = {}): Program =>
  async () => {
    const restApi = new apigateway.RestApi("api", { name: "shop" });
    const method = new apigateway.Method("get", { restApiId: restApi.restApiId, ...GET });
    const of = (content: number): object[] => [method, { version: content }];
    new CanaryStage("walked", { restApi, redeployOn: of(version), stageName: "prod", description: said, steps: WALK });
    new CanaryStage("lost", { restApi, redeployOn: of(other), stageName: "beta", phase: "shift" });
    if (late) new logs.LogGroup("late", { logGroupName: "/shop/late" });
    return Promise.resolve({});
  };

/** The end of that way. */
export const unfinished: Saying = (said) => unfinishedBy(said, 2, { other: 3, late: true });
