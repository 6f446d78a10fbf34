import { CloudControlError, type OperationName } from "./core/errors";
import type { Settings } from "./core/settings";
import type { Ports } from "./ports";
import type { Target } from "./target";

/** What an account is held against. */
export interface Guarded {
  readonly operation: OperationName;
  readonly typeName: string;
  readonly subject?: string | undefined;
  readonly target: Target;
  /** The account that the state names, if it names one. */
  readonly account?: string | undefined;
}

/** Why the configuration excludes an account, or undefined where it does not. */
export function excluded(account: string | undefined, settings: Settings): string | undefined {
  const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden } = settings;
  if (allowed.length === 0 && forbidden.length === 0) return undefined;
  if (account === undefined) return "AWS does not tell whose credentials these are, and only some accounts are allowed";
  if (forbidden.includes(account)) return `the account ${account} is in aws:forbiddenAccountIds`;
  return allowed.length > 0 && !allowed.includes(account)
    ? `the account ${account} is not in aws:allowedAccountIds`
    : undefined;
}

/**
 * Refuses, before anything is sent, to act with credentials of an account that the configuration excludes or that is
 * not the resource's own.
 *
 * @throws CloudControlError WrongAccount
 */
export async function guard(
  ports: Pick<Ports, "account" | "settings">,
  { target, account, ...facts }: Guarded,
): Promise<void> {
  const caller = await ports.account(target);
  const other =
    caller !== undefined && account !== undefined && caller !== account
      ? `the resource is in the account ${account}, the credentials are of ${caller}`
      : undefined;
  const message = excluded(caller, ports.settings) ?? other;
  if (message !== undefined) throw new CloudControlError({ ...facts, code: "WrongAccount", message });
}

/**
 * Whether "not found" may be believed: only from the account that the state names. With credentials of an account that
 * AWS does not tell, everything could look gone.
 *
 * @throws CloudControlError WrongAccount
 */
export async function believeGone(ports: Ports, { target, account, ...facts }: Guarded): Promise<void> {
  if (account === undefined || (await ports.account(target)) === account) return;
  const message = `AWS finds nothing, but does not tell whether the credentials are of the account ${account}`;
  throw new CloudControlError({ ...facts, code: "WrongAccount", message });
}
