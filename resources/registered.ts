import * as pulumi from "@pulumi/pulumi";

/**
 * A custom resource whose registration takes no stack trace for each of its promises.
 *
 * Pulumi makes some fifty of them for a resource, and notes for each where it was made. Under ts-node, which maps each
 * frame to its source, that is nine tenths of what a registration costs; the notes are only printed by a program that
 * looks for promises which never settle (PULUMI_DEBUG_PROMISE_LEAKS), and there they are kept. Where the program made
 * the resource is another note, which Pulumi takes whatever the limit is: the state and the engine's messages have it.
 *
 * @public
 */
export abstract class RegisteredResource extends pulumi.CustomResource {
  /** @internal */
  protected constructor(type: string, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    const usual = Error.stackTraceLimit;
    limitTraces(process.env.PULUMI_DEBUG_PROMISE_LEAKS ? usual : 0);
    try {
      super(type, name, props, opts);
    } catch (error) {
      limitTraces(usual);
      // What was thrown in between, by Pulumi or by a transformation, has no frames: it gets those from here on.
      if (error instanceof Error && !/\n\s+at /.test(error.stack ?? "")) Error.captureStackTrace(error);
      throw error;
    } finally {
      limitTraces(usual);
    }
  }
}

function limitTraces(frames: number): void {
  // A frozen Error, as of hardened runtimes, costs time and no more.
  Reflect.set(Error, "stackTraceLimit", frames);
}
