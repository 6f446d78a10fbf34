import type {
  CloudControlClient,
  CloudControlClientConfig,
  HookProgressEvent,
  OperationStatus,
  ProgressEvent as WireEvent,
} from "@aws-sdk/client-cloudcontrol";
import { canonicalJson, isObject, isTooDeep, type JsonObject } from "../core/json";
import type { CredentialsSource } from "./credentials";
import { withDebug } from "./debug";
import type { Limiter } from "../limiter";
import { proxyAgents } from "./proxy";
import { withLimiter } from "./throttle";
import {
  CallError,
  type CloudControl,
  type ProgressEvent,
  type RequestPage,
  type ResourcePage,
  type WhichRequests,
} from "../ports";

type Sdk = typeof import("@aws-sdk/client-cloudcontrol");
type Transport = Pick<CloudControlClientConfig, "requestHandler" | "profile" | "credentials">;

/** How calls are made: what configuration and resource say beyond the SDK's default chain. */
export interface ClientOptions {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly credentials?: CredentialsSource | undefined;
  readonly useFipsEndpoint?: boolean | undefined;
  readonly useDualstackEndpoint?: boolean | undefined;
  /** Tries of one call. */
  readonly maxAttempts?: number | undefined;
}

const MAX_ATTEMPTS = 8;

/** The SDK's settings that every client of the package shares. */
export function clientConfig(options: ClientOptions): CloudControlClientConfig {
  const { region, profile, endpoint, credentials, maxAttempts = MAX_ATTEMPTS } = options;
  const { useFipsEndpoint, useDualstackEndpoint } = options;
  return {
    region,
    // Credentials of a role come from the profile already; both at once the SDK would not take.
    ...transport(credentials ? undefined : profile),
    ...(credentials ? { credentials } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(useFipsEndpoint === undefined ? {} : { useFipsEndpoint }),
    ...(useDualstackEndpoint === undefined ? {} : { useDualstackEndpoint }),
    // The pace is set by the limiter, for all clients together; what AWS refuses all the same is sent again.
    retryMode: "standard",
    maxAttempts,
    customUserAgent: [["pulumi-cloudcontrol"]],
  };
}

/** How a client connects and whom it speaks for, where nothing says otherwise. */
export function transport(profile: string | undefined): Transport {
  const proxy = proxyAgents(process.env);
  const requestHandler = {
    // Without limits a connection that went silent would hold its resource until the operation's deadline.
    connectionTimeout: 10_000,
    requestTimeout: 60_000,
    throwOnRequestTimeout: true,
    ...proxy,
  };
  const named = profile === undefined ? {} : { profile };
  if (!proxy) return { requestHandler, ...named };
  // The clients inside of the default chain (SSO, its tokens) do not take over the agents by themselves.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const chain = require("@aws-sdk/credential-provider-node") as typeof import("@aws-sdk/credential-provider-node");
  return { requestHandler, credentials: chain.defaultProvider({ ...named, clientConfig: { requestHandler } }) };
}

/**
 * Cloud Control through the AWS SDK.
 *
 * @param limiter - sets the pace of every call, its repetitions included
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
 */
export function connect(options: ClientOptions, limiter: () => Promise<Limiter>): CloudControl {
  // Loaded on the first call: `check` and `diff` of a stack without changes need no SDK.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const sdk = require("@aws-sdk/client-cloudcontrol") as Sdk;
  const client = withLimiter(withDebug(new sdk.CloudControlClient(clientConfig(options))), limiter);
  return new SdkCloudControl(sdk, client, firstPoll(process.env));
}

/** The region that the SDK itself would use, or undefined where none is set. Reads files, makes no calls. */
export async function configuredRegion(profile: string | undefined): Promise<string | undefined> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const sdk = require("@aws-sdk/client-cloudcontrol") as Sdk;
  const client = new sdk.CloudControlClient(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

/**
 * @param env - `PULUMI_CLOUDCONTROL_FIRST_POLL` says in how many milliseconds a change may have ended, as the local Cloud
 * Control's environment does: AWS's handlers take seconds, and to ask sooner would only cost calls
 */
function firstPoll(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const milliseconds = Number(env.PULUMI_CLOUDCONTROL_FIRST_POLL);
  return milliseconds > 0 ? milliseconds : undefined;
}

class SdkCloudControl implements CloudControl {
  constructor(
    private readonly sdk: Sdk,
    private readonly client: CloudControlClient,
    readonly firstPoll: number | undefined,
  ) {}

  async create(typeName: string, desired: JsonObject, clientToken: string): Promise<ProgressEvent> {
    const input = { TypeName: typeName, DesiredState: canonicalJson(desired), ClientToken: clientToken };
    return mutation(this.client.send(new this.sdk.CreateResourceCommand(input)));
  }

  async update(
    typeName: string,
    identifier: string,
    patch: readonly unknown[],
    clientToken: string,
  ): Promise<ProgressEvent> {
    const command = new this.sdk.UpdateResourceCommand({
      TypeName: typeName,
      Identifier: identifier,
      PatchDocument: JSON.stringify(patch),
      ClientToken: clientToken,
    });
    return mutation(this.client.send(command));
  }

  async delete(typeName: string, identifier: string, clientToken: string): Promise<ProgressEvent> {
    const input = { TypeName: typeName, Identifier: identifier, ClientToken: clientToken };
    return mutation(this.client.send(new this.sdk.DeleteResourceCommand(input)));
  }

  async get(typeName: string, identifier: string): Promise<JsonObject | undefined> {
    try {
      const input = { TypeName: typeName, Identifier: identifier };
      const answer = await answered(this.client.send(new this.sdk.GetResourceCommand(input)));
      return modelOf(answer.ResourceDescription?.Properties);
    } catch (error) {
      if (error instanceof CallError && error.code === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }

  async status(requestToken: string): Promise<ProgressEvent> {
    const command = new this.sdk.GetResourceRequestStatusCommand({ RequestToken: requestToken });
    const answer = await answered(this.client.send(command));
    return eventOf(answer.ProgressEvent, answer.HooksProgressEvent);
  }

  async requests(which: WhichRequests, nextToken: string | undefined): Promise<RequestPage> {
    const OperationStatuses: OperationStatus[] = ["PENDING", "IN_PROGRESS", "CANCEL_IN_PROGRESS"];
    const command = new this.sdk.ListResourceRequestsCommand({
      MaxResults: 100,
      NextToken: nextToken,
      ...(which === "all" ? {} : { ResourceRequestStatusFilter: { OperationStatuses } }),
    });
    const answer = await answered(this.client.send(command));
    // Most of them are others': one that cannot be read is as good as not listed.
    const events = membersOf(answer.ResourceRequestStatusSummaries).filter(isEvent);
    return { events: events.map((event) => eventOf(event, [])), nextToken: textOf(answer.NextToken) };
  }

  async cancel(requestToken: string): Promise<ProgressEvent> {
    return mutation(this.client.send(new this.sdk.CancelResourceRequestCommand({ RequestToken: requestToken })));
  }

  async list(typeName: string, model: JsonObject, nextToken: string | undefined): Promise<ResourcePage> {
    const command = new this.sdk.ListResourcesCommand({
      TypeName: typeName,
      ResourceModel: canonicalJson(model),
      NextToken: nextToken,
    });
    const answer = await answered(this.client.send(command));
    const items = membersOf(answer.ResourceDescriptions).flatMap((item) => {
      const identifier = textOf(item.Identifier);
      return identifier === undefined ? [] : [{ identifier, properties: modelOf(item.Properties ?? "{}") }];
    });
    return { items, nextToken: textOf(answer.NextToken) };
  }
}

async function mutation(sent: Promise<{ ProgressEvent?: WireEvent }>): Promise<ProgressEvent> {
  return eventOf((await answered(sent)).ProgressEvent, []);
}

/** A model that AWS gives as text. An answer without one must not look like a resource without properties. */
function modelOf(text: unknown): JsonObject {
  let model: unknown;
  try {
    model = typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    // Said below: the parser's own words would quote the model.
  }
  if (isTooDeep(model))
    throw new CallError("NoAnswer", "AWS answered with properties nested too deep", { cause: undefined });
  if (isObject(model)) return model;
  throw new CallError("NoAnswer", "AWS answered without the resource's properties", { cause: undefined });
}

type ReadableEvent = WireEvent & { readonly RequestToken: string; readonly OperationStatus: OperationStatus };

/** Whether it tells of which request it speaks, and how that stands; the SDK holds no answer against its model. */
function isEvent(event: WireEvent | null | undefined): event is ReadableEvent {
  const { RequestToken: token, OperationStatus: status } = (event ?? {}) as Record<string, unknown>;
  return typeof token === "string" && token !== "" && typeof status === "string" && status !== "";
}

/** The SDK takes any JSON for a text. An empty identifier would be none that Pulumi keeps. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The objects in a list; the SDK takes any JSON for a list. */
function membersOf<T extends object>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? (list as readonly T[]).filter(isObject) : [];
}

function eventOf(event: WireEvent | undefined, hooks: readonly HookProgressEvent[] | undefined): ProgressEvent {
  if (!isEvent(event)) {
    throw new CallError("NoAnswer", "AWS answered without a progress event", { cause: event });
  }
  return {
    requestToken: event.RequestToken,
    status: event.OperationStatus,
    identifier: textOf(event.Identifier),
    errorCode: textOf(event.ErrorCode),
    message: textOf(event.StatusMessage),
    retryAfter: event.RetryAfter?.getTime(),
    eventTime: event.EventTime?.getTime(),
    hooks: membersOf(hooks)
      .filter((hook) => hook.FailureMode === "FAIL" && /FAILED/.test(textOf(hook.HookStatus) ?? ""))
      .map((hook) => `${textOf(hook.HookTypeName) ?? "a hook"}: ${textOf(hook.HookStatusMessage) ?? "no message"}`),
  };
}

/** The answer to a call of any client of the SDK. @throws CallError */
export async function answered<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    throw callError(error);
  }
}

/** What the SDK calls an error answer that carries no name of AWS's, as proxies give. */
const NAMELESS: ReadonlySet<string> = new Set(["", "Error", "Unknown", "UnknownError", "CloudControlServiceException"]);

/** Names a failed call by the exception AWS answered with; a reply that never came or was none is `NoAnswer`. */
function callError(error: unknown): CallError {
  if (!(error instanceof Error)) return new CallError("NoAnswer", String(error), { cause: error });
  // The SDK takes over what the answer has, of whatever type it is.
  const [name, message] = [textOf(error.name) ?? "", textOf(error.message) ?? ""];
  const modelled = ("$fault" in error && !NAMELESS.has(name)) || name === "CredentialsProviderError";
  // The SDK's own advice to its callers, and the body of a web page, are nothing for users.
  const [said = ""] = message.split("\n");
  const { attempts = 1 } = ("$metadata" in error ? error.$metadata : {}) as { readonly attempts?: number };
  return new CallError(
    modelled ? name : "NoAnswer",
    modelled ? message : said.slice(0, 300),
    { cause: error },
    // Why the SDK sent it again it does not tell.
    attempts > 1,
  );
}
