import type { JsonValue, RegistrySchema } from "../../schema/types";
import { isObject, parseJson, type JsonObject } from "../json";
import { invalid } from "../server/errors";
import { valuesAt } from "./paths";

/** The names of the parts of the primary identifier, in schema order. @internal */
export function identifierParts(schema: RegistrySchema): string[] {
  return schema.primaryIdentifier.map((path) => path.split("/").slice(2).join("/"));
}

/** The identifier of a model, or undefined while a part of it is not known. @internal */
export function identifierOf(schema: RegistrySchema, model: JsonObject): string | undefined {
  const values = schema.primaryIdentifier.map((path) => valuesAt(model, path)[0]);
  const texts = values.map((value) => (typeof value === "object" || value === undefined ? "" : String(value)));
  // An empty part is a value too (BasePathMapping's empty base path), as long as it is there.
  return values.some((value) => value === undefined) ? undefined : texts.join("|");
}

const emptyPath = { typeName: "AWS::ApiGateway::BasePathMapping", kept: /\|$/, shown: "|(none)" };

/**
 * An identifier as AWS writes it. It is the one under which the resource is kept, but for the empty base path: its model
 * says `""`, its identifier `(none)` (facts 1.2, read live).
 *
 * @internal
 */
export function shownIdentifier(typeName: string, identifier: string): string {
  return typeName === emptyPath.typeName ? identifier.replace(emptyPath.kept, emptyPath.shown) : identifier;
}

function keptIdentifier({ typeName }: RegistrySchema, identifier: string): string {
  const none = typeName === emptyPath.typeName && identifier.endsWith(emptyPath.shown);
  return none ? identifier.slice(0, -"(none)".length) : identifier;
}

/**
 * The identifier a client sent, in its canonical form: parts joined by `|` in schema order. A JSON object names the
 * parts in any order (facts 3.5).
 *
 * @throws ApiError ValidationException when it does not fit the type.
 * @internal
 */
export function parseIdentifier(schema: RegistrySchema, sent: string): string {
  const parts = identifierParts(schema);
  if (sent.startsWith("{")) return keptIdentifier(schema, fromObject(schema, sent));
  if (parts.length > 1 && sent.split("|").length !== parts.length) throw mismatch(schema, sent);
  return keptIdentifier(schema, sent);
}

function fromObject(schema: RegistrySchema, sent: string): string {
  let parsed: JsonValue;
  try {
    parsed = parseJson(sent);
  } catch {
    throw mismatch(schema, sent);
  }
  if (!isObject(parsed)) throw mismatch(schema, sent);
  const names = Object.keys(parsed);
  const id = identifierOf(schema, parsed);
  if (id === undefined || names.length !== schema.primaryIdentifier.length) throw mismatch(schema, sent);
  return id;
}

function mismatch(schema: RegistrySchema, sent: string): Error {
  const wanted = schema.primaryIdentifier.join(", ");
  return invalid(`Identifier ${sent} is not valid for identifier [${wanted}]`);
}
