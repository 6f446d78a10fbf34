import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const KEY = Buffer.alloc(32, "a key of tests");

/** What the engine needs so that it encrypts a stack's secrets with the key of {@link keyService}. */
export interface KeyService {
  readonly env: Readonly<Record<string, string>>;
  /** What `Pulumi.<stack>.yaml` says. */
  readonly settings: string;
  /** What a state says of who has encrypted it. */
  readonly provider: object;
}

let started: Promise<KeyService> | undefined;

/**
 * Stands in for a Vault that keeps the key of a stack's secrets. The usual passphrase is as safe as it takes long to make
 * a key from it, which is a third of the time of each command; how a secret is kept is the same with both.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/secrets/#hashicorp-vault-transit-secrets-engine
 */
export async function keyService(): Promise<KeyService> {
  started ??= new Promise((resolve, reject) => {
    const server = createServer((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: { plaintext: KEY.toString("base64") } }));
    });
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const url = "hashivault://tests";
      const encryptedkey = Buffer.from("vault:v1:tests").toString("base64");
      resolve({
        env: { VAULT_SERVER_URL: `http://127.0.0.1:${String(port)}`, VAULT_SERVER_TOKEN: "tests" },
        settings: `secretsprovider: ${url}\nencryptedkey: ${encryptedkey}\n`,
        provider: { type: "cloud", state: { url, encryptedkey } },
      });
    });
    server.unref();
  });
  return started;
}
