import type { TypeOverlay } from "./overlay";
import { tag } from "./stage-settings";

export const logGroup: TypeOverlay = {
  typeName: "AWS::Logs::LogGroup",
  doc: `A log group of CloudWatch Logs: the unit of retention, encryption and access for log events.

Without \`retentionInDays\` events are kept, and billed, for ever. Deleting the group deletes its events.

@example
\`\`\`ts
const log = new LogGroup("access", { logGroupName: "/apigateway/pets", retentionInDays: 30 });
\`\`\``,
  docs: {
    Arn: "The log group's ARN. It ends in `:*`, as IAM policies want it.",
    DataProtectionPolicy:
      "A data protection policy, which finds and masks sensitive data in log events. An object or JSON text.",
    DeletionProtectionEnabled:
      "Whether AWS refuses to delete the log group. Switch it off, and deploy that, before you take the resource away.",
    FieldIndexPolicies:
      "Field index policies, which make queries on the indexed fields read less. At most one, such as an object with `Fields`; only the log class `STANDARD` has them.",
    KmsKeyId:
      "The ARN of the KMS key that encrypts the events. Its key policy must let the service `logs.<region>.amazonaws.com` use it. Without a key, CloudWatch Logs encrypts with its own.",
    LogGroupClass:
      "What the group can do and costs: `STANDARD` has all features, `INFREQUENT_ACCESS` is cheaper and has fewer, `DELIVERY` only passes events on. It cannot be changed after the group is made.",
    LogGroupName:
      "The log group's name, unique in account and region. When it is left out, AWS makes one up; a fixed name keeps a second stack from using the same program.",
    ResourcePolicyDocument: "A policy that lets other services or accounts write to this log group.",
    RetentionInDays: "How many days events are kept. When it is left out, they are kept for ever.",
    Tags: "Tags on the log group.",
  },
  definitions: { Tag: { doc: "A tag on a log group.", docs: tag } },
};
