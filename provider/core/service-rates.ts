import type { OperationName } from "./errors";
import { isObject, type JsonObject } from "./json";

/** So many calls of one kind at once, and one more each `ms`, for an account and region. */
export interface ServiceRate {
  /** What the service calls it; calls of one name share the rate. */
  readonly call: string;
  readonly burst: number;
  /** Milliseconds until one more call may be made. */
  readonly ms: number;
}

const SECOND = 1000;
const once = (call: string, seconds: number): ServiceRate => ({ call, burst: 1, ms: seconds * SECOND });
const fiveASecond = (call: string): ServiceRate => ({ call, burst: 5, ms: SECOND / 5 });

type Rates = Partial<Record<OperationName, ServiceRate>>;

/** All calls of API Gateway's control plane together. */
const TOTAL: ServiceRate = { call: "API Gateway's control plane", burst: 40, ms: SECOND / 10 };

const updateAccount = once("UpdateAccount", 20);
const API_GATEWAY: Readonly<Record<string, Rates>> = {
  Account: { Create: updateAccount, Update: updateAccount },
  Deployment: { Create: once("CreateDeployment", 5) },
  DocumentationVersion: { Create: once("CreateDocumentationVersion", 20) },
  DomainName: {
    Create: once("CreateDomainName", 30),
    Update: once("UpdateDomainName", 30),
    Delete: once("DeleteDomainName", 30),
  },
  Resource: { Create: fiveASecond("CreateResource"), Delete: fiveASecond("DeleteResource") },
  RestApi: { Create: once("CreateRestApi", 3), Delete: once("DeleteRestApi", 30) },
  UsagePlan: { Update: once("UpdateUsagePlan", 20) },
};

/** An API for the edge, which is what one is where nothing is said, may be made in another rhythm. */
const EDGE_API = once("CreateRestApi (edge)", 30);

function isEdge(model: JsonObject): boolean {
  const configuration = model.EndpointConfiguration;
  const types = isObject(configuration) ? configuration.Types : undefined;
  return !Array.isArray(types) || types.includes("EDGE");
}

/**
 * The rates that a service itself sets for what a handler asks of it, beside Cloud Control's own. Beyond them a handler
 * fails with Throttling, so that calls wait before they are sent.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export function serviceRates(typeName: string, operation: OperationName, model: JsonObject): readonly ServiceRate[] {
  const [, service, kind = ""] = typeName.split("::");
  if (service !== "ApiGateway") return [];
  const own = API_GATEWAY[kind]?.[operation];
  if (!own) return [TOTAL];
  return [kind === "RestApi" && operation === "Create" && isEdge(model) ? EDGE_API : own, TOTAL];
}
