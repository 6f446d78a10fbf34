import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Service } from "../api/service";
import { str } from "../json";
import { answerAdmin } from "./admin";
import { answerJson, type Answer } from "./awsJson";
import { ApiError } from "./errors";
import type { RequestLog } from "./requestLog";
import { answerSts } from "./sts";

/** The largest body: a desired state at its limit, escaped as badly as JSON can. */
const maxBody = 2 * 1024 * 1024;

const reads = new Set(["GetResource", "ListResources"]);

/** The body, or undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= maxBody) chunks.push(chunk as Buffer);
  }
  return size > maxBody ? undefined : Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, contentType: string, id: string, body: string): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "x-amzn-requestid": id,
  });
  response.end(body);
}

function record(log: RequestLog, requestId: string, at: number, durationMs: number, answer: Answer): void {
  const { operation, caller, input, outcome, status, requestToken } = answer;
  const optional = {
    account: caller?.account,
    region: caller?.region,
    typeName: str(input?.TypeName),
    identifier: str(input?.Identifier),
    clientToken: str(input?.ClientToken),
    requestToken,
  };
  const known = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  log.add({ requestId, at, durationMs, operation, outcome, status, ...known });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function answerCall(service: Service, request: IncomingMessage, body: string): Answer {
  const { authorization, "content-type": type } = request.headers;
  const target = request.headers["x-amz-target"];
  if (target === undefined && type?.startsWith("application/x-www-form-urlencoded")) {
    return answerSts(service, authorization, body);
  }
  return answerJson(service, Array.isArray(target) ? target[0] : target, authorization, body);
}

async function serve(service: Service, log: RequestLog, request: IncomingMessage, response: ServerResponse) {
  const at = service.clock.now();
  const begun = performance.now();
  const id = service.ids.uuid();
  const body = await readBody(request);
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (body === undefined) {
    const error = new ApiError("RequestEntityTooLargeException", "The request body is too large.", 413);
    send(response, 413, "application/x-amz-json-1.0", id, error.body());
    return;
  }
  if (path.startsWith("/_/")) {
    const { origin, host } = request.headers;
    const answer = answerAdmin(service, log, { method: request.method ?? "", path, body, origin, host });
    send(response, answer.status, "application/json", id, JSON.stringify(answer.body));
    return;
  }
  const answer = answerCall(service, request, body);
  const delay = reads.has(answer.operation) ? service.settings.latency.read : service.settings.latency.accept;
  if (delay > 0) await wait(delay);
  record(log, id, at, performance.now() - begun, answer);
  if (answer.lost) request.socket.destroy();
  else send(response, answer.status, answer.contentType, id, answer.body);
}

/** Starts the HTTP server, on loopback only. @internal */
export async function listen(service: Service, log: RequestLog): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    serve(service, log, request, response).catch(() => {
      // The client went away in the middle of its call.
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(service.settings.port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return { server, port: (server.address() as AddressInfo).port };
}
