import { hostSuffixOf, partitionOf } from "./partitions";

/** Under which names a stage of API Gateway is known. */
export interface StageAddresses {
  readonly arn: string;
  readonly invokeUrl: string;
  /** Left out where the account is not known. */
  readonly executionArn?: string;
}

/**
 * What follows from where a stage is. Cloud Control has no attribute for any of it, and both sides need it: the provider
 * for the outputs, the program for previews, in which no provider makes outputs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 */
export function stageAddresses(
  restApiId: string,
  stageName: string,
  place: { readonly region: string; readonly account?: string | undefined },
): StageAddresses {
  const { region, account } = place;
  const partition = partitionOf(region);
  const executionArn = `arn:${partition}:execute-api:${region}:${account ?? ""}:${restApiId}/${stageName}`;
  return {
    arn: `arn:${partition}:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
    invokeUrl: `https://${restApiId}.execute-api.${region}.${hostSuffixOf(region)}/${stageName}`,
    ...(account === undefined ? {} : { executionArn }),
  };
}
