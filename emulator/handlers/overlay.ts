import type { JsonValue } from "../../schema/types";
import type { JsonObject } from "../json";
import type { HandlerContext, HandlerError } from "./types";

/**
 * The little that AWS does for a type beyond what its schema says. What is not given here is the schema's: ids for
 * read-only identifiers, plausible read-only attributes, unique keys.
 *
 * @internal
 */
export interface Overlay {
  /** Ids in the form AWS gives them. */
  ids?(desired: JsonObject, context: HandlerContext): JsonObject;
  /** What a read shows although nobody set it; `live` is the model before an update. */
  defaults?(model: JsonObject, context: HandlerContext, live?: JsonObject): Record<string, JsonValue | undefined>;
  /** All read-only attributes come from `ids` and `defaults`; none is invented. */
  readonly exactAttributes?: boolean;
  /**
   * The service's own validation and dependencies; `live` is undefined on a create. It sees generated ids.
   *
   * @throws HandlerError what the service says.
   */
  check?(model: JsonObject, context: HandlerContext, live?: JsonObject): void;
  /** What happens elsewhere once the resource is made or changed. */
  made?(model: JsonObject, context: HandlerContext, live?: JsonObject): void;
  /** Refuses the delete, or removes what goes away with the resource. */
  remove?(live: JsonObject, context: HandlerContext): void;
  /** What to say about a resource that does not exist. */
  missing?(identifier: string, context: HandlerContext): HandlerError;
  /** What to say about one that exists already. */
  exists?(model: JsonObject, context: HandlerContext): HandlerError;
}

/** Overlays by the name of their type. @internal */
export type Overlays = Readonly<Record<string, Overlay>>;
