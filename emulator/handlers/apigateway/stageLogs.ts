import type { JsonValue } from "../../../schema/types";
import { compact, isObject, objects, str, type JsonObject } from "../../json";
import type { HandlerContext } from "../types";
import { badRequest } from "./shared";

/** Whether a stage logs at all: access logs, execution logs or data traces need the account's role (facts 2.1). @internal */
export function logsAnything(desired: JsonObject): boolean {
  const access = desired.AccessLogSetting;
  if (isObject(access) && (str(access.DestinationArn) ?? "") !== "") return true;
  return objects(desired.MethodSettings).some(
    (entry) => entry.DataTraceEnabled === true || entry.LoggingLevel === "ERROR" || entry.LoggingLevel === "INFO",
  );
}

const requestId = /\$context\.(requestId|extendedRequestId)\b/;

/** Facts 2.5. */
function checkFormat(format: string, context: HandlerContext): void {
  if (!requestId.test(format)) {
    throw badRequest(
      context,
      `Access Log format must include either $context.requestId or $context.extendedRequestId : '${format}'`,
    );
  }
  if (/[\r\n]/.test(format.replace(/\r?\n$/, ""))) {
    throw badRequest(
      context,
      `Access Log format must be single line, new line character is allowed only at end of the format: '${format}'`,
    );
  }
}

/** The destination as a read shows it: the `:*` of a log group's Arn is taken off (facts 2.2). */
function destination(arn: string, context: HandlerContext): string {
  const stripped = arn.replace(/^(arn:[^:]+:logs:.+):\*$/, "$1");
  const resource = /^arn:aws[a-z-]*:(logs|firehose):[a-z0-9-]+:\d{12}:(.+)$/.exec(stripped);
  const [, service, name] = resource ?? [];
  // [U] text for what is no ARN at all; the next two are facts 2.2 and the schema's own description.
  if (service === undefined || name === undefined)
    throw badRequest(context, `Invalid ARN specified in the request: ${arn}`);
  if (service === "logs" && !/^log-group:[A-Za-z0-9_\-/.]+$/.test(name)) {
    throw badRequest(
      context,
      `Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': '${name}'`,
    );
  }
  if (service === "firehose" && !name.startsWith("deliverystream/amazon-apigateway-")) {
    throw badRequest(context, "The name of the Firehose delivery stream must begin with amazon-apigateway-");
  }
  return stripped;
}

/** Checks the access-log setting and gives it as a read shows it. @internal */
export function checkAccessLog(setting: JsonValue | undefined, context: HandlerContext): JsonObject | undefined {
  if (!isObject(setting) || Object.keys(setting).length === 0) return undefined;
  const { DestinationArn: arn, Format: format } = setting;
  // fixtures/localstack, UpdateStage with an empty value.
  if (arn === "" || format === "") throw badRequest(context, "Access Log value must not be empty");
  if (typeof format === "string") checkFormat(format, context);
  return compact({
    DestinationArn: typeof arn === "string" ? destination(arn, context) : undefined,
    Format: format,
  });
}
