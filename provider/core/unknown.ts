import { isObject, type JsonValue } from "./json";

/**
 * The text that stands for a value which is not known yet, wherever a preview hands inputs to a provider.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether the value is the unknown sentinel itself. */
export function isUnknown(value: JsonValue | undefined): boolean {
  return value === UNKNOWN;
}

/** Whether the value is unknown or holds an unknown anywhere: such a value cannot be judged yet. */
export function hasUnknown(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.includes(UNKNOWN);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}
