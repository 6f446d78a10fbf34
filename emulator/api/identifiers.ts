import type { RegistrySchema } from "../../schema/types";
import { isObject, parseJson, str, type JsonObject } from "../json";
import { parseIdentifier } from "../model/identifier";
import { valuesAt } from "../model/paths";
import type { Caller } from "../server/auth";
import type { Service } from "./service";

function objectIn(text: string): JsonObject | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const parsed = parseJson(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The primary identifier of the resource that a client means: itself, or what stands behind an additional identifier,
 * which may only be given as a JSON object (facts 3.5). An additional identifier that nothing has is passed on as it
 * was sent, so that the handler says that there is no such resource.
 *
 * @throws ApiError ValidationException when it is no identifier of the type.
 * @internal
 */
export function findIdentifier(service: Service, caller: Caller, schema: RegistrySchema, sent: string): string {
  const given = objectIn(sent);
  const names = given ? Object.keys(given).sort().join() : "";
  for (const paths of given ? (schema.additionalIdentifiers ?? []) : []) {
    const own = paths.map((path) => path.split("/").slice(2).join("/"));
    if ([...own].sort().join() !== names) continue;
    const found = service.world
      .view(caller.account, caller.region)
      .list(schema.typeName)
      .find(({ model }) => paths.every((path, i) => same(valuesAt(model, path)[0], given?.[own[i] ?? ""])));
    return found?.identifier ?? sent;
  }
  return parseIdentifier(schema, sent);
}

function same(a: unknown, b: unknown): boolean {
  return a !== undefined && (a === b || str(a as never) === b);
}
