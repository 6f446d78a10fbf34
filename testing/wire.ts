import { UNKNOWN } from "../provider/core/unknown";
import type { JsonObject, JsonValue } from "../provider/core/json";

/* How Pulumi's mocked runtime hands values over: secrets and unknown values come wrapped in objects of their own. */

/** @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The value as a provider gets it: secrets are plain, what is unknown is Pulumi's text for that. */
function plainValue(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(plainValue);
  if (!isMembers(value)) return (value ?? null) as JsonValue;
  if (value.__pulumiUnknown === true) return UNKNOWN;
  if (value[SIGNATURE] === SECRET) return plainValue(value.value);
  return plainInputs(value);
}

/** All inputs as a provider gets them; what is undefined is not there. */
export function plainInputs(inputs: Readonly<Record<string, unknown>>): JsonObject {
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, plainValue(value)]));
}

function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isMembers(value)) return false;
  return value[SIGNATURE] === SECRET || Object.values(value).some(holdsSecret);
}

/** Outputs as the engine hands them on: those whose input holds a secret are secret themselves. */
export function markedSecret(outputs: JsonObject, inputs: Readonly<Record<string, unknown>>): JsonObject {
  const marked = Object.entries(outputs).map(([key, value]): [string, JsonValue] => {
    return holdsSecret(inputs[key]) && !holdsSecret(value) ? [key, { [SIGNATURE]: SECRET, value }] : [key, value];
  });
  return Object.fromEntries(marked);
}
