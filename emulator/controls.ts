import type { Service } from "./api/service";
import type { ArmedFault, Fault } from "./faults";
import { isObject, type JsonObject } from "./json";
import { alarmsIn, removeAlarm, setAlarm, type AlarmSnapshot, type AlarmState } from "./server/cloudWatch";
import type { View } from "./state/world";
import { editResource, seedResource, snapshot, type ResourceSnapshot } from "./server/admin";

/** Where a resource is: without account and region, those of `env()`. @public */
export interface ResourcePlace {
  readonly typeName: string;
  readonly account?: string;
  readonly region?: string;
}

/** A JSON object, as resource models are. @public */
export type ModelJson = Readonly<Record<string, unknown>>;

/** What a test may do with the emulated world behind its API. @public */
export interface Controls {
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
    /** The first time that another process waits for (`POST /_/clock/await`); undefined where none does. */
    awaited(): number | undefined;
  };
}

function body(value: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  if (!isObject(copy)) throw new TypeError("a resource is described by an object");
  return copy;
}

/** The controls of a service. @internal */
export function controlsOf(service: Service): Controls {
  const own = (): View => service.world.view(service.settings.defaultAccount, service.settings.region);
  return {
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
      awaited: () => service.clock.awaited,
      advance: (ms) => {
        service.clock.advance(ms);
      },
    },
  };
}
