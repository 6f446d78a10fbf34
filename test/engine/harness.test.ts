import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { ResourceMonitorClient, ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { expect } from "chai";
import { withStack } from "../support/engine";

/** The SDK's own copy. */
const grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js") as Grpc;

interface Grpc {
  readonly credentials: { createInsecure(): never };
  readonly ServerCredentials: { createInsecure(): never };
  readonly Server: new () => {
    addService(service: unknown, methods: Readonly<Record<string, unknown>>): void;
    bindAsync(address: string, credentials: never, bound: (error: Error | null, port: number) => void): void;
    forceShutdown(): void;
  };
}

/** Something that answers like an engine's monitor at this address. */
async function monitor(port: number): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = new grpc.Server();
  type Answer = (error: null, response: messages.SupportsFeatureResponse) => void;
  server.addService(ResourceMonitorService, {
    supportsFeature: (_: unknown, answer: Answer) => {
      answer(null, new messages.SupportsFeatureResponse());
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${String(port)}`, grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else {
        const close = (): void => {
          server.forceShutdown();
        };
        resolve({ port: bound, close });
      }
    });
  });
}

/** Calls a monitor as a program does that has just begun; "" where that went well. */
async function call(port: number): Promise<string> {
  const { grpcClientOptions } = settings as unknown as { readonly grpcClientOptions: object };
  const address = `127.0.0.1:${String(port)}`;
  const client = new ResourceMonitorClient(address, grpc.credentials.createInsecure(), grpcClientOptions);
  return new Promise((resolve) => {
    client.supportsFeature(new messages.SupportsFeatureRequest(), (error: Error | null) => {
      resolve(error?.message ?? "");
    });
  });
}

/** A dynamic provider in one string, without our package: what fails here is the harness or the engine, not the provider. */
class Thing extends pulumi.CustomResource {
  declare readonly size: pulumi.Output<number>;
  constructor(name: string, size: number, create = "") {
    const provider = `exports.handler = () => ({
      create: async (inputs) => { ${create}; return { id: "thing", outs: inputs }; },
      update: async (id, olds, news) => ({ outs: news }),
      delete: async () => {},
    })`;
    super("pulumi-nodejs:dynamic/test:Thing", name, { size, __provider: provider });
  }
}

// Does not prove anything about our provider.
describe("the engine harness", () => {
  it("runs up, a second up that changes nothing, a preview, an update and destroy", async () => {
    let size = 1;
    const program = () => Promise.resolve({ size: new Thing("a", size).size });
    await withStack({ program }, async (stack) => {
      expect((await stack.up()).changes).to.deep.equal({ create: 2 });
      expect((await stack.up({ expectNoChanges: true })).changes).to.deep.equal({ same: 2 });
      size = 2;
      expect((await stack.preview()).changes).to.deep.equal({ same: 1, update: 1 });
      expect((await stack.up()).changes).to.deep.equal({ same: 1, update: 1 });
      expect(await stack.outputs()).to.deep.equal({ size: { value: 2, secret: false } });
      expect((await stack.resources()).map(({ id }) => id)).to.deep.equal(["thing"]);
      expect((await stack.destroy()).changes).to.deep.equal({ delete: 2 });
      expect(await stack.resources()).to.deep.equal([]);
    });
  });

  it("hands a failure to the test that wants it, with the messages the user would see", async () => {
    const program = () => Promise.resolve({ id: new Thing("a", 1, "throw new Error('no way')").id });
    await withStack({ program }, async (stack) => {
      const { failed, diagnostics } = await stack.up({ mayFail: true });
      expect(failed).to.equal(true);
      expect(diagnostics).to.deep.include({ severity: "error", message: "no way" });
    });
  });

  it("ends an engine that hangs, its plugins and its lock, so that the next operation can run", async () => {
    const hanging = "await new Promise(() => setInterval(() => 0, 1000))";
    const program = () => Promise.resolve({ id: new Thing("a", 1, hanging).id });
    await withStack({ program }, async (stack) => {
      expect((await stack.up({ deadline: 6_000, mayFail: true })).timedOut).to.equal(true);
      const next = await stack.up({ program: () => Promise.resolve({ answer: 42 }) });
      expect(next.changes).to.deep.equal({ same: 1 });
    });
  });

  it("lets a program reach its engine, whatever a dead one at the same address has left in the process", async () => {
    const dead = await monitor(0);
    dead.close();
    expect(await call(dead.port)).to.include("UNAVAILABLE");
    const { close } = await monitor(dead.port);
    expect(await call(dead.port)).to.equal("");
    close();
  });
});
