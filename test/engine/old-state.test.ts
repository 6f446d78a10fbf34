import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { apigateway, CanaryStage, CloudControlResource, LoggingStage, logs } from "../../index";
import { withStack, type StateResource } from "../support/engine";

/** What early states do not have: hidden inputs, the account, outputs that were added to the inputs later. */
const LATER = ["__identity", "__secrets", "account", "executionArn", "arn", "invokeUrl"];

const program = (description: string) => async (): Promise<Record<string, unknown>> => {
  const api = new apigateway.RestApi("api", { name: "shop" });
  const method = new apigateway.Method("get", {
    restApiId: api.restApiId,
    httpMethod: "GET",
    integration: { type: "MOCK" },
  });
  const deployment = new apigateway.Deployment("d", { restApiId: api.restApiId }, { dependsOn: method });
  new apigateway.Stage("stage", {
    restApiId: api.restApiId,
    deploymentId: deployment.deploymentId,
    stageName: "dev",
    description,
  });
  new CloudControlResource("jobs", { typeName: "AWS::SQS::Queue", properties: { QueueName: "jobs" } });
  return Promise.resolve({});
};

const without = (bag: Record<string, unknown> | undefined, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(bag ?? {}).filter(([key]) => !keys.includes(key)));

const STATES = join(__dirname, "..", "fixtures", "states");

interface KeptState {
  /** Which of the programs made it. @defaultValue "resources" */
  readonly program?: keyof typeof PROGRAMS;
  readonly deployment: { readonly resources: readonly StateResource[] };
  readonly live: readonly Parameters<Emulator["seed"]>[0][];
}

/** Typed resources and one of any type. */
const resources = (description: string) => async (): Promise<Record<string, unknown>> => {
  const { restApiId } = new apigateway.RestApi("api", { name: "shop" });
  const method = new apigateway.Method("get", { restApiId, httpMethod: "GET", integration: { type: "MOCK" } });
  const { deploymentId } = new apigateway.Deployment("d", { restApiId }, { dependsOn: method });
  new apigateway.Stage("stage", {
    restApiId,
    deploymentId,
    stageName: "dev",
    description,
    variables: { color: "blue" },
    methodSettings: [{ resourcePath: "/*", httpMethod: "*", metricsEnabled: true, throttlingRateLimit: 0.5 }],
  });
  new CloudControlResource("jobs", { typeName: "AWS::SQS::Queue", properties: { QueueName: "jobs" } });
  return Promise.resolve({});
};

/** Components, one of them with a release whose canary has a tenth of the traffic. */
const components = (description: string) => async (): Promise<Record<string, unknown>> => {
  const restApi = new apigateway.RestApi("api", { name: "shop" });
  const method = new apigateway.Method("get", {
    restApiId: restApi.restApiId,
    httpMethod: "GET",
    authorizationType: "NONE",
    integration: { type: "MOCK" },
  });
  new logs.LogGroup("events", { logGroupName: "/shop/events", retentionInDays: 7 });
  const common = { restApi, redeployOn: [method] };
  new LoggingStage("logged", { ...common, stageName: "logged", description, variables: { color: "blue" } });
  const release = { phase: "shift", percentTraffic: 10 } as const;
  new CanaryStage("released", { restApi, stageName: "prod", redeployOn: [method, { version: 2 }], ...release });
  return Promise.resolve({});
};

/** What made the kept states, how many resources each has, the stack itself included, and what outlives a destroy. */
const PROGRAMS = {
  resources: { of: resources, count: 6, retained: [] as string[] },
  components: {
    of: components,
    count: 12,
    retained: ["AWS::ApiGateway::Account", "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::Logs::LogGroup"],
  },
};

const keptIn = (file: string): KeptState => JSON.parse(readFileSync(join(STATES, file), "utf8")) as KeptState;

// Each file in the folder is a state as some commit wrote it, with what was live then. A change of the format adds one.
describe("a state that was kept", () => {
  for (const file of readdirSync(STATES)) {
    it(`(${file}) is read as it is: no change, refresh, update, destroy`, async () => {
      const { program: name = "resources", deployment, live } = keptIn(file);
      const { of: kept, count, retained } = PROGRAMS[name];
      const emulator = await startEmulator();
      try {
        for (const resource of live) emulator.seed(resource);
        await withStack({ program: kept("first"), env: emulator.env() }, async (stack) => {
          await stack.import(deployment);
          expect((await stack.up({ expectNoChanges: true })).changes).to.deep.equal({ same: count });
          await stack.import(deployment);
          await stack.refresh();
          expect((await stack.up({ expectNoChanges: true })).changes).to.deep.equal({ same: count });
          await stack.import(deployment);
          expect((await stack.up({ program: kept("second") })).changes).to.deep.equal({ same: count - 1, update: 1 });
          await stack.destroy();
          expect(
            emulator
              .resources()
              .map(({ typeName }) => typeName)
              .sort(),
          ).to.deep.equal(retained);
        });
      } finally {
        await emulator.close();
      }
    });
  }
});

// States of before the account and the journal, which no file keeps.
describe("a state that an earlier version wrote", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
  });
  after(async () => emulator.close());

  it("is read as it is: no change, refresh, update, destroy", async () => {
    await withStack({ program: program("first"), env: emulator.env() }, async (stack) => {
      await stack.up();
      const exported = await stack.exported();
      const resources = exported.resources.map((resource): StateResource => {
        if (!resource.type.startsWith("pulumi-nodejs:dynamic/")) return resource;
        const { inputs, outputs } = resource;
        return { ...resource, inputs: without(inputs, LATER), outputs: without(outputs, LATER.slice(0, 4)) };
      });
      await stack.import({ ...exported, resources });
      const mutations = (): number =>
        emulator.requests().filter(({ operation }) => /^(Create|Update|Delete)Resource$/.test(operation)).length;
      const before = mutations();
      expect((await stack.up({ expectNoChanges: true })).changes).to.deep.equal({ same: 6 });
      await stack.import({ ...exported, resources });
      await stack.refresh();
      expect((await stack.up({ expectNoChanges: true })).changes).to.deep.equal({ same: 6 });
      expect(mutations()).to.equal(before);
      await stack.import({ ...exported, resources });
      expect((await stack.up({ program: program("second") })).changes).to.deep.equal({ same: 5, update: 1 });
      await stack.destroy();
      expect(emulator.resources()).to.deep.equal([]);
    });
  });
});
