import type { JsonValue, SchemaNode } from "../../schema/types";

/** What the schema allows for a value, in sentences. */
export function factsOf(node: SchemaNode): string[] {
  return [
    values(node),
    span(node.minimum, node.maximum, ""),
    span(node.minLength || undefined, node.maxLength, " characters"),
    span(node.minItems || undefined, node.maxItems, " items"),
    pattern(node),
    node.items && values(node.items)?.replace("Allowed values", "Allowed items"),
  ].filter((sentence) => sentence !== undefined);
}

/** The schema's default as the `@defaultValue` block, unless it is too long to be read. */
export function defaultOf(node: SchemaNode): string | undefined {
  if (node.default === undefined) return undefined;
  const text = shown(node.default);
  return text === "" || text.length > 60 || text.includes("`") ? undefined : `@defaultValue \`${text}\``;
}

function shown(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function values(node: SchemaNode): string | undefined {
  const allowed = node.enum ?? (node.const === undefined ? [] : [node.const]);
  if (allowed.length === 0) return undefined;
  return `Allowed values: ${allowed.map((value) => `\`${shown(value)}\``).join(", ")}.`;
}

function span(low: number | undefined, high: number | undefined, unit: string): string | undefined {
  if (low !== undefined && high !== undefined) {
    return low === high ? `Exactly ${low}${unit}.` : `From ${low} to ${high}${unit}.`;
  }
  if (low !== undefined) return `At least ${low}${low === 1 ? unit.replace(/s$/, "") : unit}.`;
  return high === undefined ? undefined : `At most ${high}${unit}.`;
}

/** A pattern is shown where it says something at a glance and can stand in a comment. */
function pattern(node: SchemaNode): string | undefined {
  const { pattern } = node;
  const isReadable = pattern !== undefined && pattern.length <= 60 && !/`|\*\/|\\u/.test(pattern);
  return isReadable && pattern !== ".*" ? `Must match \`${pattern}\`.` : undefined;
}
