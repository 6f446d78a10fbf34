/*
 * The variables of a REST API's access log, with a value of each as it could stand in a line. API Gateway writes `-` for
 * what a request does not have, and for names it does not know as well, so that a slip stays unseen until somebody needs
 * the value.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const SAMPLES = {
  accountId: "123456789012",
  apiId: "a1b2c3d4e5",
  authenticate: { error: "-", latency: "-", status: "-" },
  authorize: { error: "-", latency: "2", status: "200" },
  authorizer: {
    error: "-",
    integrationLatency: "31",
    integrationStatus: "200",
    latency: "33",
    principalId: "user-1",
    requestId: "7f3c1a52-6f0e-4f0b-9a52-3f5b8f0b7f11",
    status: "200",
  },
  awsEndpointRequestId: "0b1d6a5e-8e1f-4b57-a7a6-7c5d0f1c2e3d",
  cipherSuite: "TLS_AES_128_GCM_SHA256",
  customDomain: { basePathMatched: "v1", routingRuleIdMatched: "-" },
  deploymentId: "d1e2f3",
  domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
  domainPrefix: "a1b2c3d4e5",
  endpointType: "REGIONAL",
  error: { message: "-", messageString: "-", responseType: "-", validationErrorString: "-" },
  extendedRequestId: "JKJaXmPLvHcESHA=",
  httpMethod: "GET",
  identity: {
    accountId: "-",
    apiKey: "-",
    apiKeyId: "-",
    caller: "-",
    clientCert: {
      clientCertPem: "-",
      issuerDN: "-",
      serialNumber: "-",
      subjectDN: "-",
      validity: { notAfter: "-", notBefore: "-" },
    },
    cognitoAuthenticationProvider: "-",
    cognitoAuthenticationType: "-",
    cognitoIdentityId: "-",
    cognitoIdentityPoolId: "-",
    principalOrgId: "-",
    sourceIp: "203.0.113.7",
    user: "-",
    userAgent: "curl/8.9.1",
    userArn: "-",
    vpcId: "-",
    vpceId: "-",
  },
  integration: {
    error: "-",
    integrationStatus: "200",
    latency: "18",
    requestId: "0b1d6a5e-8e1f-4b57-a7a6-7c5d0f1c2e3d",
    responseTransferMode: "BUFFERED",
    status: "200",
    timeToAllHeaders: "17",
    timeToFirstContent: "18",
  },
  integrationErrorMessage: "-",
  integrationLatency: "18",
  integrationStatus: "200",
  isCanaryRequest: "false",
  path: "/prod/pets/42",
  protocol: "HTTP/1.1",
  requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
  requestTime: "22/Nov/2026:10:15:30 +0000",
  requestTimeEpoch: "1795342530000",
  resourceId: "x7y8z9",
  resourcePath: "/pets/{id}",
  responseLatency: "21",
  responseLength: "348",
  responseOverride: { status: "-" },
  stage: "prod",
  status: "200",
  tlsVersion: "TLSv1.3",
  waf: { error: "-", latency: "4", status: "200" },
  wafResponseCode: "WAF_ALLOW",
  webaclArn: "-",
  xrayTraceId: "1-67891234-12456789abcdef012345678f",
} as const;

/** Where the rest of a name is the API's own, such as a claim. */
const OPEN = [
  "authorizer.claims.",
  "authorizer.",
  "requestOverride.header.",
  "requestOverride.path.",
  "requestOverride.querystring.",
  "responseOverride.header.",
] as const;

/** Variables of WebSocket and HTTP APIs, which a REST API does not fill. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "awsEndpointRequestId2",
  "connectedAt",
  "connectionId",
  "dataProcessed",
  "eventType",
  "messageId",
  "routeKey",
]);

/**
 * A variable of an access log, as AWS writes it.
 *
 * @public
 */
export type LogField = `$context.${string}`;

/**
 * The variables by their place in `$context`.
 *
 * @public
 */
export type LogFields<T, P extends string = "$context"> = {
  readonly [K in keyof T & string]: T[K] extends string ? `${P}.${K}` : LogFields<T[K], `${P}.${K}`>;
};

function fieldsOf(samples: object, path: string): object {
  const entries = Object.entries(samples).map(([key, below]: [string, unknown]) => {
    const at = `${path}.${key}`;
    return [key, typeof below === "object" && below !== null ? fieldsOf(below, at) : at];
  });
  return Object.freeze(Object.fromEntries(entries)) as object;
}

/**
 * Every variable of a REST API's access log, so that the compiler knows their names: `fields.identity.sourceIp` is
 * `$context.identity.sourceIp`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 * @public
 */
export const fields = fieldsOf(SAMPLES, "$context") as LogFields<typeof SAMPLES>;

/**
 * A claim of the token that a Cognito or JWT authorizer has checked.
 *
 * @public
 */
export function claim(name: string): LogField {
  return `$context.authorizer.claims.${name}`;
}

/**
 * A value that a Lambda authorizer returned in its `context`.
 *
 * @public
 */
export function authorizerValue(name: string): LogField {
  return `$context.authorizer.${name}`;
}

function flat(samples: object, path = ""): [string, string][] {
  return Object.entries(samples).flatMap(([key, below]: [string, unknown]) =>
    typeof below === "string" ? [[path + key, below] as [string, string]] : flat(below as object, `${path}${key}.`),
  );
}

/** A value of each variable, by its name behind `$context.`. */
const samples: ReadonlyMap<string, string> = new Map(flat(SAMPLES));

/** What is known of a name behind `$context.`. */
export function variableKind(name: string): "known" | "elsewhere" | "unknown" {
  if (samples.has(name)) return "known";
  if (OPEN.some((open) => name.startsWith(open) && name.length > open.length)) return "known";
  return ELSEWHERE.has(name) ? "elsewhere" : "unknown";
}

/** The names of all variables whose name is given by AWS. */
export function variableNames(): Iterable<string> {
  return samples.keys();
}

/** A value that a variable could have in a line. */
export function sampleOf(name: string): string {
  return samples.get(name) ?? "-";
}
