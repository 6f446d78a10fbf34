import type { Failure, PathNames } from "../failures";
import { omit, type JsonObject, type JsonValue } from "../json";
import type { RegistrySchema } from "../schema";
import type { ModelPath } from "../verify";

/** What was worked out at create and must be known later; it stands in the outputs, as read and diff see nothing else. */
export interface Notes {
  /** Members that the provider filled in because the program left them out, with their values. */
  readonly filled?: JsonObject;
  /** API Gateway resource ids and the encoded paths they were resolved to. A resource's path never changes. */
  readonly paths?: Readonly<Record<string, string>>;
  /** Top-level members that AWS reads back in another spelling than the desired one, in AWS's spelling. */
  readonly spelled?: JsonObject;
  /** The resource is only read (`get`), so that its whole live model is shown and nothing is owned. */
  readonly external?: boolean;
  /** The request token of an operation whose end was not seen: the resource may still appear. */
  readonly open?: string;
  /** What AWS refused to change in place at conditional create-only paths, by path: the value that it refused. */
  readonly refused?: JsonObject;
  /** Keys of the tags that an adopted resource brought along: nobody here strips them. */
  readonly brought?: readonly string[];
}

/** The notes of a resource of which no request is open any more. */
export function settled(notes: Notes): Notes {
  return omit(notes as JsonObject, ["open"]);
}

/** Reads another resource's live model, or undefined where it does not exist. */
export type Lookup = (typeName: string, identifier: string) => Promise<JsonObject | undefined>;

/** What a resource refers to, and where its program says so. */
export interface Reference {
  readonly path: ModelPath;
  readonly typeName: string;
  readonly identifier: string;
  /** Whose it has to be, in words. */
  readonly scope: string;
}

/** Where a resource lives. `account` is known only after AWS was asked. */
export interface Place {
  readonly region: string;
  readonly account?: string | undefined;
}

/** What `check` knows beside the desired state. */
export interface CheckContext {
  readonly region: string | undefined;
  readonly names: PathNames;
}

/**
 * What a registry schema does not say about one resource type. Every member is optional; a type without an entry is
 * handled by its schema alone.
 */
export interface Family {
  /** Adds members that the package offers beyond AWS's schema. */
  readonly extend?: (root: RegistrySchema) => RegistrySchema;
  /** Rules of the service that the schema does not hold. Unknown values are skipped. */
  readonly check?: (desired: JsonObject, context: CheckContext) => Failure[];
  /** Looks up what the desired state refers to; notes that are there already are not looked up again. */
  readonly resolve?: (desired: JsonObject, notes: Notes, lookup: Lookup) => Promise<Notes>;
  /** What the desired state refers to, to be looked at where AWS refuses it. */
  readonly refersTo?: (desired: JsonObject) => readonly Reference[];
  /** The desired state in AWS's own terms. */
  readonly toWire?: (desired: JsonObject, notes: Notes) => JsonObject;
  /** The way back: AWS's terms in the words of the desired state. */
  readonly fromWire?: (owned: JsonObject, desired: JsonObject, notes: Notes) => JsonObject;
  /** Outputs that follow from the inputs alone, in the package's casing; those that cannot be known yet are left out. */
  readonly computed?: (desired: JsonObject, place: Place) => JsonObject;
  /** Values that switch a member off where AWS leaves it on when it is removed, by path with `*` for items. */
  readonly offValues?: Readonly<Record<string, JsonValue>>;
  /** The account that an output names, so that the outputs need not repeat it. */
  readonly accountIn?: (outputs: JsonObject) => string | undefined;
  /** The names of the computed outputs, in the package's casing. */
  readonly computedNames?: readonly string[];
  /** Members that must be gone from the live model once they are removed; others fall back to a default of AWS's. */
  readonly vanishing?: readonly string[];
  /** What the desired state implies without saying so, compared with the live model like what it says. */
  readonly implied?: (desired: JsonObject) => JsonObject;
}
