import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Service } from "../api/service";
import type { Page } from "../page";
import { str } from "../json";
import { answerAdmin } from "./admin";
import { answerGetAccount } from "./apigateway";
import { parseAuthorization, refusedSession, secretOf } from "./auth";
import { answerCloudWatch, isForCloudWatch } from "./cloudWatch";
import { answerJson, failure, type Answer } from "./awsJson";
import { readBody, textOf } from "./body";
import { ApiError } from "./errors";
import { isLoopback, refusedAdmin, refusedCall } from "./origin";
import type { RequestLog } from "./requestLog";
import { checkSignature } from "./signature";
import { answerSts } from "./sts";

const reads = new Set(["GetResource", "ListResources"]);

function send(response: ServerResponse, status: number, contentType: string, id: string, body: string): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "x-amzn-requestid": id,
  });
  response.end(body);
}

function refuse(response: ServerResponse, id: string, error: ApiError): void {
  send(response, error.status, "application/x-amz-json-1.0", id, error.body());
}

function record(log: RequestLog, requestId: string, at: number, durationMs: number, answer: Answer): void {
  const { operation, caller, input, event, outcome, status, requestToken } = answer;
  const optional = {
    account: caller?.account,
    region: caller?.region,
    typeName: str(input?.TypeName) ?? str(event?.TypeName),
    identifier: str(input?.Identifier) ?? str(event?.Identifier),
    clientToken: str(input?.ClientToken),
    requestToken,
  };
  const known = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  log.add({ requestId, at, durationMs, operation, outcome, status, ...known });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What is wrong with the signature of a call, where signatures are checked. */
async function signatureRefusal(
  { settings }: Service,
  request: IncomingMessage,
  body: Buffer,
): Promise<ApiError | undefined> {
  if (settings.secrets.size === 0) return undefined;
  try {
    const { method = "", url = "/", headers } = request;
    const authorization = parseAuthorization(headers.authorization);
    const secret = secretOf(authorization.accessKey, settings);
    await checkSignature({ method, url, headers, body }, authorization, secret, Date.now());
    return undefined;
  } catch (error) {
    return failure(error);
  }
}

async function answerCall(service: Service, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { authorization, "content-type": type } = request.headers;
  const sent = request.headers["x-amz-target"];
  const target = Array.isArray(sent) ? sent[0] : sent;
  const session = request.headers["x-amz-security-token"];
  const ofSession = refusedSession(typeof session === "string" ? session : undefined, service.clock.now());
  const refusal = (await signatureRefusal(service, request, body)) ?? ofSession;
  const call = { target, authorization, text: textOf(body), refusal };
  if (request.method === "GET" && request.url === "/account") return answerGetAccount(service, call);
  const isForm = target === undefined && type?.startsWith("application/x-www-form-urlencoded") === true;
  if (isForCloudWatch(target)) return answerCloudWatch(service, call);
  return isForm ? answerSts(service, call) : answerJson(service, call);
}

/** Nothing is answered that a crash could still undo. Where it cannot be written down, the answer is an error. */
async function isKept(service: Service, response: ServerResponse, id: string): Promise<boolean> {
  try {
    await service.kept();
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuse(response, id, new ApiError("InternalFailure", `The data file cannot be written: ${reason}`, 500));
    return false;
  }
}

/** What the server works on. @internal */
export interface Parts {
  readonly service: Service;
  readonly log: RequestLog;
  readonly page: Page;
}

async function serveAdmin(
  { service, log, page }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  body: string | undefined,
): Promise<void> {
  const { method = "", url = "/" } = request;
  const refused = refusedAdmin(request.headers, method, service.settings);
  if (refused !== undefined) {
    send(response, 403, "application/json", id, JSON.stringify({ error: refused }));
    return;
  }
  if (page.answer({ method, url, body: body ?? "" }, response)) return;
  const answer = answerAdmin(service, log, { method, path: url.split("?")[0] ?? "/", body });
  if (await isKept(service, response, id)) {
    send(response, answer.status, "application/json", id, JSON.stringify(answer.body));
  }
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse) {
  const { service, log } = parts;
  const at = service.clock.now();
  const begun = performance.now();
  const id = service.ids.uuid();
  const body = await readBody(request);
  const { method = "", url = "/" } = request;
  const path = url.split("?")[0] ?? "/";
  if (body === undefined) {
    refuse(response, id, new ApiError("RequestEntityTooLargeException", "The request body is too large.", 413));
    return;
  }
  if (path.startsWith("/_/")) {
    await serveAdmin(parts, request, response, id, textOf(body));
    return;
  }
  if (method === "GET" && request.headers.accept?.includes("text/html")) {
    response.writeHead(302, { location: "/_/" }).end();
    return;
  }
  const refused = refusedCall(request.headers);
  if (refused !== undefined) {
    refuse(response, id, new ApiError("AccessDeniedException", refused, 403));
    return;
  }
  const answer = await answerCall(service, request, body);
  const { calls, read, accept } = service.settings.latency;
  const own = Object.hasOwn(calls, answer.operation) ? calls[answer.operation] : undefined;
  const delay = own ?? (reads.has(answer.operation) ? read : accept);
  if (delay > 0) await wait(delay);
  if (!(await isKept(service, response, id))) return;
  record(log, id, at, performance.now() - begun, answer);
  if (answer.lost) request.socket.destroy();
  else send(response, answer.status, answer.contentType, id, answer.body);
}

/** More than any test needs; each may hold a body. */
const maxConnections = 2048;

/**
 * Starts the HTTP server.
 *
 * @throws Error when the address is not this machine's own and nobody allowed that, or when the port is taken.
 * @internal
 */
export async function listen(parts: Parts): Promise<{ server: Server; port: number }> {
  const { host, port, allowRemote, requestTimeout } = parts.service.settings;
  if (!allowRemote && !isLoopback(host)) {
    throw new Error(
      `${host} can be reached by other machines, and whoever reaches the emulator may do everything with it. ` +
        "Fix: leave the host out, or allow remote callers (--allow-remote)",
    );
  }
  const limits = {
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, 10_000),
    connectionsCheckingInterval: Math.min(requestTimeout, 1000),
    keepAliveTimeout: 60_000,
  };
  const server = createServer(limits, (request, response) => {
    serve(parts, request, response).catch(() => {
      // The client went away in the middle of its call, or does not stop sending.
      request.socket.destroy();
    });
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `the port ${port} is taken. Fix: choose another, or none for a free one`;
      reject(error.code === "EADDRINUSE" ? new Error(taken, { cause: error }) : error);
    });
    server.listen(port, host, resolve);
  });
  // What goes wrong with single connections later (no file handle left, say) must not end the process.
  server.removeAllListeners("error").on("error", () => undefined);
  return { server, port: (server.address() as AddressInfo).port };
}
