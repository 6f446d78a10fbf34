import {
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ResourceNotFoundException,
  UpdateResourceCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";

/** Another user of the same account: looks at resources, and changes them behind Pulumi's back. */
export class Outside {
  private readonly client: CloudControlClient;

  constructor(endpoint: string, env: Readonly<Record<string, string>>, region = env.AWS_REGION ?? "us-east-1") {
    this.client = new CloudControlClient({
      endpoint,
      region,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID ?? "test",
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "test",
      },
    });
  }

  /** The live model, or undefined where there is none. */
  async model(typeName: string, identifier: string): Promise<Record<string, unknown> | undefined> {
    try {
      const answer = await this.client.send(new GetResourceCommand({ TypeName: typeName, Identifier: identifier }));
      return JSON.parse(answer.ResourceDescription?.Properties ?? "{}") as Record<string, unknown>;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async create(typeName: string, desired: object): Promise<string> {
    const input = { TypeName: typeName, DesiredState: JSON.stringify(desired) };
    const ended = await this.end((await this.client.send(new CreateResourceCommand(input))).ProgressEvent);
    return ended.Identifier ?? "";
  }

  async edit(typeName: string, identifier: string, patch: readonly object[]): Promise<void> {
    const input = { TypeName: typeName, Identifier: identifier, PatchDocument: JSON.stringify(patch) };
    await this.end((await this.client.send(new UpdateResourceCommand(input))).ProgressEvent);
  }

  async remove(typeName: string, identifier: string): Promise<void> {
    const input = { TypeName: typeName, Identifier: identifier };
    await this.end((await this.client.send(new DeleteResourceCommand(input))).ProgressEvent);
  }

  close(): void {
    this.client.destroy();
  }

  private async end(accepted: ProgressEvent | undefined): Promise<ProgressEvent> {
    for (let event = accepted; ;) {
      if (event?.OperationStatus === "SUCCESS") return event;
      if (event?.OperationStatus === "FAILED") throw new Error(event.StatusMessage);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const command = new GetResourceRequestStatusCommand({ RequestToken: accepted?.RequestToken });
      event = (await this.client.send(command)).ProgressEvent;
    }
  }
}
