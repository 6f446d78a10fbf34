import type { JsonValue, RegistrySchema, SchemaNode } from "../../schema/types";
import type { JsonObject } from "../json";
import type { HandlerContext } from "./types";

/** Follows `$ref` inside a registry schema. @internal */
export function resolve(schema: RegistrySchema, node: SchemaNode | undefined): SchemaNode | undefined {
  let at = node;
  for (let hops = 0; at?.$ref !== undefined && hops < 8; hops++) {
    at = schema.definitions?.[at.$ref.replace("#/definitions/", "")];
  }
  return at;
}

function service(context: HandlerContext): string {
  return (context.schema.typeName.split("::")[1] ?? "").toLowerCase();
}

function kind(context: HandlerContext): string {
  const name = context.schema.typeName.split("::")[2] ?? "";
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Values an attribute of this name might have, the likeliest first. */
function candidates(name: string, context: HandlerContext): string[] {
  const { partition, region, account, ids } = context;
  const id = ids.text(10);
  const arn = `arn:${partition}:${service(context)}:${region}:${account}:${kind(context)}/${id}`;
  const url = `https://${id}.${service(context)}.${region}.amazonaws.com`;
  const uuid = ids.uuid();
  const general = [
    id,
    uuid,
    `${kind(context).toLowerCase()}-${ids.text(17, "0123456789abcdef")}`,
    ids.text(10, "0123456789"),
    arn,
    url,
  ];
  if (/arn$/i.test(name)) return [arn, ...general];
  if (/(url|uri|endpoint)$/i.test(name)) return [url, ...general];
  if (/(time|date|at)$/i.test(name)) return [new Date(context.now).toISOString(), ...general];
  if (/account/i.test(name)) return [account, ...general];
  return general;
}

function fits(node: SchemaNode, text: string): boolean {
  if (text.length < (node.minLength ?? 0) || text.length > (node.maxLength ?? Infinity)) return false;
  if (node.pattern === undefined) return true;
  try {
    return new RegExp(node.pattern.replace(/\\[zZ]/g, "$").replace(/\\A/g, "^"), "u").test(text);
  } catch {
    return true;
  }
}

function textFor(name: string, node: SchemaNode, context: HandlerContext): string | undefined {
  const [first] = node.enum ?? [];
  if (typeof first === "string") return first;
  if (node.format === "date-time") return new Date(context.now).toISOString();
  return candidates(name, context).find((text) => fits(node, text));
}

/**
 * A value that a read-only attribute could have: of the right type, and of the right form where a simple one fits.
 * Undefined when nothing simple does; AWS omits attributes too.
 *
 * @internal
 */
export function plausible(name: string, node: SchemaNode | undefined, context: HandlerContext): JsonValue | undefined {
  const type = Array.isArray(node?.type) ? (node.type as readonly string[])[0] : node?.type;
  switch (type) {
    case "boolean":
      return false;
    case "integer":
    case "number":
      return node?.minimum ?? 0;
    case "array":
      return (node?.minItems ?? 0) > 0 ? undefined : [];
    case "object":
      return objectFor(node, context);
    default:
      return textFor(name, node ?? {}, context);
  }
}

function objectFor(node: SchemaNode | undefined, context: HandlerContext): JsonObject {
  const out: JsonObject = {};
  for (const name of node?.required ?? []) {
    const value = plausible(name, resolve(context.schema, node?.properties?.[name]), context);
    if (value !== undefined) out[name] = value;
  }
  return out;
}
