import { isRefused, next } from "./plan";
import type { ReleaseRecord } from "./record";
import { minutes, type Wish } from "./wish";

/** What the next `up` does with the release, in one line, for a preview. It makes no calls and knows what the state knows. */
export function forecast(record: ReleaseRecord, wish: Wish): string {
  const action = next(record, wish);
  if (!action) return "stays as it is";
  if (action.kind === "stop") return action.message;
  const { candidate } = record;
  const isTried = candidate?.key === wish.key;
  if (wish.phase === "rollback") {
    return candidate ? `takes the canary back from ${candidate.percent} %; the stable deployment is not touched` : TIDY;
  }
  const tried = isTried || wish.key !== record.stable.key || Object.keys(wish.overrides).length > 0;
  if (!tried) return candidate ? "takes the canary back, as the program has what is stable" : TIDY;
  const what = isTried
    ? "goes on with the candidate"
    : wish.key === record.stable.key
      ? "tries the variables on the stable deployment"
      : candidate
        ? "replaces the candidate"
        : "deploys a candidate";
  const again = isRefused(record, wish) ? " that was rolled back" : "";
  return `${what}${again}: ${way(record, wish)}`;
}

const TIDY = "deletes what it no longer needs";

function way({ candidate }: ReleaseRecord, wish: Wish): string {
  if (wish.phase === "promote") return "all requests";
  if (!wish.steps) return `${wish.percent} % of the requests`;
  const isTried = candidate?.key === wish.key;
  const steps = wish.steps.slice(isTried ? candidate.passed : 0);
  const gate = wish.alarms ? `, unless one of ${wish.alarms.join(", ")} goes off` : "";
  return (
    [...steps.map(({ percent, bake }) => `${percent} % for ${minutes(bake)}`), "then all requests"].join(", ") + gate
  );
}
