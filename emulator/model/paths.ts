import type { JsonValue } from "../../schema/types";
import { canonical, equal, isObject, type JsonObject } from "../json";

/** Splits a registry path (`/properties/A/B`, with or without inner `/properties/` and `*`) into its members. */
function members(path: string): string[] {
  const parts = path.split("/").slice(2);
  return parts.filter((part, index) => !(part === "properties" && index > 0) && part !== "items");
}

/**
 * All values of a model that a registry path points to; `*` goes through the items of an array, and an array on the
 * way is gone through even where the schema leaves the `*` out.
 *
 * @internal
 */
export function valuesAt(model: JsonValue | undefined, path: string): JsonValue[] {
  let current: (JsonValue | undefined)[] = [model];
  for (const member of members(path)) {
    current = current.flatMap((value): (JsonValue | undefined)[] => {
      if (member === "*") return children(value);
      if (Array.isArray(value)) return value.map((item) => own(item, member));
      return [own(value, member)];
    });
  }
  return current.filter((value): value is JsonValue => value !== undefined);
}

function children(value: JsonValue | undefined): JsonValue[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function own(value: JsonValue | undefined, member: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}

/** Removes in place whatever the registry paths point to. @internal */
export function removePaths(model: JsonObject, paths: readonly string[]): void {
  for (const path of paths) removeAt(model, members(path));
}

function removeAt(value: JsonValue | undefined, [member, ...rest]: string[]): void {
  if (member === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) removeAt(item, member === "*" ? rest : [member, ...rest]);
  } else if (isObject(value)) {
    if (member === "*") for (const item of Object.values(value)) removeAt(item, rest);
    else if (rest.length > 0) removeAt(own(value, member), rest);
    else Reflect.deleteProperty(value, member);
  }
}

/** The registry paths whose values differ between the two models. @internal */
export function changedPaths(before: JsonObject, after: JsonObject, paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const a = valuesAt(before, path);
    const b = valuesAt(after, path);
    if (!path.includes("*")) return !equal(a, b);
    return !equal(a.map(canonical).sort(), b.map(canonical).sort());
  });
}

/** The registry paths that have a value in the model. @internal */
export function presentPaths(model: JsonObject, paths: readonly string[]): string[] {
  return paths.filter((path) => valuesAt(model, path).length > 0);
}
