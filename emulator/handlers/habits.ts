import type { JsonValue, RegistrySchema, SchemaNode } from "../../schema/types";
import { isObject, type JsonObject } from "../json";
import type { Quirks } from "../options";
import { resolve } from "./plausible";
import { serviceDefaults } from "./serviceDefaults";
import type { HandlerContext } from "./types";

/**
 * The model with the defaults of its schema, and with those that reads were observed to show: what AWS does for most
 * types, on request (switch `defaultsFilledIn`), because which of them a type fills in is not in its schema.
 *
 * @internal
 */
export function withDefaults(model: JsonObject, context: HandlerContext): JsonObject {
  if (!context.quirks.defaultsFilledIn) return model;
  const out: JsonObject = { ...structuredClone(serviceDefaults[context.schema.typeName] ?? {}), ...model };
  for (const [name, node] of Object.entries(context.schema.properties)) {
    const value = resolve(context.schema, node)?.default ?? node.default;
    if (out[name] === undefined && value !== undefined) out[name] = structuredClone(value);
  }
  return out;
}

function typesOf(node: SchemaNode | undefined): readonly string[] {
  if (node?.type === undefined) return [];
  return typeof node.type === "string" ? [node.type] : node.type;
}

/** A list whose order means nothing, as AWS may give it: the same one, turned around. */
function reordered(items: JsonValue[], node: SchemaNode | undefined): JsonValue[] {
  return node?.insertionOrder === false ? [...items].reverse() : items;
}

function shown(value: JsonValue, node: SchemaNode | undefined, schema: RegistrySchema, quirks: Quirks): JsonValue {
  const at = resolve(schema, node);
  if (Array.isArray(value)) {
    const items = value.map((item) => shown(item, at?.items, schema, quirks));
    return quirks.listsReordered ? reordered(items, at ?? node) : items;
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, inner]) => {
      return [name, shown(inner, at?.properties?.[name], schema, quirks)] as const;
    });
    return Object.fromEntries(members);
  }
  const loose = at === undefined || typesOf(at).includes("string");
  return quirks.numbersAsStrings && loose && typeof value === "number" ? String(value) : value;
}

/**
 * A live model as a read of AWS may give it: lists without an order turned around (`listsReordered`), numbers as texts
 * where the schema leaves the type open (`numbersAsStrings`).
 *
 * @internal
 */
export function asRead(model: JsonObject, schema: RegistrySchema, quirks: Quirks): JsonObject {
  if (!quirks.listsReordered && !quirks.numbersAsStrings) return model;
  const members = Object.entries(model).map(([name, value]) => {
    return [name, shown(value, schema.properties[name], schema, quirks)] as const;
  });
  return Object.fromEntries(members);
}
