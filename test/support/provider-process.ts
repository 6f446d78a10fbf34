/** The real dynamic-provider process, spoken to over gRPC as the engine does, without an engine. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";

/** The SDK's own copies: its messages and services are bound to them. */
const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = ofSdk("@grpc/grpc-js") as { readonly credentials: { createInsecure(): never } };
const { Struct } = ofSdk("google-protobuf/google/protobuf/struct_pb.js") as {
  readonly Struct: { fromJavaScript(value: object): never };
};

const root = join(__dirname, "..", "..");
const URN = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/cloudcontrol:Resource::one";
const SERVICE = "/pulumirpc.ResourceProvider/";
/** Milliseconds after which a call counts as hanging. */
const PATIENCE = 60_000;

export type Method = "check" | "diff" | "create" | "read" | "update" | "delete" | "configure";
type Bag = Readonly<Record<string, unknown>>;

/** What a call is about. */
interface Given {
  readonly id?: string;
  readonly olds?: Bag;
  readonly news: Bag;
}

/** What a call came to: what it answered, or the code and text of its error. */
export type Answer =
  | { readonly ok: true; readonly failures: readonly { readonly property: string; readonly reason: string }[] }
  | { readonly ok: false; readonly code: number; readonly message: string };

/** One process; `news` are the properties of those calls that have only one bag. */
export class ProviderProcess {
  private errors = "";
  private ended: number | string | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly engine: Server,
    private readonly folder: string,
    private readonly client: services.ResourceProviderClient,
  ) {
    child.stderr?.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    child.on("exit", (code, signal) => (this.ended = code ?? signal ?? "killed"));
  }

  static async start(env: Readonly<Record<string, string>>): Promise<ProviderProcess> {
    const work = join(root, ".pulumi-cloudcontrol", "work");
    mkdirSync(work, { recursive: true });
    const folder = mkdtempSync(join(work, "process-"));
    // The provider only looks whether its engine still listens.
    const engine = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
    const { port } = engine.address() as AddressInfo;
    const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const child = spawn(process.execPath, [script, `127.0.0.1:${port}`], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const address = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (chunk: Buffer) => {
        resolve(`127.0.0.1:${chunk.toString().trim()}`);
      });
      child.once("exit", (code) => {
        reject(new Error(`the provider process ended with ${code ?? "a signal"}`));
      });
    });
    const limit = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    const client = new services.ResourceProviderClient(address, grpc.credentials.createInsecure(), limit);
    return new ProviderProcess(child, engine, folder, client);
  }

  /** What the process wrote to its error output since the last question. */
  told(): string {
    const text = this.errors;
    this.errors = "";
    return text;
  }

  /** Its exit code or signal; undefined while it runs. */
  get end(): number | string | undefined {
    return this.ended;
  }

  /** Milliseconds of processor time that it has used, in steps of ten; undefined where the kernel does not tell. */
  cost(): number | undefined {
    try {
      const stat = readFileSync(`/proc/${this.child.pid ?? 0}/stat`, "utf8");
      // The name before the last bracket may hold spaces.
      const [user = NaN, system = NaN] = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .slice(11, 13)
        .map(Number);
      return (user + system) * 10;
    } catch {
      return undefined;
    }
  }

  async call(method: Method, given: Given): Promise<Answer> {
    return this.send(method, bytesOf(method, given));
  }

  /** Sends any bytes, also such as are no message. */
  async send(method: Method, bytes: Buffer): Promise<Answer> {
    const path = `${SERVICE}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(
        path,
        (sent: Buffer) => sent,
        (read: Buffer) => read,
        bytes,
        { deadline: Date.now() + PATIENCE },
        (error, read) => {
          if (error) resolve({ ok: false, code: error.code, message: error.details });
          else resolve({ ok: true, failures: method === "check" ? failuresIn(read) : [] });
        },
      );
    });
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.ended === undefined) {
      const gone = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill("SIGKILL");
      await gone;
    }
    await new Promise((resolve) => this.engine.close(resolve));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A call as it goes over the wire. */
export function bytesOf(method: Method, { id = "", olds = {}, news }: Given): Buffer {
  return Buffer.from(requestOf(method, id, Struct.fromJavaScript(olds), Struct.fromJavaScript(news)).serializeBinary());
}

function failuresIn(read: Buffer | undefined): { property: string; reason: string }[] {
  const { failuresList } = messages.CheckResponse.deserializeBinary(read ?? Buffer.alloc(0)).toObject();
  return failuresList.map(({ property, reason }) => ({ property, reason }));
}

function requestOf(method: Method, id: string, olds: never, news: never): { serializeBinary(): Uint8Array } {
  switch (method) {
    case "check":
      return new messages.CheckRequest().setUrn(URN).setOlds(olds).setNews(news);
    case "diff":
      return new messages.DiffRequest().setId(id).setUrn(URN).setOlds(olds).setNews(news);
    case "create":
      return new messages.CreateRequest().setUrn(URN).setProperties(news);
    case "read":
      return new messages.ReadRequest().setId(id).setUrn(URN).setProperties(news);
    case "update":
      return new messages.UpdateRequest().setId(id).setUrn(URN).setOlds(olds).setNews(news);
    case "delete":
      return new messages.DeleteRequest().setId(id).setUrn(URN).setProperties(news);
    case "configure":
      return new messages.ConfigureRequest().setArgs(news);
  }
}
