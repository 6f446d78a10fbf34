import type { TypeOverlay } from "./overlay";

export const account: TypeOverlay = {
  typeName: "AWS::ApiGateway::Account",
  doc: `API Gateway's settings of a whole account in one region; above all the role with which it writes logs.

There is only one per account and region: two of these overwrite each other, and one in a stack changes every API of
the region. Deleting the resource leaves the settings as they are. Execution logging and access logging of stages are
refused until the role is set, so make such stages depend on it.`,
  docs: {
    CloudWatchRoleArn:
      "The ARN of an IAM role that `apigateway.amazonaws.com` may assume and that may write to CloudWatch Logs (the managed policy `AmazonAPIGatewayPushToCloudWatchLogs`). API Gateway checks it at once, so a role that was created a moment ago may be refused for some seconds; and it takes only one change in 20 seconds.",
    Id: "An id that AWS makes up.",
  },
};
