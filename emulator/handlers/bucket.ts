import { compact, objects, str, type JsonObject } from "../json";
import { HandlerError, type HandlerContext, type TypeHandler } from "./types";

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

/** AWS::S3::Bucket, as far as the recordings go; other properties are kept as they were given. @internal */
export const bucket: TypeHandler = {
  create(desired, context) {
    const name = str(desired.BucketName) ?? `cloudcontrol-${context.ids.text(20)}`;
    // Bucket names are unique in the world, not in an account. Text: test_create_exceptions.
    if (context.store.existsAnywhere("AWS::S3::Bucket", name)) {
      throw new HandlerError("AlreadyExists", "The bucket Already Exists");
    }
    const tags = objects(desired.Tags);
    return compact({ ...desired, Tags: tags.length > 0 ? tags : undefined, ...attributes(name, context) });
  },
  update: (live, desired, context) => ({ ...desired, ...attributes(str(live.BucketName) ?? "", context) }),
  missing: () => new HandlerError("NotFound", "Bucket not found"),
};
