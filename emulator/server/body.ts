import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";

/** The largest body: a desired state at its limit, escaped as badly as JSON can. */
const maxBody = 2 * 1024 * 1024;
/** What is read of a body that is too large, so that its sender comes to read the answer. */
const maxDrained = 8 * maxBody;

/**
 * The body, or undefined when it is too large.
 *
 * @throws Error when the client goes away, or does not stop sending.
 * @internal
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= maxBody) chunks.push(chunk as Buffer);
    else chunks.length = 0;
    if (size > maxDrained) throw new Error("the body does not end");
  }
  return size > maxBody ? undefined : Buffer.concat(chunks);
}

/** The text of a body, or undefined when it is not UTF-8. @internal */
export function textOf(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString("utf8") : undefined;
}
