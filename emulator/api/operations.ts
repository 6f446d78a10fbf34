import type { JsonObject } from "../json";
import type { Caller } from "../server/auth";
import type { Input } from "./input";
import { createResource, deleteResource, updateResource } from "./mutations";
import { getResource, listResources } from "./reads";
import { cancelRequest, getRequestStatus, listRequests } from "./requestOperations";
import type { Service } from "./service";

/** One operation of the API. @internal */
export type ApiOperation = (service: Service, caller: Caller, input: Input) => JsonObject;

/** The eight operations of Cloud Control. @internal */
export const operations: ReadonlyMap<string, ApiOperation> = new Map<string, ApiOperation>([
  ["CreateResource", createResource],
  ["UpdateResource", updateResource],
  ["DeleteResource", deleteResource],
  ["GetResource", getResource],
  ["ListResources", listResources],
  ["GetResourceRequestStatus", getRequestStatus],
  ["ListResourceRequests", listRequests],
  ["CancelResourceRequest", cancelRequest],
]);
