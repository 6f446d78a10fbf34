import type * as pulumi from "@pulumi/pulumi";
import { guard } from "./accounts";
import { announcement, nextStep, ROLE_NAME, roleModel, type RoleStep, type RoleWish } from "./core/account-role";
import { CloudControlError } from "./core/errors";
import { reason, type Failure } from "./core/failures";
import { jsonClean, textOf, type JsonObject } from "./core/json";
import { isUnknown } from "./core/unknown";
import { quiet } from "./dynamic";
import { change, type ChangeFacts } from "./operations";
import type { Ports, ProgressEvent } from "./ports";
import { backoff, persist, reading } from "./retry";
import { checkOptions, optionsOf, type Target } from "./target";
import { DEFAULT_DEADLINE } from "./waiting";

/** What ensuring the role needs from outside beside what every resource does. */
export interface AccountRolePorts extends Pick<
  Ports,
  "clock" | "cloudControl" | "account" | "settings" | "tell" | "turn"
> {
  /** The role that API Gateway's account settings name in a region; Cloud Control has no way to ask for it. */
  loggingRole(target: Target): Promise<string | undefined>;
  defaultRegion(): Promise<string | undefined>;
}

type Bags = Record<string, unknown>;

const ACCOUNT = "AWS::ApiGateway::Account";
const ROLE = "AWS::IAM::Role";
/** API Gateway tries a role before it takes it, and a new one works everywhere only after some seconds. */
const FRESH_TRIES = 8;
/** Milliseconds that a preview waits to be told of the present role. */
const PATIENCE = 5000;

/**
 * The CloudWatch role of API Gateway as a resource that only ever fills a gap: it sets the role where there is none, and
 * neither changes one that is set nor takes it away.
 */
export class AccountRoleProvider implements Required<Omit<pulumi.dynamic.ResourceProvider, "configure">> {
  /** One step at a time in an account and region, so that two stages of a stack do not both find none. */
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly told = new Set<string>();

  constructor(private readonly ports: AccountRolePorts) {}

  async check(olds: Bags, news: Bags): Promise<pulumi.dynamic.CheckResult> {
    const bag = news as JsonObject;
    const region = isUnknown(bag.region) ? undefined : (bag.region ?? (await this.ports.defaultRegion()));
    const failures = [...checkOptions(bag), ...failuresOf(bag, region)];
    if (failures.length > 0 || typeof region !== "string") return { inputs: news, failures };
    const inputs = { ...bag, region };
    if (Object.keys(olds).length === 0) await this.foresee(inputs);
    return { inputs: jsonClean(inputs), failures };
  }

  async diff(_id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.DiffResult> {
    const moved = !isUnknown(news.region as JsonObject) && olds.region !== news.region;
    const changed = ["roleArn", "mode", "profile", "assumeRole"].filter(
      (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
    );
    if (!moved && changed.length === 0) return Promise.resolve({ changes: false });
    return Promise.resolve({ changes: true, replaces: moved ? ["region"] : [] });
  }

  async create(inputs: Bags): Promise<pulumi.dynamic.CreateResult> {
    const { region } = inputs;
    const outs = await quietly(async () => this.ensured(inputs));
    return { id: `apigateway-cloudwatch-role|${textOf(region as string)}`, outs };
  }

  async update(_id: pulumi.ID, _olds: Bags, news: Bags): Promise<pulumi.dynamic.UpdateResult> {
    return { outs: await quietly(async () => this.ensured(news)) };
  }

  async read(id: pulumi.ID, props: Bags): Promise<pulumi.dynamic.ReadResult> {
    const present = await quietly(async () => this.present(optionsOf(props as JsonObject).target));
    // A role that somebody took away is gone: the next `up` sets one again.
    if (present === undefined) return {};
    return { id, props: jsonClean({ ...(props as JsonObject), cloudWatchRoleArn: present }) };
  }

  /** The role stays: it is the region's, and other APIs log by it. */
  async delete(): Promise<void> {
    return Promise.resolve();
  }

  private async ensured(inputs: Bags): Promise<JsonObject> {
    const bag = inputs as JsonObject;
    const { target } = optionsOf(bag);
    const facts = { operation: "Create", typeName: ACCOUNT, subject: undefined } as const;
    await guard(this.ports, { ...facts, target });
    const key = JSON.stringify(target);
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(async () => this.ensure(target, wishOf(bag)));
    this.turns.set(
      key,
      turn.catch(() => undefined),
    );
    return jsonClean({ ...bag, cloudWatchRoleArn: await turn });
  }

  private async ensure(target: Target, wish: RoleWish): Promise<string> {
    const step = nextStep(await this.present(target), wish);
    this.announce(step, wish, target);
    if (step.kind === "stays") return step.roleArn;
    const facts = this.facts("Create", ACCOUNT, target);
    if (step.kind === "missing") {
      const message = `API Gateway has no CloudWatch role in ${target.region}`;
      throw new CloudControlError({ ...facts, code: "InvalidRequest", message, fix: EXPECT_FIX });
    }
    const roleArn = step.kind === "make" ? await this.makeRole(target) : step.roleArn;
    await this.set(target, roleArn);
    return (await this.present(target)) ?? roleArn;
  }

  /** Makes the role, or finds the one that another stack or region has made. */
  private async makeRole(target: Target): Promise<string> {
    const cloud = this.ports.cloudControl(target);
    try {
      await change(this.ports.clock, cloud, this.facts("Create", ROLE, target), {
        prepare: async () => Promise.resolve(async (token) => cloud.create(ROLE, roleModel(target.region), token)),
        accepted: () => undefined,
        mayRepeat: async () => (await cloud.get(ROLE, ROLE_NAME)) === undefined,
      });
    } catch (error) {
      if (!(error instanceof CloudControlError) || !/^AlreadyExists/.test(error.code)) throw error;
    }
    const what = { typeName: ROLE, subject: ROLE_NAME };
    const arn = (await reading(this.ports.clock, what, async () => cloud.get(ROLE, ROLE_NAME)))?.Arn;
    if (typeof arn === "string") return arn;
    const message = `the IAM role ${ROLE_NAME} was made, and AWS does not show it`;
    throw new CloudControlError({ ...this.facts("Create", ROLE, target), code: "NotStabilized", message });
  }

  private async set(target: Target, roleArn: string): Promise<void> {
    const { clock } = this.ports;
    const cloud = this.ports.cloudControl(target);
    const facts = this.facts("Create", ACCOUNT, target);
    for (let attempt = 1; ; attempt++) {
      // Asked again before each try: whoever was faster keeps what he has set.
      if ((await this.present(target)) !== undefined) return;
      const send = async (token: string): Promise<ProgressEvent> =>
        cloud.create(ACCOUNT, { CloudWatchRoleArn: roleArn }, token);
      try {
        await change(clock, cloud, facts, {
          turn: async () => (await this.ports.turn?.(target, { ...facts, model: {} })) ?? 0,
          prepare: async () => Promise.resolve(send),
          accepted: () => undefined,
          mayRepeat: async () => (await this.present(target)) === undefined,
        });
        return;
      } catch (error) {
        const isRefused = error instanceof CloudControlError && error.code === "InvalidRequest";
        if (!isRefused || attempt >= FRESH_TRIES || clock.now() >= facts.deadline) throw error;
        await clock.sleep(backoff(clock, attempt + 1));
      }
    }
  }

  private async present(target: Target): Promise<string | undefined> {
    try {
      return await persist(this.ports.clock, async () => this.ports.loggingRole(target));
    } catch (error) {
      throw CloudControlError.from(error, { operation: "Read", typeName: ACCOUNT, subject: target.region });
    }
  }

  /** Tells at preview what will happen, where AWS lets it be known; else the create says what is wrong. */
  private async foresee(inputs: JsonObject): Promise<void> {
    const { target } = optionsOf(inputs);
    if (target.region === "" || isUnknown(inputs.roleArn)) return;
    const wish = wishOf(inputs);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(reject, PATIENCE, new Error("late"));
    });
    try {
      const present = await Promise.race([this.ports.loggingRole(target), late]);
      this.announce(nextStep(present, wish), wish, target);
    } catch {
      // Without credentials or permission a preview says nothing.
    } finally {
      clearTimeout(timer);
    }
  }

  private announce(step: RoleStep, wish: RoleWish, target: Target): void {
    const line = announcement(step, wish, target.region);
    if (line === undefined || this.told.has(line)) return;
    this.told.add(line);
    this.ports.tell(line);
  }

  private facts(operation: "Create", typeName: string, { region }: Target): ChangeFacts {
    const deadline = this.ports.clock.now() + DEFAULT_DEADLINE;
    const subject = typeName === ROLE ? ROLE_NAME : region;
    return { operation, typeName, subject, deadline, tell: this.ports.tell.bind(this.ports) };
  }
}

const EXPECT_FIX = 'set one (`apigateway.Account`), or use accountRole: "ensure"';

async function quietly<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw quiet(error);
  }
}

function wishOf({ mode, roleArn }: JsonObject): RoleWish {
  return {
    mode: mode === "expect" ? "expect" : "ensure",
    roleArn: typeof roleArn === "string" ? roleArn : undefined,
  };
}

function failuresOf({ roleArn, mode, region: given }: JsonObject, region: unknown): Failure[] {
  const failures: Failure[] = [];
  if (typeof roleArn === "string" && !isUnknown(roleArn) && !/^arn:[^:]+:iam::\d{12}:role\/.+/.test(roleArn)) {
    const got = `"${roleArn.slice(0, 160)}"`;
    failures.push({ property: "roleArn", reason: reason("the ARN of an IAM role", got, "use a Role's `arn`") });
  }
  if (mode !== undefined && !isUnknown(mode) && mode !== "ensure" && mode !== "expect") {
    failures.push({ property: "mode", reason: reason('"ensure" or "expect"', `"${textOf(mode)}"`) });
  }
  if (region === undefined && !isUnknown(given)) {
    const fix = "run `pulumi config set aws:region us-east-1`, set AWS_REGION, or give `region`";
    failures.push({ property: "region", reason: reason("an AWS region, such as us-east-1", "nothing", fix) });
  }
  return failures;
}
