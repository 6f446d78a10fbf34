import { createHash, createHmac, randomBytes } from "node:crypto";

import type { Settings } from "../options";
import { ApiError } from "./errors";

/** Who calls, and in which region. @internal */
export interface Caller {
  readonly accessKey: string;
  readonly account: string;
  readonly region: string;
}

/** What a SigV4 header says. @internal */
export interface Authorization {
  readonly accessKey: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * Takes a SigV4 header apart.
 *
 * @throws ApiError as AWS words a missing or broken header.
 * @internal
 */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === "") {
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  if (!header.startsWith("AWS4-HMAC-SHA256")) throw incomplete(`'${header.slice(0, 40)}' not a valid key=value pair`);
  const parts = new Map<string, string>();
  for (const part of header.slice("AWS4-HMAC-SHA256".length).split(",")) {
    const at = part.indexOf("=");
    if (at > 0) parts.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  const missing = ["Credential", "Signature", "SignedHeaders"].filter((name) => !parts.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(" "));
  }
  const scope = (parts.get("Credential") ?? "").split("/");
  const [accessKey, date = "", region, service = "", terminator] = scope.slice(-5);
  if (scope.length < 5 || !accessKey || !region || terminator !== "aws4_request") {
    throw incomplete(
      "Credential must have at least 5 slash-delimited elements, e.g. keyid/date/region/service/term, got a malformed one.",
    );
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new ApiError("InvalidSignatureException", "Credential should be scoped to a valid region.");
  }
  const signedHeaders = (parts.get("SignedHeaders") ?? "").toLowerCase().split(";");
  return { accessKey, date, region, service, signedHeaders, signature: parts.get("Signature") ?? "" };
}

/**
 * Reads account and region out of a SigV4 header. The service name in the scope is ignored, because clients sign for
 * several (facts: independent-clients).
 *
 * @throws ApiError as AWS words a missing or broken header.
 * @internal
 */
export function authenticate(header: string | undefined, settings: Settings): Caller {
  const { accessKey, region } = parseAuthorization(header);
  return { accessKey, account: accountOf(accessKey, settings), region };
}

/** Made anew in each process, so that nobody can know the secrets of sessions beforehand. */
const sessions = randomBytes(32);

/** The secret of a session in a role, which `AssumeRole` gives. @internal */
export function roleSecret(accessKey: string): string {
  return createHmac("sha256", sessions).update(accessKey).digest("base64").slice(0, 40);
}

/**
 * The secret that a key signs with.
 *
 * @throws ApiError UnrecognizedClientException when nobody has this key.
 * @internal
 */
export function secretOf(accessKey: string, settings: Settings): string {
  const secret = settings.secrets.get(accessKey) ?? (isRoleKey(accessKey) ? roleSecret(accessKey) : undefined);
  if (secret !== undefined) return secret;
  throw new ApiError("UnrecognizedClientException", "The security token included in the request is invalid.");
}

function isRoleKey(accessKey: string): boolean {
  return /^ASIA\d{12}ROLE$/.test(accessKey);
}

/** The access key of a session in an account's role: the account can be read off it again. @internal */
export function roleKey(account: string): string {
  return `ASIA${account}ROLE`;
}

/** The token of a session that ends at this time, in epoch milliseconds. @internal */
export function sessionToken(ends: number): string {
  return `session.${ends}`;
}

/** What AWS says to a call of a session that is over; undefined where it is none, or has time left. @internal */
export function refusedSession(token: string | undefined, now: number): ApiError | undefined {
  const [, ends] = /^session\.(\d+)$/.exec(token ?? "") ?? [];
  if (ends === undefined || now < Number(ends)) return undefined;
  return new ApiError("ExpiredTokenException", "The security token included in the request is expired");
}

/** The account an access key stands for. @internal */
function accountOf(accessKey: string, settings: Settings): string {
  const mapped = Object.hasOwn(settings.accounts, accessKey) ? settings.accounts[accessKey] : undefined;
  if (mapped) return mapped;
  if (accessKey === "test") return settings.defaultAccount;
  if (/^\d{12}$/.test(accessKey)) return accessKey;
  const [, ofRole] = /^ASIA(\d{12})ROLE$/.exec(accessKey) ?? [];
  if (ofRole !== undefined) return ofRole;
  const number = createHash("sha256").update(accessKey).digest().readUIntBE(0, 6);
  return String(100_000_000_000 + (number % 900_000_000_000));
}

/** The partition a region belongs to. @internal */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

function incomplete(message: string): ApiError {
  return new ApiError("IncompleteSignatureException", message);
}
