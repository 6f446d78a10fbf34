import { hostSuffixOf, partitionOf } from "./partitions";

/** Where a resource lives. The account is known only after AWS was asked. */
export interface AddressPlace {
  readonly region: string;
  readonly account?: string | undefined;
}

/** Outputs of a type that follow from its primary identifier and its place, in camelCase. */
export interface Addresses {
  /** What the outputs are called. */
  readonly names: readonly string[];
  /**
   * @param identifier - the parts of the primary identifier, in the schema's order
   * @returns what is known without the account, and all of it with one
   */
  compose(identifier: readonly string[], place: AddressPlace): Readonly<Record<string, string>>;
}

/**
 * A stage has no ARN attribute in Cloud Control, so it is composed.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 */
const stage: Addresses = {
  names: Object.freeze(["arn", "invokeUrl", "executionArn"]),
  compose: ([api = "", name = ""], { region, account }) => {
    const partition = partitionOf(region);
    const executionArn = `arn:${partition}:execute-api:${region}:${account ?? ""}:${api}/${name}`;
    return {
      arn: `arn:${partition}:apigateway:${region}::/restapis/${api}/stages/${name}`,
      invokeUrl: `https://${api}.execute-api.${region}.${hostSuffixOf(region)}/${name}`,
      ...(account === undefined ? {} : { executionArn }),
    };
  },
};

/**
 * A preview has to know the ARN, or every change of a retention would show a change of the stage that logs there, which
 * never comes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 */
const logGroup: Addresses = {
  names: Object.freeze(["arn"]),
  compose: ([name = ""], { region, account }): Readonly<Record<string, string>> =>
    account === undefined ? {} : { arn: `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${name}:*` },
};

const ADDRESSES: Readonly<Record<string, Addresses>> = Object.freeze({
  "AWS::ApiGateway::Stage": stage,
  "AWS::Logs::LogGroup": logGroup,
});

/**
 * The addresses of a type. Both sides compose them: the provider as outputs, the program in previews, in which no
 * provider makes outputs.
 */
export function addressesOf(typeName: string): Addresses | undefined {
  return ADDRESSES[typeName];
}
