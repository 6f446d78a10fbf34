import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { argumentsOf } from "../resources/base";
import { ifKnown } from "./later";

/**
 * One text for a list of values, another text for another list. The order of an object's keys does not matter; that of a
 * list does. A resource of this package stands for what the program gave to it, another one for all its outputs, so the
 * text changes when the resource does.
 */
export function fingerprint(values: readonly unknown[]): pulumi.Output<string> {
  return pulumi.output(values.map(toPlain)).apply((known) => {
    return createHash("sha256").update(canonical(known)).digest("hex");
  });
}

/** `pulumi.output` looks into objects and lists but not into resources, so these are opened here, at any depth. */
function toPlain(value: unknown): unknown {
  if (pulumi.Resource.isInstance(value)) return argumentsIn(value) ?? outputsOf(value);
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    const later = pulumi.output(value) as unknown as pulumi.OutputInstance<unknown>;
    return later.apply((known) => pulumi.output(toPlain(known)));
  }
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, toPlain(below)]));
}

/** How a resource is made, which is no part of what it is. */
const HOW: ReadonlySet<string> = new Set(["adopt", "assumeRole", "endpoint", "importId", "profile", "timeouts"]);

function argumentsIn(resource: pulumi.Resource): unknown {
  const given = argumentsOf(resource);
  return given && toPlain(Object.fromEntries(Object.entries(given).filter(([key]) => !HOW.has(key))));
}

/**
 * In a preview Pulumi calls every output unknown that the state does not have, such as an optional one that nobody set.
 * They are left out, as the undefined ones are in an update: otherwise each preview would show a change that never comes.
 */
function outputsOf(resource: pulumi.Resource): Record<string, unknown> {
  // The URN names the place in the program: moving a resource is no change of it. Keys with `__` belong to providers.
  const shown = Object.entries(resource).filter(([key]) => key !== "urn" && !key.startsWith("__"));
  const outputs = shown.filter(([, value]) => pulumi.Output.isInstance(value));
  return Object.fromEntries(outputs.map(([key, value]) => [key, ifKnown(value as pulumi.Output<unknown>)]));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, below: unknown) => (isRecord(below) ? sorted(below) : below));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
