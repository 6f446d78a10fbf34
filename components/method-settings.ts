import * as pulumi from "@pulumi/pulumi";
import type { StageMethodSettingArgs } from "../resources/apigateway";
import { isLater } from "../resources/later";
import { given, mapInput } from "./later";

/**
 * What can be set for a method.
 *
 * @public
 */
export type MethodLeaves = Omit<StageMethodSettingArgs, "httpMethod" | "resourcePath" | "resourceId">;

/**
 * Settings of methods: by path, or as AWS's list. The key of a map is `*` for all methods, a path such as `/pets/{id}`
 * for all methods of one resource, or a method and a path such as `GET /pets/{id}`.
 *
 * @example
 * ```ts
 * methodSettings: {
 *   "*": { metricsEnabled: true },
 *   "GET /pets/{id}": { cachingEnabled: true, cacheTtlInSeconds: 60 },
 * }
 * ```
 *
 * @public
 */
export type MethodSettingsInput =
  | pulumi.Input<pulumi.Input<StageMethodSettingArgs>[]>
  | pulumi.Input<Readonly<Record<string, pulumi.Input<MethodLeaves>>>>;

/** Settings of methods as a stage takes them. */
export type SettingsList = pulumi.Input<pulumi.Input<StageMethodSettingArgs>[]>;

/** All methods of all paths, as AWS writes it. */
const EVERYWHERE = { resourcePath: "/*", httpMethod: "*" } as const;
const METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "ANY", "*"];

type Plain = readonly pulumi.Input<StageMethodSettingArgs>[] | Readonly<Record<string, pulumi.Input<MethodLeaves>>>;

/** Turns settings by path into AWS's list; a list stays what it is. */
export function settingsList(settings: MethodSettingsInput | undefined): SettingsList | undefined {
  if (settings === undefined) return undefined;
  return mapInput(settings as pulumi.Input<Plain>, (plain) => {
    if (isList(plain)) return [...plain];
    return Object.entries(plain).map(([key, leaves]) => {
      const place = placeOf(key);
      return mapInput(leaves, (known): StageMethodSettingArgs => ({ ...place, ...given(known) }));
    });
  });
}

function isList(plain: Plain): plain is readonly pulumi.Input<StageMethodSettingArgs>[] {
  return Array.isArray(plain);
}

/** `GET /pets/{id}` in AWS's own terms: the path is one step, in which slashes are written `~1`. */
function placeOf(key: string): Pick<StageMethodSettingArgs, "httpMethod" | "resourcePath"> {
  const [, method = "*", path] = /^(?:(\S+)\s+)?(\/\S*|\*)$/.exec(key.trim()) ?? [];
  if (path === undefined || !METHODS.includes(method)) {
    const expected = '"*", a path such as "/pets/{id}", or a method and a path such as "GET /pets/{id}"';
    throw new pulumi.RunError(`methodSettings: expected the key ${expected}, got "${key}". Fix: ${fixOf(key)}`);
  }
  if (path === "*" || path === "/*") return { ...EVERYWHERE, httpMethod: method };
  const parts = path.replaceAll("~1", "/").split("/").filter(Boolean);
  const encoded = parts.map((part) => `~1${part.replaceAll("~", "~0")}`).join("");
  return { resourcePath: `/${encoded}`, httpMethod: method };
}

function fixOf(key: string): string {
  const [first = "", ...rest] = key.trim().split(/\s+/);
  const isMethod = METHODS.includes(first.toUpperCase());
  const path = isMethod ? rest.join("") : first;
  return `write "${isMethod ? `${first.toUpperCase()} ` : ""}${/^[/*]/.test(path) ? path : `/${path}`}"`;
}

/**
 * Puts defaults for all methods under settings of methods. What they say themselves for all methods wins, leaf by leaf.
 * AWS takes one entry for each path and method, so there is never a second one.
 */
export function underAllMethods(input: MethodSettingsInput | undefined, defaults: MethodLeaves): SettingsList {
  const settings = settingsList(input);
  if (settings === undefined) return [{ ...EVERYWHERE, ...defaults }];
  // Where an entry or its place is an output, only its value can tell whether it is the one for all methods.
  return mapInput(allLater(settings) ?? settings, (list) => {
    const at = list.findIndex((entry) => isForAll(entry as StageMethodSettingArgs));
    if (at < 0) return [{ ...EVERYWHERE, ...defaults }, ...list];
    return list.map((entry, i) => (i === at ? { ...defaults, ...given(entry as StageMethodSettingArgs) } : entry));
  });
}

/** What a stage says of its cache. */
export interface CacheWish {
  readonly cacheClusterEnabled?: pulumi.Input<boolean>;
  readonly cacheClusterSize?: pulumi.Input<string>;
}

/** Whether a stage may have a cache; of what is known only later it is assumed. */
export function mayCache({ cacheClusterEnabled: enabled, cacheClusterSize: size }: CacheWish): boolean {
  return enabled === undefined ? size !== undefined : enabled !== false;
}

/** Encrypts what is cached, unless the program says otherwise for the method or for all methods. */
export function withEncryptedCaches(settings: SettingsList): SettingsList {
  return mapInput(allLater(settings) ?? settings, (list) => {
    const entries = list as readonly StageMethodSettingArgs[];
    if (entries.some((entry) => isForAll(entry) && entry.cacheDataEncrypted === false)) return list;
    return entries.map((entry) => {
      const { cachingEnabled: caches = false, cacheDataEncrypted: encrypted } = entry;
      return caches === false || encrypted !== undefined ? entry : { ...entry, cacheDataEncrypted: true };
    });
  });
}

/** Whether API Gateway may log executions; of what is known only later it is assumed. */
export function mayLogExecutions(settings: SettingsList | undefined): boolean {
  if (settings === undefined) return false;
  if (isLater(settings)) return true;
  return settings.some((entry) => {
    if (isLater(entry)) return true;
    const { loggingLevel: level, dataTraceEnabled: trace } = entry;
    return (level !== undefined && level !== "OFF") || (trace !== undefined && trace !== false);
  });
}

function allLater(settings: SettingsList): pulumi.Output<StageMethodSettingArgs[]> | undefined {
  if (isLater(settings) || !settings.some(isPlaceLater)) return undefined;
  return pulumi.output(settings);
}

function isPlaceLater(entry: pulumi.Input<StageMethodSettingArgs>): boolean {
  return isLater(entry) || isLater(entry.resourcePath) || isLater(entry.httpMethod);
}

function isForAll({ resourcePath, httpMethod }: StageMethodSettingArgs): boolean {
  return resourcePath === EVERYWHERE.resourcePath && httpMethod === EVERYWHERE.httpMethod;
}
