/** What each kind of slot is in a program, and what must then exist in AWS. The second is written by hand, apart from the first. */
import * as pulumi from "@pulumi/pulumi";
import {
  apigateway,
  ApiStage,
  CanaryStage,
  CloudControlResource,
  DevStage,
  iam,
  LoggingStage,
  logs,
  type ApiStageArgs,
} from "../../index";
import { buildApi, expectedApi, stageSetting } from "./apis";
import { changedTo, isSame, REGIONS, type Kind, type Slot } from "./plan";
import { loggingOf, plainOf } from "./presets";
import { isReleased, releaseOf } from "./releases";
import {
  aliasOf,
  KEPT_STAGE,
  nameOf,
  regionOf,
  secretOf,
  type Expected,
  type Former,
  type Live,
  type Model,
} from "./slots";

/** What an API answers that stays as it is. */
const TEMPLATE = '{"statusCode": 200}';
/** What an API answers whose content changes. */
const contentOf = (content: number): string => `{"statusCode": 20${String(content)}}`;

interface KindRules {
  readonly build: (slot: Slot) => void;
  readonly expected: (slot: Slot) => readonly Expected[];
}

/** What is said of something that can be described. */
const saidOf = ({ variant }: Slot): string => `variant ${String(variant)}`;

/** Who may take a role on. */
function trustOf({ variant }: Slot) {
  const service = variant % 2 === 0 ? "lambda.amazonaws.com" : "apigateway.amazonaws.com";
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  };
}

/** Every second setting has a tag more. */
const tagsOf = (slot: Slot): { Key: string; Value: string }[] => [
  { Key: "slot", Value: nameOf(slot) },
  ...(slot.variant % 2 === 0 ? [] : [{ Key: "tier", Value: "gold" }]),
];

/** What a plan allows: each second setting says more within the same property. */
const planOf = ({ variant }: Slot) => ({
  quota: { limit: 100 + variant, period: "WEEK", ...(variant % 2 === 0 ? {} : { offset: 1 }) },
  throttle: { rateLimit: 5, burstLimit: 7 + variant },
});

/** Members as CloudFormation spells them. */
const cased = (given: object): Model =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]));

const RETENTION = [undefined, 7, 30, 365];

function logGroup(slot: Slot, logGroupName: string | undefined): void {
  const retentionInDays = RETENTION[slot.variant];
  new logs.LogGroup(
    slot.name,
    {
      region: regionOf(slot),
      ...(logGroupName === undefined ? {} : { logGroupName }),
      ...(retentionInDays === undefined ? {} : { retentionInDays }),
      tags: tagsOf(slot).map(({ Key, Value }) => ({ key: Key, value: Value })),
    },
    aliasOf(slot),
  );
}

const ownedLogGroup = (slot: Slot): Model => ({
  ...(RETENTION[slot.variant] === undefined ? {} : { RetentionInDays: RETENTION[slot.variant] }),
  Tags: tagsOf(slot),
});

type Common = Pick<ApiStageArgs, "region" | "restApi" | "redeployOn">;

/** A stage component of a slot, on an API of its own. */
function buildStage<Args>(
  Stage: new (name: string, args: Args & Common, opts?: pulumi.ComponentResourceOptions) => pulumi.Resource,
  slot: Slot,
  template: string,
  args: Args,
): void {
  const { restApi, method } = buildApi(slot, template);
  new Stage(slot.name, { ...args, region: regionOf(slot), restApi, redeployOn: [method] }, aliasOf(slot));
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
          properties: {
            QueueName: nameOf(slot),
            VisibilityTimeout: 30 + slot.variant,
            DelaySeconds: 5,
            Tags: tagsOf(slot),
          },
        },
        aliasOf(slot),
      );
    },
    expected: (slot) => [
      {
        typeName: "AWS::SQS::Queue",
        region: regionOf(slot),
        is: ({ model }) => model.QueueName === nameOf(slot),
        owned: { VisibilityTimeout: 30 + slot.variant, DelaySeconds: 5, Tags: tagsOf(slot) },
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
      new iam.Role(
        slot.name,
        {
          region: REGIONS[0],
          roleName: nameOf(slot),
          description: saidOf(slot),
          maxSessionDuration: 7200,
          assumeRolePolicyDocument: trustOf(slot),
        },
        aliasOf(slot),
      );
    },
    expected: (slot) => [
      {
        typeName: "AWS::IAM::Role",
        region: "aws-global",
        is: ({ model }) => model.RoleName === nameOf(slot),
        owned: { Description: saidOf(slot), MaxSessionDuration: 7200, AssumeRolePolicyDocument: trustOf(slot) },
      },
    ],
  },
  usagePlan: {
    build: (slot) => {
      const { quota, throttle } = planOf(slot);
      new apigateway.UsagePlan(
        slot.name,
        {
          region: regionOf(slot),
          usagePlanName: nameOf(slot),
          description: "a plan",
          quota,
          throttle,
          tags: [{ key: "slot", value: nameOf(slot) }],
        },
        aliasOf(slot),
      );
    },
    expected: (slot) => {
      const { quota, throttle } = planOf(slot);
      return [
        {
          typeName: "AWS::ApiGateway::UsagePlan",
          region: regionOf(slot),
          is: ({ model }) => model.UsagePlanName === nameOf(slot),
          owned: {
            Description: "a plan",
            Quota: cased(quota),
            Throttle: cased(throttle),
            Tags: [{ Key: "slot", Value: nameOf(slot) }],
          },
        },
      ];
    },
  },
  api: {
    build: (slot) => {
      const region = regionOf(slot);
      const { restApi, method } = buildApi(slot, TEMPLATE);
      const { restApiId } = restApi;
      const deployment = new apigateway.Deployment(
        `${slot.name}-deployment`,
        { region, restApiId, description: saidOf(slot) },
        { dependsOn: method, ...aliasOf(slot, "-deployment") },
      );
      new apigateway.Stage(
        slot.name,
        { region, restApiId, stageName: "prod", deploymentId: deployment.deploymentId, ...stageSetting(slot).args },
        aliasOf(slot),
      );
    },
    expected: (slot) =>
      expectedApi(slot, TEMPLATE, "prod", stageSetting(slot).owned).map((one) =>
        one.typeName === "AWS::ApiGateway::Deployment" ? { ...one, owned: { Description: saidOf(slot) } } : one,
      ),
  },
  devStage: {
    build: (slot) => {
      buildStage(DevStage, slot, contentOf(slot.variant), { stageName: "dev" });
    },
    expected: (slot) =>
      expectedApi(slot, contentOf(slot.variant), "dev", { TracingEnabled: true, CacheClusterEnabled: false }),
  },
  canaryStage: {
    build: (slot) => {
      const { content, words } = releaseOf(slot);
      const args = { stageName: "live", variables: { color: "blue" }, ...words };
      buildStage(CanaryStage, slot, contentOf(content), args);
    },
    // How many deployments there are is the release's; that each is known to it is judged by the state.
    expected: (slot) =>
      expectedApi(slot, contentOf(releaseOf(slot).content), "live", { Variables: { color: "blue" } })
        .filter(({ typeName }) => typeName !== "AWS::ApiGateway::Deployment")
        .map((one) => (one.typeName === "AWS::ApiGateway::Stage" ? { ...one, holds: isReleased(slot) } : one)),
  },
  loggingStage: {
    build: (slot) => {
      buildStage(LoggingStage, slot, TEMPLATE, { stageName: KEPT_STAGE, ...loggingOf(slot).args });
    },
    expected: (slot) => expectedApi(slot, TEMPLATE, KEPT_STAGE, { TracingEnabled: true, ...loggingOf(slot).owned }),
  },
  apiStage: {
    build: (slot) => {
      buildStage(ApiStage, slot, TEMPLATE, { stageName: "plain", ...plainOf(slot).args });
    },
    expected: (slot) => expectedApi(slot, TEMPLATE, "plain", plainOf(slot).owned),
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

/** The program after a change of the thing that a live resource is of. */
export function changed(slots: readonly Slot[], one: Live, live: readonly Live[], variant: number): Slot[] {
  const isOf = (slot: Slot): boolean =>
    RULES[slot.kind].expected(slot).some(({ typeName, is }) => typeName === one.typeName && is(one, live));
  return slots.map((slot) => (isOf(slot) ? changedTo(slot, variant) : slot));
}

/** What must exist after a successful `up`. */
export function expectedOf(slots: readonly Slot[]): Expected[] {
  return slots.flatMap((slot) => RULES[slot.kind].expected(slot));
}

/** Kinds that own what their settings say and nothing else. */
const BARE: readonly Kind[] = ["logGroup", "unnamedLogGroup", "queue", "parameter", "usagePlan", "api"];

/** What earlier programs have said of resources that are still the same ones. */
export function formerOf(before: readonly Slot[], now: readonly Slot[]): Former[] {
  return now
    .filter(({ kind }) => BARE.includes(kind))
    .flatMap((slot) => {
      const { expected } = RULES[slot.kind];
      const olds = before.filter((other) => isSame(other, slot)).map(expected);
      return expected(slot).map((one, index) => ({
        ...one,
        formerly: olds.flatMap((old): Model[] => (old[index] ? [old[index].owned] : [])),
      }));
    });
}
