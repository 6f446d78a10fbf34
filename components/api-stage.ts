import * as pulumi from "@pulumi/pulumi";
import {
  AccountRole,
  Stage,
  type BasePathMapping,
  type ClientCertificate,
  type Deployment,
  type DocumentationVersion,
  type StageArgs,
  type UsagePlan,
} from "../resources/apigateway";
import type { Alarm, Dashboard } from "../resources/cloudwatch";
import type { LogGroup, MetricFilter } from "../resources/logs";
import type { WebACLAssociation } from "../resources/wafv2";
import { checkLogs, makeLogs, type Logs, type LogsArgs } from "./access-log";
import { apiNameOf, makeAlarms, type StageAlarms } from "./alarms";
import type { ApiStageArgs } from "./api-stage-args";
import { Children } from "./children";
import type { ControlFinding } from "./compliance";
import { dashboardUrl, makeDashboard } from "./dashboard";
import { makeDeployment } from "./deployment";
import { makeAfter, makeBefore } from "./extras";
import { findingsOf } from "./findings";
import { given } from "./later";
import { mayCache, mayLogExecutions, settingsList, withEncryptedCaches } from "./method-settings";
import { arnOf, deploymentIdOf, restApiIdOf } from "./references";
import type { ReleaseHook } from "./release";
import { warnOfSharedVersion } from "./shared-documentation";
import { warnOf } from "./stage-warnings";
import { tagList } from "./tags";
import { targetOf } from "./target";

/**
 * A stage of a REST API together with what it cannot do without: the deployment it serves and, where asked for, its log
 * groups, the role to write them, alarms and more. It adds no settings of its own, except that
 * what is cached is encrypted unless the program says otherwise; `DevStage`, `CanaryStage` and
 * `LoggingStage` do.
 *
 * Children: the stage under the component's own name, `{name}-deployment`, `{name}-access-logs`,
 * `{name}-execution-logs`, `{name}-canary-logs`, `{name}-canary-execution-logs`, `{name}-account-role`, `{name}-web-acl`,
 * `{name}-certificate`, `{name}-documentation`, `{name}-usage-plan`, `{name}-base-path`, `{name}-5xx`, `{name}-latency`,
 * `{name}-throttles`, `{name}-throttled`, `{name}-dashboard`. Each is a public field, and `transform` has the last word
 * on it.
 *
 * @example
 * ```ts
 * const stage = new ApiStage("pets", {
 *   restApi: api,
 *   stageName: "dev",
 *   redeployOn: [getPets],
 *   methodSettings: { "GET /pets/{id}": { throttlingRateLimit: 20, throttlingBurstLimit: 40 } },
 *   tags: { team: "pets" },
 * });
 * export const url = stage.invokeUrl;
 * ```
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 * @public
 */
export class ApiStage extends pulumi.ComponentResource {
  /** The stage itself. */
  readonly stage: Stage;
  /** The deployment that the component made; undefined where one was given. */
  readonly deployment: Deployment | undefined;
  /** The access log's group that the component made; undefined where there is no access log or one goes elsewhere. */
  readonly logGroup: LogGroup | undefined;
  /** The group of the execution log. */
  readonly executionLogGroup: LogGroup | undefined;
  /** The access log's group for the requests of a canary. */
  readonly canaryLogGroup: LogGroup | undefined;
  /** The execution log's group for the requests of a canary. */
  readonly canaryExecutionLogGroup: LogGroup | undefined;
  /** What sees to API Gateway's role for logs. */
  readonly accountRole: AccountRole | undefined;
  readonly webAclAssociation: WebACLAssociation | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly documentationVersion: DocumentationVersion | undefined;
  readonly usagePlan: UsagePlan | undefined;
  readonly basePathMapping: BasePathMapping | undefined;
  /** The alarms, in the order errors, latency, throttles; empty where there are none. */
  readonly alarms: readonly Alarm[];
  /** What counts throttled requests for their alarm. */
  readonly metricFilter: MetricFilter | undefined;
  readonly dashboard: Dashboard | undefined;
  /** `arn:aws:apigateway:{region}::/restapis/{api}/stages/{stage}`, as WAF and tagging take it. */
  readonly arn: pulumi.Output<string>;
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, without a slash at the end. */
  readonly invokeUrl: pulumi.Output<string>;
  /** `arn:aws:execute-api:{region}:{account}:{api}/{stage}`; add `/GET/pets` for an IAM policy. */
  readonly executionArn: pulumi.Output<string>;
  /** The stage's name. */
  readonly stageName: pulumi.Output<string>;
  /** The id of the API. */
  readonly restApiId: pulumi.Output<string>;
  /** The id of the deployment that the stage serves. */
  readonly deploymentId: pulumi.Output<string>;
  /** The id of the deployment that a canary serves; undefined where there is no canary, or none of its own. */
  readonly canaryDeploymentId: pulumi.Output<string | undefined>;
  /** The name of the access log's group that the component made. */
  readonly logGroupName: pulumi.Output<string | undefined>;
  /** The ARN of the access log's group that the component made, which ends in `:*`. */
  readonly logGroupArn: pulumi.Output<string | undefined>;
  /** The ARNs of the alarms. */
  readonly alarmArns: pulumi.Output<string[]>;
  /** The address of the dashboard in AWS's console. */
  readonly dashboardUrl: pulumi.Output<string | undefined>;
  /** What security standards and linters ask of a stage, and whether this one does it. */
  readonly compliance: pulumi.Output<readonly ControlFinding[]>;

  /**
   * @param token - the end of the component's type in the state; only the presets give another
   * @param release - makes the stage a released one, whose provider decides what it serves; only `CanaryStage` gives it
   */
  constructor(
    name: string,
    args: ApiStageArgs,
    opts?: pulumi.ComponentResourceOptions,
    token = "ApiStage",
    release?: ReleaseHook,
  ) {
    // No inputs are registered: resources among them would stand in the state a second time.
    super(`pulumi-cloudcontrol:index:${token}`, name, {}, opts);
    refuseBoth(args, "deployment", "deploymentId");
    refuseBoth(args, "accessLog", "accessLogSetting");
    refuseBoth(args, "clientCertificate", "clientCertificateId");
    refuseBoth(args, "documentation", "documentationVersion");
    const { restApi, stageName = pulumi.getStack() } = args;
    const place = { name, restApiId: restApiIdOf(restApi), stageName, target: targetOf(restApi, args), parent: this };
    const children = new Children(place, args.transform);
    const warn = (text: string): void => void pulumi.log.warn(text, this);
    const listed = settingsList(args.methodSettings);
    const settings = listed !== undefined && mayCache(args) ? withEncryptedCaches(listed) : listed;
    const { cacheClusterEnabled, cacheClusterSize } = args;
    warnOf({ settings, cacheClusterEnabled, cacheClusterSize, restApi }, warn);

    const isLogging = mayLogExecutions(settings);
    const wanted: LogsArgs = {
      accessLog: args.accessLog === false ? undefined : args.accessLog,
      executionLog: isLogging && args.executionLog !== false ? (args.executionLog ?? {}) : undefined,
      hasCanary: args.canaryLogs ?? (args.canarySetting !== undefined || release !== undefined),
      isKept: args.logsOnDelete === "keep",
    };
    checkLogs(wanted, warn);
    const logs = makeLogs(children, wanted);
    const needsRole = logs.setting !== undefined || isLogging;
    this.accountRole = makeAccountRole(children, args.accountRole ?? (needsRole ? "ensure" : "ignore"));
    const before = makeBefore(children, args);
    if (before.documentationVersion) warnOfSharedVersion(before.documentationVersion, restApi, name, warn);
    const served = args.deployment === undefined ? args.deploymentId : deploymentIdOf(args.deployment, "deployment");
    const released = release?.({
      children,
      logGroup: logs.access,
      canaryLogGroup: logs.canaryAccess,
      logFormat: logs.setting?.format,
    });
    this.deployment =
      served === undefined && !released ? makeDeployment(children, restApi, args.redeployOn) : undefined;
    const deploymentId = this.deployment?.deploymentId ?? served;

    const stageArgs: StageArgs = {
      ...ownSettings(args),
      restApiId: place.restApiId,
      stageName,
      ...given({ deploymentId, methodSettings: settings, accessLogSetting: logs.setting ?? args.accessLogSetting }),
      ...before.members,
      ...(args.tags === undefined ? {} : { tags: tagList(args.tags) }),
      ...released,
    };
    // API Gateway makes the groups that it misses, and refuses a stage that may not log.
    const dependsOn = [logs.execution, logs.canaryAccess, logs.canaryExecution, this.accountRole].filter(isThere);
    this.stage = children.make("stage", "", Stage, stageArgs, { dependsOn });
    const after = makeAfter(children, this.stage, args);
    const watched = watch(children, this.stage, args, logs, warn);

    this.logGroup = logs.access;
    this.executionLogGroup = logs.execution;
    this.canaryLogGroup = logs.canaryAccess;
    this.canaryExecutionLogGroup = logs.canaryExecution;
    this.clientCertificate = before.clientCertificate;
    this.documentationVersion = before.documentationVersion;
    this.webAclAssociation = after.webAclAssociation;
    this.usagePlan = after.usagePlan;
    this.basePathMapping = after.basePathMapping;
    this.alarms = watched.alarms;
    this.metricFilter = watched.metricFilter;
    this.dashboard = watched.dashboard;

    this.arn = this.stage.arn;
    this.invokeUrl = this.stage.invokeUrl;
    this.executionArn = this.stage.executionArn;
    this.stageName = this.stage.stageName;
    this.restApiId = this.stage.restApiId;
    const canary = released ? this.stage.canarySetting : args.canarySetting;
    this.deploymentId = pulumi.output(released ? this.stage.deploymentId : deploymentId).apply((id) => id ?? "");
    this.canaryDeploymentId = pulumi.output(canary).apply((setting) => setting?.deploymentId);
    this.logGroupName = pulumi.output(logs.access?.logGroupName);
    this.logGroupArn = pulumi.output(logs.access?.arn);
    this.alarmArns = pulumi.all<string>(this.alarms.map(({ arn }) => arn));
    this.dashboardUrl = pulumi.output(this.dashboard && dashboardUrl(children, this.stage.region));
    this.compliance = findingsOf(this, args.waivers, released !== undefined);
    this.registerOutputs({
      arn: this.arn,
      invokeUrl: this.invokeUrl,
      executionArn: this.executionArn,
      stageName: this.stageName,
      restApiId: this.restApiId,
      deploymentId: this.deploymentId,
      canaryDeploymentId: this.canaryDeploymentId,
      logGroupName: this.logGroupName,
      logGroupArn: this.logGroupArn,
      alarmArns: this.alarmArns,
      dashboardUrl: this.dashboardUrl,
    });
  }
}

/** The arguments that are the stage's own, in the words of a `Stage`. */
function ownSettings(args: ApiStageArgs): Omit<StageArgs, "restApiId" | "stageName"> {
  const own = Object.entries(args).filter(([key]) => !NOT_OF_A_STAGE.has(key));
  return Object.fromEntries(own);
}

const NOT_OF_A_STAGE: ReadonlySet<string> = new Set<keyof ApiStageArgs>([
  "restApi",
  "stageName",
  "deployment",
  "redeployOn",
  "methodSettings",
  "accessLog",
  "accessLogSetting",
  "executionLog",
  "canaryLogs",
  "logsOnDelete",
  "accountRole",
  "tags",
  "webAcl",
  "clientCertificate",
  "clientCertificateId",
  "documentation",
  "documentationVersion",
  "usagePlan",
  "basePath",
  "alarms",
  "dashboard",
  "waivers",
  "transform",
]);

function makeAccountRole(children: Children, wish: NonNullable<ApiStageArgs["accountRole"]>): AccountRole | undefined {
  if (wish === "ignore") return undefined;
  const given = typeof wish === "object" ? { roleArn: arnOf(wish.roleArn, "accountRole.roleArn") } : {};
  const args = wish === "expect" ? { mode: wish } : given;
  return children.make("accountRole", "-account-role", AccountRole, args);
}

/** Makes what watches the stage. */
function watch(
  children: Children,
  stage: Stage,
  args: ApiStageArgs,
  logs: Logs,
  warn: (text: string) => void,
): StageAlarms & { readonly dashboard: Dashboard | undefined } {
  const alarms = args.alarms === true ? {} : args.alarms;
  const nothing: StageAlarms = { alarms: [], metricFilter: undefined };
  if (!alarms && args.dashboard !== true) return { ...nothing, dashboard: undefined };
  const apiName = (alarms || undefined)?.apiName ?? apiNameOf(children, args.restApi);
  const log = { group: logs.access, format: logs.setting?.format };
  const made = alarms ? makeAlarms(children, alarms, apiName, log, warn) : nothing;
  if (args.dashboard !== true) return { ...made, dashboard: undefined };
  const dashboard = makeDashboard(children, {
    apiName,
    region: stage.region,
    hasCache: mayCache(args),
    accessLog: logs.access,
    logFormat: logs.setting?.format,
  });
  return { ...made, dashboard };
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function refuseBoth(args: ApiStageArgs, one: keyof ApiStageArgs, other: keyof ApiStageArgs): void {
  if (args[one] === undefined || args[one] === false || args[other] === undefined) return;
  throw new pulumi.RunError(`${one}: expected either \`${one}\` or \`${other}\`, got both. Fix: remove one of them`);
}
