import type * as pulumi from "@pulumi/pulumi";
import type { Controls } from "../emulator/controls";
import { embed, type Embedded } from "../emulator/embedded";
import type { EmulatorOptions } from "../emulator/options";
import { loadPulumi } from "./pulumi";
import { MockWorld } from "./world";

/**
 * How the mocked cloud is.
 *
 * @public
 */
export interface MockOptions extends Pick<EmulatorOptions, "seed" | "quirks"> {
  /** Where the stack's configuration has no `aws:region`. @defaultValue `"us-east-1"` */
  readonly region?: string;
  /** @defaultValue `"123456789012"` */
  readonly account?: string;
  /**
   * Whether the region has a role for API Gateway to write logs with, as most accounts do. Without one, a stage that
   * logs fails as it does on AWS.
   *
   * @defaultValue `true`
   */
  readonly loggingRole?: boolean;
  /**
   * What resources of other providers come to; undefined leaves it to the mocked cloud, which makes those of
   * `@pulumi/aws` that a stage stands on (API, resource, method, deployment, log group, role) and gives all others an id.
   */
  readonly newResource?: (args: pulumi.runtime.MockResourceArgs) => pulumi.runtime.MockResourceResult | undefined;
  /** What functions of other providers (`aws.getRegion`) return. @defaultValue their inputs */
  readonly call?: (args: pulumi.runtime.MockCallArgs) => Record<string, unknown>;
}

/**
 * How a program runs on the mocked runtime.
 *
 * @public
 */
export interface RunOptions {
  /** As in `pulumi preview`: what only AWS knows is unknown. @defaultValue `false` */
  readonly preview?: boolean;
  /** @defaultValue `"project"` */
  readonly project?: string;
  /** @defaultValue `"stack"` */
  readonly stack?: string;
}

/**
 * A resource that the program has registered.
 *
 * @public
 */
export interface MockedResource {
  /** Pulumi's type token, such as `pulumi-nodejs:dynamic/apigateway:Stage`. */
  readonly type: string;
  readonly name: string;
  /** What the program asked for, without hidden keys; secrets are plain, unknown values are absent. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Undefined in a preview, and of a component. */
  readonly id: string | undefined;
}

/**
 * A mocked AWS for unit tests of a Pulumi program.
 *
 * @public
 */
export interface MockCloud extends Omit<Controls, "clock"> {
  /** For `pulumi.runtime.setMocks`, where a test does that itself. */
  readonly mocks: pulumi.runtime.Mocks;
  /** What the program has registered so far, in the order it did. */
  readonly registered: readonly MockedResource[];
  /**
   * Sets the mocks, runs the program and waits until all its resources are registered. The program must be loaded inside.
   *
   * @throws Error what the provider would have said: of a wrong argument as a preview does, of a refusal as an update does.
   */
  run<T>(program: () => T | Promise<T>, options?: RunOptions): Promise<T>;
}

/**
 * A mocked AWS for Pulumi's mocked runtime. The package's resources go through the real provider, against a local Cloud
 * Control in the same process: arguments are checked, and ids, ARNs, URLs and defaults are those AWS would give.
 *
 * Use one for each test; what one run makes the next one meets.
 *
 * @example
 * ```ts
 * const cloud = mockCloudControl();
 * const { stage } = await cloud.run(() => require("./index"));
 * expect(await valueOf(stage.invokeUrl)).to.match(/execute-api/);
 * ```
 *
 * @see https://www.pulumi.com/docs/iac/guides/testing/unit/
 * @public
 */
export function mockCloudControl(options: MockOptions = {}): MockCloud {
  const { account = "123456789012", region = "us-east-1", seed = 1, quirks = {} } = options;
  const emulator = embed({ account, region, seed, quirks });
  if (options.loggingRole ?? true) seedLoggingRole(emulator, account, region);
  const world = new MockWorld(emulator, options, { account, region });
  const mocks: pulumi.runtime.Mocks = {
    newResource: async (args) => world.newResource(args),
    call: (args) => options.call?.(args) ?? (args.inputs as Record<string, unknown>),
  };
  return {
    mocks,
    registered: world.registered,
    resources: () => emulator.resources(),
    faults: emulator.faults,
    alarms: emulator.alarms,
    seed: (place) => emulator.seed(place),
    edit: (place) => {
      emulator.edit(place);
    },
    remove: (place) => {
      emulator.remove(place);
    },
    async run(program, { preview = false, project = "project", stack = "stack" } = {}) {
      const { runtime } = loadPulumi();
      world.begin();
      await runtime.setMocks(mocks, project, stack, preview);
      // What a mock throws ends neither the program nor the runtime, and an output that comes to nothing never resolves.
      const ran = (async () => program())();
      await Promise.race([ran, world.failed]);
      await runtime.disconnect();
      const [first, ...more] = world.failures;
      if (first === undefined) return await ran;
      throw more.length === 0
        ? first
        : new Error(world.failures.map(({ message }) => message).join("\n"), { cause: first });
    },
  };
}

function seedLoggingRole(emulator: Embedded, account: string, region: string): void {
  const arn = `arn:aws:iam::${account}:role/apigateway-logs`;
  const statement = { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" };
  const policy = { Version: "2012-10-17", Statement: [statement] };
  const role = { RoleName: "apigateway-logs", Arn: arn, AssumeRolePolicyDocument: policy };
  emulator.seed({ typeName: "AWS::IAM::Role", region, model: role });
  emulator.seed({ typeName: "AWS::ApiGateway::Account", region, model: { Id: "account", CloudWatchRoleArn: arn } });
}
