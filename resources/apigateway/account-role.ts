import * as pulumi from "@pulumi/pulumi";
import type { ResourceArgs } from "../base";
import { RegisteredResource } from "../registered";
import { PROVIDER_STUB } from "../stub";

/**
 * The arguments of an {@link AccountRole}.
 *
 * @public
 */
export interface AccountRoleArgs extends Pick<ResourceArgs, "region" | "profile" | "assumeRole" | "endpoint"> {
  /**
   * `ensure` sets a role where none is set. `expect` sets nothing, and fails where none is set.
   *
   * @defaultValue `ensure`
   */
  readonly mode?: pulumi.Input<"ensure" | "expect">;
  /**
   * The ARN of the IAM role to set where none is set.
   *
   * @defaultValue a role `pulumi-cloudcontrol-apigateway-logs` that is made for all APIs of the account
   */
  readonly roleArn?: pulumi.Input<string>;
}

/**
 * The role by which API Gateway writes logs, one for each account and region: it is set where there is none. One that is
 * set is never overwritten, and nothing is taken away when the stack goes, as other APIs log by it. An
 * `apigateway.Account` is the opposite: it owns the setting.
 *
 * It asks API Gateway itself for the present role (`apigateway:GET` on `/account`).
 *
 * @example
 * ```ts
 * const role = new apigateway.AccountRole("logs");
 * const stage = new apigateway.Stage("prod", { … }, { dependsOn: role });
 * ```
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 * @public
 */
export class AccountRole extends RegisteredResource {
  /** The role that is set, whoever has set it. */
  declare readonly cloudWatchRoleArn: pulumi.Output<string>;
  /** The AWS region whose setting it is. */
  declare readonly region: pulumi.Output<string>;

  constructor(name: string, args: AccountRoleArgs = {}, opts?: pulumi.CustomResourceOptions) {
    const hidden = { __provider: PROVIDER_STUB, __kind: "account-role" };
    const outputs = { cloudWatchRoleArn: undefined };
    super(
      "pulumi-nodejs:dynamic/apigateway:AccountRole",
      name,
      { region: undefined, ...args, ...outputs, ...hidden },
      opts,
    );
  }
}
