import { readSchema } from "../../schema/table";
import type { RegistrySchema } from "../../schema/types";
import { Clock } from "../clock";
import { Faults } from "../faults";
import type { HandlerContext } from "../handlers/types";
import { Ids } from "../ids";
import type { Settings } from "../options";
import { partitionOf } from "../server/auth";
import { ApiError } from "../server/errors";
import { Rate } from "../server/rate";
import { Changes } from "../state/changes";
import { World } from "../state/world";
import { Lags } from "./lags";
import { Requests } from "./requests";

/** One emulated service: everything the operations work on. @internal */
export class Service {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly changes = new Changes();
  readonly world = new World(this.changes);
  readonly faults: Faults;
  readonly lags = new Lags();
  readonly requests: Requests;
  readonly rate: Rate;
  /** Undefined when nothing that has changed is still to be written down; else the promise of that. */
  kept: () => Promise<void> | undefined = () => undefined;

  constructor(readonly settings: Settings) {
    this.clock = new Clock(settings.clock);
    this.ids = new Ids(settings.seed);
    this.faults = new Faults(this.clock, this.ids);
    this.requests = new Requests(this.clock, this.changes);
    this.rate = new Rate(this.clock, settings.rate);
  }

  /** What a handler sees when this account calls in this region. */
  context(account: string, region: string, schema: RegistrySchema): HandlerContext {
    return {
      account,
      region,
      partition: partitionOf(region),
      schema,
      store: this.world.view(account, region),
      ids: this.ids,
      quirks: this.settings.quirks,
      now: this.clock.now(),
    };
  }
}

/**
 * The schema of a type. This is the first check of every call on resources (fixtures/localstack test_api_exceptions:
 * it comes before the patch document is looked at).
 *
 * @throws ApiError when the registry has no such type.
 * @internal
 */
export function requireType(typeName: string): RegistrySchema {
  const schema = readSchema(typeName);
  if (!schema) throw new ApiError("TypeNotFoundException", `The type '${typeName}' cannot be found.`);
  return schema;
}

/**
 * Refuses an operation the type has no handler for.
 *
 * @internal
 */
export function requireHandler(schema: RegistrySchema, action: "create" | "read" | "update" | "delete" | "list"): void {
  if (schema.handlers?.[action]) return;
  throw new ApiError(
    "UnsupportedActionException",
    `Resource type ${schema.typeName} does not support ${action.toUpperCase()} action`,
  );
}
