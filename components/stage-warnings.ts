import * as pulumi from "@pulumi/pulumi";
import { closest } from "../resources/closest";
import type { StageMethodSettingArgs } from "../resources/apigateway";
import { isLater } from "../resources/later";
import { pathsOf } from "./api-paths";
import type { SettingsList } from "./method-settings";
import type { RestApiReference } from "./references";

/** What AWS takes and hardly anybody means. */
export interface Doubtful {
  readonly settings: SettingsList | undefined;
  readonly cacheClusterEnabled: pulumi.Input<boolean> | undefined;
  readonly cacheClusterSize: pulumi.Input<string> | undefined;
  readonly restApi: RestApiReference;
}

/** Tells at preview what AWS takes and hardly anybody means, as far as the values are known. */
export function warnOf(doubtful: Doubtful, warn: (text: string) => void): void {
  const { settings, restApi } = doubtful;
  warnOfCache(doubtful, warn);
  if (settings === undefined) return;
  const paths = pathsOf(restApi);
  const look = (entry: pulumi.Unwrap<StageMethodSettingArgs>): void => {
    warnings(entry).forEach(warn);
    paths?.apply((known) => {
      const text = known && unknownPath(entry, known);
      if (text !== undefined) warn(text);
    });
  };
  // Entry by entry, so that one that is known later does not hide the others.
  if (isLater(settings))
    pulumi.output(settings).apply((list) => {
      list.forEach(look);
    });
  else settings.forEach((entry) => pulumi.output(entry).apply(look));
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html */
function warnOfCache(doubtful: Doubtful, warn: (text: string) => void): void {
  const { settings = [], cacheClusterEnabled: enabled, cacheClusterSize: size } = doubtful;
  if (enabled === undefined && size !== undefined) {
    const fix = "set `cacheClusterEnabled: true` as well";
    warn(`cacheClusterSize: a size alone makes no cache: AWS keeps it switched off. Fix: ${fix}`);
    return;
  }
  pulumi.output(enabled).apply((on) => {
    if (on === true && size === undefined) {
      const fix = 'set `cacheClusterSize`, for example to "0.5"';
      warn(`cacheClusterEnabled: a cache without \`cacheClusterSize\`: AWS takes the size it likes. Fix: ${fix}`);
    }
    if (on === true) return;
    pulumi.output(settings).apply((list) => {
      if (!list.some(({ cachingEnabled }) => cachingEnabled === true)) return;
      const fix = "set `cacheClusterEnabled` and `cacheClusterSize`";
      warn(`methodSettings: cachingEnabled has no effect, as the stage has no cache. Fix: ${fix}`);
    });
  });
}

function warnings(entry: pulumi.Unwrap<StageMethodSettingArgs>): string[] {
  const place = shown(entry);
  const found: string[] = [];
  for (const limit of ["throttlingRateLimit", "throttlingBurstLimit"] as const) {
    const value = entry[limit];
    if (value === 0) {
      found.push(
        `methodSettings: ${limit} 0 for ${place} answers every request with 429. Fix: leave it out for no limit`,
      );
    }
    // API Gateway itself takes -1; the registry's schema does not.
    if (value !== undefined && value < 0) {
      const fix = "leave it out, or where a preset sets a limit give the account's, such as 10000";
      found.push(`methodSettings: ${limit} ${value} for ${place}: Cloud Control has no word for no limit. Fix: ${fix}`);
    }
  }
  if (entry.dataTraceEnabled === true) {
    const why = "writes whole requests and responses into the log, personal data and secrets included";
    found.push(
      `methodSettings: dataTraceEnabled for ${place} ${why}. Fix: switch it off when you have seen what you need`,
    );
  }
  return found;
}

function unknownPath(entry: pulumi.Unwrap<StageMethodSettingArgs>, known: readonly string[]): string | undefined {
  const { resourcePath: encoded } = entry;
  if (encoded === undefined || encoded === "/*") return undefined;
  const path = encoded.slice(1).replaceAll("~1", "/").replaceAll("~0", "~") || "/";
  if (known.includes(path)) return undefined;
  const near = closest(path, known);
  const meant = near === undefined ? `It has ${known.slice(0, 5).join(", ")}` : `Did you mean "${near}"?`;
  return `methodSettings: the API has no path "${path}", so these settings apply to nothing. ${meant}`;
}

function shown({ resourcePath = "", httpMethod = "*" }: pulumi.Unwrap<StageMethodSettingArgs>): string {
  if (resourcePath === "/*") return httpMethod === "*" ? "all methods" : `all ${httpMethod} methods`;
  return `${httpMethod} ${resourcePath.slice(1).replaceAll("~1", "/") || "/"}`;
}
