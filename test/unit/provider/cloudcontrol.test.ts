import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { systemClock } from "../../../provider/edge/clock";
import { connect } from "../../../provider/edge/cloudcontrol";
import { Limiter } from "../../../provider/limiter";
import { CallError, type CloudControl } from "../../../provider/ports";

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

const json = (value: unknown): Answer => ({ body: JSON.stringify(value) });
const event = { RequestToken: "r1", OperationStatus: "SUCCESS", Operation: "CREATE", TypeName: "A::B::C" };

// A server that answers anything stands in for proxies and load balancers between here and AWS, and for AWS on a bad day.
describe("an answer that is none of Cloud Control's", () => {
  let server: Server;
  let cloud: CloudControl;
  let answer: Answer;
  let sent: { readonly target: string; readonly body: Record<string, unknown> }[];
  const { AWS_ACCESS_KEY_ID = "test", AWS_SECRET_ACCESS_KEY = "test" } = process.env;
  const kept = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };

  beforeEach(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
    sent = [];
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        const target = String(request.headers["x-amz-target"]).replace("CloudApiService.", "");
        sent.push({ target, body: JSON.parse(text) as Record<string, unknown> });
        response.writeHead(answer.status ?? 200, { "content-type": answer.type ?? "application/x-amz-json-1.0" });
        response.end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const limiter = new Limiter(systemClock);
    cloud = connect({ region: "us-east-1", endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 }, async () =>
      Promise.resolve(limiter),
    );
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    Object.assign(process.env, kept);
  });

  const calls = {
    create: async () => cloud.create("A::B::C", { Name: "x" }, "t1"),
    update: async () => cloud.update("A::B::C", "x", [], "t1"),
    delete: async () => cloud.delete("A::B::C", "x", "t1"),
    get: async () => cloud.get("A::B::C", "x"),
    status: async () => cloud.status("r1"),
    cancel: async () => cloud.cancel("r1"),
    requests: async () => cloud.requests("under way", undefined),
  };
  const codeOf = async (call: () => Promise<unknown>): Promise<string> =>
    call().then(
      (value) => `no failure but ${JSON.stringify(value)}`,
      (error: unknown) => (error instanceof CallError ? error.code : String(error)),
    );

  const html = "<html><body>502 Bad Gateway</body></html>";
  const broken: Record<string, Answer> = {
    "a web page": { body: html, type: "text/html" },
    "a web page with an error status": { status: 502, body: html, type: "text/html" },
    "half of a JSON text": { body: '{"ProgressEvent":{"Requ' },
    "a JSON text that is no object": json([1, 2]),
    "a JSON null": { body: "null" },
    "an error without a name": { status: 500, body: "" },
  };
  for (const [what, given] of Object.entries(broken)) {
    it(`is taken for a lost one, whatever was asked: ${what}`, async () => {
      answer = given;
      for (const [name, call] of Object.entries(calls)) {
        // A list that looks empty makes each request be asked for singly, nothing else.
        if (name === "requests" && !("status" in given || "type" in given)) continue;
        expect(`${name}: ${await codeOf(call)}`).to.equal(`${name}: NoAnswer`);
      }
    });
  }

  const events: Record<string, unknown> = {
    "no event": {},
    "an empty event": { ProgressEvent: {} },
    "an event without a token": { ProgressEvent: { ...event, RequestToken: undefined } },
    "an event without a status": { ProgressEvent: { ...event, OperationStatus: undefined } },
    "an event of other types": { ProgressEvent: { ...event, RequestToken: 7, OperationStatus: ["SUCCESS"] } },
    "a status of which nobody knows what it means": { ProgressEvent: { ...event, OperationStatus: "" } },
  };
  for (const [what, given] of Object.entries(events)) {
    it(`tells nothing of a request: ${what}`, async () => {
      answer = json(given);
      for (const name of ["create", "update", "delete", "status", "cancel"] as const) {
        expect(`${name}: ${await codeOf(calls[name])}`).to.equal(`${name}: NoAnswer`);
      }
    });
  }

  it("in an event's lesser members leaves them out", async () => {
    answer = json({ ProgressEvent: { ...event, ErrorCode: 7, StatusMessage: {}, Identifier: "" } });
    const { errorCode, message, identifier } = await cloud.status("r1");
    expect([errorCode, message, identifier]).to.deep.equal([undefined, undefined, undefined]);
  });

  // Found by test/fuzz: each of these ended in a TypeError.
  it("in an error's words, a list or a hook leaves out what is of another type", async () => {
    for (const given of [
      { __type: "constructor", message: ["a"] },
      { __type: 7, message: { a: 1 } },
    ]) {
      answer = { status: 400, body: JSON.stringify(given) };
      expect(await codeOf(calls.status), JSON.stringify(given)).to.be.oneOf(["constructor", "7"]);
    }
    const hook = { FailureMode: "FAIL", HookStatus: "HOOK_COMPLETE_FAILED", HookTypeName: 7, HookStatusMessage: {} };
    answer = json({ ProgressEvent: event, HooksProgressEvent: [null, 7, { HookStatus: 7 }, hook] });
    expect((await cloud.status("r1")).hooks).to.deep.equal(["a hook: no message"]);
    answer = json({ ResourceRequestStatusSummaries: "none", ResourceDescriptions: { a: 1 }, NextToken: 7 });
    expect(await cloud.requests("all", undefined)).to.deep.equal({ events: [], nextToken: undefined });
    expect(await cloud.list("A::B::C", {}, undefined)).to.deep.equal({ items: [], nextToken: undefined });
    answer = json({ ResourceDescriptions: [null, 7, { Identifier: 7 }, { Identifier: "x", Properties: "{}" }] });
    expect((await cloud.list("A::B::C", {}, undefined)).items).to.deep.equal([{ identifier: "x", properties: {} }]);
  });

  const models: Record<string, unknown> = {
    "no description": {},
    "no properties": { ResourceDescription: { Identifier: "x" } },
    "properties that are no JSON": { ResourceDescription: { Properties: "{" } },
    "properties that are a list": { ResourceDescription: { Properties: "[]" } },
    "properties that are null": { ResourceDescription: { Properties: "null" } },
    "properties that are no text": { ResourceDescription: { Properties: { Name: "x" } } },
  };
  for (const [what, given] of Object.entries(models)) {
    it(`is no model, so that nothing looks empty or gone: ${what}`, async () => {
      answer = json(given);
      expect(await codeOf(calls.get)).to.equal("NoAnswer");
    });
  }

  it("in the middle of a list spoils no other request, and the list is asked for with all that runs", async () => {
    const running = { ...event, OperationStatus: "IN_PROGRESS" };
    answer = json({ ResourceRequestStatusSummaries: [{}, null, { RequestToken: "r0" }, running], NextToken: "n" });
    const page = await cloud.requests("under way", "before");
    expect(page.events.map(({ requestToken, status }) => [requestToken, status])).to.deep.equal([
      ["r1", "IN_PROGRESS"],
    ]);
    expect(page.nextToken).to.equal("n");
    expect(sent[0]?.body).to.deep.equal({
      MaxResults: 100,
      NextToken: "before",
      ResourceRequestStatusFilter: { OperationStatuses: ["PENDING", "IN_PROGRESS", "CANCEL_IN_PROGRESS"] },
    });
  });

  it("with more than is known is understood as far as it goes", async () => {
    answer = json({ ProgressEvent: { ...event, OperationStatus: "QUEUED", Brandnew: { a: 1 } } });
    expect((await cloud.status("r1")).status).to.equal("QUEUED");
  });

  it("of a megabyte is read whole", async () => {
    const text = "x".repeat(2 ** 20);
    answer = json({ ResourceDescription: { Identifier: "x", Properties: JSON.stringify({ Name: text }) } });
    expect(await cloud.get("A::B::C", "x")).to.deep.equal({ Name: text });
  });
});
