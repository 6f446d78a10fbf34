import { projectMember } from "./compare";
import { deepEqual, isObject, own, type JsonObject, type JsonValue } from "./json";
import { covers, type TypeSchema } from "./schema";
import { tagKeys } from "./tags";

/** Codes of failed creates after which a resource at the identifier is not a remnant of that create. */
export const NOTHING_MADE: ReadonlySet<string> = new Set(["AlreadyExists", "InvalidCredentials", "NotUpdatable"]);

/** Codes that come as often before anything was made as after: the resource must show that it is ours. */
export const DOUBTFUL: ReadonlySet<string> = new Set([
  "AccessDenied",
  "NotFound",
  "ServiceLimitExceeded",
  "UnauthorizedTaggingOperation",
]);

/** Codes of handlers that ended in the middle: what they made may be there, and not show yet. */
export const MIDWAY: ReadonlySet<string> = new Set([
  "CancelComplete",
  "GeneralServiceException",
  "InternalFailure",
  "NetworkFailure",
  "NotStabilized",
  "ServiceInternalError",
  "ServiceTimeout",
]);

/**
 * Whether a resource found after a failed create was made by somebody else. Our own remnant is a part of what was
 * sent: it may lack members, and what it lacks may read as off, but it holds no other value and no other tag.
 */
export function isForeign(schema: TypeSchema, sent: JsonObject, live: JsonObject): boolean {
  const sentTags = new Set(tagKeys(schema, sent));
  if (tagKeys(schema, live).some((key) => !sentTags.has(key))) return true;
  return Object.entries(sent).some(([key, value]) => {
    if (covers(schema.writeOnly, [key]) || typeof value === "object") return false;
    const found = own(live, key);
    return found !== undefined && !isOff(found) && !deepEqual(projectMember(schema, key, value, found), value);
  });
}

/** Whether a resource bears tags, and they are those that were sent: the sign that it came of this very create. */
export function bearsTagsOf(schema: TypeSchema, sent: JsonObject, live: JsonObject): boolean {
  const own = tagKeys(schema, sent);
  const { tagProperty } = schema;
  if (own.length === 0 || tagProperty === undefined) return false;
  return deepEqual(projectMember(schema, tagProperty, sent[tagProperty] ?? null, live[tagProperty]), sent[tagProperty]);
}

function isOff(value: JsonValue): boolean {
  return value === false || value === "" || value === null || (isObject(value) && Object.keys(value).length === 0);
}
