/** One stack of the load, in a process of its own: `npm run load` starts it and gets its figures as messages. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { apigateway, CloudControlResource, logs } from "../../index";
import { withStack, type EngineStack, type Operation } from "../support/engine";
import { workingIn } from "../support/processes";
import { GENERATIONS, others, tagsOf, type Generation, type Shape } from "./expected";

/** What the process is told, in its first argument. */
export interface StackPlan extends Shape {
  readonly parallel: number;
  /** Milliseconds for one operation. */
  readonly deadline: number;
  readonly env: Readonly<Record<string, string>>;
}

/** What one operation came to. */
export interface Step {
  readonly stack: string;
  readonly operation: "up" | "no-op" | "refresh" | "up after it" | "update" | "no-op after it" | "destroy";
  readonly began: number;
  readonly milliseconds: number;
  readonly failed: boolean;
  readonly errors: readonly string[];
  readonly changes: Readonly<Record<string, number>>;
  /** Resources in the state afterwards. */
  readonly inState: number;
  readonly providerMegabytes: number;
}

/** Stages with what they stand on, and beside them log groups and queues. */
function program(plan: StackPlan, generation: Generation): () => Promise<Record<string, unknown>> {
  const { name, stages } = plan;
  const { retention: retentionInDays, text: description } = GENERATIONS[generation];
  const Tags = tagsOf(plan, generation);
  const tags = Tags.map(({ Key: key, Value: value }) => ({ key, value }));
  return async () => {
    for (let at = 0; at < stages; at++) {
      const api = new apigateway.RestApi(`api-${at}`, { name: `${name}-${at}` });
      const method = new apigateway.Method(`method-${at}`, {
        restApiId: api.restApiId,
        httpMethod: "GET",
        integration: { type: "MOCK" },
      });
      const { deploymentId } = new apigateway.Deployment(
        `deployment-${at}`,
        { restApiId: api.restApiId },
        { dependsOn: method },
      );
      const { restApiId } = api;
      new apigateway.Stage(`stage-${at}`, { restApiId, deploymentId, stageName: "prod", description });
    }
    for (let at = 0; at < others(plan); at++) {
      if (at % 2 === 0) new logs.LogGroup(`group-${at}`, { logGroupName: `/${name}/${at}`, retentionInDays, tags });
      else {
        const properties = { QueueName: `${name}-${at}`, Tags };
        new CloudControlResource(`queue-${at}`, { typeName: "AWS::SQS::Queue", properties });
      }
    }
    return Promise.resolve({});
  };
}

/** Looks at the provider's peak until it is asked for it; the kernel keeps the peak itself. */
function watchMemory(folder: string): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of workingIn(folder).providers) {
      try {
        const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        peak = Math.max(peak, Number(kilobytes) / 1024);
      } catch {
        // It has ended in between, or this is no Linux.
      }
    }
  }, 500);
  return () => {
    clearInterval(timer);
    return Math.round(peak);
  };
}

/** Stacks that are up together are updated together, however long each took to get there. */
async function allAreReady(): Promise<void> {
  const told = once(process, "message");
  process.send?.("ready");
  await told;
}

async function main(plan: StackPlan): Promise<void> {
  const { parallel, deadline } = plan;
  const common = { mayFail: true, parallel, deadline } as const;
  await withStack({ program: program(plan, "first"), env: plan.env, project: plan.name, deadline }, async (stack) => {
    const steps: readonly (readonly [Step["operation"], (on: EngineStack) => Promise<Operation>])[] = [
      ["up", async (on) => on.up(common)],
      ["no-op", async (on) => on.up({ ...common, expectNoChanges: true })],
      ["refresh", async (on) => on.refresh({ ...common, expectNoChanges: true })],
      ["up after it", async (on) => on.up({ ...common, expectNoChanges: true })],
      ["update", async (on) => on.up({ ...common, program: program(plan, "second") })],
      ["no-op after it", async (on) => on.up({ ...common, expectNoChanges: true })],
      ["destroy", async (on) => on.destroy(common)],
    ];
    for (const [operation, run] of steps) {
      if (operation === "update") await allAreReady();
      const began = Date.now();
      const peak = watchMemory(stack.workDir);
      const { failed, milliseconds, diagnostics, changes, stderr } = await run(stack);
      const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
      const step: Step = {
        stack: plan.name,
        operation,
        began,
        milliseconds,
        failed,
        errors: failed && errors.length === 0 ? [stderr.slice(-500)] : errors,
        changes: { ...changes },
        inState: (await stack.resources()).length,
        providerMegabytes: peak(),
      };
      process.send?.(step);
    }
  });
}

void main(JSON.parse(process.argv[2] ?? "{}") as StackPlan).then(
  () => {
    process.exit(0);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
