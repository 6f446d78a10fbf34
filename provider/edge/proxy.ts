import type { AgentOptions } from "node:https";

/** Node's releases whose agents know proxies; others send everything directly. */
const SINCE = { 22: 21, 24: 5 } as const;
/** A proxy has no way to the machine itself, where emulators and metadata services listen. */
const DIRECT = "localhost,127.0.0.1,::1,[::1],169.254.169.254,169.254.170.2,[fd00:ec2::254]";
/** Connections at a time and client, as the SDK's own agents have it. */
const MAX_SOCKETS = 50;

/** The proxy of the environment, as Node's agents take it; names in lower case win, as everywhere. */
export interface ProxyAgents {
  readonly httpAgent: AgentOptions;
  readonly httpsAgent: AgentOptions;
}

/**
 * How the clients reach AWS where the environment names a proxy (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`): by agents, as
 * the SDK's guide tells, made of Node's own. Undefined where no proxy is named.
 *
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-proxies.html
 * @see https://nodejs.org/api/http.html#built-in-proxy-support
 */
export function proxyAgents(env: NodeJS.ProcessEnv): ProxyAgents | undefined {
  const http = env.http_proxy ?? env.HTTP_PROXY;
  const https = env.https_proxy ?? env.HTTPS_PROXY;
  if (isUnset(http) && isUnset(https)) return undefined;
  const direct = [env.no_proxy ?? env.NO_PROXY, DIRECT].filter((list) => !isUnset(list)).join(",");
  const proxyEnv = {
    ...(isUnset(http) ? {} : { HTTP_PROXY: http }),
    ...(isUnset(https) ? {} : { HTTPS_PROXY: https }),
    NO_PROXY: direct,
  };
  const agent: AgentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv };
  return { httpAgent: agent, httpsAgent: agent };
}

/** What to tell a user whose proxy this Node would not use, or undefined. */
export function proxyWarning(env: NodeJS.ProcessEnv, version: string): string | undefined {
  if (proxyAgents(env) === undefined) return undefined;
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const since = major in SINCE ? SINCE[major as keyof typeof SINCE] : 0;
  if (major !== 23 && minor >= since) return undefined;
  return `Node ${version} does not use the proxy that HTTPS_PROXY names. Fix: run Pulumi with Node 22.21, 24.5 or later`;
}

function isUnset(value: string | undefined): value is undefined | "" {
  return value === undefined || value === "";
}
