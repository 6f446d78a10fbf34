import type { JsonValue } from "../../../schema/types";
import { isObject, objects, str, type JsonObject } from "../../json";
import type { Stored } from "../../state/world";
import { HandlerError, serviceError, type HandlerContext } from "../types";

/** BadRequestException of API Gateway. @internal */
export function badRequest(context: HandlerContext, message: string): HandlerError {
  return serviceError(context, "ApiGateway", 400, "InvalidRequest", message);
}

/** NotFoundException of API Gateway. @internal */
export function notFound(context: HandlerContext, message: string): HandlerError {
  return serviceError(context, "ApiGateway", 404, "NotFound", message);
}

/** ConflictException of API Gateway on a create. @internal */
export function conflict(context: HandlerContext, message: string): HandlerError {
  return serviceError(context, "ApiGateway", 409, "AlreadyExists", message);
}

/** A refusal that nobody has recorded [U]: thrown while the switch `inferredRefusals` is on. @internal */
export function inferredRefusal(context: HandlerContext, message: string): void {
  if (context.quirks.inferredRefusals) throw badRequest(context, message);
}

/** A ConflictException that nobody has recorded [U]; on a delete it is a conflict of the resource. @internal */
export function inferredConflict(context: HandlerContext, message: string): void {
  if (context.quirks.inferredRefusals) throw serviceError(context, "ApiGateway", 409, "ResourceConflict", message);
}

/**
 * LimitExceededException: the quotas of API Gateway's page [D]; the text is the one reported for stages [I].
 *
 * @internal
 */
export function quota(
  context: HandlerContext,
  present: number,
  limit: number,
  what: string,
  where: "account" | "api" = "account",
): void {
  if (present < limit) return;
  const text = `Maximum number of ${what} for this ${where} has been reached. Please contact AWS if you need additional ${what}.`;
  throw serviceError(context, "ApiGateway", 429, "ServiceLimitExceeded", text);
}

/** The API a resource belongs to; facts 3.5 has the text for one that does not exist. @internal */
export function requireApi(context: HandlerContext, model: JsonObject): Stored {
  const id = str(model.RestApiId) ?? "";
  const api = context.store.get("AWS::ApiGateway::RestApi", id);
  if (!api) throw notFound(context, `Invalid API identifier specified ${context.account}:${id}`);
  return api;
}

/** The resources of one type under one API. @internal */
export function under(context: HandlerContext, kind: string, apiId: JsonValue | undefined): Stored[] {
  return context.store.list(`AWS::ApiGateway::${kind}`).filter((r) => r.model.RestApiId === apiId);
}

/** Tags as a read shows them: none at all when there are none (facts 2.2, bug a). @internal */
export function tagsOnRead(context: HandlerContext, tags: JsonValue | undefined): JsonValue | undefined {
  const list = objects(tags);
  if (list.length > 0) return list;
  return context.quirks.tagsAbsentWhenEmpty ? undefined : [];
}

/**
 * Tag limits of facts 2.5: 50 of them, and none of AWS's own but those that are there already. The text of the second
 * is the one AWS's services share [I], that of the first is inferred [U].
 *
 * @internal
 */
export function checkTags(context: HandlerContext, tags: JsonValue | undefined, live?: JsonValue): void {
  const reserved = (tag: JsonObject): boolean => str(tag.Key)?.startsWith("aws:") ?? false;
  const present = objects(live).map((tag) => tag.Key);
  if (objects(tags).some((tag) => reserved(tag) && !present.includes(tag.Key))) {
    throw badRequest(context, "aws: prefixed tag key names are not allowed for external use.");
  }
  if (objects(tags).filter((tag) => !reserved(tag)).length > 50) {
    throw badRequest(context, "Too many tags: the limit is 50 tags per resource");
  }
}

/** An optional JSON document given as text or as an object. @internal */
export function jsonText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? JSON.stringify(value) : str(value);
}
