import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it; `inputs` without what is the same for every resource of the package. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** All inputs, `__provider`, `__type` and `__identity` as well. */
  readonly raw: Record<string, unknown>;
  /** The types of the resource and all its parents, as they stand in its URN. */
  readonly path: string;
}

/** A program that has run on Pulumi's mocked runtime. */
export interface Run<T> {
  readonly result: T;
  readonly resources: readonly Registered[];
  /** The warnings, with the name of the resource they belong to. */
  readonly warnings: readonly (readonly [resource: string, text: string])[];
}

export interface Mode {
  readonly preview: boolean;
}

/** Both ways in which a program runs; each rule is tested in both. */
export const MODES: readonly (Mode & { readonly title: string })[] = [
  { title: "in a preview", preview: true },
  { title: "in an update", preview: false },
];

/** The ids that the mocked cloud gives out, by the resource's name; in a preview there are none. */
const IDS: Readonly<Record<string, string>> = {
  api: "api123",
  stable: "dep1|api123",
  candidate: "dep2|api123",
};

function outputsOf(args: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  if (args.type.endsWith(":LogGroup")) return { arn: `arn:aws:logs:us-east-1:123456789012:log-group:${args.name}:*` };
  if (args.type.endsWith(":Alarm")) {
    const { alarmName = args.name } = args.inputs as { alarmName?: string };
    return { arn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarmName}` };
  }
  if (!args.type.endsWith("apigateway:Stage")) return {};
  return { arn: `arn:${args.name}`, invokeUrl: `https://${args.name}`, executionArn: `execution:${args.name}` };
}

/**
 * Runs a program on the mocked runtime. The provider's own code does not run in it.
 *
 * @param outputs - what the cloud fills in beside that, by the resource's name; nothing of it in a preview
 */
export async function run<T>(
  { preview }: Mode,
  program: () => T,
  outputs: Readonly<Record<string, object>> = {},
): Promise<Run<T>> {
  const seen: pulumi.runtime.MockResourceArgs[] = [];
  const warnings: [string, string][] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        seen.push(args);
        const inputs = args.inputs as Record<string, unknown>;
        if (preview) return { id: args.id === "" ? undefined : args.id, state: inputs };
        return {
          id: args.id === "" ? (IDS[args.name] ?? `${args.name}-id`) : args.id,
          state: { ...inputs, ...outputsOf(args), ...outputs[args.name] },
        };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "project",
    "stack",
    preview,
  );
  const warn = pulumi.log.warn;
  Object.assign(pulumi.log, {
    warn: (text: string, resource?: pulumi.Resource) => {
      warnings.push([(resource as unknown as { __name?: string } | undefined)?.__name ?? "", text]);
      return Promise.resolve();
    },
  });
  try {
    const result = program();
    await pulumi.runtime.disconnect();
    return { result, resources: seen.map(registered), warnings };
  } finally {
    Object.assign(pulumi.log, { warn });
  }
}

function registered({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Registered {
  const raw = readable(inputs) as Record<string, unknown>;
  const own = Object.fromEntries(
    Object.entries(raw).filter(([key]) => !["__provider", "__type", "__kind", "__identity"].includes(key)),
  );
  return { type, name, inputs: own, raw, path: pathOf(type, name) };
}

/** The same with "unknown" for what a preview does not know yet. */
function readable(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(readable);
  if ("__pulumiUnknown" in value) return "unknown";
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, readable(below)]));
}

function pathOf(type: string, name: string): string {
  const monitor = pulumi.runtime.getMonitor() as unknown as { getRegisteredResources(): Map<string, unknown> };
  const urns = [...monitor.getRegisteredResources().keys()];
  const urn = urns.find((one) => one.endsWith(`${type}::${name}`));
  return urn?.split("::")[2] ?? "";
}

/** What the engine is told of a resource beside its inputs. */
export interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getProvider(): string;
  getAliasesList(): readonly { getSpec(): { getName(): string } | undefined }[];
  getDependenciesList(): readonly string[];
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
  getDeletebeforereplace(): boolean;
}

/** What a component says of itself when it is made. */
export interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> };
}

interface Calls {
  readonly registerResource: Request;
  readonly registerResourceOutputs: OutputsRequest;
}
type Asked<Call extends keyof Calls> = (request: Calls[Call], ...rest: unknown[]) => unknown;

/** Notes, from within a program, what the engine is asked from now on. */
export function recordRequests<Call extends keyof Calls>(call: Call): readonly Calls[Call][] {
  const monitor = pulumi.runtime.getMonitor() as unknown as Record<Call, Asked<Call>>;
  const ask = monitor[call].bind(monitor);
  const requests: Calls[Call][] = [];
  monitor[call] = (request, ...rest) => {
    requests.push(request);
    return ask(request, ...rest);
  };
  return requests;
}

/** The value of an output, or "unknown" where a preview does not know it. */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T | "unknown"> {
  const later = output as unknown as { isKnown: Promise<boolean>; promise(): Promise<T> };
  return (await later.isKnown) ? later.promise() : "unknown";
}

/** The one resource of a name and a type. */
export function only({ resources }: Run<unknown>, type: string, name: string): Registered {
  const found = resources.filter((one) => one.type.endsWith(type) && one.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources of type ${type} named ${name}`);
  return found[0];
}
