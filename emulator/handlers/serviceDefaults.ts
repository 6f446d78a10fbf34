import type { JsonObject } from "../json";

/**
 * What reads of a freshly made resource were observed to show although nobody set it, beyond the defaults of the
 * schema (observed live by the project whose recordings are in the fixtures). Only types without an overlay or a
 * handler of their own; used while `defaultsFilledIn` is on.
 *
 * @internal
 */
export const serviceDefaults: Readonly<Partial<Record<string, JsonObject>>> = {
  "AWS::DynamoDB::Table": { BillingMode: "PROVISIONED", DeletionProtectionEnabled: false },
  "AWS::Events::Rule": { EventBusName: "default", State: "ENABLED" },
  "AWS::IAM::User": { Path: "/" },
  "AWS::IAM::Group": { Path: "/" },
  "AWS::KMS::Key": { Enabled: true, KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "ENCRYPT_DECRYPT", Origin: "AWS_KMS" },
  "AWS::Kinesis::Stream": { RetentionPeriodHours: 24, MaxRecordSizeInKiB: 1024 },
  "AWS::Lambda::Function": {
    Architectures: ["x86_64"],
    EphemeralStorage: { Size: 512 },
    MemorySize: 128,
    PackageType: "Zip",
    RecursiveLoop: "Terminate",
    RuntimeManagementConfig: { UpdateRuntimeOn: "Auto" },
    Timeout: 3,
    TracingConfig: { Mode: "PassThrough" },
  },
  "AWS::Logs::SubscriptionFilter": { Distribution: "ByLogStream" },
  "AWS::SQS::Queue": {
    DelaySeconds: 0,
    MaximumMessageSize: 1_048_576,
    MessageRetentionPeriod: 345_600,
    ReceiveMessageWaitTimeSeconds: 0,
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 30,
  },
  "AWS::SSM::Parameter": { DataType: "text", Tier: "Standard" },
  "AWS::StepFunctions::StateMachine": {
    EncryptionConfiguration: { Type: "AWS_OWNED_KEY" },
    LoggingConfiguration: { IncludeExecutionData: false, Level: "OFF" },
    StateMachineType: "STANDARD",
  },
};
