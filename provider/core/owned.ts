import { entryKeyOf } from "./compare";
import { deepEqual, isObject, own, put, type JsonObject, type JsonValue } from "./json";
import {
  ANYTHING,
  covers,
  isDocument,
  isMap,
  itemNode,
  membersOf,
  without,
  type SchemaNode,
  type TypeSchema,
} from "./schema";

/**
 * What either of two desired states owns, with the values of the first where both own it: what may be there after an
 * update from one to the other that did not end well. Maps, documents and lists are owned whole, so that the first
 * one's stand; entries that can be told apart are objects of their own, and take what the other's have.
 */
export function ownedByEither(schema: TypeSchema, first: JsonObject, other: JsonObject): JsonObject {
  return eitherObject(schema, schema.root, first, other);
}

/**
 * The owned values after a change that failed. What AWS never shows may or may not have come to be: where it was to change
 * it stands there as null, so that it differs from whatever the next program says, and is sent again.
 */
export function doubted(schema: TypeSchema, owned: JsonObject, before: JsonObject): JsonObject {
  const made = { ...owned };
  for (const [key = ""] of schema.writeOnly) {
    const value = own(owned, key);
    // A create-only one would be a replacement.
    if (value === undefined || covers(schema.createOnly, [key]) || deepEqual(value, own(before, key))) continue;
    put(made, key, own(without({ [key]: value }, schema.writeOnly), key) ?? null);
  }
  return made;
}

function eitherObject(schema: TypeSchema, node: SchemaNode, first: JsonObject, other: JsonObject): JsonObject {
  const members = membersOf(schema, node);
  const made: JsonObject = { ...first };
  for (const [key, value] of Object.entries(other)) {
    const known = own(first, key);
    put(made, key, known === undefined ? value : either(schema, own(members, key) ?? ANYTHING, known, value));
  }
  return made;
}

function either(schema: TypeSchema, node: SchemaNode, first: JsonValue, other: JsonValue): JsonValue {
  if (isDocument(schema, node)) return first;
  if (Array.isArray(first) && Array.isArray(other)) return eitherEntries(schema, node, first, other);
  return isObject(first) && isObject(other) && !isMap(schema, node) ? eitherObject(schema, node, first, other) : first;
}

function eitherEntries(schema: TypeSchema, node: SchemaNode, first: JsonValue[], other: JsonValue[]): JsonValue[] {
  const items = itemNode(schema, node) ?? ANYTHING;
  const keyOf = entryKeyOf(schema, items);
  if (!keyOf) return first;
  const others = new Map(other.map((entry) => [keyOf(entry), entry]));
  return first.map((entry) => {
    const known = others.get(keyOf(entry));
    return known === undefined ? entry : either(schema, items, entry, known);
  });
}
