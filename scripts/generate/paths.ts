import type { RegistrySchema, SchemaNode } from "../../schema/types";
import { membersOf, resolve } from "./nodes";

/** The steps of a registry pointer that name no property. */
const STRUCTURAL = new Set(["*", "items", "properties"]);

/** `object.property` as this generator names it: the object is a definition, or `""` for the type itself. */
export function memberKey(owner: string, property: string): string {
  return `${owner}.${property}`;
}

/**
 * Turns the registry's pointers into member keys, because a class describes each definition once. Where a
 * definition is used twice and a pointer names one of the uses, it counts for both.
 */
export function memberKeys(schema: RegistrySchema, pointers: readonly string[] | undefined): ReadonlySet<string> {
  const keys = (pointers ?? []).map((pointer) => keyOf(schema, pointer));
  return new Set(keys.filter((key) => key !== undefined));
}

function keyOf(schema: RegistrySchema, pointer: string): string | undefined {
  const steps = pointer.split("/").filter((step) => step !== "" && !STRUCTURAL.has(step));
  let node: SchemaNode = schema;
  let owner = "";
  let key: string | undefined;
  for (const step of steps) {
    const member: SchemaNode | undefined = membersOf(schema, node)[step];
    if (!member) return undefined;
    key = memberKey(owner, step);
    ({ node, owner } = objectBelow(schema, member, owner + step));
  }
  return key;
}

/** The object that a property holds, itself or as the items of its arrays, with the name it goes by. */
function objectBelow(
  schema: RegistrySchema,
  node: SchemaNode,
  inlineName: string,
): { node: SchemaNode; owner: string } {
  const found = resolve(schema, node);
  const owner = found.definition ?? inlineName;
  return found.node.items ? objectBelow(schema, found.node.items, owner) : { node: found.node, owner };
}
