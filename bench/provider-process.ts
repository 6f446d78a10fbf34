/**
 * The provider's own process without an engine: started as the engine starts it and asked over gRPC, as many at a time as
 * wanted. What the engine and the program cost is not in it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROVIDER_STUB } from "../resources/stub";
import { Cloud, root } from "./cloud";
import { parentsOf, stageModels } from "./conditions";

/** What a process of the provider did with so many stages. */
export interface ProviderCost {
  /** Peak resident memory after the creates, in MB. */
  readonly peakMegabytes: number;
  /** Milliseconds of the provider's CPU time for each unchanged stage: one check and one diff. */
  readonly unchanged: number;
}

type Bag = Record<string, unknown>;
interface Struct {
  toJavaScript(): Bag;
}
interface Message {
  getProperties(): Struct;
  getInputs(): Struct;
  getId(): string;
}

// What the SDK brings along and does not describe: its wire, and the libraries under it.
const ofSdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = ofSdk("@grpc/grpc-js") as { readonly credentials: { createInsecure(): unknown } };
const { Struct: StructOf } = ofSdk("google-protobuf/google/protobuf/struct_pb") as {
  readonly Struct: { fromJavaScript(bag: Bag): Struct };
};
const messages = ofSdk("@pulumi/pulumi/proto/provider_pb") as Record<
  string,
  new () => Record<string, (value: unknown) => void>
>;
const services = ofSdk("@pulumi/pulumi/proto/provider_grpc_pb") as {
  readonly ResourceProviderClient: new (
    address: string,
    credentials: unknown,
  ) => Record<string, (request: unknown, done: (error: Error | null, answer: Message) => void) => void>;
};

/** Sends one request; its members are set by their names on the wire, objects as structs. */
type Ask = (method: string, message: string, members: Readonly<Record<string, string | Bag>>) => Promise<Message>;

export async function providerCost(count: number, parallel: number): Promise<ProviderCost> {
  const cloud = await Cloud.start({ seed: 1, handler: 100, isLimited: false });
  const folder = mkdtempSync(join(tmpdir(), "bench-provider-"));
  const engine = createServer();
  let child: ChildProcess | undefined;
  try {
    await cloud.seed(parentsOf(count));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules", "pulumi-cloudcontrol"));
    // Where no engine listens, the provider ends after a while.
    await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(engine.address() as AddressInfo).port}`;
    const script = ofSdk.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const started = spawn(process.execPath, [script, address], {
      cwd: folder,
      env: { ...process.env, ...cloud.env, PULUMI_NODEJS_PROJECT: "bench" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child = started;
    const port = await new Promise<string>((resolve) => {
      started.stdout.once("data", (chunk) => {
        resolve(String(chunk).trim());
      });
    });
    return await measured(asking(`127.0.0.1:${port}`), started.pid ?? 0, count, parallel);
  } finally {
    child?.kill("SIGKILL");
    engine.close();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measured(ask: Ask, pid: number, count: number, parallel: number): Promise<ProviderCost> {
  await ask("configure", "ConfigureRequest", { args: {} });
  const made = await inTurn(stageModels(count, "first"), parallel, async (model, index) => {
    const news = {
      __provider: PROVIDER_STUB,
      __type: "AWS::ApiGateway::Stage",
      __identity: `bench/dev/::stage-${index}`,
      restApiId: model.RestApiId,
      stageName: model.StageName,
      deploymentId: model.DeploymentId,
      description: model.Description,
      variables: model.Variables,
    };
    const inputs = (await ask("check", "CheckRequest", { olds: {}, news })).getInputs().toJavaScript();
    const answer = await ask("create", "CreateRequest", { properties: inputs });
    return { news, inputs, id: answer.getId(), outputs: answer.getProperties().toJavaScript() };
  });
  const peakMegabytes = peakOf(pid);
  const before = cpuOf(pid);
  // As the engine asks: one after the other.
  for (const { news, inputs, id, outputs } of made) {
    await ask("check", "CheckRequest", { olds: inputs, news });
    await ask("diff", "DiffRequest", { id, olds: outputs, news: inputs });
  }
  return { peakMegabytes, unchanged: (cpuOf(pid) - before) / count };
}

function asking(address: string): Ask {
  const client = new services.ResourceProviderClient(address, grpc.credentials.createInsecure());
  return async (method, message, members) => {
    const request = new messages[message]!();
    for (const [name, value] of Object.entries(members)) {
      const set = `set${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      request[set]!(typeof value === "string" ? value : StructOf.fromJavaScript(value));
    }
    return new Promise((resolve, reject) => {
      client[method]!(request, (error, answer) => {
        if (error) reject(error);
        else resolve(answer);
      });
    });
  };
}

/** Does something with each, so many at a time. */
async function inTurn<T, U>(
  all: readonly T[],
  parallel: number,
  run: (one: T, index: number) => Promise<U>,
): Promise<U[]> {
  const results: U[] = [];
  const rest = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of rest) results[index] = await run(one, index);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}

/** The kernel keeps the peak itself. */
function peakOf(pid: number): number {
  const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

/** Milliseconds of CPU time so far; Linux counts in hundredths of a second. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
