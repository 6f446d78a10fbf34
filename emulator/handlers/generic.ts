import type { JsonValue, SchemaNode } from "../../schema/types";
import { clone, compact, isObject, type JsonObject } from "../json";
import { identifierOf } from "../model/identifier";
import { presentPaths, valuesAt } from "../model/paths";
import { badRequest, notFound, requireApi } from "./apigateway/shared";
import { overlays } from "./overlays";
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

function checkParents(model: JsonObject, context: HandlerContext): void {
  const type = context.schema.typeName;
  if (type.startsWith("AWS::ApiGateway::") && context.schema.required?.includes("RestApiId"))
    requireApi(context, model);
}

/** Neither the primary nor an additional identifier may be in use already. */
function checkUnique(model: JsonObject, context: HandlerContext): void {
  const identifier = identifierOf(context.schema, model) ?? "";
  const exists = new HandlerError("AlreadyExists", `${describe(identifier, context)} already exists.`);
  if (context.store.get(context.schema.typeName, identifier)) throw exists;
  for (const unique of context.schema.additionalIdentifiers ?? []) {
    const key = (m: JsonObject): string => JSON.stringify(unique.map((path) => valuesAt(m, path)));
    if (unique.some((path) => presentPaths(model, [path]).length === 0)) continue;
    if (context.store.list(context.schema.typeName).some((r) => key(r.model) === key(model))) throw exists;
  }
}

/** The handler of every type that has none of its own: what a schema can say about a resource. @internal */
export const generic: TypeHandler = {
  create(desired, context) {
    const overlay = overlays[context.schema.typeName];
    const model = clone(desired);
    checkParents(model, context);
    Object.assign(model, compact(overlay?.ids?.(model, context) ?? {}));
    fillIdentifier(model, context);
    checkUnique(model, context);
    for (const path of context.schema.readOnlyProperties ?? []) {
      if (!overlay?.exactAttributes) fill(model, path, context);
    }
    return compact({ ...model, ...overlay?.defaults?.(model, context) });
  },
  update(live, desired, context) {
    const overlay = overlays[context.schema.typeName];
    const model = clone(desired);
    for (const path of context.schema.readOnlyProperties ?? []) {
      const [name] = names(path);
      const value = name === undefined ? undefined : live[name];
      if (names(path).length === 1 && name !== undefined && value !== undefined) model[name] = value;
      else if (!overlay?.exactAttributes) fill(model, path, context);
    }
    return compact({ ...model, ...overlay?.defaults?.(model, context) });
  },
  remove(live, context) {
    if (overlays[context.schema.typeName]?.inUse?.(live, context)) {
      throw badRequest(context, "The resource is in use and cannot be deleted");
    }
  },
  missing(identifier, context) {
    if (context.schema.typeName.startsWith("AWS::ApiGateway::")) {
      const kind = context.schema.typeName.split("::")[2] ?? "";
      return notFound(context, `Invalid ${kind} identifier specified`);
    }
    return new HandlerError("NotFound", `${describe(identifier, context)} was not found.`);
  },
};
