import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy as companies have it: it forwards plain requests, and of tunnels it notes where they would lead. */
export class Proxy {
  readonly seen: string[] = [];
  /** What was sent through it. */
  readonly bodies: string[] = [];
  private readonly server: Server;

  constructor(forwardTo: string) {
    this.server = createServer((incoming, outgoing) => {
      this.seen.push(`${incoming.method ?? ""} ${incoming.url ?? ""}`);
      const { hostname, port } = new URL(forwardTo);
      const onwards = request({ hostname, port, method: "POST", headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => this.bodies.push(Buffer.concat(chunks).toString()));
      incoming.pipe(onwards);
    });
    this.server.on("connect", ({ url }, socket) => {
      this.seen.push(`CONNECT ${url ?? ""}`);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://someone:pa55word@127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
