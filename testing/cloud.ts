import type { Embedded } from "../emulator/embedded";
import { isObject, type JsonObject, type JsonValue } from "../provider/core/json";
import { CallError, type CloudControl, type OperationStatus, type ProgressEvent } from "../provider/ports";

/** Longer than any handler takes that no fault holds up. */
const LONG = 60_000;

/** Cloud Control as the provider calls it, answered by an emulator in the same process; handlers end at once. */
export function cloudOf(emulator: Embedded, region: string): CloudControl {
  const call = (operation: string, input: JsonObject): JsonObject => {
    try {
      return emulator.call(operation, input, region);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (!(error instanceof Error) || typeof code !== "string") throw error;
      throw new CallError(code, error.message, { cause: error });
    }
  };
  const status = (requestToken: string): ProgressEvent =>
    eventOf(call("GetResourceRequestStatus", { RequestToken: requestToken }));
  const mutate = async (operation: string, input: JsonObject): Promise<ProgressEvent> => {
    const { requestToken } = eventOf(call(operation, input));
    emulator.clock.advance(LONG);
    return Promise.resolve(status(requestToken));
  };
  return {
    create: async (TypeName, desired, ClientToken) =>
      mutate("CreateResource", { TypeName, DesiredState: JSON.stringify(desired), ClientToken }),
    update: async (TypeName, Identifier, patch, ClientToken) =>
      mutate("UpdateResource", { TypeName, Identifier, PatchDocument: JSON.stringify(patch), ClientToken }),
    delete: async (TypeName, Identifier, ClientToken) =>
      mutate("DeleteResource", { TypeName, Identifier, ClientToken }),
    get: async (TypeName, Identifier) => Promise.resolve(modelOf(() => call("GetResource", { TypeName, Identifier }))),
    status: async (requestToken) => Promise.resolve(status(requestToken)),
    requests: async () => Promise.resolve({ events: [] }),
    cancel: async (requestToken) =>
      Promise.resolve(eventOf(call("CancelResourceRequest", { RequestToken: requestToken }))),
    list: async (TypeName, model) => {
      const { ResourceDescriptions: found } = call("ListResources", { TypeName, ResourceModel: JSON.stringify(model) });
      const items = (Array.isArray(found) ? found : []).filter(isObject).map(({ Identifier, Properties }) => ({
        identifier: typeof Identifier === "string" ? Identifier : "",
        properties: JSON.parse(typeof Properties === "string" ? Properties : "{}") as JsonObject,
      }));
      return Promise.resolve({ items });
    },
  };
}

function modelOf(read: () => JsonObject): JsonObject | undefined {
  try {
    const { ResourceDescription: description } = read();
    const text = isObject(description) ? description.Properties : undefined;
    return JSON.parse(typeof text === "string" ? text : "{}") as JsonObject;
  } catch (error) {
    if (error instanceof CallError && error.code === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

function eventOf({ ProgressEvent: event, HooksProgressEvent: hooks }: JsonObject): ProgressEvent {
  const fields = isObject(event) ? event : {};
  const text = (name: string): string | undefined => (typeof fields[name] === "string" ? fields[name] : undefined);
  const words = (value: JsonValue | undefined): string => (typeof value === "string" ? value : "");
  const failed = (Array.isArray(hooks) ? hooks : [])
    .filter(isObject)
    .filter(({ FailureMode }) => FailureMode === "FAIL");
  return {
    requestToken: text("RequestToken") ?? "",
    status: (text("OperationStatus") ?? "FAILED") as OperationStatus,
    identifier: text("Identifier"),
    errorCode: text("ErrorCode"),
    message: text("StatusMessage"),
    hooks: failed.map((hook) => `${words(hook.HookTypeName)}: ${words(hook.HookStatusMessage)}`),
  };
}
