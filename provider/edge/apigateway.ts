import { CallError } from "../ports";
import { clientConfig, type ClientOptions } from "./cloudcontrol";
import { withDebug } from "./debug";

/**
 * The role by which API Gateway writes logs in a region, or undefined where none is set. Cloud Control knows this setting
 * only by an id that it gave out itself.
 *
 * @throws CallError
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html
 */
export async function loggingRole(options: ClientOptions): Promise<string | undefined> {
  // Loaded where a stage logs, and nowhere else.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const sdk = require("@aws-sdk/client-api-gateway") as typeof import("@aws-sdk/client-api-gateway");
  const client = withDebug(new sdk.APIGatewayClient(clientConfig(options)));
  try {
    const { cloudwatchRoleArn } = await client.send(new sdk.GetAccountCommand({}));
    return cloudwatchRoleArn === "" ? undefined : cloudwatchRoleArn;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CallError("$fault" in error ? error.name : "NoAnswer", error.message, { cause: error });
  } finally {
    client.destroy();
  }
}
