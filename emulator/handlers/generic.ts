import type { JsonValue, SchemaNode } from "../../schema/types";
import { clone, compact, isObject, type JsonObject } from "../json";
import { identifierOf } from "../model/identifier";
import { presentPaths, valuesAt } from "../model/paths";
import { withDefaults } from "./habits";
import type { Overlay } from "./overlay";
import { overlayOf } from "./overlays";
import { plausible, resolve } from "./plausible";
import { generatedName, HandlerError, type HandlerContext, type TypeHandler } from "./types";

function names(path: string): string[] {
  return path.split("/").slice(2);
}

/** The schema node of a top-level or nested property; undefined behind an array. */
function nodeAt(context: HandlerContext, path: readonly string[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = context.schema;
  for (const name of path) {
    if (name === "properties") continue;
    node = resolve(context.schema, node)?.properties?.[name];
  }
  return resolve(context.schema, node);
}

/** Fills one read-only attribute, unless it lies in an array or in an object that is not there. */
function fill(model: JsonObject, path: string, context: HandlerContext): void {
  if (presentPaths(model, [path]).length > 0 || path.includes("*")) return;
  const segments = names(path).filter((part, index) => !(part === "properties" && index > 0));
  const last = segments.at(-1);
  let parent: JsonValue = model;
  for (const segment of segments.slice(0, -1)) {
    const next: JsonValue | undefined = isObject(parent) ? parent[segment] : undefined;
    if (next === undefined) return;
    parent = next;
  }
  if (!isObject(parent) || last === undefined) return;
  const value = plausible(last, nodeAt(context, segments), context);
  if (value !== undefined) parent[last] = value;
}

function fillIdentifier(model: JsonObject, context: HandlerContext): void {
  for (const path of context.schema.primaryIdentifier) {
    if (presentPaths(model, [path]).length > 0) continue;
    const segments = names(path);
    let parent = model;
    for (const name of segments.slice(0, -1)) {
      const next = isObject(parent[name]) ? parent[name] : {};
      parent[name] = next;
      parent = next;
    }
    if (context.schema.readOnlyProperties?.includes(path)) fill(model, path, context);
    const last = segments.at(-1);
    // A name the user left out is generated, and an identifier without a value cannot be stored.
    if (presentPaths(model, [path]).length === 0 && last !== undefined) parent[last] = generatedName(context);
  }
}

function describe(identifier: string, context: HandlerContext): string {
  return `Resource of type '${context.schema.typeName}' with identifier '${identifier}'`;
}

/** Neither the primary nor an additional identifier may be in use already. */
function checkUnique(model: JsonObject, context: HandlerContext): void {
  const { typeName, additionalIdentifiers = [] } = context.schema;
  const identifier = identifierOf(context.schema, model) ?? "";
  const exists = (): HandlerError =>
    overlayOf(typeName)?.exists?.(model, context) ??
    new HandlerError("AlreadyExists", `${describe(identifier, context)} already exists.`);
  if (context.store.get(typeName, identifier)) throw exists();
  for (const unique of additionalIdentifiers) {
    const key = (m: JsonObject): string => JSON.stringify(unique.map((path) => valuesAt(m, path)));
    if (unique.some((path) => presentPaths(model, [path]).length === 0)) continue;
    if (context.store.list(typeName).some((r) => key(r.model) === key(model))) throw exists();
  }
}

/** The read-only attributes that nobody has given yet. */
function fillAttributes(model: JsonObject, context: HandlerContext, overlay: Overlay | undefined): void {
  if (overlay?.exactAttributes) return;
  for (const path of context.schema.readOnlyProperties ?? []) fill(model, path, context);
}

/** An update keeps what only AWS sets. */
function keepAttributes(model: JsonObject, live: JsonObject, context: HandlerContext): void {
  for (const path of context.schema.readOnlyProperties ?? []) {
    const [name] = names(path);
    const value = name === undefined ? undefined : live[name];
    if (names(path).length === 1 && name !== undefined && value !== undefined) model[name] = value;
  }
}

/** The handler of every type that has none of its own: what its schema and its overlay say about it. @internal */
export const generic: TypeHandler = {
  create(desired, context) {
    const overlay = overlayOf(context.schema.typeName);
    const model = clone(desired);
    Object.assign(model, compact(overlay?.ids?.(model, context) ?? {}));
    fillIdentifier(model, context);
    overlay?.check?.(model, context);
    checkUnique(model, context);
    fillAttributes(model, context, overlay);
    const live = compact({ ...withDefaults(model, context), ...overlay?.defaults?.(model, context) });
    overlay?.made?.(live, context);
    return live;
  },
  update(live, desired, context) {
    const overlay = overlayOf(context.schema.typeName);
    const model = clone(desired);
    keepAttributes(model, live, context);
    overlay?.check?.(model, context, live);
    fillAttributes(model, context, overlay);
    const next = compact({ ...withDefaults(model, context), ...overlay?.defaults?.(model, context, live) });
    overlay?.made?.(next, context, live);
    return next;
  },
  remove(live, context) {
    overlayOf(context.schema.typeName)?.remove?.(live, context);
  },
  missing(identifier, context) {
    const own = overlayOf(context.schema.typeName)?.missing?.(identifier, context);
    return own ?? new HandlerError("NotFound", `${describe(identifier, context)} was not found.`);
  },
};
