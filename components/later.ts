import * as pulumi from "@pulumi/pulumi";
import { isLater } from "../resources/later";

/** {@link isLater} of a value of any kind. */
export function comesLater(value: unknown): value is Promise<unknown> | pulumi.OutputInstance<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/**
 * Maps a value now if it is plain, else as an output. Plain values stay plain on purpose: an object that was wrapped
 * into an output is unknown in a preview as soon as one leaf is, and then nothing of it can be checked or shown.
 */
export function mapInput<T, U>(value: pulumi.Input<T>, map: (plain: T) => U): U | pulumi.Output<U> {
  if (!isLater(value)) return map(value);
  return (pulumi.output(value) as unknown as pulumi.OutputInstance<T>).apply(map);
}

/** The members that have a value; `undefined` means "not given", as everywhere in Pulumi. */
export function given<T extends object>(args: T): T {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as T;
}

/** An output's value, or `otherwise` where a preview does not know it. */
export function ifKnown(output: pulumi.Output<unknown>, otherwise?: string): pulumi.Output<unknown> {
  const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
  return pulumi.output(isKnown.then((known) => ({ value: known ? output : otherwise }))).value;
}
