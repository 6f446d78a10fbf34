/** One stack of the load, in a process of its own: `npm run load` starts it and gets its figures as messages. */
import { readFileSync } from "node:fs";
import { apigateway, CloudControlResource, logs } from "../../index";
import { withStack, type EngineStack, type Operation } from "../support/engine";
import { workingIn } from "../support/processes";

/** What the process is told, in its first argument. */
export interface StackPlan {
  readonly name: string;
  /** Resources in all. */
  readonly size: number;
  /** How many stages are among them, each with an API, a method and a deployment: API Gateway's own rates pace these. */
  readonly stages: number;
  readonly parallel: number;
  /** Milliseconds for one operation. */
  readonly deadline: number;
  readonly env: Readonly<Record<string, string>>;
}

/** What one operation came to. */
export interface Step {
  readonly stack: string;
  readonly operation: "up" | "no-op" | "refresh" | "up after it" | "destroy";
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
function program({ name, size, stages }: StackPlan): () => Promise<Record<string, unknown>> {
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
      new apigateway.Stage(`stage-${at}`, { restApiId: api.restApiId, deploymentId, stageName: "prod" });
    }
    for (let at = 0; at < size - 4 * stages; at++) {
      const tags = [{ key: "stack", value: name }];
      if (at % 2 === 0) new logs.LogGroup(`group-${at}`, { logGroupName: `/${name}/${at}`, retentionInDays: 7, tags });
      else {
        const properties = { QueueName: `${name}-${at}`, Tags: [{ Key: "stack", Value: name }] };
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

async function main(plan: StackPlan): Promise<void> {
  const { parallel, deadline } = plan;
  const common = { mayFail: true, parallel, deadline } as const;
  await withStack({ program: program(plan), env: plan.env, project: plan.name, deadline }, async (stack) => {
    const steps: readonly (readonly [Step["operation"], (on: EngineStack) => Promise<Operation>])[] = [
      ["up", async (on) => on.up(common)],
      ["no-op", async (on) => on.up({ ...common, expectNoChanges: true })],
      ["refresh", async (on) => on.refresh({ ...common, expectNoChanges: true })],
      ["up after it", async (on) => on.up({ ...common, expectNoChanges: true })],
      ["destroy", async (on) => on.destroy(common)],
    ];
    for (const [operation, run] of steps) {
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
