import * as pulumi from "@pulumi/pulumi";
import { lint } from "./log-lint";
import { fields as f, type LogField } from "./log-variables";

/**
 * What a record holds: a name of your own for each value. A value is a variable, or text with variables in it.
 *
 * @public
 */
export interface LogRecord {
  readonly [name: string]: LogField | (string & {}) | LogRecord;
}

/**
 * What {@link json} writes unless told otherwise: who asked for what, what came of it and how long it took.
 *
 * @public
 */
export const standard = Object.freeze({
  requestId: f.requestId,
  extendedRequestId: f.extendedRequestId,
  requestTime: f.requestTime,
  requestTimeEpoch: f.requestTimeEpoch,
  ip: f.identity.sourceIp,
  userAgent: f.identity.userAgent,
  httpMethod: f.httpMethod,
  resourcePath: f.resourcePath,
  path: f.path,
  protocol: f.protocol,
  status: f.status,
  responseLength: f.responseLength,
  responseLatency: f.responseLatency,
  integrationStatus: f.integration.status,
  integrationLatency: f.integration.latency,
  integrationRequestId: f.integration.requestId,
  integrationError: f.integration.error,
  errorMessage: f.error.message,
  errorResponseType: f.error.responseType,
  authorizerPrincipalId: f.authorizer.principalId,
  authorizerError: f.authorizer.error,
  wafStatus: f.waf.status,
  xrayTraceId: f.xrayTraceId,
  apiId: f.apiId,
  stage: f.stage,
});

/** What {@link xml} and {@link csv} write unless told otherwise. */
const SHORT = Object.freeze({
  requestId: f.requestId,
  ip: f.identity.sourceIp,
  caller: f.identity.caller,
  user: f.identity.user,
  requestTime: f.requestTime,
  httpMethod: f.httpMethod,
  resourcePath: f.resourcePath,
  status: f.status,
  protocol: f.protocol,
  responseLength: f.responseLength,
});

/**
 * A JSON object in one line, with every value in quotes: API Gateway writes `-` for what is missing, for numbers as well,
 * and an unquoted `-` is no JSON.
 *
 * @throws RunError where no request id is in it, which AWS refuses
 * @example
 * ```ts
 * const { json, fields } = logFormat;
 * json({ requestId: fields.requestId, ip: fields.identity.sourceIp, status: fields.status });
 * ```
 * @public
 */
export function json(record: LogRecord = standard): string {
  return complete("json", JSON.stringify(record));
}

/**
 * The Common Log Format of web servers, with the request id behind it.
 *
 * @public
 */
export function clf(): string {
  const who = `${f.identity.sourceIp} ${f.identity.caller} ${f.identity.user}`;
  const what = `"${f.httpMethod} ${f.resourcePath} ${f.protocol}"`;
  return `${who} [${f.requestTime}] ${what} ${f.status} ${f.responseLength} ${f.requestId}`;
}

/**
 * An XML element in one line, with an element for each value.
 *
 * @throws RunError where a name cannot name an element, or no request id is in it
 * @public
 */
export function xml(record: LogRecord = SHORT): string {
  return complete("xml", element("request", record));
}

/**
 * Values in quotes, divided by commas, in the order given. The names are for you: a log has no head line.
 *
 * @throws RunError where no request id is in it
 * @public
 */
export function csv(record: Readonly<Record<string, string>> = SHORT): string {
  const values = Object.values(record).map((value) => `"${value.replaceAll('"', '""')}"`);
  return complete("csv", values.join(","));
}

function element(name: string, content: LogRecord[string]): string {
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
    throw new pulumi.RunError(`logFormat.xml: expected a name for an element, got "${name}". Fix: use letters only`);
  }
  const isRecord = typeof content === "object";
  const below = isRecord ? Object.entries(content).map(([key, value]) => element(key, value)) : [escaped(content)];
  return `<${name}>${below.join("")}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function complete(preset: string, format: string): string {
  const [wrong] = lint(format).filter(({ severity }) => severity === "error");
  if (wrong) throw new pulumi.RunError(`logFormat.${preset}: ${wrong.message}`);
  return format;
}
