import * as pulumi from "@pulumi/pulumi";

/** Whether a value is known only later: an output or a promise. Its members cannot be looked at now. */
export function isLater<T>(value: pulumi.Input<T>): value is Promise<T> | pulumi.OutputInstance<T> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
