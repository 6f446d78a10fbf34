/**
 * ours|captured N: registers N stages on the mocked runtime and prints the milliseconds of CPU time that it took.
 * figures.ts runs it as JavaScript, as a built program is, in a process of its own.
 */
import * as sdk from "@aws-sdk/client-cloudcontrol";
import * as pulumi from "@pulumi/pulumi";

const TYPE = "AWS::ApiGateway::Stage";

interface Props {
  readonly restApiId: string;
  readonly stageName: string;
  readonly deploymentId: string;
}

/**
 * The usual way: a provider class that holds the calls itself, made by the resource's constructor. It does no more than
 * a stage needs (send, poll until the end, read) and has none of this package's care.
 */
class Provider implements pulumi.dynamic.ResourceProvider {
  async create(inputs: Props): Promise<pulumi.dynamic.CreateResult> {
    const client = new sdk.CloudControlClient({});
    const { ProgressEvent } = await client.send(
      new sdk.CreateResourceCommand({ TypeName: TYPE, DesiredState: JSON.stringify(this.model(inputs)) }),
    );
    const id = await this.end(client, ProgressEvent);
    return { id, outs: { ...inputs, ...(await this.live(client, id)) } };
  }

  async read(id: string, props: Props): Promise<pulumi.dynamic.ReadResult> {
    return { id, props: { ...props, ...(await this.live(new sdk.CloudControlClient({}), id)) } };
  }

  async diff(_id: string, olds: Props, news: Props): Promise<pulumi.dynamic.DiffResult> {
    const replaces = olds.restApiId !== news.restApiId || olds.stageName !== news.stageName ? ["stageName"] : [];
    return Promise.resolve({ changes: replaces.length > 0 || olds.deploymentId !== news.deploymentId, replaces });
  }

  async update(id: string, _olds: Props, news: Props): Promise<pulumi.dynamic.UpdateResult> {
    const client = new sdk.CloudControlClient({});
    const patch = [{ op: "add", path: "/DeploymentId", value: news.deploymentId }];
    const { ProgressEvent } = await client.send(
      new sdk.UpdateResourceCommand({ TypeName: TYPE, Identifier: id, PatchDocument: JSON.stringify(patch) }),
    );
    await this.end(client, ProgressEvent);
    return { outs: { ...news, ...(await this.live(client, id)) } };
  }

  async delete(id: string): Promise<void> {
    const client = new sdk.CloudControlClient({});
    const { ProgressEvent } = await client.send(new sdk.DeleteResourceCommand({ TypeName: TYPE, Identifier: id }));
    await this.end(client, ProgressEvent);
  }

  model({ restApiId, stageName, deploymentId }: Props): object {
    return { RestApiId: restApiId, StageName: stageName, DeploymentId: deploymentId };
  }

  async live(client: sdk.CloudControlClient, id: string): Promise<object> {
    const { ResourceDescription } = await client.send(new sdk.GetResourceCommand({ TypeName: TYPE, Identifier: id }));
    return { properties: JSON.parse(ResourceDescription?.Properties ?? "{}") as unknown };
  }

  async end(client: sdk.CloudControlClient, first: sdk.ProgressEvent | undefined): Promise<string> {
    let event = first;
    while (event?.OperationStatus === "PENDING" || event?.OperationStatus === "IN_PROGRESS") {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const request = new sdk.GetResourceRequestStatusCommand({ RequestToken: event.RequestToken });
      event = (await client.send(request)).ProgressEvent;
    }
    if (event?.OperationStatus !== "SUCCESS") throw new Error(event?.StatusMessage ?? "it failed");
    return event.Identifier ?? "";
  }
}

class Captured extends pulumi.dynamic.Resource {
  constructor(name: string, args: Props) {
    super(new Provider(), name, args);
  }
}

async function main(): Promise<void> {
  const [side, count = "200"] = process.argv.slice(-2);
  await pulumi.runtime.setMocks({
    newResource: (args) => ({ id: args.name, state: args.inputs as Record<string, unknown> }),
    call: (args) => args.inputs as Record<string, unknown>,
  });
  // Loaded here, so that the other side does not pay for it; by its name, as a program loads it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const ours = side === "ours" ? (require("pulumi-cloudcontrol") as typeof import("../index")) : undefined;
  const register = (index: number): pulumi.Resource => {
    const props = { restApiId: "api", stageName: `s${index}`, deploymentId: "d" };
    return ours ? new ours.apigateway.Stage(`stage-${index}`, props) : new Captured(`stage-${index}`, props);
  };
  const began = process.cpuUsage();
  const made = Array.from({ length: Number(count) }, (_, index) => register(index));
  await Promise.all(made.map(async (one) => new Promise((resolve) => one.urn.apply(resolve))));
  const { user, system } = process.cpuUsage(began);
  console.log((user + system) / 1000);
  await pulumi.runtime.disconnect();
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
