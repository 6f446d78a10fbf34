/** What the campaign's releases are told to do, and what the stage must then serve. */
import type { CanaryStageArgs } from "../../index";
import type { Slot } from "./plan";
import type { Model } from "./slots";

/** A release: two contents, of which one follows the other on trial, by a walk, or is taken back. */
const RELEASES: readonly {
  readonly content: number;
  readonly words: Partial<CanaryStageArgs>;
  readonly most: number;
}[] = [
  { content: 0, words: { phase: "shift", percentTraffic: 10 }, most: 10 },
  { content: 1, words: { phase: "shift", percentTraffic: 0.5, stageVariableOverrides: { color: "green" } }, most: 0.5 },
  { content: 1, words: { steps: [{ percent: 50, bake: "1s" }] }, most: 0 },
  { content: 1, words: { phase: "rollback" }, most: 0 },
  { content: 0, words: { phase: "promote" }, most: 0 },
  { content: 0, words: { phase: "shift", percentTraffic: 50, keepDeployments: 0 }, most: 50 },
];
export const releaseOf = ({ variant }: Slot): (typeof RELEASES)[number] => RELEASES[variant] ?? RELEASES[0]!;

/** The share that a canary takes, in percent; none where there is no canary. */
const canaryShare = ({ CanarySetting }: Model): number =>
  (CanarySetting as { readonly PercentTraffic?: number } | undefined)?.PercentTraffic ?? 0;

/** Where nothing is on trial the canary takes nothing; where something is, it takes what the program says. */
export const isReleased =
  (slot: Slot) =>
  (model: Model): boolean =>
    [0, releaseOf(slot).most].includes(canaryShare(model));
