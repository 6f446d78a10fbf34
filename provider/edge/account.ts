import type { STSClientConfig } from "@aws-sdk/client-sts";
import { clientConfig, type ClientOptions } from "./cloudcontrol";
import { withDebug } from "./debug";

/**
 * The account id of the credentials in use, or undefined where AWS does not tell (no credentials, no permission, no
 * such service on the endpoint). Never fails: the call that needs the account says what is wrong in its own words.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function callerAccount(options: ClientOptions): Promise<string | undefined> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const sdk = require("@aws-sdk/client-sts") as typeof import("@aws-sdk/client-sts");
  const client = withDebug(new sdk.STSClient({ ...clientConfig(options), maxAttempts: 3 } as STSClientConfig));
  try {
    return (await client.send(new sdk.GetCallerIdentityCommand({}))).Account;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
