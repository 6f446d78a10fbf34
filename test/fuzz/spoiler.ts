/** Answers of AWS that are spoilt on their way to the provider. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { mangled } from "./hostile";

/** Stands in answers that are no answers of AWS: web pages and the like are never repeated to users. */
export const SECRET = "s3cr3t-in-an-answer";

/** What becomes of an answer on its way. */
type Spoilt =
  | { readonly kind: "mangled"; readonly by: (value: unknown) => unknown }
  | { readonly kind: "cut"; readonly at: number }
  | ({ readonly kind: "other" } & Answer);

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Which calls are spoilt, by their number from 0: one, which is asked again, or all from there on. */
export interface Spoiling {
  readonly from: number;
  readonly isLasting: boolean;
  readonly spoilt: Spoilt;
}

/** Stands between the provider and the local Cloud Control, and spoils some of the answers. */
export class Spoiler {
  plan: readonly Spoiling[] = [];
  calls = 0;
  /** Which operations are spoilt, of whatever service; only these are counted. */
  spoils: (operation: string) => boolean;
  /** What is answered in the place of AWS, where it gives something. */
  instead: (operation: string) => string | undefined = () => undefined;
  private readonly server: Server;

  constructor(
    private readonly behind: string,
    spoils: (operation: string) => boolean,
  ) {
    this.spoils = spoils;
    this.server = createServer((incoming, outgoing) => {
      void this.pass(incoming, outgoing);
    });
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const asked = await whole(incoming);
    const operation = operationOf(incoming, asked);
    const instead = this.instead(operation);
    if (instead !== undefined) {
      give(outgoing, { status: 200, type: AMZ, body: instead });
      return;
    }
    const { hostname, port } = new URL(this.behind);
    const { url: path, method, headers } = incoming;
    const onwards = request({ hostname, port, path, method, headers });
    onwards.on("response", (answer) => {
      void whole(answer).then((body) => {
        const { statusCode = 500, headers: sent } = answer;
        const right = { status: statusCode, type: sent["content-type"] ?? "", body };
        const spoilt = this.spoils(operation) ? this.next() : undefined;
        give(outgoing, spoilt ? spoiltAnswer(right, spoilt) : right);
      });
    });
    onwards.end(asked);
  }

  private next(): Spoilt | undefined {
    const call = this.calls++;
    return this.plan.find(({ from, isLasting }) => (isLasting ? call >= from : call === from))?.spoilt;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function whole(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The operation that is asked for, in any of the protocols that AWS's services have. */
function operationOf({ headers, url = "" }: IncomingMessage, body: string): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").pop() ?? "";
  const [, query] = /(?:^|&)Action=(\w+)/.exec(body) ?? [];
  const [, rpc] = /\/operation\/(\w+)/.exec(url) ?? [];
  return query ?? rpc ?? (url.startsWith("/account") ? "GetAccount" : url);
}

function give(outgoing: ServerResponse, { status, type, body }: Answer): void {
  outgoing.writeHead(status, { "content-type": type });
  outgoing.end(body);
}

function spoiltAnswer(right: Answer, spoilt: Spoilt): Answer {
  if (spoilt.kind === "other") return spoilt;
  const { body } = right;
  if (spoilt.kind === "cut") return { ...right, body: body.slice(0, Math.floor(body.length * spoilt.at)) };
  return { ...right, body: body.startsWith("<") ? mangledXml(body, spoilt.by) : mangledBody(body, spoilt.by) };
}

/** Models come as texts inside of the answer: half of the time the inner one is spoilt. */
function mangledBody(body: string, by: (value: unknown) => unknown): string {
  const answer = JSON.parse(body) as { ResourceDescription?: { Properties?: unknown } };
  const inner = answer.ResourceDescription?.Properties;
  if (typeof inner === "string" && body.length % 2 === 0) {
    const model: unknown = by(JSON.parse(inner));
    return JSON.stringify({
      ...answer,
      ResourceDescription: { ...answer.ResourceDescription, Properties: JSON.stringify(model) },
    });
  }
  const changed = by(answer);
  return changed === undefined ? "" : JSON.stringify(changed);
}

/** The texts between the tags, as a list that is mangled and put back; what is longer or shorter shifts the rest. */
function mangledXml(body: string, by: (value: unknown) => unknown): string {
  const pieces = body.split(/(<[^>]*>)/);
  const changed = by(pieces);
  const textOf = (piece: unknown): string => (typeof piece === "string" ? piece : JSON.stringify(piece ?? null));
  return Array.isArray(changed) ? changed.map(textOf).join("") : textOf(changed);
}

const html = `<html><body>502 Bad Gateway ${SECRET}</body></html>`;
const AMZ = "application/x-amz-json-1.0";
const other = fc.constantFrom(
  { status: 200, type: "text/html", body: html },
  { status: 502, type: "text/html", body: html },
  { status: 200, type: AMZ, body: "" },
  { status: 200, type: AMZ, body: "[1,2]" },
  { status: 200, type: AMZ, body: "null" },
  { status: 200, type: AMZ, body: '{"ProgressEvent":{"RequestToken":' },
  { status: 200, type: AMZ, body: '{"MetricAlarms":7,"CompositeAlarms":{"a":1},"cloudwatchRoleArn":{"a":[]}}' },
  { status: 200, type: AMZ, body: `{"ResourceDescription":{"Properties":"${"[".repeat(100_000)}"}}` },
  {
    status: 200,
    type: AMZ,
    body: `{"ResourceDescription":{"Properties":"{\\"A\\":${"[".repeat(9_000)}${"]".repeat(9_000)}}"}}`,
  },
  { status: 200, type: AMZ, body: JSON.stringify({ ProgressEvent: { StatusMessage: "x".repeat(2_000_000) } }) },
  { status: 200, type: "text/xml", body: `<a>${"<b>".repeat(50_000)}` },
  { status: 400, type: AMZ, body: JSON.stringify({ __type: "constructor", message: ["a", { b: 1 }] }) },
  { status: 400, type: AMZ, body: JSON.stringify({ __type: 7, message: "x".repeat(300_000) }) },
  { status: 400, type: AMZ, body: JSON.stringify({ __type: "a#ValidationException", message: null }) },
  { status: 500, type: "", body: "\0\0\0" },
);

/** Some of the answers of an operation, each spoilt in some way. */
export const spoilings: fc.Arbitrary<readonly Spoiling[]> = fc.array(
  fc.record({
    from: fc.nat(4),
    isLasting: fc.boolean(),
    spoilt: fc.oneof(
      {
        weight: 6,
        // One way of spoiling for whatever answer it will be: the document is not known beforehand.
        arbitrary: fc.integer().map((seed): Spoilt => ({
          kind: "mangled",
          by: Object.assign((value: unknown) => fc.sample(mangled(value), { seed, numRuns: 1 })[0], {
            [fc.toStringMethod]: () => `mangled by ${seed}`,
          }),
        })),
      },
      { weight: 1, arbitrary: fc.nat(99).map((percent): Spoilt => ({ kind: "cut", at: percent / 100 })) },
      { weight: 2, arbitrary: other.map((answer): Spoilt => ({ kind: "other", ...answer })) },
    ),
  }),
  { minLength: 1, maxLength: 3 },
);
