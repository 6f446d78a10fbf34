import { goalOf, isRefused, next, toward, type Goal } from "./plan";
import { sameVariables, type ReleaseRecord } from "./record";
import { minutes, type Wish } from "./wish";

/** What the next `up` does with the release, in one line, for a preview. It makes no calls and knows what the state knows. */
export function forecast(record: ReleaseRecord, wish: Wish): string {
  const action = next(record, wish);
  if (!action) return "stays as it is";
  if (action.kind === "stop") return action.message;
  if (!toward(record, wish)) return "deletes what it no longer needs";
  const goal = goalOf(record, wish);
  return goal === "rest" ? back(record, wish) : `${trial(record, wish)}: ${way(record, wish, goal)}`;
}

/** Why the canary goes off. */
function back(record: ReleaseRecord, wish: Wish): string {
  const { candidate, refused } = record;
  const from = `takes the canary back from ${candidate?.percent ?? 0} %`;
  if (wish.phase === "rollback") return `${from}; the stable deployment is not touched`;
  if (refused && isRefused(record, wish)) return `${from}, as the candidate was rolled back: ${refused.reason}`;
  return "takes the canary back, as the program has what is stable";
}

/** What is on trial. */
function trial(record: ReleaseRecord, wish: Wish): string {
  const { candidate, stable } = record;
  const again = isRefused(record, wish) ? " that was rolled back" : "";
  if (candidate?.key === wish.key) return `goes on with the candidate${again}`;
  if (wish.key === stable.key) return `tries the variables on the stable deployment${again}`;
  return candidate ? "replaces the candidate" : `deploys a candidate${again}`;
}

/** How far it goes from where it stands. */
function way({ candidate }: ReleaseRecord, wish: Wish, goal: Goal): string {
  if (goal === "promote") return "all requests";
  if (goal === "shift") return `${wish.percent} % of the requests`;
  const stays = candidate?.key === wish.key && sameVariables(candidate.overrides, wish.overrides);
  const steps = (wish.steps ?? []).slice(stays ? candidate.passed : 0);
  const gate = wish.alarms ? `, unless one of ${wish.alarms.join(", ")} goes off` : "";
  const shares = steps.map(({ percent, bake }) => `${percent} % for ${minutes(bake)}, then `);
  return `${shares.join("")}all requests${gate}`;
}
