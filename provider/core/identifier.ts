import { valueAt, type JsonObject } from "./json";
import type { TypeSchema } from "./schema";
import { hasUnknown } from "./unknown";

/*
 * A primary identifier is the values of the schema's `primaryIdentifier` members, in that order, joined by `|`:
 * `RestApiId|StageName` for a stage, but `DeploymentId|RestApiId` for a deployment.
 * https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html
 */

/** The identifier that a model has, or undefined while one of its parts is missing or unknown. */
export function identifierOf(schema: TypeSchema, model: JsonObject): string | undefined {
  const parts = schema.identifier.map((path) => valueAt(model, path));
  // A type of which nothing is known has no parts, and AWS alone knows its identifiers.
  if (
    parts.length === 0 ||
    parts.some((part) => part === undefined || part === null || typeof part === "object" || hasUnknown(part))
  ) {
    return undefined;
  }
  return parts.map(String).join("|");
}

/**
 * An identifier as AWS writes it, from one as a user may write it: `@pulumi/aws` joins the parts by a slash, AWS by a
 * bar. Where the slash may belong to a part, nothing is changed.
 */
export function barred(schema: TypeSchema, given: string): string {
  const count = schema.identifier.length;
  return count > 1 && !given.includes("|") && given.split("/").length === count ? given.replaceAll("/", "|") : given;
}

/**
 * The members that an identifier stands for. The last part takes what is left, as values may hold a `|`; of one that is
 * too short the last members are missing.
 */
export function membersOfIdentifier(schema: TypeSchema, identifier: string): JsonObject {
  const count = schema.identifier.length;
  const cut = identifier.split("|");
  const parts = cut.length < count ? cut : [...cut.slice(0, count - 1), cut.slice(count - 1).join("|")];
  const made: JsonObject = {};
  schema.identifier.forEach((path, i) => {
    const [key] = path;
    const part = parts[i];
    // An identifier nested in another member (rare) is not taken apart: nothing here needs it.
    if (path.length === 1 && key !== undefined && part !== undefined) made[key] = part;
  });
  return made;
}
