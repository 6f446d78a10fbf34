import type { SchemaNode } from "../../schema/types";
import { defaultOf, factsOf } from "./facts";
import type { Context, Place } from "./model";
import { resolve } from "./nodes";
import { tsdocOf } from "./text";
import { isObject } from "./typescript";

/** The text on a property: what it means, what is allowed, what a change does. */
export function memberDoc(context: Context, place: Place, key: string): string[] {
  const { node } = resolve(context.schema, place.node);
  const written = docsOf(context, place.owner)?.[place.property];
  const text = written === undefined ? tsdocOf(description(context, place.node, node)) : written.split("\n");
  if (text.length === 0) {
    const name = place.owner === "" ? place.property : `definitions ${place.owner} ${place.property}`;
    context.problems.push(`${context.schema.typeName}: ${name} has no description. Fix: write one in the overlay.`);
  }
  const tags = text.filter((line) => line.startsWith("@"));
  const body = text.filter((line) => !line.startsWith("@"));
  const isReadOnly = context.readOnly.has(key);
  const facts = isReadOnly ? [] : factsOf(node);
  const byDefault = tags.some((tag) => tag.startsWith("@defaultValue")) || isReadOnly ? undefined : defaultOf(node);
  const blocks = [...tags, byDefault, context.deprecated.has(key) ? "@deprecated AWS advises against it." : undefined];
  return paragraphs([body, [facts.join(" ")], notes(context, key), blocks.filter((block) => block !== undefined)]);
}

/** The text on the class (`owner` empty) or on an object inside it. */
export function objectDoc(context: Context, owner: string): string[] {
  const { schema, overlay } = context;
  const written = owner === "" ? overlay.doc : overlay.definitions?.[owner]?.doc;
  const node = owner === "" ? schema : schema.definitions?.[owner];
  const text = written === undefined ? tsdocOf(node?.description ?? "") : written.split("\n");
  if (text.length === 0) {
    context.problems.push(`${schema.typeName}: definition ${owner} has no description. Fix: write one in the overlay.`);
  }
  return text;
}

/** An object's own description says what it is, not what it is here for: that has to stand at the property. */
function description(context: Context, place: SchemaNode, target: SchemaNode): string {
  const own = place.description?.trim() ?? "";
  return own !== "" || isObject(context.schema, target) ? own : (target.description?.trim() ?? "");
}

function docsOf(context: Context, owner: string): Readonly<Record<string, string>> | undefined {
  return owner === "" ? context.overlay.docs : context.overlay.definitions?.[owner]?.docs;
}

function notes(context: Context, key: string): string[] {
  const result: string[] = [];
  if (context.createOnly.has(key)) result.push("Create-only: a change replaces the resource.");
  if (context.conditionalCreateOnly.has(key)) result.push("Some changes replace the resource.");
  if (context.writeOnly.has(key))
    result.push("Write-only: AWS does not return it, so a change made elsewhere is not seen.");
  return result.length > 0 ? [result.join(" ")] : [];
}

/** Blocks of lines with an empty line between them. */
function paragraphs(blocks: readonly (readonly string[])[]): string[] {
  return blocks
    .map((lines) => lines.join("\n"))
    .filter((block) => block !== "")
    .join("\n\n")
    .split("\n");
}
