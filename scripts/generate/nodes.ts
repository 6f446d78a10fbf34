import type { RegistrySchema, SchemaNode } from "../../schema/types";

/** A node with its references followed. */
export interface Resolved {
  readonly node: SchemaNode;
  /** The definition it was found under, if it was found by reference. */
  readonly definition?: string;
}

/** Follows `$ref`. What stands beside the reference, such as its own description, wins over the target's. */
export function resolve(schema: RegistrySchema, node: SchemaNode): Resolved {
  if (node.$ref === undefined) return { node };
  const [, place, name] = /^#\/(definitions|properties)\/([^/]+)$/.exec(node.$ref) ?? [];
  const target = name && (place === "definitions" ? schema.definitions : schema.properties)?.[name];
  if (!target) throw new Error(`${schema.typeName}: cannot follow ${node.$ref}`);
  const { node: found, definition = place === "definitions" ? name : undefined } = resolve(schema, target);
  // An empty description says nothing and would hide the target's.
  const description = node.description || found.description;
  return { node: { ...found, ...node, $ref: undefined, description }, definition };
}

/** The properties of an object, those of its alternatives included. */
export function membersOf(schema: RegistrySchema, node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  const alternatives = [...(node.allOf ?? []), ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  const theirs = alternatives.map((alternative) => membersOf(schema, resolve(schema, alternative).node));
  return Object.assign({}, ...theirs, node.properties) as Record<string, SchemaNode>;
}

/** The node of a map's values, when the object is a map. */
export function valuesOf(node: SchemaNode): SchemaNode | undefined {
  const [pattern] = Object.values(node.patternProperties ?? {});
  return pattern ?? (typeof node.additionalProperties === "object" ? node.additionalProperties : undefined);
}

export function typesOf(node: SchemaNode): readonly string[] {
  return typeof node.type === "string" ? [node.type] : (node.type ?? []);
}
