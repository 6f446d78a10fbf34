import type { AccessKeys, RoleToAssume } from "../core/settings";
import { transport } from "./cloudcontrol";
import { withDebug } from "./debug";

type Sts = typeof import("@aws-sdk/client-sts");
/** What a role's credentials are made of; the SDK takes them as they are. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Gives credentials, with the time they expire: the SDK asks again shortly before. */
export type CredentialsSource = () => Promise<RoleCredentials>;

/** How to reach STS. */
export interface StsAccess {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly useFipsEndpoint?: boolean | undefined;
  readonly useDualstackEndpoint?: boolean | undefined;
  /** What the first role is assumed with, instead of the profile or the default chain. */
  readonly keys?: AccessKeys | undefined;
}

/**
 * Credentials of a chain of roles, each assumed with the ones before; the first with the given keys, or else the SDK's
 * default chain. Undefined: the SDK finds them by itself.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumed(roles: readonly RoleToAssume[], access: StsAccess): CredentialsSource | undefined {
  const { keys } = access;
  return roles.reduce<CredentialsSource | undefined>(
    (source, role) => async () => assume(role, source, access),
    keys && (async () => Promise.resolve(keys)),
  );
}

async function assume(
  role: RoleToAssume,
  source: CredentialsSource | undefined,
  { region, profile, endpoint, useFipsEndpoint, useDualstackEndpoint }: StsAccess,
): Promise<RoleCredentials> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const sdk = require("@aws-sdk/client-sts") as Sts;
  const client = withDebug(
    new sdk.STSClient({
      ...transport(source ? undefined : profile),
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(useFipsEndpoint === undefined ? {} : { useFipsEndpoint }),
      ...(useDualstackEndpoint === undefined ? {} : { useDualstackEndpoint }),
      ...(source ? { credentials: source } : {}),
    }),
  );
  try {
    const answer = await client.send(new sdk.AssumeRoleCommand(requestOf(role)));
    const made = answer.Credentials;
    if (made?.AccessKeyId === undefined || made.SecretAccessKey === undefined) throw new Error("no credentials came");
    return {
      accessKeyId: made.AccessKeyId,
      secretAccessKey: made.SecretAccessKey,
      ...(made.SessionToken === undefined ? {} : { sessionToken: made.SessionToken }),
      ...(made.Expiration === undefined ? {} : { expiration: made.Expiration }),
    };
  } finally {
    client.destroy();
  }
}

function requestOf(role: RoleToAssume): ConstructorParameters<Sts["AssumeRoleCommand"]>[0] {
  const { tags, policyArns } = role;
  return {
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? "pulumi-cloudcontrol",
    ExternalId: role.externalId,
    DurationSeconds: role.durationSeconds,
    Policy: role.policy,
    SourceIdentity: role.sourceIdentity,
    PolicyArns: policyArns?.map((arn) => ({ arn })),
    Tags: tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: role.transitiveTagKeys && [...role.transitiveTagKeys],
  };
}
