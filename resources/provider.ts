import * as pulumi from "@pulumi/pulumi";
import type { AssumeRoleArgs } from "./base";

/**
 * The arguments of a {@link CloudControlProvider}: the keys of the `aws:` configuration that have a meaning here.
 *
 * @public
 */
export interface CloudControlProviderArgs {
  /** The AWS region. */
  readonly region?: pulumi.Input<string>;
  /** A profile of the shared AWS config files. */
  readonly profile?: pulumi.Input<string>;
  /** Roles that are assumed one after the other. */
  readonly assumeRoles?: pulumi.Input<pulumi.Input<AssumeRoleArgs>[]>;
  /** Endpoints by service: `cloudcontrol`, `sts`. */
  readonly endpoints?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Tags for every resource that can have tags; a resource's own win. */
  readonly defaultTags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Tags that are left to others: neither drift nor removed. */
  readonly ignoreTags?: pulumi.Input<IgnoreTagsArgs>;
  /** The only accounts that may be acted on. */
  readonly allowedAccountIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Accounts that are never acted on. */
  readonly forbiddenAccountIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Repeats of one call that AWS throttles or answers with a passing failure.
   *
   * @defaultValue `7`
   */
  readonly maxRetries?: pulumi.Input<number>;
}

/**
 * Which tags are left to others.
 *
 * @public
 */
export interface IgnoreTagsArgs {
  /** Whole keys. */
  readonly keys?: pulumi.Input<pulumi.Input<string>[]>;
  /** Beginnings of keys. */
  readonly keyPrefixes?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Another place or other credentials for some resources of a program: give it as the `provider` of a resource, or among
 * the `providers` of a component. It sees its own arguments only, not the stack's `aws:` configuration.
 *
 * Changing its region or account replaces the resources under it; they are never moved behind your back. A component
 * that gets it hands it to every dynamic resource below it, those of other packages included.
 *
 * @example
 * ```ts
 * const west = new CloudControlProvider("west", { region: "us-west-2" });
 * new apigateway.RestApi("api", { name: "shop" }, { provider: west });
 * ```
 *
 * @public
 */
export class CloudControlProvider extends pulumi.ProviderResource {
  constructor(name: string, args: CloudControlProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const given = Object.entries(args).filter(([, value]) => value !== undefined);
    // The provider process reads its arguments as it reads a stack's configuration: by full key, as text.
    const config = given.map(([key, value]) => [`aws:${key}`, asText(value)]);
    super("pulumi-nodejs", name, Object.fromEntries(config) as pulumi.Inputs, opts);
  }
}

function asText(value: unknown): pulumi.Output<string> {
  const known = pulumi.output(value) as pulumi.OutputInstance<unknown>;
  return known.apply((plain) => (typeof plain === "string" ? plain : JSON.stringify(plain)));
}
