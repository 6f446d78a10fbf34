/** The local Cloud Control in a process of its own, as the package's command starts it. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { CONDITIONS } from "./conditions";

export const root = join(__dirname, "..");

/** One call, as the emulator's log has it. */
export interface Call {
  readonly at: number;
  readonly durationMs: number;
  readonly operation: string;
  readonly outcome: string;
}

export interface CloudOptions {
  readonly seed: number;
  /** Milliseconds of each handler. @defaultValue the benchmark's range */
  readonly handler?: number;
  /** @defaultValue true */
  readonly isLimited?: boolean;
}

export class Cloud {
  private constructor(
    private readonly child: ChildProcess,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start({ seed, handler, isLimited = true }: CloudOptions): Promise<Cloud> {
    const { accept, read, rate } = CONDITIONS;
    const range = handler === undefined ? CONDITIONS.handler.join("-") : String(handler);
    const latency = [`accept=${accept}`, `read=${read}`, `create=${range}`, `update=${range}`, `delete=${range}`];
    const args = ["emulator", "--seed", String(seed), "--parent-pid", String(process.pid)];
    args.push(...latency.flatMap((one) => ["--latency", one]));
    if (isLimited) args.push("--rate", `${rate.perSecond}/${rate.burst}`);
    const child = spawn(process.execPath, [join(root, "dist", "cli", "main.js"), ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => {
        reject(new Error(`the local Cloud Control ended with ${code ?? "a signal"}`));
      });
      child.stdout.on("data", (chunk) => {
        output += String(chunk);
        if (output.includes("AWS_EC2_METADATA_DISABLED")) resolve();
      });
    });
    const env = Object.fromEntries(
      [...output.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    return new Cloud(child, env);
  }

  async seed(resources: readonly object[]): Promise<void> {
    for (const resource of resources) await this.admin("POST", "resources", resource);
  }

  /** Resources of a type that exist now. */
  async count(typeName: string): Promise<number> {
    const all = (await this.admin("GET", "resources")) as { readonly typeName: string }[];
    return all.filter((resource) => resource.typeName === typeName).length;
  }

  /** The calls of Cloud Control so far; account look-ups are left out. */
  async calls(): Promise<Call[]> {
    const all = (await this.admin("GET", "requests")) as Call[];
    return all.filter(({ operation }) => operation !== "GetCallerIdentity");
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    await ended;
  }

  private async admin(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.env.AWS_ENDPOINT_URL ?? ""}/_/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
