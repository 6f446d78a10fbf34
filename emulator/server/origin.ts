import type { IncomingHttpHeaders } from "node:http";

import type { Settings } from "../options";

/** Whether an address or host name is this machine's own, so that no other machine reaches it. @internal */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|(.+\.)?localhost|::1|\[::1\])$/i.test(host);
}

/** The name in a Host header, without the port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, "");
}

/** Whether a Host header names this emulator; any other may be a web page's that has rebound its name to this machine. */
function isOwn(host: string | undefined, settings: Settings): boolean {
  const name = nameOf(host ?? "");
  return isLoopback(name) || settings.allowedHosts.includes(name);
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Whether a request comes from a page of another site: browsers say so themselves, and programs say nothing. */
function isForeign(headers: IncomingHttpHeaders, method: string): boolean {
  const { origin, host, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  if (origin !== undefined && originHost(origin) !== host?.toLowerCase()) return true;
  const isLink = mode === "navigate" && method === "GET";
  return site !== undefined && site !== "same-origin" && site !== "none" && !isLink;
}

/**
 * Why an admin call or the page is refused: asked for under a foreign name, or by a page of another site.
 *
 * @internal
 */
export function refusedAdmin(headers: IncomingHttpHeaders, method: string, settings: Settings): string | undefined {
  if (!isOwn(headers.host, settings)) {
    const host = (headers.host ?? "").slice(0, 100);
    return `the Host "${host}" is not known here. Fix: use 127.0.0.1 or localhost, or start with --allow-host <name>`;
  }
  return isForeign(headers, method) ? "web pages of other sites may not call this" : undefined;
}

/** Why a call of the API is refused: no AWS client is a web page, and any that calls is an attack on this machine. @internal */
export function refusedCall(headers: IncomingHttpHeaders): string | undefined {
  return headers.origin === undefined ? undefined : "calls of web pages are refused";
}
