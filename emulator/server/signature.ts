import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { SignatureV4 } from "@smithy/signature-v4";

import type { Authorization } from "./auth";
import { ApiError } from "./errors";

/** A call as it came over the wire, as far as a signature covers it. @internal */
export interface SignedCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const quarter = 15 * 60_000;

/** The hash that the signer wants, by Node's own. */
class Sha256 {
  private readonly hash: { update(data: string | Uint8Array): unknown; digest(): Uint8Array };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret instanceof ArrayBuffer ? new Uint8Array(secret) : secret;
    this.hash = key === undefined ? createHash("sha256") : createHmac("sha256", key as string | Uint8Array);
  }

  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    throw new Error("a hash is used once");
  }
}

function refuse(message: string): ApiError {
  return new ApiError("InvalidSignatureException", message);
}

const mismatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function parseDate(text: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (parts.length < 6) return undefined;
  const [y = 0, mo = 1, d = 1, h = 0, mi = 0, s = 0] = parts.map(Number);
  return Date.UTC(y, mo - 1, d, h, mi, s);
}

/** Holds the date of a signature against the machine's time, in AWS's words. */
function checkDate(signed: string, scopeDate: string, now: number): Date {
  const time = parseDate(signed);
  if (time === undefined) {
    throw new ApiError(
      "IncompleteSignatureException",
      "Date must be in ISO-8601 'basic format'. Got '" + signed.slice(0, 40) + "'.",
    );
  }
  if (scopeDate !== signed.slice(0, 8)) {
    throw refuse(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != '${signed.slice(0, 8)}', from '${signed}'.`,
    );
  }
  if (time < now - quarter) {
    const limit = amzDate(now - quarter);
    throw refuse(`Signature expired: ${signed} is now earlier than ${limit} (${amzDate(now)} - 15 min.)`);
  }
  if (time > now + quarter) {
    const limit = amzDate(now + quarter);
    throw refuse(`Signature not yet current: ${signed} is still later than ${limit} (${amzDate(now)} + 15 min.)`);
  }
  return new Date(time);
}

function headersOf(call: SignedCall, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = call.headers[name];
    if (value === undefined) throw refuse(mismatch);
    picked[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return picked;
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/**
 * Checks a SigV4 signature: computes it anew over what came and compares.
 *
 * @param now - the machine's time in milliseconds since the epoch, whatever the emulated clock says
 * @throws ApiError in AWS's words when it is wrong, stale, or covers something else.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @internal
 */
export async function checkSignature(
  call: SignedCall,
  { accessKey, date, region, service, signedHeaders, signature }: Authorization,
  secretAccessKey: string,
  now: number,
): Promise<void> {
  if (!signedHeaders.includes("host")) {
    throw refuse("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const sent = call.headers["x-amz-date"];
  if (typeof sent !== "string" || !signedHeaders.includes("x-amz-date")) {
    const text = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    throw new ApiError("IncompleteSignatureException", text);
  }
  const signingDate = checkDate(sent, date, now);
  const headers = headersOf(call, signedHeaders);
  // The signer takes the header's word for what the body is.
  const said = headers["x-amz-content-sha256"];
  if (said !== undefined && said !== createHash("sha256").update(call.body).digest("hex")) throw refuse(mismatch);
  const credentials = { accessKeyId: accessKey, secretAccessKey };
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: false });
  const [path = "/", search = ""] = call.url.split("?", 2);
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(search)) (query[name] ??= []).push(value);
  const request = { method: call.method, protocol: "http:", hostname: "", path, query, headers };
  const signed = await signer.sign(
    { ...request, body: call.body },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  const [, computed = ""] = /Signature=([0-9a-f]+)/.exec(signed.headers.authorization ?? "") ?? [];
  if (!same(computed, signature)) throw refuse(mismatch);
}
