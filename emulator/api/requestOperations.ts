import type { JsonObject } from "../json";
import type { Caller } from "../server/auth";
import { invalid } from "../server/errors";
import { progressEvent } from "./events";
import type { Input } from "./input";
import { page } from "./paging";
import type { RequestEntry } from "./requests";
import type { Service } from "./service";

/** GetResourceRequestStatus. @internal */
export function getRequestStatus(service: Service, caller: Caller, input: Input): JsonObject {
  input.check(["RequestToken"]);
  const entry = service.requests.find(caller.account, caller.region, input.need("RequestToken"));
  const answer: JsonObject = { ProgressEvent: progressEvent(service, entry, "event") };
  if (entry.hooks.length > 0) answer.HooksProgressEvent = entry.hooks;
  return answer;
}

/** ListResourceRequests, newest first; twenty to a page unless told (facts 3.2). @internal */
export function listRequests(service: Service, caller: Caller, input: Input): JsonObject {
  input.check([]);
  const operations = input.texts("ResourceRequestStatusFilter", "Operations", ["CREATE", "DELETE", "UPDATE"]);
  const statuses = input.texts("ResourceRequestStatusFilter", "OperationStatuses", operationStatuses);
  const found = service.requests.list(caller.account, caller.region).filter((entry) => {
    const wanted = operations.length === 0 || operations.includes(entry.operation);
    return wanted && (statuses.length === 0 || statuses.includes(entry.status));
  });
  const { items, next } = page(found, input.maxResults(20), input.text("NextToken"));
  const answer: JsonObject = {
    ResourceRequestStatusSummaries: items.map((entry) => progressEvent(service, entry, "list")),
  };
  if (next !== undefined) answer.NextToken = next;
  return answer;
}

const operationStatuses = ["PENDING", "IN_PROGRESS", "SUCCESS", "FAILED", "CANCEL_IN_PROGRESS", "CANCEL_COMPLETE"];

/** How long a cancel takes that takes time [U]. */
const cancelTime = 1000;

function cancelSlowly(service: Service, entry: RequestEntry): void {
  service.requests.move(entry, "CANCEL_IN_PROGRESS");
  entry.stop = service.clock.after(cancelTime, () => {
    service.requests.finish(entry, "CANCEL_COMPLETE");
  });
}

/**
 * CancelResourceRequest: answered CANCEL_COMPLETE at once, a second cancel is no error, a finished request cannot be
 * cancelled (fixtures/localstack test_cancel_request, test_cancel_edge_cases). Nothing is rolled back; here the
 * handler's one step has then not been taken.
 *
 * @internal
 */
export function cancelRequest(service: Service, caller: Caller, input: Input): JsonObject {
  input.check(["RequestToken"]);
  const entry = service.requests.find(caller.account, caller.region, input.need("RequestToken"));
  const race = service.faults.take("cancel-race", entry.operation, entry.typeName);
  if (race) {
    entry.stop();
    entry.work();
    if (race.left === "effect") service.requests.finish(entry, "CANCEL_COMPLETE");
  }
  if (entry.status === "SUCCESS" || entry.status === "FAILED") {
    throw invalid(`Request ${entry.token} is already in status ${entry.status}`);
  }
  if (entry.status === "PENDING" || entry.status === "IN_PROGRESS") {
    entry.stop();
    if (service.settings.quirks.cancelTakesTime) cancelSlowly(service, entry);
    else service.requests.finish(entry, "CANCEL_COMPLETE");
  }
  return { ProgressEvent: progressEvent(service, entry, "event") };
}
