import { compact, isObject, objects, str, type JsonObject } from "../json";
import { HandlerError, serviceError, type HandlerContext, type TypeHandler } from "./types";

/** The attributes of a bucket (fixtures/localstack test_cloudcontrol_api, test_lifecycle). */
function attributes(name: string, context: HandlerContext): JsonObject {
  const suffix = context.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    BucketName: name,
    Arn: `arn:${context.partition}:s3:::${name}`,
    DomainName: `${name}.s3.${suffix}`,
    RegionalDomainName: `${name}.s3.${context.region}.${suffix}`,
    DualStackDomainName: `${name}.s3.dualstack.${context.region}.${suffix}`,
    WebsiteURL: `http://${name}.s3-website-${context.region}.${suffix}`,
  };
}

/** What S3 gives every new bucket since April 2023, as reads of 2026 were observed to show it. */
function settings(context: HandlerContext): JsonObject {
  if (!context.quirks.bucketDefaults) return {};
  const rule = {
    BucketKeyEnabled: false,
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
    ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
  };
  return {
    AbacStatus: "Disabled",
    BucketEncryption: { ServerSideEncryptionConfiguration: [rule] },
    OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  };
}

/** A lifecycle without a least size for transitions reads back with one. */
function lifecycle(desired: JsonObject): JsonObject {
  const given = desired.LifecycleConfiguration;
  if (!isObject(given)) return {};
  return { LifecycleConfiguration: { TransitionDefaultMinimumObjectSize: "all_storage_classes_128K", ...given } };
}

function materialise(desired: JsonObject, name: string, context: HandlerContext): JsonObject {
  const tags = objects(desired.Tags);
  const own = { ...settings(context), ...desired, ...(context.quirks.bucketDefaults ? lifecycle(desired) : {}) };
  return compact({ ...own, Tags: tags.length > 0 ? tags : undefined, ...attributes(name, context) });
}

/** S3's rules for names [D]; the text is S3's own InvalidBucketName [I]. */
function checkName(name: string, context: HandlerContext): void {
  const form = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..");
  if (form && !/^\d+\.\d+\.\d+\.\d+$/.test(name)) return;
  throw serviceError(context, "S3", 400, "InvalidRequest", "The specified bucket is not valid.");
}

/** AWS::S3::Bucket, as far as the recordings go; other properties are kept as they were given. @internal */
export const bucket: TypeHandler = {
  create(desired, context) {
    const name = str(desired.BucketName) ?? `cloudcontrol-${context.ids.text(20)}`;
    // Bucket names are unique in the world, not in an account. Text: test_create_exceptions.
    if (context.store.existsAnywhere("AWS::S3::Bucket", name)) {
      throw new HandlerError("AlreadyExists", "The bucket Already Exists");
    }
    checkName(name, context);
    return materialise(desired, name, context);
  },
  update: (live, desired, context) => materialise(desired, str(live.BucketName) ?? "", context),
  missing: () => new HandlerError("NotFound", "Bucket not found"),
};
