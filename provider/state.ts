import type { Notes } from "./core/families/family";
import type { PathNames } from "./core/failures";
import type { JsonObject } from "./core/json";
import type { RegistrySchema } from "./core/schema";
import type { Options } from "./target";

/** What the program wants of one resource; `desired` is in CloudFormation's casing. */
export interface Want {
  readonly schema: RegistrySchema;
  readonly options: Options;
  readonly account?: string | undefined;
  /** `project/stack/type::name`, by which a later run finds a create that was cut off. */
  readonly identity?: string | undefined;
  readonly desired: JsonObject;
  /** How the user writes a path of the model. */
  readonly names: PathNames;
}

/** What the state holds of one resource. */
export interface State {
  readonly schema: RegistrySchema;
  readonly id: string;
  readonly options: Options;
  readonly account?: string | undefined;
  /** Owned paths with the values last seen. */
  readonly owned: JsonObject;
  /** What only AWS sets. */
  readonly attributes: JsonObject;
  readonly notes: Notes;
}

/** An operation that failed after AWS had accepted it: what exists is in `state` and must be kept. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  constructor(
    readonly state: State,
    readonly reason: Error,
  ) {
    super(reason.message, { cause: reason });
  }
}
