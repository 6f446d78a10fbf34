/*
 * What security standards and linters ask of a stage. The list is data: the report of a component, the tests and the
 * table in docs/presets.md all come from it.
 */

/**
 * The ids of the controls that a stage is held against.
 *
 * @public
 */
export type ControlId =
  | "APIGateway.1"
  | "APIGateway.2"
  | "APIGateway.3"
  | "APIGateway.4"
  | "APIGateway.5"
  | "CIS-4.10"
  | "APIGWStructuredLogging"
  | "APIGWDefaultThrottling"
  | "CloudWatchLogGroupRetentionPeriod"
  | "CloudWatchLogGroupEncrypted"
  | "CKV_AWS_120"
  | "CKV_AWS_217"
  | "CKV_AWS_276"
  | "W64";

/**
 * What a control says of one stage.
 *
 * @public
 */
export interface ControlFinding {
  readonly id: ControlId;
  /** `waived`: not met, and the program says why that is right. */
  readonly status: "met" | "not met" | "waived";
  /** Why it is so; of a waiver the reason that was given. */
  readonly reason: string;
  /** What the control demands. */
  readonly title: string;
  /** Other standards' and tools' names of the same demand. */
  readonly also: readonly string[];
}

/** A method's settings, as far as controls look at them. */
export interface MethodFacts {
  readonly resourcePath?: string | undefined;
  readonly httpMethod?: string | undefined;
  readonly loggingLevel?: string | undefined;
  readonly dataTraceEnabled?: boolean | undefined;
  readonly cachingEnabled?: boolean | undefined;
  readonly cacheDataEncrypted?: boolean | undefined;
  readonly throttlingRateLimit?: number | undefined;
  readonly throttlingBurstLimit?: number | undefined;
}

/** What is known of a stage once all its arguments are. */
export interface StageFacts {
  readonly methods: readonly MethodFacts[];
  readonly accessLog:
    { readonly destinationArn?: string | undefined; readonly format?: string | undefined } | undefined;
  readonly tracing: boolean;
  readonly cacheCluster: boolean;
  readonly clientCertificate: boolean;
  readonly webAcl: boolean;
  readonly usagePlan: boolean;
  /** Whether the component makes the deployment. */
  readonly ownDeployment: boolean;
  /** The log groups that the component makes. */
  readonly logGroups: readonly { readonly days?: number | undefined; readonly kmsKeyId?: string | undefined }[];
  /** Which of the two logs go to groups that the component makes. */
  readonly ownLogs: { readonly access: boolean; readonly execution: boolean };
}

interface Control {
  readonly id: ControlId;
  readonly also: readonly string[];
  readonly title: string;
  /** Why the control is met or not. */
  readonly judge: (facts: StageFacts) => readonly [isMet: boolean, reason: string];
}

/** The controls, in the order of the report. */
export const CONTROLS: readonly Control[] = [
  {
    id: "APIGateway.1",
    also: ["CT.APIGATEWAY.PR.1", "CKV2_AWS_4", "AwsSolutions-APIG6", "API_GW_EXECUTION_LOGGING_ENABLED"],
    title: "executions of all methods are logged, errors at least",
    judge: ({ methods }) => {
      const silent = methods.find(({ loggingLevel: level }) => level === "OFF");
      if (silent) return [false, `loggingLevel is OFF for ${placeOf(silent)}`];
      const level = forAll(methods)?.loggingLevel;
      return level === undefined ? [false, "no loggingLevel for all methods"] : [true, `loggingLevel ${level}`];
    },
  },
  {
    id: "APIGateway.2",
    also: ["CKV2_AWS_51", "APIGWSSLEnabled"],
    title: "backends can tell API Gateway by a client certificate",
    judge: ({ clientCertificate: has }) => [has, has ? "a client certificate is set" : "no client certificate"],
  },
  {
    id: "APIGateway.3",
    also: ["CT.APIGATEWAY.PR.2", "CKV_AWS_73", "APIGWXrayEnabled"],
    title: "requests are traced by X-Ray",
    judge: ({ tracing: on }) => [on, on ? "tracingEnabled" : "tracingEnabled is not set"],
  },
  {
    id: "APIGateway.4",
    also: ["CKV2_AWS_29", "AwsSolutions-APIG3"],
    title: "a web ACL of AWS WAF protects the stage",
    judge: ({ webAcl: has }) => [has, has ? "a web ACL is associated" : "no webAcl"],
  },
  {
    id: "APIGateway.5",
    also: ["CT.APIGATEWAY.PR.3", "CKV_AWS_308", "cfn-nag W87"],
    title: "cached responses are encrypted",
    judge: ({ methods, cacheCluster }) => {
      if (!cacheCluster) return [true, "there is no cache"];
      const all = forAll(methods)?.cacheDataEncrypted;
      const bare = methods.find((one) => one.cachingEnabled === true && (one.cacheDataEncrypted ?? all) !== true);
      if (bare) return [false, `cacheDataEncrypted is not set for ${placeOf(bare)}`];
      return [true, "cacheDataEncrypted wherever responses are cached"];
    },
  },
  {
    id: "CIS-4.10",
    also: ["CKV_AWS_76", "cfn-nag W69", "AwsSolutions-APIG1", "API_GW_STAGE_ACCESS_LOGGING"],
    title: "every request is logged",
    judge: ({ accessLog }) => {
      const on = logsAccess(accessLog) && (accessLog?.format ?? "") !== "";
      return [on, on ? "the access log is on" : "no access log"];
    },
  },
  {
    id: "APIGWStructuredLogging",
    also: [],
    title: "the access log can be read by machines",
    judge: ({ accessLog }) => {
      if (accessLog?.format === undefined) return [false, "no access log"];
      return isJson(accessLog.format) ? [true, "the format is JSON"] : [false, "the format is no JSON"];
    },
  },
  {
    id: "APIGWDefaultThrottling",
    also: [],
    title: "rate and burst are limited for all methods",
    judge: ({ methods }) => {
      const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = forAll(methods) ?? {};
      if (rate === undefined || burst === undefined) return [false, "no rate and burst for all methods"];
      // API Gateway's own word for no limit, which linters must not take for one.
      if (rate < 0 || burst < 0) return [false, `${Math.min(rate, burst)} is no limit`];
      return [true, `${rate} per second, burst ${burst}`];
    },
  },
  {
    id: "CloudWatchLogGroupRetentionPeriod",
    also: [],
    title: "no log is kept for ever",
    judge: (facts) => {
      const { logGroups } = facts;
      if (logGroups.some(({ days }) => days === undefined)) return [false, "a log group has no retention"];
      return foreignLog(facts) ?? [true, `${logGroups.map(({ days }) => days).join(", ")} days`];
    },
  },
  {
    id: "CloudWatchLogGroupEncrypted",
    also: [],
    title: "logs are encrypted by a key of your own",
    judge: (facts) => {
      if (facts.logGroups.some(({ kmsKeyId }) => kmsKeyId === undefined)) return [false, "no kmsKeyId"];
      return foreignLog(facts) ?? [true, "kmsKeyId is set"];
    },
  },
  {
    id: "CKV_AWS_120",
    also: ["CKV_AWS_225"],
    title: "responses are cached",
    judge: ({ methods, cacheCluster }) => {
      if (!cacheCluster) return [false, "there is no cache"];
      const on = methods.some(({ cachingEnabled }) => cachingEnabled === true);
      return [on, on ? "cachingEnabled" : "a cache without cachingEnabled"];
    },
  },
  {
    id: "CKV_AWS_217",
    also: [],
    title: "a new deployment is made before the old one goes",
    judge: ({ ownDeployment: own }) => [own, own ? "the component makes it so" : "the deployment was given"],
  },
  {
    id: "CKV_AWS_276",
    also: [],
    title: "no log holds whole requests",
    judge: ({ methods }) => {
      const traced = methods.find(({ dataTraceEnabled }) => dataTraceEnabled === true);
      return traced ? [false, `dataTraceEnabled for ${placeOf(traced)}`] : [true, "dataTraceEnabled is off"];
    },
  },
  {
    id: "W64",
    also: [],
    title: "a usage plan bounds the stage's callers",
    judge: ({ usagePlan: has }) => [has, has ? "a usage plan is set" : "no usagePlan"],
  },
];

/**
 * Holds a stage against all controls.
 *
 * @param waivers - reasons by the id of the control
 */
export function judge(
  facts: StageFacts,
  waivers: Readonly<Partial<Record<ControlId, string>>> = {},
): readonly ControlFinding[] {
  return CONTROLS.map(({ id, also, title, judge: verdict }) => {
    const [isMet, reason] = verdict(facts);
    const waiver = waivers[id];
    if (isMet || waiver === undefined) return { id, status: isMet ? "met" : "not met", reason, title, also };
    return { id, status: "waived", reason: waiver, title, also };
  });
}

/** Of groups that the component does not make nobody here knows how long they keep what; undefined where there are none. */
function foreignLog({ methods, accessLog, logGroups, ownLogs }: StageFacts): readonly [boolean, string] | undefined {
  const logsExecutions = methods.some(
    ({ loggingLevel: level = "OFF", dataTraceEnabled: traces }) => level !== "OFF" || traces === true,
  );
  if (logsAccess(accessLog) && !ownLogs.access) return [false, "the access log's group is not this component's"];
  if (logsExecutions && !ownLogs.execution) return [false, "the execution log's group is not this component's"];
  return logGroups.length === 0 ? [true, "there are no logs"] : undefined;
}

function logsAccess(accessLog: StageFacts["accessLog"]): boolean {
  return (accessLog?.destinationArn ?? "") !== "";
}

function forAll(methods: readonly MethodFacts[]): MethodFacts | undefined {
  return methods.find(({ resourcePath, httpMethod }) => resourcePath === "/*" && httpMethod === "*");
}

function placeOf({ resourcePath = "a resource", httpMethod = "*" }: MethodFacts): string {
  return resourcePath === "/*" && httpMethod === "*"
    ? "all methods"
    : `${httpMethod} ${resourcePath.replace(/^\//, "").replaceAll("~1", "/") || "/"}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
