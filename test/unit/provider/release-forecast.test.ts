import { expect } from "chai";
import type { JsonObject } from "../../../provider/core/json";
import { forecast } from "../../../provider/core/release/forecast";
import { begun, next, onTrial, sentBack } from "../../../provider/core/release/plan";
import type { Deployed, ReleaseRecord } from "../../../provider/core/release/record";
import { readWish, type Wish } from "../../../provider/core/release/wish";

const STEPS = [
  { percent: 5, bake: "5m" },
  { percent: 50, bake: "1h30m" },
];
const wish = (words: JsonObject = {}): Wish => readWish({ content: "A", ...words }, undefined);
const made = (content: string): Deployed => ({ id: content.toLowerCase(), key: `content:${content}`, own: true });

const stable = begun(made("A"), wish());
/** With B on trial, at a share and after so many steps. */
const trying = (percent: number, words: JsonObject = {}, passed = 0): ReleaseRecord => {
  const record = onTrial(stable, made("B"), wish({ content: "B", ...words }));
  return { ...record, touched: true, candidate: { ...record.candidate!, percent, passed } };
};
const refused = sentBack(trying(5), { reason: 'the alarm "errors" went to ALARM', time: "t", step: 1 });
const ON = { stageVariableOverrides: { on: "true" } };

/** What is remembered, what the program wants, and the line of the preview. */
const SITUATIONS: Readonly<Record<string, readonly [ReleaseRecord, JsonObject, string]>> = {
  "nothing has changed": [stable, {}, "stays as it is"],
  "the API changes": [stable, { content: "B" }, "deploys a candidate: 10 % of the requests"],
  "the API changes, with a fraction": [
    stable,
    { content: "B", percentTraffic: 0.5 },
    "deploys a candidate: 0.5 % of the requests",
  ],
  "the candidate is where it should be": [trying(10), { content: "B" }, "stays as it is"],
  "another share": [
    trying(10),
    { content: "B", percentTraffic: 20 },
    "goes on with the candidate: 20 % of the requests",
  ],
  "other overrides": [trying(10), { content: "B", ...ON }, "goes on with the candidate: 10 % of the requests"],
  "another candidate": [trying(10), { content: "C" }, "replaces the candidate: 10 % of the requests"],
  "variables alone": [stable, ON, "tries the variables on the stable deployment: 10 % of the requests"],
  "a promotion": [trying(10), { content: "B", phase: "promote" }, "goes on with the candidate: all requests"],
  "a promotion at once": [stable, { content: "B", phase: "promote" }, "deploys a candidate: all requests"],
  "a promotion of what is not on trial": [
    trying(10),
    { content: "C", phase: "promote" },
    'phase: promote takes the candidate that is on trial, and the program\'s is another one. Fix: run `pulumi up` with `phase: "shift"` first, or with "rollback" to take the old candidate back',
  ],
  "a rollback": [
    trying(10),
    { content: "B", phase: "rollback" },
    "takes the canary back from 10 %; the stable deployment is not touched",
  ],
  "a rollback of nothing": [stable, { content: "B", phase: "rollback" }, "stays as it is"],
  "the program has again what is stable": [trying(10), {}, "takes the canary back, as the program has what is stable"],
  "… with the variables that were promoted with it": [
    { ...trying(10), stable: { ...stable.stable, overrides: { on: "true" } } },
    ON,
    "takes the canary back, as the program has what is stable",
  ],
  steps: [
    stable,
    { content: "B", steps: STEPS },
    "deploys a candidate: 5 % for 5m, then 50 % for 1h30m, then all requests",
  ],
  "steps of which one is passed": [
    trying(5, {}, 1),
    { content: "B", steps: STEPS },
    "goes on with the candidate: 50 % for 1h30m, then all requests",
  ],
  "all steps are passed": [
    trying(50, {}, 2),
    { content: "B", steps: STEPS },
    "goes on with the candidate: all requests",
  ],
  "other overrides begin with the first step": [
    trying(5, {}, 1),
    { content: "B", steps: STEPS, ...ON },
    "goes on with the candidate: 5 % for 5m, then 50 % for 1h30m, then all requests",
  ],
  "steps behind a gate": [
    stable,
    { content: "B", steps: STEPS, gate: { alarms: ["errors", "latency"] } },
    "deploys a candidate: 5 % for 5m, then 50 % for 1h30m, then all requests, unless one of errors, latency goes off",
  ],
  "the gate has sent it back": [refused, { content: "B", steps: STEPS }, "stays as it is"],
  "… and its rollback did not come through": [
    { ...trying(5), refused: refused.refused! },
    { content: "B", steps: STEPS },
    'takes the canary back from 5 %, as the candidate was rolled back: the alarm "errors" went to ALARM',
  ],
  "it is to be tried again": [
    refused,
    { content: "B", steps: STEPS, retryCandidate: true },
    "deploys a candidate that was rolled back: 5 % for 5m, then 50 % for 1h30m, then all requests",
  ],
  "another candidate after the one that was sent back": [
    refused,
    { content: "C" },
    "deploys a candidate: 10 % of the requests",
  ],
  "the one that was sent back is given up": [refused, {}, "deletes what it no longer needs"],
  "a rollback of what the gate has sent back": [
    refused,
    { content: "B", phase: "rollback" },
    "deletes what it no longer needs",
  ],
  "fewer former deployments are kept": [
    { ...stable, kept: [made("Y"), made("Z")] },
    { keepDeployments: 1 },
    "deletes what it no longer needs",
  ],
  "… while a candidate is where it should be": [
    { ...trying(10), removing: [made("Z")] },
    { content: "B" },
    "deletes what it no longer needs",
  ],
  "… after a promotion with variables": [
    { ...stable, stable: { ...stable.stable, overrides: { on: "true" } }, kept: [made("Y")] },
    { phase: "promote", keepDeployments: 0, ...ON },
    "deletes what it no longer needs",
  ],
};

// The line alone: that a preview shows it, and that the next `up` does so, is shown by the engine tests.
describe("what a preview says of a release", () => {
  for (const [situation, [record, words, line]] of Object.entries(SITUATIONS)) {
    it(`${situation}: ${line}`, () => {
      expect(forecast(record, wish(words))).to.equal(line);
      expect(next(record, wish(words)) === undefined).to.equal(line === "stays as it is");
    });
  }
});
