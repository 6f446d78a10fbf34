import { objects, str, type JsonObject } from "../../json";
import type { Overlay, Overlays } from "../overlay";
import { serviceError, type HandlerContext } from "../types";

function filtersOf(name: string, context: HandlerContext): number {
  return context.store.list("AWS::Logs::MetricFilter").filter((f) => f.model.LogGroupName === name).length;
}

/** PutMetricFilter: the group must exist and takes a hundred filters, each with one transformation [D]. */
const metricFilter: Overlay = {
  check(model, context, live) {
    const group = str(model.LogGroupName) ?? "";
    if (!context.store.get("AWS::Logs::LogGroup", group)) {
      throw serviceError(context, "CloudWatchLogs", 400, "NotFound", "The specified log group does not exist.");
    }
    if (objects(model.MetricTransformations).length !== 1) {
      throw serviceError(
        context,
        "CloudWatchLogs",
        400,
        "InvalidRequest",
        "A metric filter takes exactly one metric transformation",
      );
    }
    if (!live && filtersOf(group, context) >= 100) {
      throw serviceError(context, "CloudWatchLogs", 400, "ServiceLimitExceeded", "Resource limit exceeded.");
    }
  },
  missing: (_, context) =>
    serviceError(context, "CloudWatchLogs", 400, "NotFound", "The specified metric filter does not exist."),
};

/** What goes away with a log group. @internal */
export function removeFilters(group: JsonObject, context: HandlerContext): void {
  for (const filter of context.store.list("AWS::Logs::MetricFilter")) {
    if (filter.model.LogGroupName === group.LogGroupName) context.store.remove(filter.typeName, filter.identifier);
  }
}

/** CloudWatch Logs beside its log groups. @internal */
export const logs: Overlays = { "AWS::Logs::MetricFilter": metricFilter };
