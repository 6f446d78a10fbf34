import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import path from "node:path";

import type { Service } from "../api/service";
import type { RequestLog } from "../server/requestLog";
import { detail } from "./detail";
import { Watchers } from "./events";
import { faultOf } from "./forms";
import { History } from "./history";
import { html, type Html } from "./html";
import { overview, type Shown } from "./overview";
import { frame } from "./parts";

/** A call of the page that has been let in. @internal */
export interface PageCall {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** Nothing from other hosts, no script or style in the page itself, and nobody may frame it. */
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

const assets: Readonly<Record<string, string>> = {
  "/_/page.css": "text/css; charset=utf-8",
  "/_/page.mjs": "text/javascript; charset=utf-8",
  "/_/icon.svg": "image/svg+xml",
};

function asset(name: string): string {
  return readFileSync(path.join(__dirname, "assets", path.basename(name)), "utf8");
}

/** The page at `/_/`. @internal */
export class Page {
  private readonly shown: Shown;
  private readonly watchers = new Watchers();

  constructor(service: Service, log: RequestLog) {
    const history = new History(service.changes, () => service.clock.now(), service.world.all());
    this.shown = { service, log, history };
    const tell = (): void => {
      this.watchers.tell();
    };
    service.changes.listen(tell);
    log.listen(tell);
  }

  /** Answers what is the page's; false: it is some other admin call. */
  answer({ method, url, body }: PageCall, response: ServerResponse): boolean {
    const { pathname, searchParams } = new URL(url, "http://host");
    const { service } = this.shown;
    switch (`${method} ${pathname}`) {
      case "GET /_/":
        send(response, 200, overview(this.shown, filterOf(searchParams)));
        return true;
      case "GET /_/resource":
        this.resource(searchParams, response);
        return true;
      case "GET /_/events":
        this.watch(response);
        return true;
      case "POST /_/page/fault":
        this.change(response, () => service.faults.add(faultOf(new URLSearchParams(body))));
        return true;
      case "POST /_/page/disarm":
        this.change(response, () => {
          service.faults.clear(Number(new URLSearchParams(body).get("id")));
        });
        return true;
      default:
        return method === "GET" && this.asset(pathname, response);
    }
  }

  private resource(query: URLSearchParams, response: ServerResponse): void {
    const at = (name: string): string => query.get(name) ?? "";
    const place = {
      account: at("account"),
      region: at("region"),
      typeName: at("typeName"),
      identifier: at("identifier"),
    };
    const found = detail(this.shown, place);
    send(response, found ? 200 : 404, found ?? problem("Nobody has heard of such a resource here."));
  }

  private watch(response: ServerResponse): void {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    if (!this.watchers.add(response)) response.end();
  }

  private change(response: ServerResponse, make: () => void): void {
    try {
      make();
    } catch (error) {
      send(response, 400, problem(error instanceof Error ? error.message : String(error)));
      return;
    }
    this.watchers.tell();
    response.writeHead(303, { ...headers, location: "/_/" }).end();
  }

  private asset(name: string, response: ServerResponse): boolean {
    const type = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (type === undefined) return false;
    response.writeHead(200, { ...headers, "content-type": type }).end(asset(name));
    return true;
  }
}

function filterOf(query: URLSearchParams): { text: string; failed: boolean } {
  return { text: (query.get("q") ?? "").slice(0, 200), failed: query.get("failed") === "1" };
}

function problem(text: string): Html {
  const main = html`<main id="main" tabindex="-1">
    <h1>Local Cloud Control</h1>
    <p>${text}</p>
    <p><a href="/_/">To the overview</a></p>
  </main>`;
  return frame("Local Cloud Control", main);
}

function send(response: ServerResponse, status: number, content: Html): void {
  response.writeHead(status, { ...headers, "content-type": "text/html; charset=utf-8" }).end(content.text);
}
