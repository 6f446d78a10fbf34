import { isObject, textOf, type JsonObject, type JsonValue } from "./json";

/** A role to take on before any call, as AWS's AssumeRole wants it. */
export interface RoleToAssume {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly externalId?: string;
  /** Such as `30m` or `1h`; whole seconds as a number. */
  readonly durationSeconds?: number;
  readonly policy?: string;
  readonly policyArns?: readonly string[];
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
}

/** Long-term or session credentials. They are used, and go nowhere else. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What the stack's `aws:` configuration, or an explicit provider, says about where and how to act. */
export interface Settings {
  readonly region?: string;
  readonly profile?: string;
  /** `aws:accessKey` and its companions, where somebody keeps them in the stack's configuration. */
  readonly keys?: AccessKeys;
  readonly useFipsEndpoint?: boolean;
  readonly useDualstackEndpoint?: boolean;
  /** Taken on one after the other. */
  readonly assumeRoles: readonly RoleToAssume[];
  /** Endpoints by service (`cloudcontrol`, `sts`). */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly ignoreTags: { readonly keys: readonly string[]; readonly keyPrefixes: readonly string[] };
  readonly allowedAccountIds: readonly string[];
  readonly forbiddenAccountIds: readonly string[];
  /** Tries of one call by the SDK. */
  readonly maxRetries?: number;
}

/** Nothing configured: the SDK's default chain decides. */
export const NO_SETTINGS: Settings = Object.freeze({
  assumeRoles: [],
  endpoints: {},
  defaultTags: {},
  ignoreTags: { keys: [], keyPrefixes: [] },
  allowedAccountIds: [],
  forbiddenAccountIds: [],
});

/** A key of the configuration that cannot be read. */
class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(key: string, expected: string) {
    super(
      `configuration aws:${key}: expected ${expected}. Fix: correct it with \`pulumi config set --path aws:${key}\``,
    );
  }
}

/**
 * Reads the keys of `@pulumi/aws`'s configuration that have a meaning here; lists and objects come as JSON text.
 *
 * @param get - reads one key of the `aws` namespace
 * @throws SettingsError where a value has the wrong form
 * @see https://www.pulumi.com/registry/packages/aws/installation-configuration/
 */
export function readSettings(get: (key: string) => string | undefined): Settings {
  const region = get("region");
  const profile = get("profile");
  const maxRetries = numberAt("maxRetries", get("maxRetries"));
  const ignored = parse("ignoreTags", get("ignoreTags"));
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(maxRetries === undefined ? {} : { maxRetries }),
    ...keysOf(get),
    ...flag("useFipsEndpoint", get),
    ...flag("useDualstackEndpoint", get),
    assumeRoles: rolesOf(get),
    endpoints: endpointsOf(parse("endpoints", get("endpoints"))),
    defaultTags: textMap("defaultTags", tagsIn(parse("defaultTags", get("defaultTags")))),
    ignoreTags: isObject(ignored)
      ? {
          keys: texts("ignoreTags.keys", ignored.keys),
          keyPrefixes: texts("ignoreTags.keyPrefixes", ignored.keyPrefixes),
        }
      : NO_SETTINGS.ignoreTags,
    allowedAccountIds: texts("allowedAccountIds", parse("allowedAccountIds", get("allowedAccountIds"))),
    forbiddenAccountIds: texts("forbiddenAccountIds", parse("forbiddenAccountIds", get("forbiddenAccountIds"))),
  };
}

function keysOf(get: (key: string) => string | undefined): { readonly keys?: AccessKeys } {
  const [accessKeyId, secretAccessKey, sessionToken] = [get("accessKey"), get("secretKey"), get("token")];
  if (accessKeyId === undefined && secretAccessKey === undefined) return {};
  if (accessKeyId === undefined) throw new SettingsError("accessKey", "the key that belongs to aws:secretKey");
  if (secretAccessKey === undefined) throw new SettingsError("secretKey", "the secret that belongs to aws:accessKey");
  return { keys: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}

function flag<K extends string>(key: K, get: (key: string) => string | undefined): Partial<Record<K, boolean>> {
  const text = get(key);
  if (text === undefined || text === "") return {};
  if (text !== "true" && text !== "false") throw new SettingsError(key, "true or false");
  return { [key]: text === "true" } as Partial<Record<K, boolean>>;
}

function parse(key: string, text: string | undefined): JsonValue | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new SettingsError(key, "a list or an object");
  }
}

function numberAt(key: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new SettingsError(key, "a whole number, 0 or more");
  return value;
}

function texts(key: string, value: JsonValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new SettingsError(key, "a list");
  return value.map(textOf);
}

function textMap(key: string, value: JsonValue | undefined): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new SettingsError(key, "an object of texts");
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, textOf(one)]));
}

function tagsIn(value: JsonValue | undefined): JsonValue | undefined {
  return isObject(value) && "tags" in value ? value.tags : value;
}

/** `@pulumi/aws` takes a list of objects; a single object is understood as well. */
function endpointsOf(value: JsonValue | undefined): Record<string, string> {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return Object.assign({}, ...list.map((one) => textMap("endpoints", one))) as Record<string, string>;
}

function rolesOf(get: (key: string) => string | undefined): RoleToAssume[] {
  const many = parse("assumeRoles", get("assumeRoles"));
  const one = parse("assumeRole", get("assumeRole"));
  const list = Array.isArray(many) ? many : many === undefined ? (one === undefined ? [] : [one]) : [many];
  return list.map((entry) => readRole(entry));
}

/** Reads a role as the configuration or a resource gives it. */
export function readRole(entry: JsonValue): RoleToAssume {
  if (!isObject(entry) || typeof entry.roleArn !== "string") {
    throw new SettingsError("assumeRoles", "a list of objects with `roleArn`");
  }
  const { duration, durationSeconds, policy, ...rest } = entry as JsonObject & { roleArn: string };
  const seconds = typeof durationSeconds === "number" ? durationSeconds : durationOf(duration);
  return {
    ...rest,
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(policy === undefined ? {} : { policy: textOf(policy) }),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds of a duration such as `90s`, `20m` or `1h30m`; undefined where it is none. */
export function durationOf(text: JsonValue | undefined): number | undefined {
  if (typeof text !== "string" || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
}
