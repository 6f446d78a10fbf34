import type * as pulumi from "@pulumi/pulumi";
import type { Embedded } from "../emulator/embedded";
import { openBag } from "../provider/bag";
import type { JsonObject } from "../provider/core/json";
import { readSettings, type Settings } from "../provider/core/settings";
import { isUnknown } from "../provider/core/unknown";
import { AccountRoleProvider } from "../provider/account-role";
import { DynamicProvider } from "../provider/dynamic";
import type { RegistrySchema } from "../provider/core/schema";
import { Kinds } from "../provider/kinds";
import { RELEASE } from "../provider/release/bags";
import { ReleaseProvider } from "../provider/release/provider";
import { Lifecycle } from "../provider/lifecycle";
import { noJournal } from "../provider/no-journal";
import type { Clock, CloudControl } from "../provider/ports";
import type { Target } from "../provider/target";
import { readSchema, typeNames } from "../schema/table";
import { cloudOf } from "./cloud";
import type { MockedResource, MockOptions } from "./mock";
import { neighbour } from "./neighbours";
import { loadPulumi } from "./pulumi";
import { markedSecret, plainInputs } from "./wire";

type Args = pulumi.runtime.MockResourceArgs;
type Answer = pulumi.runtime.MockResourceResult;
type Members = Readonly<Record<string, unknown>>;

/** What stands behind the mocks. */
export class MockWorld {
  readonly registered: MockedResource[] = [];
  /** What went wrong in this run, in the order it did. */
  failures: Error[] = [];
  /** Resolves when something goes wrong in this run. */
  failed = new Promise<void>(() => undefined);
  private fail: () => void = () => undefined;
  private readonly clouds = new Map<string, CloudControl>();
  private readonly provider: Kinds;
  private config: (key: string) => string | undefined = () => undefined;
  private tokens = 0;

  constructor(
    private readonly emulator: Embedded,
    private readonly options: MockOptions,
    private readonly place: { readonly account: string; readonly region: string },
  ) {
    const { clock } = emulator;
    const time: Clock = {
      now: () => clock.now(),
      sleep: async (ms) => {
        clock.advance(ms);
        return Promise.resolve();
      },
      random: () => 0.5,
      token: () => `mock-${++this.tokens}`,
    };
    const settings = (): Settings => readSettings((key) => this.config(key));
    const account = async (): Promise<string> => Promise.resolve(place.account);
    const defaultRegion = async (): Promise<string> => Promise.resolve(settings().region ?? place.region);
    const ports = {
      clock: time,
      get settings() {
        return settings();
      },
      journal: noJournal(time),
      cloudControl: ({ region }: Target) => this.cloud(region),
      account,
      tell: (line: string) => {
        console.log(line);
      },
      loggingRole: async ({ region }: Target) => Promise.resolve(this.loggingRole(region)),
      defaultRegion,
    };
    const lifecycle = new Lifecycle(ports);
    const schema = async (typeName: string): Promise<RegistrySchema | undefined> =>
      Promise.resolve(readSchema(typeName));
    const plain = new DynamicProvider({
      lifecycle,
      schema,
      typeNames,
      defaultRegion,
      get settings() {
        return settings();
      },
      account,
      configure: () => undefined,
    });
    this.provider = new Kinds({
      plain,
      kinds: {
        "account-role": new AccountRoleProvider(ports),
        [RELEASE]: new ReleaseProvider({
          plain,
          lifecycle,
          ports,
          schema,
          // A program's first run has nothing on trial, so that no alarm is asked.
          alarms: () => undefined,
          hasAlarms: () => true,
          bakeClock: { now: async () => Promise.resolve(time.now()), sleep: async (ms) => time.sleep(ms) },
          isOrphan: async () => Promise.resolve(false),
        }),
      },
      during: async (run) => run(),
    });
  }

  /** API Gateway's setting, which Cloud Control gives only by its id. */
  private loggingRole(region: string): string | undefined {
    const at = (one: { typeName: string; region: string; account: string }): boolean =>
      one.typeName === "AWS::ApiGateway::Account" && one.region === region && one.account === this.place.account;
    const role = this.emulator.resources().find(at)?.model.CloudWatchRoleArn;
    return typeof role === "string" ? role : undefined;
  }

  private cloud(region: string): CloudControl {
    const known = this.clouds.get(region) ?? cloudOf(this.emulator, region);
    this.clouds.set(region, known);
    return known;
  }

  /** Forgets what went wrong in an earlier run. */
  begin(): void {
    this.failures = [];
    this.failed = new Promise((resolve) => {
      this.fail = resolve;
    });
  }

  async newResource(args: Args): Promise<Answer> {
    const { runtime, Config } = loadPulumi();
    this.config = (key) => new Config("aws").get(key);
    await this.provider.configure({ config: { get: this.config, require: (key) => this.config(key) ?? "" } });
    try {
      const answer = await this.made(args, runtime.isDryRun());
      const inputs = shown(args.inputs as Members);
      this.registered.push({ type: args.type, name: args.name, inputs, id: answer.id });
      return answer;
    } catch (error) {
      const made = error instanceof Error ? error : new Error(String(error));
      made.message = `${args.name} (${args.type.split("/").at(-1) ?? args.type}): ${made.message}`;
      this.failures.push(made);
      this.fail();
      throw made;
    }
  }

  private async made(args: Args, preview: boolean): Promise<Answer> {
    const given = args.inputs as Members;
    if (args.custom === false) return { id: undefined, state: given };
    if (!args.type.startsWith("pulumi-nodejs:dynamic/") || typeof given.__provider !== "string") {
      return this.foreign(args, given, preview);
    }
    const inputs = plainInputs(given);
    if (inputs.__get === true) return this.read(args.id ?? "", inputs);
    const checked = await this.provider.check({}, inputs);
    const failures = checked.failures ?? [];
    if (failures.length > 0) {
      throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    }
    const wanted = checked.inputs as JsonObject;
    if (preview) return { id: undefined, state: markedSecret(wanted, given) };
    const created = await this.provider.create(wanted);
    return { id: created.id, state: markedSecret((created.outs ?? {}) as JsonObject, given) };
  }

  private async read(id: string, inputs: JsonObject): Promise<Answer> {
    const read = await this.provider.read(id, inputs);
    const { typeName } = openBag(inputs);
    if (read.id === undefined) {
      throw new Error(`there is no ${typeName} "${id}". Fix: put it into the mocked cloud with \`seed\` first`);
    }
    return { id, state: { ...(read.props as Members) } };
  }

  private foreign(args: Args, given: Record<string, unknown>, preview: boolean): Answer {
    const answer = this.options.newResource?.(args);
    if (answer) return answer;
    if (args.id !== undefined && args.id !== "") return { id: args.id, state: given };
    if (preview) return { id: undefined, state: given };
    const region = this.config("region") ?? this.place.region;
    const { account } = this.place;
    const { id, outputs } = neighbour(args.type, args.name, plainInputs(given), this.emulator, { region, account });
    return { id, state: { ...outputs, ...given } };
  }
}

/** Inputs as a test compares them: without hidden keys and without what is unknown. */
function shown(inputs: Members): Members {
  const own = Object.entries(plainInputs(inputs)).filter(([key]) => !key.startsWith("__"));
  return known(Object.fromEntries(own)) as Members;
}

function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== "object" || value === null) return isUnknown(value as string) ? undefined : value;
  const members = Object.entries(value).filter(([, member]) => !isUnknown(member as string));
  return Object.fromEntries(members.map(([key, member]) => [key, known(member)]));
}
