/** The figures that are no wall time of a whole stack: one slow handler, bytes of state, registration, load time. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { apigateway } from "../index";
import { PROVIDER_STUB } from "../resources/stub";
import { withStack } from "../test/support/engine";
import { Cloud, root } from "./cloud";
import { CONDITIONS, parentsOf, stageModels } from "./conditions";
import { providerCost, type ProviderCost } from "./provider-process";

export interface Figures {
  /** Seconds from the create's request to its read-back, where the handler takes 6.0 s; each a run of its own. */
  readonly slowHandler: readonly number[];
  /** Bytes of one stage in the checkpoint, compact; its ids as texts, and as outputs of others. */
  readonly stateBytes: {
    readonly plain: number;
    readonly withSettings: number;
    readonly outputs: number;
    readonly outputsWithSettings: number;
    readonly stub: number;
  };
  /** The provider's process without an engine, with 1 stage and with 500. */
  readonly provider: { readonly one: ProviderCost; readonly many: ProviderCost };
  /** Milliseconds of CPU time to register 200 stages, ours and a dynamic.Resource with a captured class, in turn. */
  readonly registration: readonly { readonly ours: number; readonly captured: number }[];
  /** Milliseconds of CPU time that loading takes: Pulumi's SDK alone, and with this package. */
  readonly loading: readonly { readonly pulumi: number; readonly both: number }[];
}

const HANDLER = 6000;
const STAGES = 200;
const LOADS = 7;

export async function figures(repeat: number): Promise<Figures> {
  const slowHandler = [];
  for (let round = 0; round < Math.max(repeat, 3); round++) slowHandler.push(await slow(round));
  const registration = [];
  for (let round = 0; round < Math.max(repeat, 3); round++) {
    registration.push({ ours: await registered("ours"), captured: await registered("captured") });
  }
  const loading = [];
  for (let round = 0; round < LOADS; round++) loading.push({ pulumi: await loaded([]), both: await loaded([root]) });
  const provider = { one: await providerCost(1, 1), many: await providerCost(500, CONDITIONS.parallel) };
  return { slowHandler, stateBytes: await stateBytes(), registration, loading, provider };
}

/** How long one operation takes by the calls: what the engine needs around it is not in it. */
async function slow(seed: number): Promise<number> {
  const cloud = await Cloud.start({ seed, handler: HANDLER, isLimited: false });
  try {
    await cloud.seed(parentsOf(1));
    await withStack({ program: stages(1), env: cloud.env }, async (stack) => stack.up());
    const calls = await cloud.calls();
    const first = calls.find(({ operation }) => operation === "CreateResource");
    const last = calls.findLast(({ operation }) => operation === "GetResource");
    if (!first || !last) throw new Error("the calls of the create are not in the log");
    return (last.at + last.durationMs - first.at) / 1000;
  } finally {
    await cloud.stop();
  }
}

const stages =
  (count: number, more: Partial<apigateway.StageArgs> = {}) =>
  async (): Promise<Record<string, unknown>> => {
    stageModels(count, "first").forEach((model, index) => {
      const { RestApiId: restApiId, StageName: stageName, DeploymentId: deploymentId } = model;
      const { Description: description, Variables: variables } = model;
      new apigateway.Stage(`stage-${index}`, { restApiId, stageName, deploymentId, description, variables, ...more });
    });
    return Promise.resolve({});
  };

/** A stage whose API and deployment are made with it, so that its ids are outputs of others. */
const connected =
  (more: Partial<apigateway.StageArgs> = {}) =>
  async (): Promise<Record<string, unknown>> => {
    const { restApiId } = new apigateway.RestApi("api", { name: "shop" });
    const integration = { type: "MOCK" };
    const method = new apigateway.Method("get", { restApiId, httpMethod: "GET", integration });
    const { deploymentId } = new apigateway.Deployment("d", { restApiId }, { dependsOn: method });
    const variables = { color: "blue" };
    const args = { restApiId, deploymentId, stageName: "dev", description: "first", variables, ...more };
    new apigateway.Stage("stage", args);
    return Promise.resolve({});
  };

async function stateBytes(): Promise<Figures["stateBytes"]> {
  const settings = {
    tracingEnabled: true,
    methodSettings: [
      { resourcePath: "/*", httpMethod: "*", metricsEnabled: true, throttlingBurstLimit: 10, throttlingRateLimit: 5 },
    ],
  };
  const bytes = async (program: () => Promise<Record<string, unknown>>): Promise<number> => {
    const cloud = await Cloud.start({ seed: 1, handler: 1, isLimited: false });
    try {
      await cloud.seed(parentsOf(1));
      return await withStack({ program, env: cloud.env }, async (stack) => {
        await stack.up();
        const stage = (await stack.resources()).find(({ type }) => type.endsWith("apigateway:Stage"));
        // Where the program stands in the source depends on paths, and only newer engines keep it.
        const own = Object.entries(stage ?? {}).filter(([key]) => key !== "sourcePosition" && key !== "stackTrace");
        const entry = Object.fromEntries(own);
        return Buffer.byteLength(JSON.stringify(entry));
      });
    } finally {
      await cloud.stop();
    }
  };
  return {
    plain: await bytes(stages(1)),
    withSettings: await bytes(stages(1, settings)),
    outputs: await bytes(connected()),
    outputsWithSettings: await bytes(connected(settings)),
    stub: Buffer.byteLength(PROVIDER_STUB),
  };
}

/** As JavaScript: ts-node makes each of Pulumi's many stack traces several times as dear, on both sides. */
async function registered(side: "ours" | "captured"): Promise<number> {
  const source = readFileSync(join(root, "bench", "registration.ts"), "utf8");
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", outputText, side, String(STAGES)], {
    cwd: root,
  });
  return Number(stdout.trim().split("\n").at(-1));
}

/** CPU time of a process that loads Pulumi's SDK and, after it, more. */
async function loaded(more: readonly string[]): Promise<number> {
  const script = `
    require("@pulumi/pulumi");
    const before = process.cpuUsage();
    for (const one of ${JSON.stringify(more)}) require(one);
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: root });
  return Math.round(Number(stdout));
}
