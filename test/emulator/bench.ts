import {
  CancelResourceRequestCommand,
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";

import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";

export type Model = Record<string, unknown>;

/** An emulator whose time only moves when the test says so, and the real SDK as its client. */
export interface Bench {
  readonly emulator: Emulator;
  readonly client: CloudControlClient;
  /** A client with another access key or region. */
  as(accessKeyId: string, region?: string): Bench;
  /** Lets every running handler come to its end. */
  settle(): void;
  create(typeName: string, model: Model, clientToken?: string): Promise<ProgressEvent>;
  update(typeName: string, identifier: string, patch: readonly Model[]): Promise<ProgressEvent>;
  remove(typeName: string, identifier: string): Promise<ProgressEvent>;
  /** What `create`, `update` or `remove` came to. */
  outcome(event: ProgressEvent): Promise<ProgressEvent>;
  created(typeName: string, model: Model): Promise<string>;
  updated(typeName: string, identifier: string, patch: readonly Model[]): Promise<Model>;
  /** The status message and code of a create that must fail. */
  refused(typeName: string, model: Model): Promise<string>;
  read(typeName: string, identifier: string): Promise<Model>;
  list(typeName: string, model?: Model): Promise<string[]>;
  status(requestToken: string): Promise<ProgressEvent>;
  cancel(requestToken: string): Promise<ProgressEvent>;
  close(): Promise<void>;
}

function connect(emulator: Emulator, accessKeyId: string, region: string): CloudControlClient {
  return new CloudControlClient({
    endpoint: emulator.endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: "secret" },
    maxAttempts: 1,
  });
}

function benchOf(emulator: Emulator, accessKeyId: string, region: string): Bench {
  const client = connect(emulator, accessKeyId, region);
  const settle = (): void => {
    emulator.clock.advance(60_000);
  };
  const bench: Bench = {
    emulator,
    client,
    settle,
    as: (key, other = region) => benchOf(emulator, key, other),
    async create(TypeName, model, ClientToken) {
      const input = { TypeName, DesiredState: JSON.stringify(model), ...(ClientToken ? { ClientToken } : {}) };
      return (await client.send(new CreateResourceCommand(input))).ProgressEvent!;
    },
    async update(TypeName, Identifier, patch) {
      const PatchDocument = JSON.stringify(patch);
      return (await client.send(new UpdateResourceCommand({ TypeName, Identifier, PatchDocument }))).ProgressEvent!;
    },
    async remove(TypeName, Identifier) {
      return (await client.send(new DeleteResourceCommand({ TypeName, Identifier }))).ProgressEvent!;
    },
    async status(RequestToken) {
      return (await client.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent!;
    },
    async cancel(RequestToken) {
      return (await client.send(new CancelResourceRequestCommand({ RequestToken }))).ProgressEvent!;
    },
    async outcome(event) {
      settle();
      return bench.status(event.RequestToken!);
    },
    async created(typeName, model) {
      const event = await bench.outcome(await bench.create(typeName, model));
      expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
      return event.Identifier!;
    },
    async updated(typeName, identifier, patch) {
      const event = await bench.outcome(await bench.update(typeName, identifier, patch));
      expect(event.OperationStatus, event.StatusMessage).to.equal("SUCCESS");
      return bench.read(typeName, identifier);
    },
    async refused(typeName, model) {
      const event = await bench.outcome(await bench.create(typeName, model));
      expect(event.OperationStatus).to.equal("FAILED");
      return `${event.ErrorCode!}: ${plain(event.StatusMessage!)}`;
    },
    async read(TypeName, Identifier) {
      const answer = await client.send(new GetResourceCommand({ TypeName, Identifier }));
      return JSON.parse(answer.ResourceDescription!.Properties!) as Model;
    },
    async list(TypeName, model) {
      const input = model ? { TypeName, ResourceModel: JSON.stringify(model) } : { TypeName };
      const answer = await client.send(new ListResourcesCommand(input));
      return answer.ResourceDescriptions!.map((d) => d.Identifier!);
    },
    async close() {
      client.destroy();
      await emulator.close();
    },
  };
  return bench;
}

/** A message without the ids that differ from call to call. */
export function plain(message: string): string {
  return message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<uuid>");
}

/** Starts an emulator for one suite. */
export async function openBench(options: EmulatorOptions = {}): Promise<Bench> {
  return benchOf(await startEmulator({ clock: "virtual", seed: 7, ...options }), "test", "us-east-1");
}

/** What a call that must throw is refused with: `Name: message`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? plain(`${error.name}: ${error.message}`) : String(error);
  }
  throw new Error("the call was not refused");
}

/** An API with one method on its root: `[apiId, rootId, deploymentId]`. */
export async function deployedApi(bench: Bench, name = "api"): Promise<[string, string, string]> {
  const api = await bench.created("AWS::ApiGateway::RestApi", { Name: name });
  const root = (await bench.read("AWS::ApiGateway::RestApi", api)).RootResourceId as string;
  await bench.created("AWS::ApiGateway::Method", mockMethod(api, root));
  const deployment = await bench.created("AWS::ApiGateway::Deployment", { RestApiId: api });
  return [api, root, deployment.split("|")[0]!];
}

/** The smallest method that can be deployed. */
export function mockMethod(RestApiId: string, ResourceId: string, HttpMethod = "GET"): Model {
  return { RestApiId, ResourceId, HttpMethod, AuthorizationType: "NONE", Integration: { Type: "MOCK" } };
}
