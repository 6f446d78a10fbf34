import { Service } from "./api/service";
import { controlsOf, type Controls } from "./controls";
import { settings, type EmulatorOptions, type Settings } from "./options";
import { listen } from "./server/http";
import { Page } from "./page";
import { Keeping } from "./state/keeping";
import { RequestLog, type RequestRecord } from "./server/requestLog";

export type { Controls, ModelJson, ResourcePlace } from "./controls";
export type { ArmedFault, Fault, FaultScope } from "./faults";
export type { HandlerErrorCode } from "./handlers/types";
export type { EmulatorOptions, Latency, Quirks } from "./options";
export type { ResourceSnapshot } from "./server/admin";
export type { AlarmSnapshot, AlarmState } from "./server/cloudWatch";
export type { RequestRecord } from "./server/requestLog";

/**
 * A running local Cloud Control.
 *
 * @public
 */
export interface Emulator extends Controls, AsyncDisposable {
  /** `http://127.0.0.1:<port>`, or with the host that was chosen. */
  readonly endpoint: string;
  readonly port: number;
  /** The environment that points AWS clients here: endpoints, dummy credentials, region. */
  env(): Record<string, string>;
  /** Stops at once; requests in flight are cut off and handlers never end (with `data`, the next emulator goes on with them). */
  close(): Promise<void>;
  /** The calls so far, oldest first. */
  requests(): RequestRecord[];
}

/** Handlers that take no longer than this are quicker than AWS's ever are, in milliseconds. */
const QUICK = 1000;

function environment(endpoint: string, { region, secrets, latency, quirks }: Settings): Record<string, string> {
  const longest = Math.max(...[latency.create, latency.update, latency.delete].flat());
  const [[key, secret] = ["test", "test"]] = secrets;
  return {
    AWS_ENDPOINT_URL: endpoint,
    // A service's own variable wins over the general one, so a foreign value of it must not stay.
    AWS_ENDPOINT_URL_CLOUDCONTROL: endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    // What clients pace on AWS's account is not counted here.
    ...(quirks.controlPlaneRates ? {} : { PULUMI_CLOUDCONTROL_SERVICE_RATES: "off" }),
    // Clients that expect AWS's times ask no sooner; this one says when they may.
    ...(longest <= QUICK ? { PULUMI_CLOUDCONTROL_FIRST_POLL: String(longest) } : {}),
  };
}

/** A host that clients on this machine can call. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/**
 * Starts a local Cloud Control on loopback. It speaks AWS's wire protocol, so that any AWS client can use it, and
 * keeps everything in memory, or in the file `data`.
 *
 * @example
 * ```ts
 * await using emulator = await startEmulator({ seed: 1 });
 * const client = new CloudControlClient({ endpoint: emulator.endpoint, region: "us-east-1" });
 * ```
 *
 * @throws Error when the port is taken, or the host is not this machine's own and `allowRemote` is not set.
 * @public
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const service = new Service(settings(options));
  const log = new RequestLog();
  const { data } = service.settings;
  const keeping = data === undefined ? undefined : await Keeping.open(service, data);
  if (keeping) service.kept = () => keeping.kept();
  const { server, port } = await listen({ service, log, page: new Page(service, log) }).catch(
    async (error: unknown) => {
      service.clock.stop();
      await keeping?.close();
      throw error;
    },
  );
  const endpoint = `http://${reachable(service.settings.host)}:${port}`;
  const close = async (): Promise<void> => {
    service.clock.stop();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await keeping?.close();
  };
  return {
    ...controlsOf(service),
    endpoint,
    port,
    env: () => environment(endpoint, service.settings),
    close,
    [Symbol.asyncDispose]: close,
    requests: () => log.list(),
  };
}
