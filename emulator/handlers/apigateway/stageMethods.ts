import { objects, str, type JsonObject } from "../../json";
import type { HandlerContext } from "../types";
import { badRequest } from "./shared";

/** Account defaults that a setting is filled up with (facts 2.2; fixtures: AWS::ApiGateway::Stage). */
const defaults: JsonObject = {
  CacheTtlInSeconds: 300,
  CacheDataEncrypted: false,
  CachingEnabled: false,
  DataTraceEnabled: false,
  MetricsEnabled: false,
  ThrottlingBurstLimit: 5000,
  ThrottlingRateLimit: 10000,
};

const leaves: Readonly<Record<string, string>> = {
  CacheDataEncrypted: "caching/dataEncrypted",
  CacheTtlInSeconds: "caching/ttlInSeconds",
  CachingEnabled: "caching/enabled",
  DataTraceEnabled: "logging/dataTrace",
  LoggingLevel: "logging/loglevel",
  MetricsEnabled: "metrics/enabled",
  ThrottlingBurstLimit: "throttling/burstLimit",
  ThrottlingRateLimit: "throttling/rateLimit",
};

/** The paths UpdateStage takes, as its error text lists them (fixtures/localstack test_create_update_stages). */
const validPaths =
  "[/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, " +
  "/accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, " +
  "/{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, " +
  "/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, " +
  "/{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, " +
  "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, " +
  "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, " +
  "/*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit " +
  "/*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, " +
  "/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, " +
  "/variables/{variable_name}, /tracingEnabled]";

const verbs = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY", "*"]);

/** The patch path the handler would send for a leaf, or the refusal that path gets from UpdateStage. */
function resourcePath(entry: JsonObject, leaf: string, context: HandlerContext): string {
  const path = str(entry.ResourcePath) ?? "";
  const verb = str(entry.HttpMethod) ?? "";
  const refuse = (): Error => {
    const sent = `${path}/${verb}/${leaves[leaf] ?? ""}`;
    return badRequest(context, `Invalid method setting path: ${sent}. Must be one of: ${validPaths}`);
  };
  if (!path.startsWith("/") || !verbs.has(verb)) throw refuse();
  const key = path.slice(1);
  if (key === "" || key === "*" || key.startsWith("~1")) {
    if (key.includes("/")) throw refuse();
    return path;
  }
  if (context.quirks.unencodedResourcePath === "encode") return `/${path.replaceAll("/", "~1")}`;
  // UpdateStage keeps a single segment as it was sent (facts 2.3: `test/GET`); several make a path it does not know.
  if (context.quirks.unencodedResourcePath === "reject" || key.includes("/")) throw refuse();
  return path;
}

/** Ranges of facts 2.5; the texts are inferred [U]. */
function checkValues(entry: JsonObject, context: HandlerContext): void {
  const level = str(entry.LoggingLevel);
  if (level !== undefined && !["OFF", "ERROR", "INFO"].includes(level)) {
    throw badRequest(context, `Invalid logging level: ${level}. Must be one of [OFF, ERROR, INFO]`);
  }
  const ttl = entry.CacheTtlInSeconds;
  if (typeof ttl === "number" && (ttl < 0 || ttl > 3600)) {
    throw badRequest(context, `Invalid cache TTL: ${ttl}. Must be between 0 and 3600 seconds`);
  }
}

function sameMethod(a: JsonObject, b: JsonObject): boolean {
  return a.ResourcePath === b.ResourcePath && a.HttpMethod === b.HttpMethod;
}

/** Bugs b and d of facts 2.4: leaves that an update takes away but the handler leaves as they were. */
function kept(before: JsonObject | undefined, context: HandlerContext): JsonObject {
  const out: JsonObject = {};
  if (!before) return out;
  if (context.quirks.cacheStaysOn && before.CachingEnabled === true) out.CachingEnabled = true;
  if (context.quirks.dataTraceStays) {
    if (before.DataTraceEnabled === true) out.DataTraceEnabled = true;
    if (before.LoggingLevel !== undefined) out.LoggingLevel = before.LoggingLevel;
  }
  return out;
}

/**
 * The method settings as the stage has them afterwards.
 *
 * @internal
 */
export function methodSettings(
  desired: JsonObject,
  live: JsonObject | undefined,
  context: HandlerContext,
): JsonObject[] {
  const before = objects(live?.MethodSettings);
  const result: JsonObject[] = [];
  for (const entry of objects(desired.MethodSettings)) {
    const [leaf] = Object.keys(entry).filter((key) => Object.hasOwn(leaves, key));
    if (leaf === undefined) {
      // Bug g: no leaf, so the handler has no patch to send.
      if (context.quirks.emptyMethodSettingDropped) continue;
      throw badRequest(context, "A method setting must contain at least one setting");
    }
    const path = resourcePath(entry, leaf, context);
    checkValues(entry, context);
    const keyed = { ...entry, ResourcePath: path };
    const old = before.find((b) => sameMethod(b, keyed));
    const at = result.findIndex((r) => sameMethod(r, keyed));
    const whole = { ...inherited(result, old), ...kept(old, context), ...keyed };
    if (at >= 0) result[at] = whole;
    else result.push(whole);
  }
  return result;
}

/** A specific entry takes over what stands for all methods when it is first made (facts 2.3, recorded: test/GET). */
function inherited(done: readonly JsonObject[], old: JsonObject | undefined): JsonObject {
  const all = done.find((entry) => entry.ResourcePath === "/*" && entry.HttpMethod === "*");
  return old || !all ? { ...defaults } : { ...defaults, ...all };
}
