import type * as pulumi from "@pulumi/pulumi";

/** Pulumi's SDK, loaded when it is needed: `startEmulator` alone needs none. */
export function loadPulumi(): typeof pulumi {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("@pulumi/pulumi") as typeof pulumi;
}

/**
 * The value of an output; undefined where a preview does not know it.
 *
 * @example
 * ```ts
 * expect(await valueOf(stage.stageName)).to.equal("prod");
 * ```
 *
 * @public
 */
export async function valueOf<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T> | undefined> {
  const later = loadPulumi().output(output) as unknown as {
    readonly isKnown: Promise<boolean>;
    promise(): Promise<pulumi.Unwrap<T>>;
  };
  return (await later.isKnown) ? later.promise() : undefined;
}
