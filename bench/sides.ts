/** The two sides of the benchmark: this package under the real engine, and alchemy. Each does the same work. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { apigateway } from "../index";
import { withStack, type EngineStack } from "../test/support/engine";
import { workingIn } from "../test/support/processes";
import { Cloud, root, type Call } from "./cloud";
import { CONDITIONS, OPERATIONS, parentsOf, stageModels, type Operation, type StageModel } from "./conditions";

/** One operation of one side. */
export interface Run {
  readonly side: "ours" | "alchemy" | "engine";
  readonly size: number;
  readonly repeat: number;
  readonly operation: Operation;
  readonly milliseconds: number;
  readonly calls: number;
  readonly throttled: number;
  readonly failed: number;
  /** Peak resident memory of the provider's process, in MB; only of ours. */
  readonly peakMegabytes?: number;
}

const THROTTLED = /Throttling/;
const DEADLINE = 40 * 60_000;

const counted = (calls: readonly Call[]): Pick<Run, "calls" | "throttled"> => ({
  calls: calls.length,
  throttled: calls.filter(({ outcome }) => THROTTLED.test(outcome)).length,
});

/** A destroy that ends early has failed for what it left behind, whatever it said. */
async function leftBy(operation: Operation, cloud: Cloud): Promise<number> {
  return operation === "destroy" ? cloud.count("AWS::ApiGateway::Stage") : 0;
}

const args = (model: StageModel): apigateway.StageArgs => ({
  restApiId: model.RestApiId,
  stageName: model.StageName,
  deploymentId: model.DeploymentId,
  description: model.Description,
  variables: model.Variables,
});

/** This package: create, no-op, update, refresh and destroy of so many stages with the real engine. */
export async function ours(size: number, repeat: number): Promise<Run[]> {
  const cloud = await Cloud.start({ seed: 100 + repeat });
  try {
    await cloud.seed(parentsOf(size));
    let description = "first";
    const program = async (): Promise<Record<string, unknown>> => {
      stageModels(size, description).forEach((model, index) => new apigateway.Stage(`stage-${index}`, args(model)));
      return Promise.resolve({});
    };
    const runs: Run[] = [];
    await withStack({ program, env: cloud.env, deadline: DEADLINE }, async (stack) => {
      for (const operation of OPERATIONS) {
        if (operation === "update") description = "second";
        runs.push({ side: "ours", size, repeat, operation, ...(await measured(cloud, stack, operation)) });
      }
    });
    return runs;
  } finally {
    await cloud.stop();
  }
}

async function measured(
  cloud: Cloud,
  stack: EngineStack,
  operation: Operation,
): Promise<Omit<Run, "side" | "size" | "repeat" | "operation">> {
  const before = (await cloud.calls()).length;
  const peak = watchMemory(stack.workDir);
  const common = { mayFail: true, parallel: CONDITIONS.parallel } as const;
  const perform: Readonly<Record<Operation, () => ReturnType<EngineStack["up"]>>> = {
    create: () => stack.up(common),
    "no-op": () => stack.up(common),
    update: () => stack.up(common),
    refresh: () => stack.refresh(common),
    destroy: () => stack.destroy(common),
  };
  const { milliseconds, failed, diagnostics } = await perform[operation]();
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const peakMegabytes = peak();
  return {
    milliseconds,
    ...counted((await cloud.calls()).slice(before)),
    failed: Math.max(failed ? Math.max(errors, 1) : 0, await leftBy(operation, cloud)),
    peakMegabytes,
  };
}

/**
 * Looks at the provider's peak until it is asked for it; the kernel keeps the peak itself. Looking for processes takes as
 * long as some resources do, in the very process of the program, so that it is done while there is none and seldom then.
 */
function watchMemory(folder: string): () => number {
  let peak = 0;
  let looks = 0;
  let providers: readonly number[] = [];
  const timer = setInterval(() => {
    if (providers.length === 0 || ++looks % 25 === 0) ({ providers } = workingIn(folder));
    for (const pid of providers) {
      try {
        const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        peak = Math.max(peak, Number(kilobytes) / 1024);
      } catch {
        providers = [];
      }
    }
  }, 200);
  return () => {
    clearInterval(timer);
    return Math.round(peak);
  };
}

/** alchemy, each operation in a process of its own. It has no refresh. */
export async function alchemy(size: number, repeat: number): Promise<Run[]> {
  const cloud = await Cloud.start({ seed: 100 + repeat });
  const folder = mkdtempSync(join(tmpdir(), "bench-alchemy-"));
  const file = join(folder, "work.json");
  const env = {
    ...process.env,
    ...cloud.env,
    AWS_ENDPOINT_URL_CLOUDCONTROLAPI: cloud.env.AWS_ENDPOINT_URL ?? "",
    ALCHEMY_TELEMETRY_DISABLED: "1",
  };
  try {
    await cloud.seed(parentsOf(size));
    const runs: Run[] = [];
    for (const operation of OPERATIONS) {
      if (operation === "refresh") continue;
      const description = operation === "create" || operation === "no-op" ? "first" : "second";
      writeFileSync(
        file,
        JSON.stringify({ stages: stageModels(size, description), parallel: CONDITIONS.parallel, folder }),
      );
      const before = (await cloud.calls()).length;
      const began = performance.now();
      // When it has destroyed everything it ends its process by itself, without a word.
      const script = join(root, "bench", "peer", "stages.mjs");
      const mode = operation === "destroy" ? "destroy" : "create";
      const { stdout } = await promisify(execFile)(process.execPath, [script, mode, file], {
        env,
        timeout: DEADLINE,
        maxBuffer: 64 << 20,
      }).catch((error: unknown) => ({ stdout: `{"failed":1,"first":${JSON.stringify(String(error).slice(0, 300))}}` }));
      const milliseconds = performance.now() - began;
      const said = JSON.parse(stdout.trim().split("\n").at(-1) || '{"failed":0}') as { failed: number };
      runs.push({
        side: "alchemy",
        size,
        repeat,
        operation,
        milliseconds,
        ...counted((await cloud.calls()).slice(before)),
        failed: Math.max(said.failed, await leftBy(operation, cloud)),
      });
    }
    return runs;
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The engine's own cost: as many dynamic resources that do nothing, their provider shared and captured once. */
export async function engineAlone(size: number, repeat: number): Promise<Run[]> {
  const trivial: pulumi.dynamic.ResourceProvider = {
    create: async () => Promise.resolve({ id: "x", outs: {} }),
    diff: async () => Promise.resolve({ changes: false }),
  };
  class Nothing extends pulumi.dynamic.Resource {
    constructor(name: string) {
      super(trivial, name, { color: "blue" });
    }
  }
  const program = async (): Promise<Record<string, unknown>> => {
    for (let index = 0; index < size; index++) new Nothing(`nothing-${index}`);
    return Promise.resolve({});
  };
  return withStack({ program, deadline: DEADLINE }, async (stack) => {
    const runs: Run[] = [];
    for (const operation of ["create", "no-op"] as const) {
      const { milliseconds } = await stack.up({ parallel: CONDITIONS.parallel });
      runs.push({ side: "engine", size, repeat, operation, milliseconds, calls: 0, throttled: 0, failed: 0 });
    }
    return runs;
  });
}
