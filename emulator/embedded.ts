import { Input } from "./api/input";
import { operations } from "./api/operations";
import { Service } from "./api/service";
import { controlsOf, type Controls } from "./controls";
import type { JsonObject } from "./json";
import { settings, type EmulatorOptions } from "./options";
import { throwFaults } from "./server/awsJson";
import { ApiError } from "./server/errors";

/** A local Cloud Control without a server, for callers in the same process. @internal */
export interface Embedded extends Controls {
  /**
   * Answers one call at once; what handlers do takes the emulated time.
   *
   * @throws ApiError as the wire would carry it.
   */
  call(operation: string, input: JsonObject, region: string): JsonObject;
}

/** @internal */
export function embed(options: EmulatorOptions & { readonly account: string }): Embedded {
  const { account, ...rest } = options;
  const service = new Service(settings({ ...rest, defaultAccount: account, clock: "virtual" }));
  return {
    ...controlsOf(service),
    call(operation, input, region) {
      const run = operations.get(operation);
      if (!run) throw new ApiError("UnknownOperationException", "");
      const caller = { accessKey: "test", account, region };
      throwFaults(service, caller, operation, typeof input.TypeName === "string" ? input.TypeName : undefined);
      return run(service, caller, new Input(input));
    },
  };
}
