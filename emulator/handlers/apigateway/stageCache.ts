import type { JsonObject } from "../../json";

/** Whether an operation changes a stage's cache cluster, which takes AWS minutes (facts 2.4 i). @internal */
export function changesCache(live: JsonObject, desired: JsonObject): boolean {
  const before = live.CacheClusterEnabled === true;
  const after = desired.CacheClusterEnabled === true;
  return before !== after || (after && live.CacheClusterSize !== desired.CacheClusterSize);
}
