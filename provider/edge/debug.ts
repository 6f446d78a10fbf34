/** What a client of the AWS SDK lets itself be wrapped with. */
interface Wrappable {
  readonly middlewareStack: {
    add(
      middleware: (next: Handler, context: { readonly commandName?: string }) => Handler,
      options: { readonly step: "initialize"; readonly name: string },
    ): void;
  };
}

type Handler = (args: { readonly input: unknown }) => Promise<{ readonly output: unknown }>;

/**
 * The debug log, or undefined where it is off. Its lines go to standard output, which the engine shows among its
 * diagnostics.
 *
 * @param env - with `PULUMI_CLOUDCONTROL_DEBUG=1` it is on
 */
function debugLog(env: Readonly<Record<string, string | undefined>>): ((line: string) => void) | undefined {
  const { PULUMI_CLOUDCONTROL_DEBUG: wanted } = env;
  if (wanted !== "1" && wanted !== "true") return undefined;
  return (line) => {
    console.log(line);
  };
}

/**
 * Lists every call of a client by its operation, type, identifier, request token, request id and duration. Values of
 * resources are never in it: only the members that are named here are looked at.
 */
export function withDebug<T extends object>(client: T, log = debugLog(process.env)): T {
  if (!log) return client;
  // The SDK's own type of this is generic in every call's input and output, which nothing here needs.
  (client as unknown as Wrappable).middlewareStack.add(
    (next, { commandName = "Command" }) =>
      async (args) => {
        const began = performance.now();
        const told = (outcome: string, parts: readonly (string | undefined)[]): void => {
          const words = [commandName.replace(/Command$/, ""), ...parts.filter((part) => part !== undefined)];
          log(`pulumi-cloudcontrol: ${words.join(" ")} → ${outcome} in ${Math.round(performance.now() - began)}ms`);
        };
        const input = namedParts(args.input);
        try {
          const result = await next(args);
          told("ok", [...input, ...answerParts(result.output, input[0] !== undefined)]);
          return result;
        } catch (error) {
          told(error instanceof Error ? error.name : "failure", [...input, ...metadataParts(error)]);
          throw error;
        }
      },
    { step: "initialize", name: "pulumiCloudControlDebug" },
  );
  return client;
}

function namedParts(input: unknown): (string | undefined)[] {
  return [member(input, "TypeName"), quoted(member(input, "Identifier")), token(member(input, "RequestToken"))];
}

/** @param isTyped - the call named its type, as all do but those about a request */
function answerParts(output: unknown, isTyped: boolean): (string | undefined)[] {
  const event = (output as { readonly ProgressEvent?: unknown }).ProgressEvent;
  const status = member(event, "OperationStatus");
  return [
    isTyped ? undefined : member(event, "TypeName"),
    quoted(member(event, "Identifier")),
    token(member(event, "RequestToken")),
    status === undefined ? undefined : `status=${status}`,
    ...metadataParts(output),
  ];
}

function metadataParts(from: unknown): (string | undefined)[] {
  const metadata = (from as { readonly $metadata?: { readonly requestId?: string; readonly attempts?: number } } | null)
    ?.$metadata;
  const { requestId, attempts } = metadata ?? {};
  return [
    requestId === undefined ? undefined : `request-id=${requestId}`,
    attempts === undefined || attempts < 2 ? undefined : `attempts=${attempts}`,
  ];
}

function member(of: unknown, name: string): string | undefined {
  const value = typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `"${text}"`;
}

function token(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `request-token=${text}`;
}
