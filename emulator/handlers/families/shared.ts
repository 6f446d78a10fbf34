import { notFound, requireApi } from "../apigateway/shared";
import type { Overlay } from "../overlay";

/** API Gateway gives most of its children six characters (fixtures: all recorded ids). @internal */
export function sixAs(name: string): Pick<Overlay, "ids"> {
  return { ids: (_, context) => ({ [name]: context.ids.text(6) }) };
}

/** API Gateway's NotFoundException for one kind of thing; the pattern is that of stages and APIs [I]. @internal */
export function missing(kind: string): Pick<Overlay, "missing"> {
  return { missing: (_, context) => notFound(context, `Invalid ${kind} identifier specified`) };
}

/** What hangs on a REST API needs the API. @internal */
export function below(overlay: Overlay): Overlay {
  return {
    ...overlay,
    check(desired, context, live) {
      requireApi(context, desired);
      overlay.check?.(desired, context, live);
    },
  };
}
