/**
 * The local Cloud Control as its command runs it: a process of its own, that keeps everything in a file, so that it can
 * be killed and started again. The campaign talks to it by its admin calls.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArmedFault, Fault, ResourcePlace, ResourceSnapshot } from "../../emulator";

type Place = ResourcePlace & { readonly identifier: string };

const START_DEADLINE = 60_000;

/** A local Cloud Control that may die. */
export class Cloud {
  private child: ChildProcess | undefined;
  private endpoint = "";
  private readonly folder = mkdtempSync(join(tmpdir(), "pulumi-cloudcontrol-cloud-"));
  private variables: Record<string, string> = {};
  /** Calls that processes before this one have answered. */
  private before = 0;
  /** Until it is there again, after its death. */
  private coming: Promise<void> | undefined;
  /** How often it was started: another start has another seed, as nobody's ids come twice. */
  private starts = 0;

  private constructor(
    private readonly main: string,
    private readonly seed: number,
  ) {}

  /** @param packageRoot - the built package whose command is run */
  static async start(packageRoot: string, seed: number): Promise<Cloud> {
    const cloud = new Cloud(join(packageRoot, "dist", "cli", "main.js"), seed);
    await cloud.begin(0);
    return cloud;
  }

  private async begin(port: number): Promise<void> {
    const seed = String((this.seed + this.starts++) % 2 ** 32);
    const args = ["emulator", "--data", join(this.folder, "data"), "--port", String(port), "--seed", seed];
    // A canary that survives its removal is loud for ever, by design; it has tests of its own.
    args.push("--quirk", "canaryStays=off", "--parent-pid", String(process.pid));
    const child = spawn(process.execPath, [this.main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const fail = (): void => {
        reject(new Error(`the local Cloud Control did not start:\n${said}`));
      };
      const timer = setTimeout(fail, START_DEADLINE).unref();
      child.once("exit", fail);
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          if (!/^export PULUMI_CLOUDCONTROL_FIRST_POLL=\d+$/m.test(said)) return;
          clearTimeout(timer);
          child.off("exit", fail);
          resolve();
        });
      }
    });
    this.endpoint = /^Cloud Control is at (.*)$/m.exec(said)?.[1] ?? "";
    // What it says after a restart is the same: the port is.
    this.variables = Object.fromEntries(
      [...said.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
  }

  /** What points AWS clients here. */
  env(): Record<string, string> {
    return this.variables;
  }

  /** Ends it without a word, as a power cut does, and starts it again on the same port after so many milliseconds. */
  async die(downFor: number): Promise<void> {
    this.before = await this.calls();
    this.coming = this.again(downFor);
    await this.coming;
    this.coming = undefined;
  }

  private async again(downFor: number): Promise<void> {
    const { child } = this;
    const gone = new Promise((resolve) => child?.once("exit", resolve));
    child?.kill("SIGKILL");
    await gone;
    await new Promise((resolve) => setTimeout(resolve, downFor));
    await this.begin(Number(new URL(this.endpoint).port));
  }

  async close(): Promise<void> {
    const { child } = this;
    if (child?.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** How many calls of AWS clients have come since the first start. */
  async calls(): Promise<number> {
    const { calls } = (await this.ask("GET", "health")) as { readonly calls: number };
    return this.before + calls;
  }

  async resources(): Promise<ResourceSnapshot[]> {
    return (await this.ask("GET", "resources")) as ResourceSnapshot[];
  }

  async put(place: ResourcePlace & { readonly model: object }): Promise<void> {
    await this.ask("POST", "resources", place);
  }

  async edit(place: Place & { readonly patch: readonly object[] }): Promise<void> {
    await this.ask("PATCH", "resources", place);
  }

  async remove(place: Place): Promise<void> {
    await this.ask("DELETE", "resources", place);
  }

  async arm(fault: Fault): Promise<number> {
    return ((await this.ask("POST", "faults", fault)) as { readonly id: number }).id;
  }

  async armed(): Promise<ArmedFault[]> {
    return (await this.ask("GET", "faults")) as ArmedFault[];
  }

  async disarm(): Promise<void> {
    await this.ask("DELETE", "faults", {});
  }

  private async ask(method: string, what: string, body?: object): Promise<unknown> {
    const request = {
      method,
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    };
    const call = async (): Promise<Response> => fetch(`${this.endpoint}/_/${what}`, request);
    // It may be down, or a connection that is kept alive was one to the process before.
    const response = await call().catch(async () => {
      await this.coming;
      return call();
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${what}: ${String(response.status)} ${text}`);
    return JSON.parse(text) as unknown;
  }
}
