import type { TypeOverlay } from "./overlay";

export const role: TypeOverlay = {
  typeName: "AWS::IAM::Role",
  doc: `An IAM role: an identity with permissions that services, accounts or federated users may assume.

IAM is global and catches up slowly: a service may refuse a new role for some seconds after it was created.

@example
\`\`\`ts
const role = new Role("gateway-logs", {
  assumeRolePolicyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
  },
  managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
});
\`\`\``,
  docs: {
    Arn: "The role's ARN, which those who use the role refer to.",
    AssumeRolePolicyDocument: "The trust policy: who may assume the role. An object or JSON text.",
    ManagedPolicyArns:
      "The ARNs of the managed policies attached to the role; the order means nothing. Policies that are attached elsewhere are drift once this is set.",
    MaxSessionDuration: "How long a session of the role may last, in seconds.\n@defaultValue `3600`",
    Path: "A path in front of the role's name in its ARN, for grouping; it begins and ends with `/`.",
    PermissionsBoundary: "The ARN of the policy that caps what the role's own policies can grant.",
    Policies:
      "Inline policies, which live and die with the role. Policies that are embedded elsewhere, by a separate role-policy resource for instance, are drift once this is set.",
    RoleId:
      "The unique id that IAM gave the role (`AROA…`). A role that is deleted and created again gets another, though its ARN stays.",
    RoleName:
      "The role's name, unique in the account whatever its case. When it is left out, AWS makes one up; a fixed name keeps a second stack from using the same program.",
    Tags: "Tags on the role.",
  },
  definitions: {
    Policy: {
      doc: "A policy that is part of a role.",
      docs: {
        PolicyDocument: "What the policy grants or denies. An object or JSON text.",
        PolicyName: "The policy's name, unique in the role.",
      },
    },
    Tag: {
      doc: "A tag on a role.",
      docs: {
        Key: "The tag's name. Names that begin with `aws:` belong to AWS and are refused.",
        Value: "The tag's value; it may be empty.",
      },
    },
  },
};
