import { request } from "node:http";

/** An answer as it came over the wire. */
export interface Raw {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A header that names a key and signs nothing. */
export const unsigned =
  "AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/cloudcontrolapi/aws4_request, SignedHeaders=host, Signature=00";

/** A call as no SDK would send it. */
export function raw(
  port: number,
  headers: Record<string, string>,
  body: string | Uint8Array = "{}",
  method = "POST",
  url = "/",
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sized = { ...headers, "content-length": String(Buffer.byteLength(body)) };
    const call = request({ port, host: "127.0.0.1", method, path: url, headers: sized }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: text });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
