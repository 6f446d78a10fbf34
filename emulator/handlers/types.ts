import type { RegistrySchema } from "../../schema/types";
import type { Ids } from "../ids";
import type { JsonObject } from "../json";
import type { Quirks } from "../options";
import type { View } from "../state/world";

/** The sixteen handler error codes of Cloud Control (facts 3.3). @internal */
export const handlerErrorCodes = [
  "AccessDenied",
  "AlreadyExists",
  "GeneralServiceException",
  "InternalFailure",
  "InvalidCredentials",
  "InvalidRequest",
  "NetworkFailure",
  "NotFound",
  "NotStabilized",
  "NotUpdatable",
  "ResourceConflict",
  "ServiceInternalError",
  "ServiceLimitExceeded",
  "ServiceTimeout",
  "Throttling",
  "UnauthorizedTaggingOperation",
] as const;

/** One of the sixteen handler error codes of Cloud Control. @public */
export type HandlerErrorCode = (typeof handlerErrorCodes)[number];

/** A handler's refusal: it becomes a FAILED progress event, or a synchronous exception on read. @internal */
export class HandlerError extends Error {
  constructor(
    readonly code: HandlerErrorCode,
    message: string,
    /** What really exists although the operation failed: the next read shows it. */
    readonly remnant?: JsonObject,
  ) {
    super(message);
  }
}

/** What a handler may know and use. @internal */
export interface HandlerContext {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly schema: RegistrySchema;
  readonly store: View;
  readonly ids: Ids;
  readonly quirks: Quirks;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * AWS's rules for one resource type. A handler gets models that are valid by the schema, returns whole live models and
 * throws `HandlerError`; storing and removing the resource itself is the runner's work.
 *
 * @internal
 */
export interface TypeHandler {
  /** The live model of a new resource. */
  create(desired: JsonObject, context: HandlerContext): JsonObject;
  /** The live model after an update; `desired` is the patched read model. */
  update(live: JsonObject, desired: JsonObject, context: HandlerContext): JsonObject;
  /** Refuses the delete, or removes what goes away with the resource. */
  remove?(live: JsonObject, context: HandlerContext): void;
  /** What a read shows, where that is not the live model itself. */
  read?(live: JsonObject, context: HandlerContext): JsonObject;
  /** What to say about a resource that does not exist. */
  missing(identifier: string, context: HandlerContext): HandlerError;
  /** Completes what an admin call seeds (an API brings its root resource). */
  seed?(model: JsonObject, context: HandlerContext): void;
}

/**
 * The envelope in which handlers pass on what the service behind them said (facts 2.1).
 *
 * @internal
 */
export function serviceError(
  context: HandlerContext,
  service: string,
  status: number,
  code: HandlerErrorCode,
  message: string,
): HandlerError {
  const request = context.ids.uuid();
  const text = `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${request}) (SDK Attempt Count: 1)`;
  return new HandlerError(code, text);
}

/** A name for a resource that was given none: AWS invents one; its form here is inferred [U]. @internal */
export function generatedName(context: HandlerContext): string {
  const kind = context.schema.typeName.split("::")[2] ?? "";
  return `CloudControl-${kind}-${context.ids.text(12, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")}`;
}
