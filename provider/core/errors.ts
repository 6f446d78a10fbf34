import { own } from "./json";

/** The operations a user knows. */
export type OperationName = "Create" | "Read" | "Update" | "Delete" | "Check";

/** What a code means for the caller. */
export interface CodeMeaning {
  /** Whether the same request may succeed later, as AWS documents it. */
  readonly retryable: boolean;
  readonly cause: string;
  readonly fix: string;
}

const meaning = (retryable: boolean, cause: string, fix: string): CodeMeaning =>
  Object.freeze({ retryable, cause, fix });

/**
 * Handler error codes of progress events and names of Cloud Control's exceptions, by their bare name. Decisions are
 * taken on these, never on an HTTP status (the live service answers 400 throughout) or on the text of a message.
 *
 * @see https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 */
const CODES: Readonly<Record<string, CodeMeaning>> = Object.freeze({
  NotUpdatable: meaning(
    false,
    "AWS does not change this property in place.",
    "replace the resource: add the property to the `replaceOnChanges` option",
  ),
  InvalidRequest: meaning(
    false,
    "AWS's handler refuses the properties as they are.",
    "correct what the message names and run `pulumi up` again",
  ),
  AccessDenied: meaning(
    false,
    "The credentials lack a permission that the type's handler needs.",
    "allow the action that the message names for the role that runs Pulumi",
  ),
  UnauthorizedTaggingOperation: meaning(
    false,
    "The credentials may not tag this type.",
    "allow the type's tagging actions, or leave `tags` out",
  ),
  InvalidCredentials: meaning(false, "AWS does not accept the credentials.", "renew the credentials and run again"),
  AlreadyExists: meaning(
    false,
    "A resource with this identifier exists and is not in this stack's state.",
    "set `adopt: true` to take the existing resource over, choose another name, or delete the existing one",
  ),
  NotFound: meaning(
    false,
    "The resource, or one that it refers to, does not exist.",
    "run `pulumi refresh`, then check the ids the resource refers to",
  ),
  ResourceConflict: meaning(
    true,
    "Another change of the same resource was under way.",
    "run `pulumi up` again when it has ended",
  ),
  Throttling: meaning(
    true,
    "The account's request rate was exceeded.",
    "run `pulumi up` again, with fewer `--parallel`",
  ),
  ServiceLimitExceeded: meaning(
    false,
    "A quota of the account is used up.",
    "delete what is not needed, or ask AWS to raise the quota",
  ),
  NotStabilized: meaning(
    false,
    "The resource did not become ready in the time that AWS gives it.",
    "look at the resource in the console, then run `pulumi up` again",
  ),
  GeneralServiceException: meaning(
    false,
    "The service behind the type refused the request.",
    "correct what the message names and run `pulumi up` again",
  ),
  ServiceInternalError: meaning(true, "The service behind the type failed.", "run `pulumi up` again"),
  ServiceTimeout: meaning(false, "The service behind the type did not answer in time.", "run `pulumi up` again"),
  NetworkFailure: meaning(true, "AWS's handler could not reach the service.", "run `pulumi up` again"),
  InternalFailure: meaning(false, "AWS's handler failed.", "run `pulumi up` again; if it recurs, report it to AWS"),
  CancelComplete: meaning(
    false,
    "The request was cancelled before it ended; AWS does not roll back.",
    "run `pulumi up` again",
  ),
  Timeout: meaning(
    false,
    "The operation did not end within its deadline.",
    "look at the request with `aws cloudcontrol get-resource-request-status`, then run `pulumi up` again",
  ),
  NotApplied: meaning(
    false,
    "AWS reported success but kept another value.",
    "switch it off by value instead of removing it (a canary: `percentTraffic: 0`), or set it by hand in the console, then run `pulumi up --refresh`",
  ),
  TypeNotFoundException: meaning(
    false,
    "AWS does not know the type in this region.",
    "check `typeName` and the region",
  ),
  NoAnswer: meaning(
    true,
    "AWS could not be reached, or its answer was lost.",
    "check the network, the region and the endpoint, then run `pulumi up` again",
  ),
  CredentialsProviderError: meaning(
    false,
    "No AWS credentials were found.",
    "sign in (for example `aws sso login`) or set AWS_PROFILE",
  ),
  WrongAccount: meaning(
    false,
    "The credentials belong to another AWS account than the resource, or to one that the configuration excludes.",
    "use the right profile or role, or correct `aws:allowedAccountIds` and `aws:forbiddenAccountIds`",
  ),
  UnsupportedActionException: meaning(
    false,
    "The type cannot be managed through Cloud Control.",
    "use another provider for this type",
  ),
});

const UNKNOWN_CODE = meaning(false, "AWS refused the request.", "correct what the message names and run again");

/** What a code means, exceptions included (`ThrottlingException` as `Throttling`). */
export function meaningOf(code: string): CodeMeaning {
  return own(CODES, code) ?? own(CODES, code.replace(/Exception$/, "")) ?? UNKNOWN_CODE;
}

/**
 * Whether AWS has surely not accepted the request that failed so. Where an answer was lost nobody knows, whatever came
 * after it.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof CloudControlError) || error.facts.isRepeated) return false;
  return !meaningOf(error.code).retryable && error.code !== "Timeout";
}

/** What the one builder of messages needs to know of a failure. */
export interface FailureFacts {
  readonly operation: OperationName;
  readonly typeName: string;
  /** The primary identifier, or where there is none yet the name the user gave. */
  readonly subject?: string | undefined;
  /** A handler error code or the name of an exception. */
  readonly code: string;
  /** AWS's own words. */
  readonly message?: string | undefined;
  readonly requestToken?: string | undefined;
  /** Hooks that failed, by type name, with their messages. */
  readonly hooks?: readonly string[] | undefined;
  /** One action, where more is known than the code tells. */
  readonly fix?: string | undefined;
  /** The end of the request was not seen: AWS may still be at it. */
  readonly unfinished?: boolean | undefined;
  /** The call was sent before, and AWS may have accepted it then. */
  readonly isRepeated?: boolean | undefined;
  readonly cause?: unknown;
}

/** A failure of an operation on a resource, in the one form that users see. */
export class CloudControlError extends Error {
  override readonly name = "CloudControlError";
  readonly code: string;
  readonly requestToken: string | undefined;

  constructor(readonly facts: FailureFacts) {
    super(messageOf(facts), { cause: facts.cause });
    this.code = facts.code;
    this.requestToken = facts.requestToken;
  }

  /** The same failure, of which more is known than its code tells. */
  withFix(fix: string): CloudControlError {
    return new CloudControlError({ ...this.facts, fix });
  }

  /** Gives a failed call (anything with a `code`) the one form; an error that already has it, or a bug, is left alone. */
  static from(error: unknown, facts: Omit<FailureFacts, "code" | "message" | "cause">): Error {
    if (error instanceof CloudControlError || !(error instanceof Error)) return error as Error;
    if (!("code" in error) || typeof error.code !== "string") return error;
    const isRepeated = "isRepeated" in error && error.isRepeated === true;
    return new CloudControlError({ ...facts, isRepeated, code: error.code, message: error.message, cause: error });
  }
}

/** What else a code means for a delete, which sends no properties. */
const DELETE_REFUSED = meaning(
  false,
  "AWS's handler refuses to delete it as things are.",
  "delete or move what the message names, then run again; `npx pulumi-cloudcontrol journal list` shows what a run that was cut off has left",
);

function meaningFor({ operation, code }: FailureFacts): CodeMeaning {
  const isRefused = operation === "Delete" && /^(InvalidRequest|GeneralServiceException)$/.test(code);
  return isRefused ? DELETE_REFUSED : meaningOf(code);
}

/** The engine keeps what could not be deleted, and no `up` asks AWS whether it is there still. */
const MAY_BE_GONE = "; then run `pulumi refresh`, as AWS may have deleted it all the same";

function messageOf(facts: FailureFacts): string {
  const { cause, fix: usual } = meaningFor(facts);
  const isUncertain = facts.unfinished === true || facts.isRepeated === true || facts.code === "NoAnswer";
  const fix = (facts.fix ?? usual) + (facts.operation === "Delete" && isUncertain ? MAY_BE_GONE : "");
  const subject = facts.subject === undefined ? "" : ` "${facts.subject}"`;
  const said = (facts.message ?? "").trim().replace(/\.$/, "");
  const hooks = (facts.hooks ?? []).map((hook) => ` Failed hook: ${hook}.`).join("");
  const token = facts.requestToken === undefined ? "" : ` (request token ${facts.requestToken})`;
  return `${facts.operation} of ${facts.typeName}${subject} failed with ${facts.code}${said === "" ? "" : `: ${said}`}.${hooks} ${cause} Fix: ${fix}.${token}`;
}
