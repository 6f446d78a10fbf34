/**
 * npm run load -- [--size 1000] [--twins 200] [--rate 20/40] [--twins-rate 10/20] [--only stack,twins,matrix]
 *
 * A stack of a thousand resources, two stacks at once in one account, and the package in the layouts and with the SDKs that
 * users have, all through the real engine on a local Cloud Control that throttles. Ends with 1 where a figure breaks a rule.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmulator, type Emulator, type RequestRecord } from "../../emulator";
import { TYPESCRIPT } from "../support/typescript";
import { differences, type Shape } from "./expected";
import { matrix } from "./matrix";
import type { StackPlan, Step } from "./stack";

const PARALLEL = 64;
const DEADLINE = 30 * 60_000;
/** Of the resources made while two stacks went up, the least that each of them had: with less it would starve. */
const LEAST_SHARE = 0.25;

const broken: string[] = [];
const rule = (holds: boolean, text: string): void => {
  if (!holds) broken.push(text);
};

/** Where stacks wait for one another. */
class Meeting {
  private readonly waiting: (() => void)[] = [];

  constructor(private expected: number) {}

  async arrive(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.look();
    });
  }

  leave(): void {
    this.expected -= 1;
    this.look();
  }

  private look(): void {
    if (this.waiting.length >= this.expected) for (const go of this.waiting.splice(0)) go();
  }
}

/** Operations of each stack. */
const OPERATIONS = 7;

/**
 * Plays a stack in a process of its own, so that neither its program nor its engine shares anything with another's. What
 * is live is held against the program after each operation that changes it; the next one changes nothing.
 */
async function play(
  plan: StackPlan,
  emulator: Emulator,
  {
    isOthers = () => false,
    meeting = new Meeting(1),
  }: { isOthers?: (line: string) => boolean; meeting?: Meeting } = {},
): Promise<Step[]> {
  const steps: Step[] = [];
  const child = fork(join(__dirname, "stack.ts"), [JSON.stringify(plan)], {
    execArgv: [...TYPESCRIPT],
  });
  child.on("message", (step) => {
    if (step === "ready") {
      void meeting.arrive().then(() => child.send("go"));
      return;
    }
    const { operation } = step as Step;
    steps.push(step as Step);
    print(step as Step);
    if (operation !== "up" && operation !== "update") return;
    const generation = operation === "up" ? "first" : "second";
    const found = differences(plan, generation, emulator.resources(), isOthers);
    const named = found.slice(0, 5).join("; ");
    rule(
      found.length === 0,
      `${plan.name} ${operation}: ${found.length} differences between live and program: ${named}`,
    );
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  // One that failed is waited for by nobody.
  meeting.leave();
  rule(
    code === 0 && steps.length === OPERATIONS,
    `${plan.name} ended with ${String(code)} after ${steps.length} operations`,
  );
  return steps;
}

function print({ stack, operation, milliseconds, inState, providerMegabytes, errors }: Step): void {
  const seconds = (milliseconds / 1000).toFixed(1);
  const faults = errors.length === 0 ? "no error" : `${errors.length} errors: ${errors[0] ?? ""}`;
  console.log(
    `${stack} ${operation}: ${seconds} s, ${inState} in the state, provider ${providerMegabytes} MB, ${faults}`,
  );
}

/** What is true of every stack, whatever runs beside it. */
function judge(steps: readonly Step[], { size, stages }: Omit<Shape, "name">): void {
  for (const { stack, operation, failed, inState, changes } of steps) {
    const name = `${stack} ${operation}`;
    rule(!failed, `${name} failed`);
    rule(inState === (operation === "destroy" ? 0 : size), `${name}: ${inState} resources in the state`);
    const { same = 0, create = 0 } = changes;
    // The stack itself is counted, too.
    if (operation === "up") rule(create === size + 1, `${name}: ${create} creates`);
    else if (operation === "update") {
      // APIs, methods and deployments stay as they are, and the stack itself.
      const { update = 0 } = changes;
      rule(update === size - 3 * stages, `${name}: ${update} updates`);
      rule(same === 3 * stages + 1, `${name}: ${same} are the same`);
    } else if (operation !== "destroy") rule(same >= size, `${name}: ${same} of ${size} are the same`);
  }
}

/** Without throttling a run says nothing of how it is lived with. */
function wasThrottled(calls: readonly RequestRecord[], steps: readonly Step[], operation: Step["operation"]): void {
  const those = steps.filter((step) => step.operation === operation);
  const found = calls.some(
    ({ at, outcome }) =>
      outcome === "ThrottlingException" &&
      those.some(({ began, milliseconds }) => at >= began && at < began + milliseconds),
  );
  rule(found, `no call was throttled in ${those.map(({ stack }) => stack).join(" and ")} ${operation}: lower the rate`);
}

/** From when until when all of these operations went on. */
function together(steps: readonly Step[], operation: Step["operation"]): [from: number, to: number] {
  const those = steps.filter((step) => step.operation === operation);
  return [
    Math.max(...those.map(({ began }) => began)),
    Math.min(...those.map(({ began, milliseconds }) => began + milliseconds)),
  ];
}

function summary(calls: readonly RequestRecord[], from: number, to = Infinity): string {
  const those = calls.filter(({ at }) => at >= from && at < to);
  const throttled = those.filter(({ outcome }) => outcome === "ThrottlingException").length;
  return `${those.length} calls, ${throttled} throttled`;
}

const cloudCalls = (emulator: Emulator): RequestRecord[] =>
  emulator.requests().filter(({ operation }) => operation.includes("Resource"));

async function cloud(rate: { perSecond: number; burst: number }): Promise<Emulator> {
  return startEmulator({
    rate,
    latency: { accept: 20, read: 20, create: [500, 2000], update: [500, 2000], delete: [500, 2000] },
    // As AWS has them: APIs wait for their turn while all else goes on.
    quirks: { controlPlaneRates: true },
  });
}

async function oneStack(size: number, rate: { perSecond: number; burst: number }): Promise<void> {
  console.log(`\n${size} resources in one stack, ${rate.perSecond} calls a second, a burst of ${rate.burst}`);
  const emulator = await cloud(rate);
  try {
    // API Gateway makes an edge API in 30 s, so that smaller tries have fewer.
    const stages = Math.min(10, Math.ceil(size / 100));
    const plan = { name: "load", size, stages, parallel: PARALLEL, deadline: DEADLINE, env: emulator.env() };
    const steps = await play(plan, emulator);
    judge(steps, plan);
    const calls = cloudCalls(emulator);
    wasThrottled(calls, steps, "up");
    for (const { operation, began, milliseconds } of steps) {
      console.log(`load ${operation}: ${summary(calls, began, began + milliseconds)}`);
    }
    rule(emulator.resources().length === 0, `${emulator.resources().length} resources are left`);
  } finally {
    await emulator.close();
  }
}

async function twoStacks(size: number, rate: { perSecond: number; burst: number }): Promise<void> {
  console.log(`\ntwo stacks of ${size} resources at once, ${rate.perSecond} calls a second, a burst of ${rate.burst}`);
  const emulator = await cloud(rate);
  try {
    const bystander = { LogGroupName: "/nobody's", RetentionInDays: 1 };
    emulator.seed({ typeName: "AWS::Logs::LogGroup", model: bystander });
    const common = { size, stages: 1, parallel: PARALLEL, deadline: DEADLINE, env: emulator.env() };
    const plans = { left: { ...common, name: "left" }, right: { ...common, name: "right" } };
    // Names tell whose a line is: a resource of the one that was changed for the other is missing from its own.
    const isOf = (name: string) => (line: string) => line.includes(`${name}-`) || line.includes(`/${name}/`);
    const isNobodys = (line: string): boolean => line.startsWith(`group ${bystander.LogGroupName}, 1, `);
    const meeting = new Meeting(2);
    const [left, right] = await Promise.all([
      play(plans.left, emulator, { isOthers: (line) => isNobodys(line) || isOf("right")(line), meeting }),
      play(plans.right, emulator, { isOthers: (line) => isNobodys(line) || isOf("left")(line), meeting }),
    ]);
    judge([...left, ...right], common);
    const calls = cloudCalls(emulator);
    for (const operation of ["up", "update"] as const) wasThrottled(calls, [...left, ...right], operation);
    console.log(`both: ${summary(calls, 0)}`);
    const [from, to] = together([...left, ...right], "up");
    const [updated, until] = together([...left, ...right], "update");
    rule(updated < until, "the two stacks were not updated at the same time");
    // Each is read once after it was made; of a create the log does not know whose it is.
    const made = calls.filter(
      ({ at, operation, outcome }) => at >= from && at < to && operation === "GetResource" && outcome === "ok",
    );
    const [lefts, rights] = ["left", "right"].map(
      (name) => made.filter(({ identifier }) => identifier?.includes(name)).length,
    ) as [number, number];
    const share = Math.min(lefts, rights) / (lefts + rights);
    console.log(`while both went up: ${lefts} resources of left and ${rights} of right were made`);
    rule(share >= LEAST_SHARE, `while both went up, one made ${Math.round(share * 100)} of a hundred`);
    const others = emulator.resources().map(({ identifier }) => identifier);
    rule(others.join() === bystander.LogGroupName, `after both are destroyed there is: ${others.join()}`);
  } finally {
    await emulator.close();
  }
}

/** Calls a second and the burst, as `10/20`. */
function rateOf(text: string): { perSecond: number; burst: number } {
  const [perSecond = 10, burst = 20] = text.split("/").map(Number);
  return { perSecond, burst };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: "string", default: "1000" },
      twins: { type: "string", default: "200" },
      rate: { type: "string", default: "20/40" },
      "twins-rate": { type: "string", default: "10/20" },
      only: { type: "string", default: "stack,twins,matrix" },
    },
  });
  const parts = values.only.split(",");
  if (parts.includes("stack")) await oneStack(Number(values.size), rateOf(values.rate));
  if (parts.includes("twins")) await twoStacks(Number(values.twins), rateOf(values["twins-rate"]));
  if (parts.includes("matrix")) for (const failure of await matrix()) broken.push(failure);
  console.log(broken.length === 0 ? "\nno rule is broken" : `\nbroken:\n- ${broken.join("\n- ")}`);
}

main().then(
  () => process.exit(broken.length === 0 ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
