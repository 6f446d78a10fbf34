import type { CallKind, Limiter } from "../limiter";

/** What a client of the AWS SDK lets itself be wrapped with. */
interface Wrappable {
  readonly middlewareStack: {
    addRelativeTo(
      middleware: (next: Handler, context: { readonly commandName?: string }) => Handler,
      options: { readonly relation: "after"; readonly toMiddleware: string; readonly name: string },
    ): void;
  };
}

type Handler = (args: unknown) => Promise<unknown>;

/**
 * Lets every try of every call wait for its turn: inside of the SDK's retries, so that these cannot outrun the limiter,
 * and before the signature, so that no wait makes that too old.
 */
export function withLimiter<T extends object>(client: T, limiter: () => Promise<Limiter>): T {
  // The SDK's own type of this is generic in every call's input and output, which nothing here needs.
  (client as unknown as Wrappable).middlewareStack.addRelativeTo(
    (next, { commandName = "" }) =>
      async (args) =>
        (await limiter()).run(kindOf(commandName), async () => next(args), isRefusal),
    { relation: "after", toMiddleware: "retryMiddleware", name: "pulumiCloudControlLimiter" },
  );
  return client;
}

const KINDS: Readonly<Record<string, CallKind>> = {
  GetResourceRequestStatusCommand: "status",
  ListResourceRequestsCommand: "status",
  CancelResourceRequestCommand: "status",
  DeleteResourceCommand: "delete",
  GetResourceCommand: "read",
};

function kindOf(commandName: string): CallKind {
  return KINDS[commandName] ?? "change";
}

/** The names under which AWS's services refuse a call as one too many. */
const REFUSALS: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "RequestLimitExceeded",
]);

function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.has(error.name);
}
