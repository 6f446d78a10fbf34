/** APIs with a stage, as several kinds of slots have them. */
import * as pulumi from "@pulumi/pulumi";
import { apigateway } from "../../index";
import type { Slot } from "./plan";
import { aliasOf, nameOf, regionOf, secretOf, type Expected, type Live, type Model } from "./slots";

interface StageSetting {
  readonly args: Partial<apigateway.StageArgs>;
  readonly owned: Model;
}

export function stageSetting(slot: Slot): StageSetting {
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
export function expectedApi(slot: Slot, stageName: string, stage: Model): Expected[] {
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
