import type { JsonValue } from "../../schema/types";
import { isObject, str, type JsonObject } from "../json";
import type { HandlerContext } from "./types";

/** The little that AWS does for a type beyond what its schema says. Every entry is a recording in fixtures/cdk-real-drift. */
export interface Overlay {
  /** Ids in the form AWS gives them. */
  ids?(desired: JsonObject, context: HandlerContext): JsonObject;
  /** What a read shows although nobody set it. */
  defaults?(model: JsonObject, context: HandlerContext): Record<string, JsonValue | undefined>;
  /** All read-only attributes come from `ids` and `defaults`; none is invented. */
  readonly exactAttributes?: boolean;
  /** Whether another resource still needs this one. */
  inUse?(live: JsonObject, context: HandlerContext): boolean;
}

/** API Gateway gives most of its children six characters. */
function sixAs(name: string): Pick<Overlay, "ids"> {
  return { ids: (_, context) => ({ [name]: context.ids.text(6) }) };
}

function regionalDomain(model: JsonObject, context: HandlerContext): Record<string, JsonValue | undefined> {
  const endpoint = isObject(model.EndpointConfiguration) ? model.EndpointConfiguration : {};
  const types = Array.isArray(endpoint.Types) ? endpoint.Types : ["EDGE"];
  const regional = types.includes("REGIONAL");
  return {
    RoutingMode: model.RoutingMode ?? "BASE_PATH_MAPPING_ONLY",
    SecurityPolicy: model.SecurityPolicy ?? "TLS_1_2",
    EndpointConfiguration: { IpAddressType: "ipv4", Types: types, ...endpoint },
    DomainNameArn: `arn:${context.partition}:apigateway:${context.region}::/domainnames/${str(model.DomainName) ?? ""}`,
    RegionalHostedZoneId: regional ? "Z1UJRXOUMOOFG7" : undefined,
    RegionalDomainName: regional
      ? (model.RegionalDomainName ?? `d-${context.ids.text(10)}.execute-api.${context.region}.amazonaws.com`)
      : undefined,
    DistributionHostedZoneId: regional ? undefined : "Z2FDTNDATAQYW2",
    DistributionDomainName: regional
      ? undefined
      : (model.DistributionDomainName ?? `d${context.ids.text(13)}.cloudfront.net`),
    Tags: model.Tags ?? [],
  };
}

function httpStageDefaults(model: JsonObject, context: HandlerContext): Record<string, JsonValue | undefined> {
  const api = context.store.get("AWS::ApiGatewayV2::Api", str(model.ApiId) ?? "");
  const given = isObject(model.DefaultRouteSettings) ? model.DefaultRouteSettings : {};
  const socket = api?.model.ProtocolType === "WEBSOCKET";
  const routes: JsonObject = socket
    ? { LoggingLevel: "OFF", DataTraceEnabled: false, DetailedMetricsEnabled: false }
    : { DetailedMetricsEnabled: false };
  return {
    DeploymentId: model.DeploymentId ?? (model.AutoDeploy === true ? context.ids.text(6) : undefined),
    RouteSettings: model.RouteSettings ?? {},
    StageVariables: model.StageVariables ?? {},
    DefaultRouteSettings: { ...routes, ...given },
  };
}

/** @internal */
export const overlays: Readonly<Partial<Record<string, Overlay>>> = {
  "AWS::ApiGateway::Authorizer": {
    ...sixAs("AuthorizerId"),
    defaults: (model) => ({
      ProviderARNs: model.ProviderARNs ?? [],
      AuthType: model.AuthType ?? (model.Type === "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom"),
    }),
  },
  "AWS::ApiGateway::ClientCertificate": {
    ...sixAs("ClientCertificateId"),
    inUse: (live, context) =>
      context.store
        .list("AWS::ApiGateway::Stage")
        .some((s) => s.model.ClientCertificateId === live.ClientCertificateId),
  },
  "AWS::ApiGateway::DocumentationPart": sixAs("DocumentationPartId"),
  "AWS::ApiGateway::RequestValidator": sixAs("RequestValidatorId"),
  "AWS::ApiGateway::DomainName": { defaults: regionalDomain, exactAttributes: true },
  "AWS::ApiGateway::GatewayResponse": {
    ids: (desired) => ({ Id: `${str(desired.RestApiId) ?? ""}:${str(desired.ResponseType) ?? ""}` }),
    defaults: (model) => ({
      ResponseParameters: model.ResponseParameters ?? {},
      ResponseTemplates: model.ResponseTemplates ?? {
        "application/json": '{"message":$context.error.messageString}',
      },
    }),
  },
  "AWS::ApiGateway::UsagePlan": {
    ...sixAs("Id"),
    defaults: (model) => ({
      ApiStages: model.ApiStages ?? [],
      Quota: isObject(model.Quota) ? { Offset: 0, ...model.Quota } : undefined,
    }),
  },
  "AWS::ApiGatewayV2::Api": { ids: (_, context) => ({ ApiId: context.ids.text(10) }) },
  "AWS::ApiGatewayV2::Stage": { defaults: httpStageDefaults },
  "AWS::CloudWatch::Alarm": {
    defaults: (model, context) => ({
      ActionsEnabled: model.ActionsEnabled ?? true,
      AlarmActions: model.AlarmActions ?? [],
      OKActions: model.OKActions ?? [],
      InsufficientDataActions: model.InsufficientDataActions ?? [],
      Arn: `arn:${context.partition}:cloudwatch:${context.region}:${context.account}:alarm:${str(model.AlarmName) ?? ""}`,
    }),
  },
};
