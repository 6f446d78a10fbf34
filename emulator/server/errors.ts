const namespaces: Readonly<Record<string, string>> = {
  // Facts 3.1: framework errors come from coral's namespaces, all others from the service's own.
  ThrottlingException: "com.amazon.coral.availability",
  ValidationException: "com.amazon.coral.validate",
  AccessDeniedException: "com.amazon.coral.service",
  ExpiredTokenException: "com.amazon.coral.service",
  IncompleteSignatureException: "com.amazon.coral.service",
  InternalFailure: "com.amazon.coral.service",
  InvalidSignatureException: "com.amazon.coral.service",
  MissingAuthenticationTokenException: "com.amazon.coral.service",
  SerializationException: "com.amazon.coral.service",
  UnknownOperationException: "com.amazon.coral.service",
  UnrecognizedClientException: "com.amazon.coral.service",
};

/**
 * An answer that is an error, by the name AWS gives it. The live service answers client errors with HTTP 400 whatever
 * the model says (facts 3.4).
 *
 * @internal
 */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }

  /** The JSON body; both spellings of the message, because clients read either (facts 3.1). */
  body(): string {
    const type = `${namespaces[this.code] ?? "com.amazon.cloudapiservice"}#${this.code}`;
    const message = this.message === "" ? {} : { message: this.message, Message: this.message };
    return JSON.stringify({ __type: type, ...message });
  }
}

/** A validation error of the framework or of Cloud Control itself. @internal */
export function invalid(message: string): ApiError {
  return new ApiError("ValidationException", message);
}
