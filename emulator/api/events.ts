import type { JsonObject } from "../json";
import { shownIdentifier } from "../model/identifier";
import type { RequestEntry } from "./requests";
import type { Service } from "./service";

/**
 * The ProgressEvent of a request as it stands now. RetryAfter and ResourceModel are left out where the recordings
 * show none; switches bring them in.
 *
 * @internal
 */
export function progressEvent(service: Service, entry: RequestEntry, place: "list" | "event"): JsonObject {
  const { retryAfter, resourceModelInEvents } = service.settings.quirks;
  const event: JsonObject = {
    TypeName: entry.typeName,
    RequestToken: entry.token,
    Operation: entry.operation,
    OperationStatus: entry.status,
    EventTime: entry.eventTime / 1000,
  };
  // Hooks have a request of their own; who asks for the status sees what they said (facts 3.2).
  if (entry.hooks.length > 0) event.HooksRequestToken = entry.token;
  if (entry.identifier !== undefined) event.Identifier = shownIdentifier(entry.typeName, entry.identifier);
  if (entry.errorCode !== undefined) event.ErrorCode = entry.errorCode;
  if (entry.statusMessage !== undefined) event.StatusMessage = entry.statusMessage.slice(0, 2048);
  if (resourceModelInEvents && entry.model !== undefined) event.ResourceModel = entry.model;
  const open = entry.status === "PENDING" || entry.status === "IN_PROGRESS";
  // fixtures/localstack test_list_request_status: only the list item carries it.
  if (open && (retryAfter === "always" || retryAfter === place)) {
    event.RetryAfter = (service.clock.now() + service.settings.retryAfter) / 1000;
  }
  return event;
}
