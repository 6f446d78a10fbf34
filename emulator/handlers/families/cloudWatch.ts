import { isObject, objects, parseJson, str, type JsonObject } from "../../json";
import type { JsonValue } from "../../../schema/types";
import type { Overlay, Overlays } from "../overlay";
import { serviceError, type HandlerContext, type HandlerError } from "../types";

function refused(context: HandlerContext, message: string): HandlerError {
  return serviceError(context, "CloudWatch", 400, "InvalidRequest", message);
}

/** PutMetricAlarm takes one metric or a list of them, and one kind of statistic [D]; the texts are inferred [U]. */
function checkAlarm(model: JsonObject, context: HandlerContext): void {
  const list = objects(model.Metrics);
  if (list.length > 0 && model.MetricName !== undefined) {
    throw refused(context, "Metrics list must be null when MetricName is specified");
  }
  if (model.Statistic !== undefined && model.ExtendedStatistic !== undefined) {
    throw refused(context, "The parameters Statistic and ExtendedStatistic are mutually exclusive");
  }
  const period = model.Period;
  if (typeof period === "number" && ![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
    throw refused(context, "Period must be 10, 20, 30 or a multiple of 60");
  }
  const { DatapointsToAlarm: needed, EvaluationPeriods: periods } = model;
  if (typeof needed === "number" && typeof periods === "number" && needed > periods) {
    throw refused(context, "DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  }
}

const alarm: Overlay = {
  check: checkAlarm,
  // fixtures: three recorded AWS::CloudWatch::Alarm.
  defaults: (model, context) => ({
    ActionsEnabled: model.ActionsEnabled ?? true,
    AlarmActions: model.AlarmActions ?? [],
    OKActions: model.OKActions ?? [],
    InsufficientDataActions: model.InsufficientDataActions ?? [],
    Arn: `arn:${context.partition}:cloudwatch:${context.region}:${context.account}:alarm:${str(model.AlarmName) ?? ""}`,
    Tags: objects(model.Tags).length > 0 ? model.Tags : undefined,
  }),
};

function bodyOf(text: JsonValue | undefined): JsonValue | undefined {
  try {
    return parseJson(str(text) ?? "");
  } catch {
    return undefined;
  }
}

/** PutDashboard checks its body; the beginning of the text is reported [I], the list of errors is shortened. */
const dashboard: Overlay = {
  check(model, context) {
    const name = str(model.DashboardName) ?? "";
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
      throw refused(
        context,
        `The value ${name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).`,
      );
    if (isObject(bodyOf(model.DashboardBody))) return;
    const wrong = '[{"message":"The field DashboardBody must be a valid JSON object"}]';
    throw refused(context, `The dashboard body is invalid, there are 1 validation errors: ${wrong}`);
  },
};

/** Alarms and dashboards. @internal */
export const cloudWatch: Overlays = { "AWS::CloudWatch::Alarm": alarm, "AWS::CloudWatch::Dashboard": dashboard };
