import type { JsonValue } from "../../../schema/types";
import { isObject, str, type JsonObject } from "../../json";
import {
  badRequest,
  conflict,
  inferredConflict,
  inferredRefusal,
  notFound,
  quota,
  requireApi,
} from "../apigateway/shared";
import type { Overlay, Overlays } from "../overlay";
import type { HandlerContext } from "../types";

/** The hosted zone of regional endpoints where it is known (fixtures: us-east-1); CloudFront's is one for all [D]. */
const regionalZones: Readonly<Record<string, string>> = {
  "us-east-1": "Z1UJRXOUMOOFG7",
  "us-east-2": "ZOJJZC49E0EPZ",
  "us-west-1": "Z2MUQ32089INYE",
  "us-west-2": "Z2OJLYMUO9EFXC",
  "eu-west-1": "ZLY8HYME6SFDD",
  "eu-central-1": "Z1U9ULNL0V5AJ3",
};
const cloudFrontZone = "Z2FDTNDATAQYW2";

function endpointTypes(model: JsonObject): JsonValue[] {
  const endpoint = isObject(model.EndpointConfiguration) ? model.EndpointConfiguration : {};
  return Array.isArray(endpoint.Types) ? endpoint.Types : ["EDGE"];
}

/** What a custom domain reads back with (fixtures: AWS::ApiGateway::DomainName, a regional one). */
function domainDefaults(
  model: JsonObject,
  context: HandlerContext,
  live?: JsonObject,
): Record<string, JsonValue | undefined> {
  const { region, partition, ids } = context;
  const given = isObject(model.EndpointConfiguration) ? model.EndpointConfiguration : {};
  const types = endpointTypes(model);
  const regional = types.includes("REGIONAL");
  const edge = types.includes("EDGE");
  return {
    RoutingMode: model.RoutingMode ?? "BASE_PATH_MAPPING_ONLY",
    SecurityPolicy: model.SecurityPolicy ?? "TLS_1_2",
    EndpointConfiguration: { IpAddressType: "ipv4", Types: types, ...given },
    DomainNameArn: `arn:${partition}:apigateway:${region}::/domainnames/${str(model.DomainName) ?? ""}`,
    RegionalHostedZoneId: regional
      ? (regionalZones[region] ?? `Z${ids.text(13, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}`)
      : undefined,
    RegionalDomainName: regional
      ? (live?.RegionalDomainName ?? `d-${ids.text(10)}.execute-api.${region}.amazonaws.com`)
      : undefined,
    DistributionHostedZoneId: edge ? cloudFrontZone : undefined,
    DistributionDomainName: edge ? (live?.DistributionDomainName ?? `d${ids.text(13)}.cloudfront.net`) : undefined,
    Tags: model.Tags ?? [],
  };
}

const domainName: Overlay = {
  exactAttributes: true,
  check(model, context, live) {
    if (str(model.DomainName) === undefined) throw badRequest(context, "Invalid domain name specified");
    const certificate = endpointTypes(model).includes("EDGE") ? model.CertificateArn : model.RegionalCertificateArn;
    if (certificate === undefined)
      inferredRefusal(context, "A certificate is required for the domain name's endpoint type");
    if (!live) quota(context, context.store.list("AWS::ApiGateway::DomainName").length, 120, "domain names");
  },
  defaults: domainDefaults,
  exists: (_, context) => conflict(context, "The domain name you provided already exists."),
  missing: (_, context) => notFound(context, "Invalid domain name identifier specified"),
  remove(live, context) {
    for (const mapping of mappingsOf(live.DomainName, context)) {
      context.store.remove(mapping.typeName, mapping.identifier);
    }
  },
};

function mappingsOf(domain: JsonValue | undefined, context: HandlerContext) {
  return context.store.list("AWS::ApiGateway::BasePathMapping").filter((m) => m.model.DomainName === domain);
}

function checkTarget(model: JsonObject, context: HandlerContext): void {
  if (model.RestApiId === undefined) return;
  requireApi(context, model);
  const stage = str(model.Stage);
  if (stage === undefined || stage === "") return;
  if (context.store.get("AWS::ApiGateway::Stage", `${str(model.RestApiId) ?? ""}|${stage}`)) return;
  // amplify-education/serverless-domain-manager #92 [I].
  throw badRequest(context, "Invalid stage identifier specified");
}

/** The empty base path is written in three ways; a read shows the empty one (facts 1.2). */
function basePath(value: JsonValue | undefined): string {
  const given = str(value) ?? "";
  return given === "(none)" ? "" : given;
}

const basePathMapping: Overlay = {
  ids: (desired) => ({ BasePath: basePath(desired.BasePath) }),
  check(model, context, live) {
    if (!context.store.get("AWS::ApiGateway::DomainName", str(model.DomainName) ?? "")) {
      throw notFound(context, "Invalid domain name identifier specified");
    }
    checkTarget(model, context);
    if (live) return;
    const others = mappingsOf(model.DomainName, context);
    if (others.length === 0) return;
    if (model.BasePath === "" || others.some((m) => m.model.BasePath === "")) {
      const same = others.some((m) => m.model.BasePath === model.BasePath);
      // Reported in 2019 (amplify-education/serverless-domain-manager #179); whether it still holds is not known [U].
      if (!same) inferredConflict(context, "Only one base path mapping is allowed if the base path is empty.");
    }
  },
  exists: (_, context) => conflict(context, "Base path already exists for this domain name"),
  missing: (_, context) => notFound(context, "Invalid base path mapping identifier specified"),
};

function privateArn(name: JsonValue | undefined, id: string, { partition, region, account }: HandlerContext): string {
  return `arn:${partition}:apigateway:${region}:${account}:/domainnames/${str(name) ?? ""}+${id}`;
}

/** Private custom domains: their ARN ends in an id of ten characters [D]. */
const domainNameV2: Overlay = {
  exactAttributes: true,
  ids(desired, context) {
    const DomainNameId = context.ids.text(10);
    return { DomainNameId, DomainNameArn: privateArn(desired.DomainName, DomainNameId, context) };
  },
  defaults: (model, _, live) => ({
    RoutingMode: model.RoutingMode ?? "BASE_PATH_MAPPING_ONLY",
    SecurityPolicy: model.SecurityPolicy ?? "TLS_1_2",
    EndpointConfiguration: {
      IpAddressType: "dualstack",
      Types: ["PRIVATE"],
      ...(isObject(model.EndpointConfiguration) ? model.EndpointConfiguration : {}),
    },
    DomainNameId: live?.DomainNameId ?? model.DomainNameId,
    DomainNameArn: live?.DomainNameArn ?? model.DomainNameArn,
  }),
  missing: (_, context) => notFound(context, "Invalid domain name identifier specified"),
};

const basePathMappingV2: Overlay = {
  exactAttributes: true,
  ids(desired) {
    const path = basePath(desired.BasePath);
    const arn = str(desired.DomainNameArn) ?? "";
    return { BasePath: path, BasePathMappingArn: `${arn}/basepathmappings/${path === "" ? "(none)" : path}` };
  },
  check(model, context) {
    if (!context.store.get("AWS::ApiGateway::DomainNameV2", str(model.DomainNameArn) ?? "")) {
      throw notFound(context, "Invalid domain name identifier specified");
    }
    checkTarget(model, context);
  },
  exists: (_, context) => conflict(context, "Base path already exists for this domain name"),
  missing: (_, context) => notFound(context, "Invalid base path mapping identifier specified"),
};

const accessAssociation: Overlay = {
  exactAttributes: true,
  ids(desired, { partition, region, account, ids }) {
    const [, domain = ""] = /:\/domainnames\/(.+)$/.exec(str(desired.DomainNameArn) ?? "") ?? [];
    const source = str(desired.AccessAssociationSource) ?? ids.text(10);
    const kind = (str(desired.AccessAssociationSourceType) ?? "VPCE").toLowerCase();
    const name = `/domainnameaccessassociations/domainname/${domain}/${kind === "vpce" ? "vpcesource" : kind}/${source}`;
    return { DomainNameAccessAssociationArn: `arn:${partition}:apigateway:${region}:${account}:${name}` };
  },
};

/** Custom domains, public and private, and what they map to. @internal */
export const domains: Overlays = {
  "AWS::ApiGateway::DomainName": domainName,
  "AWS::ApiGateway::BasePathMapping": basePathMapping,
  "AWS::ApiGateway::DomainNameV2": domainNameV2,
  "AWS::ApiGateway::BasePathMappingV2": basePathMappingV2,
  "AWS::ApiGateway::DomainNameAccessAssociation": accessAssociation,
};
