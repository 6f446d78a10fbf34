import type { Clock, CloudControl, Ports } from "../ports";
import { callerAccount } from "./account";
import { systemClock } from "./clock";
import { connect, configuredRegion } from "./cloudcontrol";

/**
 * The outside world as the lifecycle sees it, from the stack's configuration and the SDK's default chain. One object a
 * process: its clients, and with them their connections and rate control, serve all resources of a stack.
 */
export class Environment implements Ports {
  readonly clock: Clock = systemClock;
  private region: string | undefined;
  private profile: string | undefined;
  private readonly clients = new Map<string, CloudControl>();
  private readonly accounts = new Map<string, Promise<string | undefined>>();

  /** @param get - reads the stack's configuration by its full key */
  configure(get: (key: string) => string | undefined): void {
    this.region = get("aws:region");
    this.profile = get("aws:profile");
  }

  /** The stack's `aws:region`, else what the SDK finds in the environment or the shared config file. */
  async defaultRegion(): Promise<string | undefined> {
    this.region ??= await configuredRegion(this.profile);
    return this.region;
  }

  cloudControl(region: string): CloudControl {
    let client = this.clients.get(region);
    if (!client) {
      client = connect({ region, profile: this.profile });
      this.clients.set(region, client);
    }
    return client;
  }

  async account(region: string): Promise<string | undefined> {
    let account = this.accounts.get(region);
    if (!account) {
      account = callerAccount({ region, profile: this.profile });
      this.accounts.set(region, account);
    }
    return account;
  }

  tell(line: string): void {
    console.log(line);
  }
}
