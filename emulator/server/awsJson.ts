import { operations } from "../api/operations";
import { Input, SerializationError } from "../api/input";
import type { Service } from "../api/service";
import { isObject, parseJson, str, type JsonObject } from "../json";
import type { JsonValue } from "../../schema/types";
import { authenticate, type Caller } from "./auth";
import { ApiError } from "./errors";

/** A call as far as it could be understood, and its answer. @internal */
export interface Answer {
  readonly operation: string;
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly outcome: string;
  readonly caller?: Caller | undefined;
  readonly input?: JsonObject | undefined;
  readonly requestToken?: string | undefined;
  /** What the answer is about, where the call alone does not say it. */
  readonly event?: JsonObject | undefined;
  /** A fault wants the connection broken instead of an answer. */
  readonly lost?: boolean;
}

/** A call as it came, read as far as HTTP goes. @internal */
export interface Call {
  /** The `X-Amz-Target` header. */
  readonly target: string | undefined;
  readonly authorization: string | undefined;
  /** The body; undefined when it is not UTF-8. */
  readonly text: string | undefined;
  /** What is wrong with the signature, where signatures are checked. */
  readonly refusal?: ApiError | undefined;
}

const target = /^CloudApiService\.([A-Za-z]+)$/;

function parseBody(body: string | undefined): JsonObject {
  let parsed: JsonValue;
  if (body === undefined) throw new ApiError("SerializationException", "");
  try {
    parsed = body === "" ? {} : parseJson(body);
  } catch {
    throw new ApiError("SerializationException", "");
  }
  if (isObject(parsed)) return parsed;
  throw new ApiError("SerializationException", "Start of structure or map found where not expected.");
}

/** Throws what a fault wants this call to be answered with. @internal */
export function throwFaults(service: Service, caller: Caller, operation: string, typeName: string | undefined): void {
  const { faults } = service;
  const jump = faults.take("clock-jump", operation, typeName);
  if (jump) service.clock.jump(jump.ms);
  if (faults.throttles(operation, typeName, caller)) throw new ApiError("ThrottlingException", "Rate exceeded");
  const fault = faults.take("exception", operation, typeName);
  if (fault) throw new ApiError(fault.exception, fault.message ?? "Injected exception");
}

/** Turns whatever was thrown into an answer; nothing a client sends may end the process. @internal */
export function failure(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SerializationError) return new ApiError("SerializationException", error.message);
  return new ApiError("InternalFailure", "The request processing has failed because of an unknown error.", 500);
}

/** Answers one awsJson1.0 call, routed by its target alone (facts: independent-clients). @internal */
export function answerJson(service: Service, call: Call): Answer {
  const [, operation = ""] = target.exec(call.target ?? "") ?? [];
  let caller: Caller | undefined;
  let input: JsonObject | undefined;
  const reply = (status: number, text: string, outcome: string, more: Partial<Answer> = {}): Answer => {
    const contentType = "application/x-amz-json-1.0";
    return { operation: operation || "Unknown", status, body: text, contentType, outcome, caller, input, ...more };
  };
  try {
    const run = operations.get(operation);
    if (!run) throw new ApiError("UnknownOperationException", "");
    caller = authenticate(call.authorization, service.settings);
    if (call.refusal) throw call.refusal;
    if (!service.rate.admits(caller)) throw new ApiError("ThrottlingException", "Rate exceeded");
    input = parseBody(call.text);
    const typeName = str(input.TypeName);
    if (service.faults.take("lost-reply", operation, typeName, (f) => f.when === "before")) {
      return reply(0, "", "lost", { lost: true });
    }
    throwFaults(service, caller, operation, typeName);
    const output = run(service, caller, new Input(input));
    const event = isObject(output.ProgressEvent) ? output.ProgressEvent : undefined;
    const token = str(event?.RequestToken) ?? str(input.RequestToken);
    const lost = service.faults.take("lost-reply", operation, typeName, (f) => f.when === "after") !== undefined;
    return reply(200, JSON.stringify(output), lost ? "lost" : "ok", { requestToken: token, event, lost });
  } catch (error) {
    const known = failure(error);
    return reply(known.status, known.body(), known.code);
  }
}
