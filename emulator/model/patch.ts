import { applyPatch, type Operation } from "rfc6902";

import type { JsonValue } from "../../schema/types";
import { clone, isObject, parseJson, type JsonObject } from "../json";
import { invalid } from "../server/errors";

const operations = new Set(["add", "remove", "replace", "move", "copy", "test"]);

/** Both `/Description` and `Description` are taken (facts 3.5); an empty path stays the whole document. */
function rooted(path: string): string {
  return path === "" || path.startsWith("/") ? path : `/${path}`;
}

function text(op: JsonObject, member: string): string {
  const value = op[member];
  if (typeof value !== "string") throw invalid(`Invalid JSON Patch payload (missing ${member} field)`);
  return value;
}

function pointer(op: JsonObject, member: string): string {
  const path = rooted(text(op, member));
  const segments = path.split("/");
  // The pointers of RFC 6901 know two escapes; and no client may reach into an object's prototype.
  if (/~(?![01])/.test(path) || segments.includes("__proto__")) {
    throw invalid(`Invalid JSON Patch payload (invalid ${member} field)`);
  }
  return path;
}

/**
 * Reads a patch document.
 *
 * @throws ApiError ValidationException when it is not an RFC 6902 patch.
 * @internal
 */
export function parsePatch(document: string): Operation[] {
  let parsed: JsonValue;
  try {
    parsed = parseJson(document);
  } catch {
    throw invalid("Invalid JSON Patch payload (not valid JSON)");
  }
  if (!Array.isArray(parsed)) throw invalid("Invalid JSON Patch payload (not an array)");
  return parsed.map((op) => {
    if (!isObject(op)) throw invalid("Invalid JSON Patch payload (not an object)");
    const name = text(op, "op");
    if (!operations.has(name)) throw invalid(`Invalid JSON Patch payload (unknown / unsupported operation ${name})`);
    const out: JsonObject = { op: name, path: pointer(op, "path") };
    if (name === "move" || name === "copy") out.from = pointer(op, "from");
    if (name === "add" || name === "replace" || name === "test") {
      if (!Object.hasOwn(op, "value")) throw invalid("Invalid JSON Patch payload (missing value field)");
      out.value = op.value ?? null;
    }
    return out as unknown as Operation;
  });
}

function isContainer(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** A patch of copies could double the model with every operation; this is far above any model's size. */
const maxCopied = 2 * 262_144;

function parentOf(model: JsonObject, path: string): unknown {
  return valueAt(model, path.split("/").slice(0, -1).join("/"));
}

function valueAt(model: JsonObject, path: string): unknown {
  let at: unknown = model;
  for (const raw of path.split("/").slice(1)) {
    if (!isContainer(at)) return undefined;
    const key = raw.replace(/~1/g, "/").replace(/~0/g, "~");
    at = Object.hasOwn(at as object, key) ? (at as Record<string, unknown>)[key] : undefined;
  }
  return at;
}

/** The texts of zjsonpatch; the doubled slash is what the service really prints (facts 2.4 a). */
function failure(model: JsonObject, op: Operation, error: Error): string {
  const name = op.op.toUpperCase();
  if (error.name === "TestError") return `[TEST Operation] value mismatch`;
  const path = op.op === "move" || op.op === "copy" ? op.from : op.path;
  const parent = parentOf(model, path);
  const where =
    parent !== undefined && !isContainer(parent) ? "parent is not a container in source" : "noSuchPath in source";
  return `[${name} Operation] ${where}, path provided : /${path}`;
}

/**
 * Applies a patch to a model, operation by operation, strictly by RFC 6902.
 *
 * @throws ApiError ValidationException with the service's text at the first operation that fails.
 * @internal
 */
export function patchModel(model: JsonObject, patch: readonly Operation[]): JsonObject {
  const target = clone(model);
  // The wrapper lets a patch replace the whole document, as RFC 6902 permits.
  const holder: { root: JsonValue } = { root: target };
  let copied = 0;
  for (const op of patch) {
    if (!isObject(holder.root)) break;
    if (op.op === "copy") {
      copied += JSON.stringify(valueAt(holder.root, op.from) ?? null).length;
      if (copied > maxCopied) throw invalid("Invalid JSON Patch payload (the result is too large)");
    }
    const moved = { ...op, path: `/root${op.path}` };
    if ("from" in moved) moved.from = `/root${moved.from}`;
    const before = holder.root;
    const own = parentOf(before, op.path);
    const [error] =
      own !== undefined && !isContainer(own) && op.path !== ""
        ? [new Error("MissingError")]
        : applyPatch(holder, [moved]);
    if (error) throw invalid(failure(before, op, error));
  }
  if (!isObject(holder.root)) throw invalid("Model validation failed (#: expected type: JSONObject, found: Null)");
  return holder.root;
}
