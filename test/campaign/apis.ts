/** APIs with a stage, as several kinds of slots have them. */
import * as pulumi from "@pulumi/pulumi";
import { apigateway } from "../../index";
import type { Slot } from "./plan";
import { aliasOf, nameOf, regionOf, secretOf, type Expected, type Live, type Model } from "./slots";

interface StageSetting {
  readonly args: Partial<apigateway.StageArgs>;
  readonly owned: Model;
}

const ALL = { resourcePath: "/*", httpMethod: "*" };
const OWNED_ALL = { ResourcePath: "/*", HttpMethod: "*" };
const team = { args: { key: "team", value: "pets" }, owned: { Key: "team", Value: "pets" } };
const tier = { args: { key: "tier", value: "gold" }, owned: { Key: "tier", Value: "gold" } };

/** Each setting has members of the others, so that a change adds and drops whole members and parts of them. */
export function stageSetting(slot: Slot): StageSetting {
  switch (slot.variant) {
    case 0:
      return {
        args: {
          description: "plain",
          variables: { color: "blue" },
          tags: [team.args],
          methodSettings: [{ ...ALL, throttlingRateLimit: 12.5 }],
        },
        owned: {
          Description: "plain",
          Variables: { color: "blue" },
          Tags: [team.owned],
          MethodSettings: [{ ...OWNED_ALL, ThrottlingRateLimit: 12.5 }],
        },
      };
    case 1:
      return {
        args: {
          tracingEnabled: true,
          variables: { color: "blue", token: pulumi.secret(secretOf(slot)) },
          tags: [team.args, tier.args],
          methodSettings: [{ ...ALL, throttlingRateLimit: 12.5, throttlingBurstLimit: 3, loggingLevel: "INFO" }],
        },
        owned: {
          TracingEnabled: true,
          Variables: { color: "blue", token: secretOf(slot) },
          Tags: [team.owned, tier.owned],
          MethodSettings: [{ ...OWNED_ALL, ThrottlingRateLimit: 12.5, ThrottlingBurstLimit: 3, LoggingLevel: "INFO" }],
        },
      };
    case 2:
      return {
        args: {
          cacheClusterEnabled: true,
          cacheClusterSize: "0.5",
          variables: { color: "red", size: "large" },
          canarySetting: { percentTraffic: 0.5, stageVariableOverrides: { color: "green" }, useStageCache: true },
          methodSettings: [
            { ...ALL, cachingEnabled: true, dataTraceEnabled: true, loggingLevel: "INFO" },
            { resourcePath: "/", httpMethod: "GET", throttlingRateLimit: 12.5 },
          ],
        },
        owned: {
          CacheClusterEnabled: true,
          CacheClusterSize: "0.5",
          Variables: { color: "red", size: "large" },
          CanarySetting: { PercentTraffic: 0.5, StageVariableOverrides: { color: "green" }, UseStageCache: true },
          MethodSettings: [
            { ...OWNED_ALL, CachingEnabled: true, DataTraceEnabled: true, LoggingLevel: "INFO" },
            { ResourcePath: "/", HttpMethod: "GET", ThrottlingRateLimit: 12.5 },
          ],
        },
      };
    default:
      return {
        args: {
          tags: [team.args],
          variables: { color: "red" },
          canarySetting: { percentTraffic: 0.5, stageVariableOverrides: { color: "green", size: "small" } },
        },
        owned: {
          Tags: [team.owned],
          Variables: { color: "red" },
          CanarySetting: { PercentTraffic: 0.5, StageVariableOverrides: { color: "green", size: "small" } },
        },
      };
  }
}

interface Api {
  readonly restApi: apigateway.RestApi;
  readonly method: apigateway.Method;
}

export function buildApi(slot: Slot, template: string): Api {
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
export function expectedApi(slot: Slot, template: string, stageName: string, stage: Model): Expected[] {
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
      owned: {
        HttpMethod: "GET",
        AuthorizationType: "NONE",
        Integration: { Type: "MOCK", RequestTemplates: { "application/json": template } },
      },
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
