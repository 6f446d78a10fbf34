import * as pulumi from "@pulumi/pulumi";
import type { StageAccessLogSettingArgs } from "../resources/apigateway";
import { plainLogFormat } from "../resources/apigateway/log-format";
import { json } from "../resources/apigateway/log-formats";
import { isLater } from "../resources/later";
import { LogGroup } from "../resources/logs";
import type { Children } from "./children";
import { given } from "./later";
import { arnOf, destinationArnOf, type ArnReference, type LogDestination } from "./references";

/**
 * The access log of a stage: one line for each request.
 *
 * API Gateway writes logs only in a region whose account setting has a CloudWatch role; the component sees to it, unless
 * `accountRole` says otherwise.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 * @public
 */
export interface AccessLogArgs {
  /**
   * A log group or Firehose stream that is there already, as an object or by its ARN. A Firehose stream's name has to
   * begin with `amazon-apigateway-`.
   *
   * @defaultValue a log group that the component makes, named `API-Gateway-Access-Logs_{restApiId}/{stageName}` after
   * the name that API Gateway gives to its execution logs
   */
  readonly destination?: LogDestination;
  /**
   * Days after which lines are deleted from the log group that the component makes. AWS takes certain numbers only,
   * such as 1, 7, 30, 90, 365. Beside a `destination` it has an effect on the execution log alone, and is refused where
   * that has its own.
   *
   * @defaultValue 90, since CloudWatch itself would keep and bill lines for ever
   */
  readonly retentionInDays?: pulumi.Input<number>;
  /**
   * The KMS key that encrypts the log group that the component makes. The key's policy must let the service
   * `logs.<region>.amazonaws.com` use it. Beside a `destination` it has an effect on the execution log alone, and is
   * refused where that has its own.
   *
   * @defaultValue CloudWatch Logs' own encryption
   */
  readonly kmsKeyId?: ArnReference;
  /**
   * What a line holds: a single line of text with variables such as `$context.requestId`, which must be one of them.
   * `logFormat` builds it from typed fields; a text of your own is held against the variables that API Gateway has, and
   * what it would silently write as `-` or as broken JSON is a warning at preview.
   *
   * @defaultValue `logFormat.json()`: an object with every value in quotes, as AWS writes `-` for what is missing
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
   */
  readonly format?: pulumi.Input<string>;
}

/**
 * The execution log of a stage: what API Gateway did with a request, step by step. API Gateway makes the log group by
 * itself, under a fixed name and to be kept for ever, so the component makes it first, or takes over the one that is
 * there.
 *
 * @public
 */
export interface ExecutionLogArgs {
  /**
   * Days after which lines are deleted. AWS takes certain numbers only.
   *
   * @defaultValue that of the access log, else 90
   */
  readonly retentionInDays?: pulumi.Input<number>;
  /**
   * The KMS key that encrypts the log group.
   *
   * @defaultValue that of the access log, else CloudWatch Logs' own encryption
   */
  readonly kmsKeyId?: ArnReference;
}

/** What the log groups of a stage are made from. */
export interface LogsArgs {
  readonly accessLog?: AccessLogArgs | undefined;
  /** Undefined where API Gateway logs no executions. */
  readonly executionLog?: ExecutionLogArgs | undefined;
  /** Whether requests of a canary are logged, which go to groups of their own. */
  readonly hasCanary: boolean;
  /** Whether the groups outlive the stage. */
  readonly isKept: boolean;
}

/** The logs of a stage: the setting as the stage takes it, and the groups that the component made. */
export interface Logs {
  readonly setting: StageAccessLogSettingArgs | undefined;
  readonly access: LogGroup | undefined;
  readonly execution: LogGroup | undefined;
  readonly canaryAccess: LogGroup | undefined;
  readonly canaryExecution: LogGroup | undefined;
}

const RETENTION_IN_DAYS = 90;
/** API Gateway writes the requests of a canary to groups of the same name with this behind it. */
const CANARY = "/Canary";

/** Looks for what would silently have no effect: a destination that is there already is not the component's to change. */
export function checkLogs({ accessLog, executionLog }: LogsArgs, warn: (text: string) => void): void {
  if (accessLog?.destination === undefined) return;
  for (const key of ["retentionInDays", "kmsKeyId"] as const) {
    if (accessLog[key] === undefined) continue;
    if (executionLog === undefined || executionLog[key] !== undefined) {
      throw new pulumi.RunError(
        `accessLog.${key}: expected none beside \`destination\`, which is not the component's to change, got one. Fix: set it where the destination is made, or leave \`destination\` out`,
      );
    }
    const fix = `write it as \`executionLog.${key}\`, and set it where the destination is made`;
    warn(
      `accessLog.${key}: has an effect on the execution log alone, as \`destination\` is not the component's to change. Fix: ${fix}`,
    );
  }
}

/** Makes the log groups of a stage; they have to be there before it, since API Gateway makes those it misses. */
export function makeLogs(children: Children, args: LogsArgs): Logs {
  const { accessLog, executionLog, hasCanary, isKept } = args;
  const { restApiId, stageName } = children.place;
  const make = (
    suffix: string,
    logGroupName: pulumi.Input<string>,
    how: ExecutionLogArgs,
    adopt: boolean,
  ): LogGroup => {
    const { retentionInDays = RETENTION_IN_DAYS, kmsKeyId } = how;
    // A group that was kept, or that API Gateway made first, is there already when the stage comes (back).
    const key = kmsKeyId === undefined ? {} : { kmsKeyId: arnOf(kmsKeyId, "kmsKeyId") };
    const more = { ...key, ...(adopt || isKept ? { adopt: true } : {}) };
    const opts = isKept ? { retainOnDelete: true } : {};
    return children.make("logGroup", suffix, LogGroup, { logGroupName, retentionInDays, ...more }, opts);
  };
  const own = accessLog !== undefined && accessLog.destination === undefined;
  const accessName = pulumi.interpolate`API-Gateway-Access-Logs_${restApiId}/${stageName}`;
  const executionName = pulumi.interpolate`API-Gateway-Execution-Logs_${restApiId}/${stageName}`;
  const access = own ? make("-access-logs", accessName, accessLog, false) : undefined;
  const how = { ...given(accessLog ?? {}), ...given(executionLog ?? {}) };
  const logsExecution = executionLog !== undefined;
  return {
    setting: accessLog && settingOf(accessLog, access),
    access,
    canaryAccess:
      own && hasCanary ? make("-canary-logs", pulumi.interpolate`${accessName}${CANARY}`, accessLog, true) : undefined,
    execution: logsExecution ? make("-execution-logs", executionName, how, true) : undefined,
    canaryExecution:
      logsExecution && hasCanary
        ? make("-canary-execution-logs", pulumi.interpolate`${executionName}${CANARY}`, how, true)
        : undefined,
  };
}

function settingOf({ destination, format }: AccessLogArgs, group: LogGroup | undefined): StageAccessLogSettingArgs {
  return { destinationArn: destinationArnOf(group ?? destination ?? ""), format: format ?? json() };
}

/**
 * The member of a JSON format that holds the response's status, in quotes; undefined where there is none. Of a format that
 * is known only later the usual name is assumed.
 */
export function statusFieldOf(format: pulumi.Input<string> | undefined): string | undefined {
  if (format === undefined) return undefined;
  if (isLater(format)) return "status";
  try {
    const record = JSON.parse(plainLogFormat(format).format) as Readonly<Record<string, unknown>>;
    return Object.keys(record).find((key) => record[key] === "$context.status");
  } catch {
    return undefined;
  }
}
