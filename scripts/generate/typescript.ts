import type { RegistrySchema, SchemaNode } from "../../schema/types";
import { membersOf, resolve, typesOf, valuesOf } from "./nodes";

/** Inputs may be outputs of other resources at every leaf; outputs are plain. */
export type Side = "input" | "output";

/** An object that needs an interface of its own. */
export interface ObjectUse {
  /** The definition's name, or for an object written in place the path to it. */
  readonly owner: string;
  readonly node: SchemaNode;
}

/** Names the interface of an object; the caller notes that it has to be written. */
export type NameObject = (use: ObjectUse, side: Side) => string;

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

/** The TypeScript type of a node: on the input side what stands inside `pulumi.Input<…>`. */
export function typeOf(
  schema: RegistrySchema,
  node: SchemaNode,
  owner: string,
  side: Side,
  nameObject: NameObject,
): string {
  const found = resolve(schema, node);
  const name = found.definition ?? owner;
  const inner = (child: SchemaNode, childName: string): string => {
    const type = typeOf(schema, child, childName, side, nameObject);
    return side === "input" ? `pulumi.Input<${type}>` : type;
  };
  if (isObject(schema, found.node)) return nameObject({ owner: name, node: found.node }, side);
  const values = valuesOf(found.node);
  if (values) return `Record<string, ${inner(values, `${name}Value`)}>`;
  if (found.node.items) return arrayOf(inner(found.node.items, name));
  return isJson(schema, found.node) ? json(found.node, side) : primitive(found.node);
}

/** Whether the node is an object with named properties. */
export function isObject(schema: RegistrySchema, node: SchemaNode): boolean {
  return Object.keys(membersOf(schema, node)).length > 0;
}

/** Whether the node is a document whose inside the schema does not describe. */
export function isJson(schema: RegistrySchema, node: SchemaNode): boolean {
  if (isObject(schema, node) || valuesOf(node) || node.items || node.enum) return false;
  return !typesOf(node).every((type) => type in PRIMITIVES) || typesOf(node).length === 0;
}

/** A document that may not be given as text keeps the user from trying. */
function json(node: SchemaNode, side: Side): string {
  const types = typesOf(node);
  if (types.length === 1 && types[0] === "object") {
    return side === "input" ? "Record<string, pulumi.Input<JsonInput>>" : "Record<string, unknown>";
  }
  return side === "input" ? "JsonInput" : "unknown";
}

function primitive(node: SchemaNode): string {
  const types = typesOf(node).length > 0 ? typesOf(node) : (node.enum ?? []).map((value) => typeof value);
  return [...new Set(types.map((type) => PRIMITIVES[type] ?? "unknown"))].sort().join(" | ");
}

function arrayOf(type: string): string {
  return / \| /.test(type) && !type.endsWith(">") ? `(${type})[]` : `${type}[]`;
}
