/** node registration.js ours|captured N: registers N stages on the mocked runtime and prints the milliseconds it took. */
import * as pulumi from "@pulumi/pulumi";

async function main(): Promise<void> {
  const [, , side, count = "200"] = process.argv;
  await pulumi.runtime.setMocks({
    newResource: (args) => ({ id: args.name, state: args.inputs as Record<string, unknown> }),
    call: (args) => args.inputs as Record<string, unknown>,
  });
  const props = (index: number): Record<string, string> => ({
    restApiId: "api",
    stageName: `s${index}`,
    deploymentId: "d",
  });
  let register: (index: number) => pulumi.Resource;
  if (side === "ours") {
    // Loaded here, so that the other side does not pay for it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { apigateway } = require("../index") as typeof import("../index");
    register = (index) =>
      new apigateway.Stage(`stage-${index}`, { restApiId: "api", stageName: `s${index}`, deploymentId: "d" });
  } else {
    // The usual way: a provider class that the resource's constructor makes, and that holds the calls itself.
    class Provider implements pulumi.dynamic.ResourceProvider {
      async create(inputs: Record<string, string>): Promise<pulumi.dynamic.CreateResult> {
        const response = await fetch("http://127.0.0.1:1/", { method: "POST", body: JSON.stringify(inputs) });
        return {
          id: `${inputs.restApiId ?? ""}|${inputs.stageName ?? ""}`,
          outs: { ...inputs, status: response.status },
        };
      }
      async update(_id: string, _olds: object, news: object): Promise<pulumi.dynamic.UpdateResult> {
        await fetch("http://127.0.0.1:1/", { method: "PUT", body: JSON.stringify(news) });
        return { outs: news };
      }
      async delete(id: string): Promise<void> {
        await fetch(`http://127.0.0.1:1/${id}`, { method: "DELETE" });
      }
    }
    class Captured extends pulumi.dynamic.Resource {
      constructor(name: string, args: object) {
        super(new Provider(), name, args);
      }
    }
    register = (index) => new Captured(`stage-${index}`, props(index));
  }
  const began = performance.now();
  const made = Array.from({ length: Number(count) }, (_, index) => register(index));
  await Promise.all(made.map(async (one) => new Promise((resolve) => one.urn.apply(resolve))));
  console.log(Math.round((performance.now() - began) * 10) / 10);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
