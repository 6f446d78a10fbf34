/** What each kind of slot is in a program, and what must then exist in AWS. The second is written by hand, apart from the first. */
import * as pulumi from "@pulumi/pulumi";
import { apigateway, CloudControlResource, DevStage, iam, logs } from "../../index";
import { REGIONS, type Kind, type Slot } from "./plan";

type Model = Readonly<Record<string, unknown>>;

/** A live resource, as the emulator shows it. */
export interface Live {
  readonly typeName: string;
  readonly identifier: string;
  readonly region: string;
  readonly model: Model;
}

/** A resource that a slot must have in AWS, and what it owns of its model. */
export interface Expected {
  readonly typeName: string;
  readonly region: string;
  readonly is: (live: Live, all: readonly Live[]) => boolean;
  readonly owned: Model;
}

interface KindRules {
  readonly build: (slot: Slot) => void;
  readonly expected: (slot: Slot) => readonly Expected[];
}

const SECRET = "S3CR3T";
/** A value that must be nowhere but in AWS. */
const secretOf = ({ key, variant }: Slot): string => `${SECRET}-${key}-${String(variant)}`;
/** What every secret value of a sequence begins with. */
export const SECRET_MARK = `${SECRET}-`;

const regionOf = (slot: Slot): string => REGIONS[slot.region] ?? REGIONS[0];
const nameOf = ({ key, revision }: Slot): string => `${key}-${String(revision)}`;
const aliasOf = (slot: Slot, part = ""): pulumi.CustomResourceOptions =>
  slot.formerly === undefined ? {} : { aliases: [{ name: `${slot.formerly}${part}` }] };

const RETENTION = [undefined, 7, 30, 365];

function logGroup(slot: Slot, logGroupName: string | undefined): void {
  const retentionInDays = RETENTION[slot.variant];
  new logs.LogGroup(
    slot.name,
    {
      region: regionOf(slot),
      ...(logGroupName === undefined ? {} : { logGroupName }),
      ...(retentionInDays === undefined ? {} : { retentionInDays }),
      tags: [{ key: "slot", value: nameOf(slot) }],
    },
    aliasOf(slot),
  );
}

const ownedLogGroup = (slot: Slot): Model => ({
  ...(RETENTION[slot.variant] === undefined ? {} : { RetentionInDays: RETENTION[slot.variant] }),
  Tags: [{ Key: "slot", Value: nameOf(slot) }],
});

interface StageSetting {
  readonly args: Partial<apigateway.StageArgs>;
  readonly owned: Model;
}

function stageSetting(slot: Slot): StageSetting {
  switch (slot.variant) {
    case 0:
      return { args: { description: "plain" }, owned: { Description: "plain" } };
    case 1:
      return {
        args: { tracingEnabled: true, variables: { color: "blue", token: pulumi.secret(secretOf(slot)) } },
        owned: { TracingEnabled: true, Variables: { color: "blue", token: secretOf(slot) } },
      };
    case 2:
      return {
        args: {
          cacheClusterEnabled: true,
          cacheClusterSize: "0.5",
          methodSettings: [
            { resourcePath: "/*", httpMethod: "*", cachingEnabled: true, dataTraceEnabled: true, loggingLevel: "INFO" },
            { resourcePath: "/", httpMethod: "GET", throttlingRateLimit: 12.5 },
          ],
        },
        owned: {
          CacheClusterEnabled: true,
          CacheClusterSize: "0.5",
          MethodSettings: [
            { ResourcePath: "/*", HttpMethod: "*", CachingEnabled: true, DataTraceEnabled: true, LoggingLevel: "INFO" },
            { ResourcePath: "/", HttpMethod: "GET", ThrottlingRateLimit: 12.5 },
          ],
        },
      };
    default:
      return {
        args: {
          tags: [{ key: "team", value: "pets" }],
          canarySetting: { percentTraffic: 0.5, stageVariableOverrides: { color: "green" }, useStageCache: false },
        },
        owned: {
          Tags: [{ Key: "team", Value: "pets" }],
          CanarySetting: { PercentTraffic: 0.5, StageVariableOverrides: { color: "green" }, UseStageCache: false },
        },
      };
  }
}

interface Api {
  readonly restApi: apigateway.RestApi;
  readonly method: apigateway.Method;
}

function buildApi(slot: Slot, template: string): Api {
  const region = regionOf(slot);
  const restApi = new apigateway.RestApi(`${slot.name}-api`, { region, name: nameOf(slot) }, aliasOf(slot, "-api"));
  const integration = { type: "MOCK", requestTemplates: { "application/json": template } };
  const method = new apigateway.Method(
    `${slot.name}-get`,
    { region, restApiId: restApi.restApiId, httpMethod: "GET", authorizationType: "NONE", integration },
    aliasOf(slot, "-get"),
  );
  return { restApi, method };
}

const apiNamed = (slot: Slot, all: readonly Live[]): Live | undefined =>
  all.find(
    ({ typeName, region, model }) =>
      typeName === "AWS::ApiGateway::RestApi" && region === regionOf(slot) && model.Name === nameOf(slot),
  );

/** What every API of a slot consists of; `within`: it hangs on the slot's API. */
function expectedApi(slot: Slot, stageName: string, stage: Model): Expected[] {
  const region = regionOf(slot);
  const within = (live: Live, all: readonly Live[]): boolean =>
    live.model.RestApiId === apiNamed(slot, all)?.model.RestApiId;
  return [
    {
      typeName: "AWS::ApiGateway::RestApi",
      region,
      is: ({ model }) => model.Name === nameOf(slot),
      owned: { Name: nameOf(slot) },
    },
    {
      typeName: "AWS::ApiGateway::Method",
      region,
      is: within,
      owned: { HttpMethod: "GET", AuthorizationType: "NONE" },
    },
    { typeName: "AWS::ApiGateway::Deployment", region, is: within, owned: {} },
    {
      typeName: "AWS::ApiGateway::Stage",
      region,
      is: (live, all) => within(live, all) && live.model.StageName === stageName,
      owned: stage,
    },
  ];
}

const RULES: Readonly<Record<Kind, KindRules>> = {
  logGroup: {
    build: (slot) => {
      logGroup(slot, nameOf(slot));
    },
    expected: (slot) => [
      {
        typeName: "AWS::Logs::LogGroup",
        region: regionOf(slot),
        is: ({ model }) => model.LogGroupName === nameOf(slot),
        owned: ownedLogGroup(slot),
      },
    ],
  },
  unnamedLogGroup: {
    build: (slot) => {
      logGroup(slot, undefined);
    },
    expected: (slot) => [
      {
        typeName: "AWS::Logs::LogGroup",
        region: regionOf(slot),
        is: ({ model }) =>
          (model.Tags as { Key: string; Value: string }[] | undefined)?.some(
            (tag) => tag.Key === "slot" && tag.Value === nameOf(slot),
          ) === true,
        owned: ownedLogGroup(slot),
      },
    ],
  },
  queue: {
    build: (slot) => {
      new CloudControlResource(
        slot.name,
        {
          region: regionOf(slot),
          typeName: "AWS::SQS::Queue",
          properties: { QueueName: nameOf(slot), VisibilityTimeout: 30 + slot.variant },
        },
        aliasOf(slot),
      );
    },
    expected: (slot) => [
      {
        typeName: "AWS::SQS::Queue",
        region: regionOf(slot),
        is: ({ model }) => model.QueueName === nameOf(slot),
        owned: { VisibilityTimeout: 30 + slot.variant },
      },
    ],
  },
  parameter: {
    build: (slot) => {
      new CloudControlResource(
        slot.name,
        {
          region: regionOf(slot),
          typeName: "AWS::SSM::Parameter",
          properties: { Name: nameOf(slot), Type: "String", Value: pulumi.secret(secretOf(slot)) },
        },
        aliasOf(slot),
      );
    },
    expected: (slot) => [
      {
        typeName: "AWS::SSM::Parameter",
        region: regionOf(slot),
        is: ({ model }) => model.Name === nameOf(slot),
        owned: { Type: "String", Value: secretOf(slot) },
      },
    ],
  },
  role: {
    build: (slot) => {
      const statement = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
      new iam.Role(
        slot.name,
        {
          region: REGIONS[0],
          roleName: nameOf(slot),
          description: `variant ${String(slot.variant)}`,
          assumeRolePolicyDocument: { Version: "2012-10-17", Statement: [statement] },
        },
        aliasOf(slot),
      );
    },
    expected: (slot) => [
      {
        typeName: "AWS::IAM::Role",
        region: "aws-global",
        is: ({ model }) => model.RoleName === nameOf(slot),
        owned: { Description: `variant ${String(slot.variant)}` },
      },
    ],
  },
  api: {
    build: (slot) => {
      const region = regionOf(slot);
      const { restApi, method } = buildApi(slot, '{"statusCode": 200}');
      const { restApiId } = restApi;
      const deployment = new apigateway.Deployment(
        `${slot.name}-deployment`,
        { region, restApiId },
        { dependsOn: method, ...aliasOf(slot, "-deployment") },
      );
      new apigateway.Stage(
        slot.name,
        { region, restApiId, stageName: "prod", deploymentId: deployment.deploymentId, ...stageSetting(slot).args },
        aliasOf(slot),
      );
    },
    expected: (slot) => expectedApi(slot, "prod", stageSetting(slot).owned),
  },
  devStage: {
    build: (slot) => {
      const { restApi, method } = buildApi(slot, `{"statusCode": 20${String(slot.variant)}}`);
      new DevStage(
        slot.name,
        { region: regionOf(slot), restApi, stageName: "dev", redeployOn: [method] },
        aliasOf(slot),
      );
    },
    expected: (slot) => expectedApi(slot, "dev", { TracingEnabled: true, CacheClusterEnabled: false }),
  },
};

/** Registers what the slots stand for. */
function build(slots: readonly Slot[]): void {
  for (const slot of slots) RULES[slot.kind].build(slot);
}

/** The program of the slots, for another process too. */
export function programOf(slots: readonly Slot[]): () => Promise<Record<string, never>> {
  return async () => {
    build(slots);
    return Promise.resolve({});
  };
}

/** What must exist after a successful `up`. */
export function expectedOf(slots: readonly Slot[]): Expected[] {
  return slots.flatMap((slot) => RULES[slot.kind].expected(slot));
}
