import * as pulumi from "@pulumi/pulumi";
import type { StageAccessLogSettingArgs } from "../resources/apigateway";
import { json } from "../resources/apigateway/log-formats";
import { LogGroup } from "../resources/logs";
import { destinationArnOf, type LogDestination } from "./references";
import type { Target } from "./target";

/**
 * The access log of a stage: one line for each request.
 *
 * API Gateway writes logs only in a region whose account setting has a CloudWatch role (`apigateway.Account`); AWS
 * refuses the stage otherwise.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 * @public
 */
export interface AccessLogArgs {
  /**
   * A log group or Firehose stream that is there already, as an object or by its ARN.
   *
   * @defaultValue a log group that the component makes, named `API-Gateway-Access-Logs_{restApiId}/{stageName}` after
   * the name that API Gateway gives to its execution logs, and removed with the stage
   */
  readonly destination?: LogDestination;
  /**
   * Days after which lines are deleted from the log group that the component makes. AWS takes certain numbers only,
   * such as 1, 7, 30, 90, 365.
   *
   * @defaultValue 90, since CloudWatch itself would keep and bill lines for ever
   */
  readonly retentionInDays?: pulumi.Input<number>;
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

const RETENTION_IN_DAYS = 90;

/** What the children of a component share with the stage. */
export interface StagePlace {
  readonly name: string;
  readonly restApiId: pulumi.Input<string>;
  readonly stageName: pulumi.Input<string>;
  readonly target: Target;
  readonly parent: pulumi.Resource;
}

/** An access log as a stage takes it, with the log group if one was made for it. */
export interface AccessLog {
  readonly setting: StageAccessLogSettingArgs;
  readonly logGroup: LogGroup | undefined;
}

/** Makes what an access log needs. */
export function makeAccessLog(args: AccessLogArgs, place: StagePlace): AccessLog {
  const logGroup = args.destination === undefined ? makeLogGroup(args, place) : undefined;
  const destination = logGroup ?? args.destination ?? "";
  return {
    setting: { destinationArn: destinationArnOf(destination), format: args.format ?? json() },
    logGroup,
  };
}

function makeLogGroup(args: AccessLogArgs, place: StagePlace): LogGroup {
  const { name, restApiId, stageName, target, parent } = place;
  const logGroupName = pulumi.interpolate`API-Gateway-Access-Logs_${restApiId}/${stageName}`;
  const retentionInDays = args.retentionInDays ?? RETENTION_IN_DAYS;
  return new LogGroup(`${name}-access-logs`, { ...target, logGroupName, retentionInDays }, { parent });
}
