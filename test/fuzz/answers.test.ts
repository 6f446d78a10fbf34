import { createServer, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import fc from "fast-check";
import { OneResource, ProviderBench } from "../support/provider";
import { mangled } from "./hostile";
import { patience, runs } from "./runs";

/** Marks of a bug's own words, and of a stack. */
const BUG =
  /TypeError|RangeError|SyntaxError|ReferenceError|is not a function|is not iterable|Cannot (read|convert)|\n\s+at /;
/** Calls that one operation on one resource may take: polls until the deadline, reads again, its cancellation. */
const MOST_CALLS = 250;
const SECRET = "s3cr3t-in-an-answer";

/** What becomes of an answer on its way. */
type Spoilt =
  | { readonly kind: "mangled"; readonly by: (value: unknown) => unknown }
  | { readonly kind: "other"; readonly status: number; readonly type: string; readonly body: string };

/** Which calls are spoilt, by their number from 0: one, which is asked again, or all from there on. */
interface Spoiling {
  readonly from: number;
  readonly isLasting: boolean;
  readonly spoilt: Spoilt;
}

/** Stands between the provider and the local Cloud Control, and spoils some of the answers. */
class Spoiler {
  plan: readonly Spoiling[] = [];
  calls = 0;
  private readonly server: Server;

  constructor(private readonly behind: string) {
    this.server = createServer((incoming, outgoing) => {
      const { hostname, port } = new URL(this.behind);
      const onwards = request({ hostname, port, path: incoming.url, method: "POST", headers: incoming.headers });
      onwards.on("response", (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          // Who is called is asked of STS, in another protocol: only Cloud Control is spoilt here.
          const isCloudControl = incoming.headers["x-amz-target"] !== undefined;
          const spoilt = isCloudControl ? this.next() : undefined;
          const { statusCode = 500, headers } = answer;
          give(outgoing, { status: statusCode, type: headers["content-type"] ?? "", body: text(chunks) }, spoilt);
        });
      });
      incoming.pipe(onwards);
    });
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

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function give(outgoing: ServerResponse, right: Answer, spoilt: Spoilt | undefined): void {
  const { status, type, body } = spoilt?.kind === "other" ? spoilt : right;
  outgoing.writeHead(status, { "content-type": type });
  outgoing.end(spoilt?.kind === "mangled" ? mangledBody(body, spoilt.by) : body);
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

const html = `<html><body>502 Bad Gateway ${SECRET}</body></html>`;
const AMZ = "application/x-amz-json-1.0";
const other = fc.constantFrom(
  { status: 200, type: "text/html", body: html },
  { status: 502, type: "text/html", body: html },
  { status: 200, type: AMZ, body: "" },
  { status: 200, type: AMZ, body: "[1,2]" },
  { status: 200, type: AMZ, body: '{"ProgressEvent":{"RequestToken":' },
  { status: 200, type: AMZ, body: `{"ResourceDescription":{"Properties":"${"[".repeat(100_000)}"}}` },
  {
    status: 200,
    type: AMZ,
    body: `{"ResourceDescription":{"Properties":"{\\"A\\":${"[".repeat(9_000)}${"]".repeat(9_000)}}"}}`,
  },
  { status: 200, type: AMZ, body: JSON.stringify({ ProgressEvent: { StatusMessage: "x".repeat(2_000_000) } }) },
  { status: 400, type: AMZ, body: JSON.stringify({ __type: "constructor", message: ["a", { b: 1 }] }) },
  { status: 400, type: AMZ, body: JSON.stringify({ __type: 7, message: "x".repeat(300_000) }) },
  { status: 400, type: AMZ, body: JSON.stringify({ __type: "a#ValidationException", message: null }) },
  { status: 500, type: "", body: "\0\0\0" },
);

const spoilt: fc.Arbitrary<Spoilt> = fc.oneof(
  {
    weight: 3,
    // One way of spoiling for whatever answer it will be: the document is not known beforehand.
    arbitrary: fc.integer().map((seed): Spoilt => ({
      kind: "mangled",
      by: Object.assign((value: unknown) => fc.sample(mangled(value), { seed, numRuns: 1 })[0], {
        [fc.toStringMethod]: () => `mangled by ${seed}`,
      }),
    })),
  },
  { weight: 1, arbitrary: other.map((answer): Spoilt => ({ kind: "other", ...answer })) },
);

// The SDK, HTTP and the provider's own code are real. Does not prove that what was spoilt is noticed: an answer that is
// wrong and could be right is believed. What the state then is belongs to the campaign.
describe("answers of Cloud Control that are spoilt on the way", function () {
  this.timeout(patience(60_000));
  let bench: ProviderBench;
  let spoiler: Spoiler;
  let unhandled: unknown[];
  const note = (reason: unknown): void => void unhandled.push(reason);

  before(async () => {
    bench = await ProviderBench.open({ latency: { create: 1, update: 1, delete: 1 }, retryAfter: 1 });
    spoiler = new Spoiler(bench.emulator.endpoint);
    bench.setEnv({ AWS_ENDPOINT_URL_CLOUDCONTROL: await spoiler.listen() });
    bench.config = { "aws:maxRetries": "0" };
    unhandled = [];
    process.on("unhandledRejection", note);
  });
  after(async () => {
    process.off("unhandledRejection", note);
    await spoiler.close();
    await bench.close();
  });

  const timeouts = { create: "60s", update: "60s", delete: "60s" };
  const types: Record<string, (n: number) => Record<string, unknown>> = {
    "AWS::Logs::LogGroup": (n) => ({ logGroupName: `g${n}`, retentionInDays: 7, tags: [{ key: "a", value: `${n}` }] }),
    "AWS::SQS::Queue": (n) => ({ queueName: `q${n}`, visibilityTimeout: n % 40 }),
  };

  /** Each resource has a name of its own: what a spoilt create left behind is nobody's. */
  let n = 0;
  let failed = 0;

  /** Runs an operation; what it fails with must be for users. */
  const answered = async (what: string, run: () => Promise<unknown>): Promise<void> => {
    spoiler.calls = 0;
    try {
      await run();
    } catch (error) {
      failed += 1;
      const { message } = error as Error;
      expect(message, what).to.match(/Fix: /).and.not.to.match(BUG).and.not.to.include(SECRET);
      expect(message.length, what).to.be.lessThan(20_000);
    }
    expect(spoiler.calls, `${what}: calls`).to.be.lessThan(MOST_CALLS);
  };

  for (const [typeName, args] of Object.entries(types)) {
    for (const operation of ["create", "update", "read", "delete"] as const) {
      it(`end ${operation} of ${typeName} with a result or an error for users, after few calls`, async () => {
        const plan = fc.array(fc.record({ from: fc.nat(4), isLasting: fc.boolean(), spoilt }), {
          minLength: 1,
          maxLength: 3,
        });
        const property = fc.asyncProperty(plan, async (calls) => {
          n += 1;
          const one = new OneResource(bench, typeName);
          spoiler.plan = [];
          if (operation !== "create") await one.up({ ...args(n), timeouts });
          spoiler.plan = calls;
          const changed = {
            ...args(n),
            timeouts,
            ...(typeName.includes("Logs") ? { retentionInDays: 14 } : { visibilityTimeout: 41 }),
          };
          if (operation === "read") await answered(operation, async () => one.refresh());
          else if (operation === "delete") await answered(operation, async () => one.destroy());
          else
            await answered(operation, async () => one.up(operation === "create" ? { ...args(n), timeouts } : changed));
          expect(unhandled).to.deep.equal([]);
        });
        await fc.assert(property, runs(12));
      });
    }
  }

  it("were spoilt enough for the above to mean something", () => {
    expect(failed).to.be.greaterThan(n / 5);
  });

  it("leave nothing in the way: the same operations succeed once the answers are right", async () => {
    spoiler.plan = [];
    const one = new OneResource(bench, "AWS::SQS::Queue");
    expect(await one.up({ queueName: "last" })).to.equal("create");
    expect(await one.refresh()).to.equal("same");
    await one.destroy();
  });
});
