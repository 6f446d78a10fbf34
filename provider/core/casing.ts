import { sdkNames } from "../../schema/names";
import { isObject, own, put, type JsonObject, type JsonValue } from "./json";
import { itemNode, mapValueNode, membersOf, type SchemaNode, type TypeSchema } from "./schema";

/*
 * Names are converted by schema, never by guess: a member that the schema names is converted, a key of a free-form map
 * (stage variables, a policy document) is the user's own and stays.
 */

interface Names {
  readonly toSdk: ReadonlyMap<string, string>;
  readonly toCfn: ReadonlyMap<string, string>;
}

const tables = new WeakMap<object, Names>();

/** Both directions of the names of one object's members. */
export function namesOf(schema: TypeSchema, node: SchemaNode): Names {
  const members = membersOf(schema, node);
  const known = tables.get(members);
  if (known) return known;
  const toSdk = sdkNames(Object.keys(members));
  const made: Names = { toSdk, toCfn: new Map([...toSdk].map(([cfn, sdk]) => [sdk, cfn])) };
  tables.set(members, made);
  return made;
}

/** A camelCase bag as a model in CloudFormation's casing. Names the schema does not have are kept, for check to name. */
export function toCloud(schema: TypeSchema, inputs: JsonObject): JsonObject {
  return convert(schema, schema.root, inputs, "toCfn") as JsonObject;
}

/** A model in CloudFormation's casing as a camelCase bag. */
export function fromCloud(schema: TypeSchema, model: JsonObject): JsonObject {
  return convert(schema, schema.root, model, "toSdk") as JsonObject;
}

function convert(schema: TypeSchema, node: SchemaNode, value: JsonValue, way: keyof Names): JsonValue {
  if (Array.isArray(value)) {
    const items = itemNode(schema, node);
    return items ? value.map((item) => convert(schema, items, item, way)) : value;
  }
  if (!isObject(value)) return value;
  const members = membersOf(schema, node);
  const names = namesOf(schema, node);
  const made: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const renamed = names[way].get(key);
    const below = own(members, way === "toCfn" ? (renamed ?? "") : key) ?? mapValueNode(schema, node, key);
    put(made, renamed ?? key, below ? convert(schema, below, member, way) : member);
  }
  return made;
}
