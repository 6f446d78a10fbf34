import { Service } from "./api/service";
import type { ArmedFault, Fault } from "./faults";
import { isObject, type JsonObject } from "./json";
import { settings, type EmulatorOptions, type Settings } from "./options";
import { editResource, seedResource, snapshot, type ResourceSnapshot } from "./server/admin";
import { alarmsIn, removeAlarm, setAlarm, type AlarmSnapshot, type AlarmState } from "./server/cloudWatch";
import { listen } from "./server/http";
import { Keeping } from "./state/keeping";
import type { View } from "./state/world";
import { RequestLog, type RequestRecord } from "./server/requestLog";

export type { ArmedFault, Fault, FaultScope } from "./faults";
export type { HandlerErrorCode } from "./handlers/types";
export type { EmulatorOptions, Latency, Quirks } from "./options";
export type { ResourceSnapshot } from "./server/admin";
export type { AlarmSnapshot, AlarmState } from "./server/cloudWatch";
export type { RequestRecord } from "./server/requestLog";

/** Where a resource is: without account and region, those of `env()`. @public */
export interface ResourcePlace {
  readonly typeName: string;
  readonly account?: string;
  readonly region?: string;
}

/** A JSON object, as resource models are. @public */
export type ModelJson = Readonly<Record<string, unknown>>;

/**
 * A running local Cloud Control.
 *
 * @public
 */
export interface Emulator extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, or with the host that was chosen. */
  readonly endpoint: string;
  readonly port: number;
  /** The environment that points AWS clients here: endpoints, dummy credentials, region. */
  env(): Record<string, string>;
  /** Stops at once; requests in flight are cut off and handlers never end (with `data`, the next emulator goes on with them). */
  close(): Promise<void>;
  /** The calls so far, oldest first. */
  requests(): RequestRecord[];
  /** What exists now, in all accounts and regions. */
  resources(): ResourceSnapshot[];
  /** Puts a resource into the world without asking its handler; the model must hold its identifier. Returns the identifier. */
  seed(place: ResourcePlace & { readonly model: ModelJson }): string;
  /** Changes a live model behind Cloud Control's back (drift), by an RFC 6902 patch or as a whole. */
  edit(
    place: ResourcePlace & {
      readonly identifier: string;
      readonly patch?: readonly ModelJson[];
      readonly model?: ModelJson;
    },
  ): void;
  /** Removes a live resource behind Cloud Control's back; with `cascade` also what goes away with it. */
  remove(place: ResourcePlace & { readonly identifier: string; readonly cascade?: boolean }): void;
  readonly faults: {
    /** Arms a fault and returns its number. */
    add(fault: Fault): number;
    /** Disarms one fault, or all. */
    clear(id?: number): void;
    list(): ArmedFault[];
  };
  /** The alarms that CloudWatch shows, in the account and region of `env()`. Their states are what was set. */
  readonly alarms: {
    /** Sets the state of an alarm, a managed one or one that is nobody's resource. */
    set(name: string, state: AlarmState): void;
    /** Forgets a state; an alarm that is nobody's resource is gone with it. */
    remove(name: string): void;
    list(): AlarmSnapshot[];
  };
  readonly clock: {
    /** Milliseconds since the epoch. */
    now(): number;
    /** Moves the time forward; what falls due on the way happens. */
    advance(ms: number): void;
  };
}

function environment(endpoint: string, { region, secrets }: Settings): Record<string, string> {
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
  };
}

/** A host that clients on this machine can call. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function body(value: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  if (!isObject(copy)) throw new TypeError("a resource is described by an object");
  return copy;
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
  const { server, port } = await listen(service, log).catch(async (error: unknown) => {
    service.clock.stop();
    await keeping?.close();
    throw error;
  });
  const endpoint = `http://${reachable(service.settings.host)}:${port}`;
  const close = async (): Promise<void> => {
    service.clock.stop();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await keeping?.close();
  };
  const own = (): View => service.world.view(service.settings.defaultAccount, service.settings.region);
  return {
    endpoint,
    port,
    env: () => environment(endpoint, service.settings),
    close,
    [Symbol.asyncDispose]: close,
    requests: () => log.list(),
    resources: () => snapshot(service),
    seed: (place) => seedResource(service, body(place)).identifier,
    edit: (place) => void editResource(service, body(place), place.model ? "put" : "patch"),
    remove: (place) => void editResource(service, body(place), "delete"),
    faults: {
      add: (fault) => service.faults.add(fault),
      clear: (id) => {
        service.faults.clear(id);
      },
      list: () => service.faults.list(),
    },
    alarms: {
      set: (name, state) => {
        setAlarm(own(), name, state);
      },
      remove: (name) => {
        removeAlarm(own(), name);
      },
      list: () => alarmsIn(own()).map(({ name, state }) => ({ name, state })),
    },
    clock: {
      now: () => service.clock.now(),
      advance: (ms) => {
        service.clock.advance(ms);
      },
    },
  };
}
