import { durationOf, readRole, type RoleToAssume } from "./core/settings";
import { reason, type Failure } from "./core/failures";
import { isObject, kindOf, type JsonObject, type JsonValue } from "./core/json";
import { hasUnknown } from "./core/unknown";

/** Where calls go and who makes them. Holds names only: credentials never enter inputs or state. */
export interface Target {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly assumeRole?: RoleToAssume | undefined;
  /** Of Cloud Control; for tests and private endpoints. */
  readonly endpoint?: string | undefined;
}

/** Deadlines of operations in milliseconds; undefined: the default. */
export interface Timeouts {
  readonly create?: number | undefined;
  readonly update?: number | undefined;
  readonly delete?: number | undefined;
}

/** What a resource takes beside its properties. */
export interface Options {
  readonly target: Target;
  readonly timeouts: Timeouts;
  /** Take an existing resource over instead of failing with AlreadyExists. */
  readonly adopt: boolean;
  /** Take this very resource over instead of creating one. */
  readonly importId?: string | undefined;
}

/** Inputs that every resource of the package takes beside its properties. */
export const OPTION_KEYS = ["region", "account", "profile", "assumeRole", "endpoint", "timeouts", "adopt", "importId"];
/** Those of them that read and delete must know, and that therefore stand in the outputs. */
export const KEPT_KEYS = ["region", "account", "profile", "assumeRole", "endpoint", "timeouts"];

const OPERATIONS = ["create", "update", "delete"] as const;

/** Reads a checked bag's options. */
export function optionsOf(bag: JsonObject): Options {
  const text = (key: string): string | undefined => (typeof bag[key] === "string" ? bag[key] : undefined);
  const timeouts = isObject(bag.timeouts) ? bag.timeouts : {};
  const deadline = (key: string): number | undefined => {
    const seconds = durationOf(timeouts[key]);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  return {
    target: {
      region: text("region") ?? "",
      profile: text("profile"),
      endpoint: text("endpoint"),
      ...(bag.assumeRole === undefined ? {} : { assumeRole: readRole(bag.assumeRole) }),
    },
    timeouts: { create: deadline("create"), update: deadline("update"), delete: deadline("delete") },
    adopt: bag.adopt === true,
    importId: text("importId"),
  };
}

/** What is wrong with a bag's options. Unknown values are skipped. */
export function checkOptions(bag: JsonObject): Failure[] {
  const failures: Failure[] = [];
  const need = (property: string, value: JsonValue | undefined, ok: boolean, expected: string, fix?: string): void => {
    if (value === undefined || hasUnknown(value) || ok) return;
    const got = typeof value === "string" ? `"${value.slice(0, 80)}"` : kindOf(value);
    failures.push({ property, reason: reason(expected, got, fix) });
  };
  for (const key of ["profile", "importId"]) {
    need(key, bag[key], typeof bag[key] === "string" && bag[key] !== "", "a name");
  }
  need("endpoint", bag.endpoint, typeof bag.endpoint === "string" && /^https?:\/\//.test(bag.endpoint), "a URL");
  need("adopt", bag.adopt, typeof bag.adopt === "boolean", "true or false");
  const role = bag.assumeRole;
  const isRole =
    isObject(role) && typeof role.roleArn === "string" && /^arn:[^:]+:iam::\d{12}:role\//.test(role.roleArn);
  need("assumeRole", role, isRole, "an object with `roleArn`, the ARN of an IAM role");
  need("timeouts", bag.timeouts, isObject(bag.timeouts), 'an object such as { create: "20m" }');
  if (!isObject(bag.timeouts)) return failures;
  for (const [key, value] of Object.entries(bag.timeouts)) {
    const named = OPERATIONS.some((operation) => operation === key);
    need(`timeouts.${key}`, value, named, "one of create, update, delete as the operation", "rename it");
    const seconds = durationOf(value) ?? 0;
    if (named) need(`timeouts.${key}`, value, seconds > 0, "a duration above zero, such as 90s, 20m or 1h30m");
  }
  return failures;
}

/** The kept options of one bag differ from another's. */
export function changedOptions(before: JsonObject, after: JsonObject): string[] {
  return ["profile", "assumeRole", "endpoint", "timeouts"].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]) && !hasUnknown(after[key]),
  );
}
