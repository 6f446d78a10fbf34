import type { JsonObject } from "./json";
import { partitionOf } from "../../schema/partitions";

/*
 * API Gateway writes logs by one role for each account and region. Whoever sets it sets it for every API there, so it is
 * set where there is none, and otherwise left alone: not overwritten by a second stack, not taken away by a destroy.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */

/** What the program says about the role. */
export interface RoleWish {
  /** `ensure`: set one where there is none. `expect`: only look, and refuse to go on without one. */
  readonly mode: "ensure" | "expect";
  /** The role to set where there is none; undefined: one is made. */
  readonly roleArn?: string | undefined;
}

/** What is to be done. */
export type RoleStep =
  | { readonly kind: "stays"; readonly roleArn: string }
  | { readonly kind: "set"; readonly roleArn: string }
  | { readonly kind: "make" }
  | { readonly kind: "missing" };

/** The role that the package makes has one name in every account, so that two stacks do not make two. */
export const ROLE_NAME = "pulumi-cloudcontrol-apigateway-logs";

/**
 * What is to be done.
 *
 * @param present - the role that is set now
 */
export function nextStep(present: string | undefined, { mode, roleArn }: RoleWish): RoleStep {
  if (present !== undefined) return { kind: "stays", roleArn: present };
  if (mode === "expect") return { kind: "missing" };
  return roleArn === undefined ? { kind: "make" } : { kind: "set", roleArn };
}

/** What the user is told of a step before it is taken; undefined where nothing changes. */
export function announcement(step: RoleStep, { roleArn }: RoleWish, region: string): string | undefined {
  const none = `API Gateway has no CloudWatch role in ${region}, without which it refuses stages that log`;
  const stays = "It stays when the stack goes, as other APIs may need it by then";
  switch (step.kind) {
    case "make":
      return `${none}: the IAM role ${ROLE_NAME} is made and set for the region. ${stays}`;
    case "set":
      return `${none}: ${step.roleArn} is set for the region. ${stays}`;
    case "missing":
      return `${none}, and \`accountRole\` says that the program does not set one. Fix: set one, or use accountRole: "ensure"`;
    case "stays":
      if (roleArn === undefined || roleArn === step.roleArn) return undefined;
      return `API Gateway's CloudWatch role in ${region} is ${step.roleArn} and stays it: one that is set is never overwritten`;
  }
}

/** The role that the package makes: API Gateway may take it on, and may write logs with it. */
export function roleModel(region: string): JsonObject {
  return {
    RoleName: ROLE_NAME,
    Description: "Lets API Gateway write logs. Made by pulumi-cloudcontrol for all APIs of the account.",
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    ManagedPolicyArns: [`arn:${partitionOf(region)}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`],
  };
}
