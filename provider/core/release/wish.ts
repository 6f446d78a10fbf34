import { createHash } from "node:crypto";
import { reason, type Failure } from "../failures";
import { isObject, kindOf, type JsonObject, type JsonValue } from "../json";
import { durationOf } from "../settings";
import { didYouMean } from "../suggest";
import { hasUnknown, isUnknown } from "../unknown";
import type { Variables } from "./record";

/** What the program wants of a candidate. */
export type Phase = "shift" | "promote" | "rollback";

/** A part of the way from the first request to the last. */
export interface Step {
  readonly percent: number;
  /** Milliseconds that the candidate has to stand at this share. */
  readonly bake: number;
}

/** A release as the program wants it. */
export interface Wish {
  /** What the candidate's deployment is a snapshot of: `content:<fingerprint>`, or `id:<id>` of a given deployment. */
  readonly key: string;
  /** The id of the deployment that the user gives; undefined where the release makes it. */
  readonly given?: string | undefined;
  /** The deployment to begin with as the stable one. */
  readonly initial?: string | undefined;
  readonly phase: Phase;
  /** The share of a candidate that is not walked. */
  readonly percent: number;
  readonly overrides: Variables;
  readonly steps?: readonly Step[] | undefined;
  /** The names of the alarms that have to stay quiet. */
  readonly alarms?: readonly string[] | undefined;
  /** How many former stable deployments are kept. */
  readonly keep: number;
  readonly retry: boolean;
  /** The stage's own variables in the program. */
  readonly variables: Variables | null;
}

const PHASES: readonly string[] = ["shift", "promote", "rollback"];
const WORDS = [
  "content",
  "candidate",
  "initial",
  "phase",
  "percentTraffic",
  "stageVariableOverrides",
  "steps",
  "gate",
  "keepDeployments",
  "retryCandidate",
];
const PERCENT = 10;
const KEEP = 1;
/** DescribeAlarms takes no more names at once, and nobody can watch more. */
const MOST_ALARMS = 100;

/** Reads checked words; unknown ones count as not given. */
export function readWish(words: JsonObject, variables: JsonValue | undefined): Wish {
  const given = text(words.candidate);
  const steps = Array.isArray(words.steps) ? words.steps.filter(isObject) : undefined;
  const gate = isObject(words.gate) ? words.gate : undefined;
  return {
    key: given === undefined ? `content:${text(words.content) ?? ""}` : `id:${given}`,
    given,
    initial: text(words.initial),
    phase: (text(words.phase) ?? "shift") as Phase,
    percent: typeof words.percentTraffic === "number" ? words.percentTraffic : PERCENT,
    overrides: texts(words.stageVariableOverrides) ?? {},
    steps: steps?.map(({ percent, bake }) => ({ percent: Number(percent), bake: (durationOf(bake) ?? 0) * 1000 })),
    alarms: gate && (Array.isArray(gate.alarms) ? gate.alarms.filter((name) => typeof name === "string") : []),
    keep: typeof words.keepDeployments === "number" ? words.keepDeployments : KEEP,
    retry: words.retryCandidate === true,
    variables: texts(variables) ?? null,
  };
}

/** How long the steps take at least, in milliseconds. */
export function bakesOf({ steps }: Pick<Wish, "steps">): number {
  return (steps ?? []).reduce((sum, { bake }) => sum + bake, 0);
}

/** A short name of a key, which a deployment's description carries. */
export function markOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
}

/** What is wrong with the words. Unknown values are skipped. Paths are the words of `CanaryStage`. */
export function checkWish(words: JsonObject, updateTimeout: number | undefined): Failure[] {
  const failures: Failure[] = [];
  const need = (property: string, value: JsonValue | undefined, ok: boolean, expected: string, fix?: string): void => {
    if (value === undefined || hasUnknown(value) || ok) return;
    failures.push({ property, reason: reason(expected, shown(value), fix) });
  };
  for (const key of Object.keys(words).filter((word) => !WORDS.includes(word))) {
    failures.push({ property: key, reason: `unknown word of a release.${didYouMean(key, WORDS)} Fix: remove it` });
  }
  const { phase, percentTraffic: percent, steps, gate, keepDeployments: keep, retryCandidate: retry } = words;
  need("phase", phase, typeof phase === "string" && PHASES.includes(phase), `one of ${PHASES.join(", ")}`);
  need("percentTraffic", percent, isShare(percent), "a number from 0 to 100");
  const isCount = typeof keep === "number" && Number.isInteger(keep) && keep >= 0;
  need("keepDeployments", keep, isCount, "a whole number, 0 or more");
  need("retryCandidate", retry, typeof retry === "boolean", "true or false");
  need("steps", steps, Array.isArray(steps) && steps.length > 0, 'a list such as [{ percent: 5, bake: "5m" }]');
  if (Array.isArray(steps)) checkSteps(steps, need);
  checkGate(gate, steps, need);
  const bakes = bakesOf(readWish(words, undefined));
  if (updateTimeout !== undefined && bakes >= updateTimeout) {
    const expected = `more than the ${minutes(bakes)} that the steps bake`;
    const fix = "raise it, or leave it out: without it the bakes are added to the usual deadline";
    failures.push({ property: "timeouts.update", reason: reason(expected, minutes(updateTimeout), fix) });
  }
  return failures;
}

type Need = (property: string, value: JsonValue | undefined, ok: boolean, expected: string, fix?: string) => void;

function checkSteps(steps: readonly JsonValue[], need: Need): void {
  let last = 0;
  for (const [at, step] of steps.entries()) {
    need(`steps[${at}]`, step, isObject(step), 'an object such as { percent: 5, bake: "5m" }');
    if (!isObject(step)) continue;
    const { percent, bake } = step;
    const rises = typeof percent === "number" && percent > last && percent <= 100;
    const fix = "order the steps from the smallest share to the largest; `phase` takes a candidate back";
    need(`steps[${at}].percent`, percent ?? null, rises, `a number above ${last} and up to 100`, fix);
    if (typeof percent === "number") last = percent;
    const isTime = durationOf(bake) !== undefined;
    need(`steps[${at}].bake`, bake ?? null, isTime, "a duration such as 90s, 5m or 1h30m");
  }
}

function checkGate(gate: JsonValue | undefined, steps: JsonValue | undefined, need: Need): void {
  need("gate", gate, isObject(gate), 'an object such as { alarms: ["errors"] }');
  if (!isObject(gate)) return;
  const { alarms = null } = gate;
  const some = Array.isArray(alarms) && alarms.length > 0 && alarms.length <= MOST_ALARMS;
  need("gate.alarms", alarms, some, `1 to ${MOST_ALARMS} alarms`);
  if (!Array.isArray(alarms)) return;
  for (const [at, name] of alarms.entries()) {
    need(`gate.alarms[${at}]`, name, typeof name === "string" && name !== "", "the name of an alarm");
  }
  if (steps !== undefined) return;
  need("gate", true, false, "`steps` beside it, since alarms are watched while a step bakes", "add `steps`");
}

function isShare(value: JsonValue | undefined): boolean {
  return typeof value === "number" && value >= 0 && value <= 100;
}

function shown(value: JsonValue): string {
  if (typeof value === "string") return `"${value.slice(0, 80)}"`;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : kindOf(value);
}

/** Milliseconds as a person says them: `90s`, `5m`, `1h30m`. */
export function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  const text = parts.map(([amount, unit]) => (amount > 0 ? `${amount}${unit}` : "")).join("");
  return text === "" ? "0s" : text;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

function texts(value: JsonValue | undefined): Variables | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
