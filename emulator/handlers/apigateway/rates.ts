import { isObject, type JsonObject } from "../../json";
import { serviceError, type HandlerContext } from "../types";

/** So many calls of one kind in a window of time, for an account and region. */
interface Limit {
  readonly call: string;
  readonly calls: number;
  readonly ms: number;
}

type Mutation = "CREATE" | "UPDATE" | "DELETE";

const second = 1000;

function isEdge(model: JsonObject): boolean {
  const endpoint = isObject(model.EndpointConfiguration) ? model.EndpointConfiguration : {};
  return Array.isArray(endpoint.Types) ? endpoint.Types.includes("EDGE") : true;
}

/** API Gateway's page of control-plane quotas, none of which can be raised (facts 2.5 [D]). */
const limits: Readonly<Record<string, Partial<Record<Mutation, Limit>>>> = {
  Account: {
    CREATE: { call: "UpdateAccount", calls: 1, ms: 20 * second },
    UPDATE: { call: "UpdateAccount", calls: 1, ms: 20 * second },
  },
  Deployment: { CREATE: { call: "CreateDeployment", calls: 1, ms: 5 * second } },
  DocumentationVersion: { CREATE: { call: "CreateDocumentationVersion", calls: 1, ms: 20 * second } },
  DomainName: {
    CREATE: { call: "CreateDomainName", calls: 1, ms: 30 * second },
    UPDATE: { call: "UpdateDomainName", calls: 1, ms: 30 * second },
    DELETE: { call: "DeleteDomainName", calls: 1, ms: 30 * second },
  },
  Resource: {
    CREATE: { call: "CreateResource", calls: 5, ms: second },
    DELETE: { call: "DeleteResource", calls: 5, ms: second },
  },
  RestApi: {
    CREATE: { call: "CreateRestApi", calls: 1, ms: 3 * second },
    DELETE: { call: "DeleteRestApi", calls: 1, ms: 30 * second },
  },
  UsagePlan: { UPDATE: { call: "UpdateUsagePlan", calls: 1, ms: 20 * second } },
};

/** All calls together: ten a second, and forty at once. */
const total = { perSecond: 10, burst: 40 };

function refuse(context: HandlerContext): never {
  throw serviceError(context, "ApiGateway", 429, "Throttling", "Too Many Requests");
}

/** A bucket of tokens kept among the settings of the account and region. */
function take(context: HandlerContext, name: string, perMs: number, burst: number): void {
  const key = `apigateway.rate.${name}`;
  const kept = context.store.settings.get(key);
  const [left, at] = Array.isArray(kept) ? (kept as [number, number]) : [burst, context.now];
  const now = Math.min(burst, left + (context.now - at) * perMs);
  context.store.settings.set(key, [now >= 1 ? now - 1 : now, context.now]);
  if (now < 1) refuse(context);
}

/**
 * Counts what a handler asks of API Gateway, while the switch `controlPlaneRates` is on.
 *
 * @throws HandlerError Throttling beyond the rate, which is how a handler passes on TooManyRequestsException.
 * @internal
 */
export function countCall(context: HandlerContext, operation: Mutation, model: JsonObject): void {
  const [, service, kind = ""] = context.schema.typeName.split("::");
  if (service !== "ApiGateway" || !context.quirks.controlPlaneRates) return;
  take(context, "total", total.perSecond / second, total.burst);
  const limit = limits[kind]?.[operation];
  if (!limit) return;
  const edge = limit.call === "CreateRestApi" && isEdge(model);
  const ms = edge ? 30 * second : limit.ms;
  take(context, edge ? "CreateRestApi.edge" : limit.call, limit.calls / ms, limit.calls);
}
