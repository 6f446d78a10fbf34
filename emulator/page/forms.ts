import { readFault, type Fault } from "../faults";
import { ApiError } from "../server/errors";

/** What the buttons of the page arm, beyond the kind. */
const details: Readonly<Record<string, object>> = {
  throttle: {},
  exception: { exception: "ServiceInternalErrorException", message: "Injected on the page" },
  "handler-failure": { errorCode: "ServiceInternalError", message: "Injected on the page" },
  slow: { ms: 10_000 },
  stuck: {},
  "lost-reply": { when: "after" },
};

const ofHandlers = new Set(["handler-failure", "slow", "stuck"]);
const handlerOf: Readonly<Record<string, string>> = {
  CreateResource: "CREATE",
  UpdateResource: "UPDATE",
  DeleteResource: "DELETE",
};

/** A handler's fault is told its operation by another name than a call's; people may choose either. */
function operationFor(kind: string, chosen: string): string | undefined {
  if (chosen === "") return undefined;
  const pairs = Object.entries(handlerOf);
  const [call = chosen, handler = chosen] = pairs.find((pair) => pair.includes(chosen)) ?? [];
  return ofHandlers.has(kind) ? handler : call;
}

/**
 * The fault that a form of the page asks for.
 *
 * @throws ApiError when the form says nothing that can be armed.
 * @internal
 */
export function faultOf(form: URLSearchParams): Fault {
  const kind = form.get("kind") ?? "";
  const times = Number(form.get("times") ?? 1);
  const typeName = (form.get("typeName") ?? "").trim();
  if (!Object.hasOwn(details, kind)) throw new ApiError("BadRequest", "choose what is to go wrong");
  if (!Number.isInteger(times) || times < 1 || times > 1000) {
    throw new ApiError("BadRequest", "times must be a whole number from 1 to 1000");
  }
  const operation = operationFor(kind, form.get("operation") ?? "");
  return readFault({
    kind,
    ...details[kind],
    times,
    ...(operation === undefined ? {} : { operation }),
    ...(typeName === "" ? {} : { typeName }),
  });
}
