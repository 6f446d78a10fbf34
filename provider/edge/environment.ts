import { join } from "node:path";
import { readSchema } from "../../schema/table";
import type { RegistrySchema } from "../core/schema";
import { serviceRates } from "../core/service-rates";
import { NO_SETTINGS, readSettings, type Settings } from "../core/settings";
import { Limiter } from "../limiter";
import { noJournal } from "../no-journal";
import { Pace } from "../pace";
import type { ChangeKind, Clock, CloudControl, Journal, Ports } from "../ports";
import type { Target } from "../target";
import { callerAccount } from "./account";
import { connectAlarms, type Alarms } from "./alarms";
import { loggingRole } from "./apigateway";
import { systemClock } from "./clock";
import { configuredRegion, connect, type ClientOptions } from "./cloudcontrol";
import { assumed } from "./credentials";
import { proxyWarning } from "./proxy";
import { Schemas } from "./schemas";

const NO_REGION = "no AWS region is set. Fix: run `pulumi config set aws:region us-east-1`";

/**
 * The outside world as the lifecycle sees it, from the stack's configuration and the SDK's default chain. One object a
 * process: its clients, and with them their connections and rate control, serve all resources of a stack.
 */
export class Environment implements Ports {
  private current: Settings = NO_SETTINGS;
  private region: Promise<string | undefined> | undefined;
  private readonly clients = new Map<string, CloudControl>();
  private readonly accounts = new Map<string, Promise<string | undefined>>();
  private readonly limiters = new Map<string, Limiter>();
  private readonly paces = new Map<string, Pace>();

  private readonly schemas: Schemas;

  constructor(
    readonly clock: Clock = systemClock,
    readonly journal: Journal = noJournal(clock),
    table: (typeName: string) => RegistrySchema | undefined = readSchema,
  ) {
    const warning = proxyWarning(process.env, process.version);
    if (warning !== undefined) this.tell(warning);
    this.schemas = new Schemas({
      table,
      folder: join(process.cwd(), ".pulumi-cloudcontrol", "schemas"),
      access: (target) => ({ ...this.access(target), endpoint: this.current.endpoints.cloudformation }),
      tell: (line) => {
        this.tell(line);
      },
    });
  }

  /** The schema of a type, from the shipped table, else from AWS. */
  async schema(typeName: string, target: Target): Promise<RegistrySchema | undefined> {
    return this.schemas.read(typeName, target);
  }

  get settings(): Settings {
    return this.current;
  }

  /** @param get - reads the stack's configuration by its full key */
  configure(get: (key: string) => string | undefined): void {
    this.current = readSettings((key) => get(`aws:${key}`));
  }

  /** The stack's `aws:region`, else what the SDK finds in the environment or the shared config file. */
  async defaultRegion(): Promise<string | undefined> {
    this.region ??= Promise.resolve(this.current.region ?? configuredRegion(this.current.profile));
    return this.region;
  }

  cloudControl(target: Target): CloudControl {
    const { endpoints, maxRetries } = this.current;
    const endpoint = target.endpoint ?? endpoints.cloudcontrol ?? endpoints.cloudcontrolapi;
    const maxAttempts = maxRetries === undefined ? undefined : maxRetries + 1;
    const key = JSON.stringify([target, endpoint]);
    let client = this.clients.get(key);
    if (!client) {
      client = connect({ ...this.access(target), endpoint, maxAttempts }, async () => this.limiter(target, endpoint));
      this.clients.set(key, client);
    }
    return client;
  }

  /** CloudWatch's alarms, where the SDK's client for them is installed. */
  alarms(target: Target): Alarms | undefined {
    return connectAlarms({ ...this.access(target), endpoint: this.current.endpoints.cloudwatch });
  }

  /** Asked once per credentials and process. */
  async account(target: Target): Promise<string | undefined> {
    const key = JSON.stringify([target.profile, target.assumeRole]);
    let account = this.accounts.get(key);
    if (!account) {
      account = callerAccount({ ...this.access(target), endpoint: this.current.endpoints.sts });
      this.accounts.set(key, account);
    }
    return account;
  }

  /** The role by which API Gateway writes logs; asked anew each time, as somebody may set it meanwhile. */
  async loggingRole(target: Target): Promise<string | undefined> {
    return loggingRole({ ...this.access(target), endpoint: this.current.endpoints.apigateway });
  }

  /**
   * With `PULUMI_CLOUDCONTROL_SERVICE_RATES=off`, which the environment of the local Cloud Control says, there are no such
   * rates: an API's deletion would wait half a minute there for nothing.
   */
  readonly turn = async (target: Target, { operation, typeName, model }: ChangeKind): Promise<number> => {
    const rates = serviceRates(typeName, operation, model);
    if (rates.length === 0 || process.env.PULUMI_CLOUDCONTROL_SERVICE_RATES === "off") return 0;
    const key = await this.place(target);
    const pace = this.paces.get(key) ?? new Pace(this.clock);
    this.paces.set(key, pace);
    return pace.turn(rates, (milliseconds, { call }) => {
      const seconds = Math.round(milliseconds / 1000);
      if (seconds >= 10) this.tell(`${typeName} waits ${seconds}s for its turn: AWS limits the rate of ${call}`);
    });
  };

  tell(line: string): void {
    console.log(line);
  }

  /** The account, or else whose credentials these are, and the region. */
  private async place(target: Target): Promise<string> {
    const account = (await this.account(target)) ?? [target.profile, target.assumeRole];
    return JSON.stringify([account, target.region]);
  }

  /** Calls are counted by account and region, whatever credentials and client they are made with. */
  private async limiter(target: Target, endpoint: string | undefined): Promise<Limiter> {
    const key = JSON.stringify([await this.place(target), endpoint]);
    const limiter = this.limiters.get(key) ?? new Limiter(this.clock);
    this.limiters.set(key, limiter);
    return limiter;
  }

  private access({ region, profile: own, assumeRole }: Target): ClientOptions {
    if (region === "") throw new Error(NO_REGION);
    const { endpoints, assumeRoles, useFipsEndpoint, useDualstackEndpoint } = this.current;
    // A resource's own profile wins over whatever the stack says of credentials.
    const { profile, keys } = own === undefined ? this.current : { profile: own, keys: undefined };
    const network = { region, profile, useFipsEndpoint, useDualstackEndpoint };
    const roles = assumeRole === undefined ? assumeRoles : [assumeRole];
    const credentials = assumed(roles, { ...network, keys, endpoint: endpoints.sts });
    return { ...network, ...(credentials ? { credentials } : {}) };
  }
}
