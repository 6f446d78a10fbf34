/** The table of a benchmark, written from its raw runs. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { root } from "./cloud";
import { CONDITIONS, OPERATIONS, type Operation } from "./conditions";
import { callsOf, floorOf } from "./floor";
import type { Raw } from "./main";
import type { Run } from "./sides";

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (low + high) / 2;
};
/** The engine starts, loads the program and ends in every operation, whatever the resources are. */
const netOf = (own: number, floor: number, engine: number): string =>
  floor === 0 || Number.isNaN(engine) ? "–" : (own / (floor + engine)).toFixed(2);
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const versionOf = (path: string): string =>
  (JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")) as { version: string }).version;

/** Runs of one side, size and operation. */
const of = (runs: readonly Run[], side: Run["side"], size: number, operation: Operation): Run[] =>
  runs.filter((run) => run.side === side && run.size === size && run.operation === operation);

export function reportOf(raw: Raw): string {
  const engine = execFileSync(process.env.PULUMI_CLOUDCONTROL_ENGINE ?? "pulumi", ["version"], {
    encoding: "utf8",
  }).trim();
  const { handler, accept, read, rate, parallel } = CONDITIONS;
  const parts = [
    "# Benchmark",
    "",
    `Written by \`npm run bench\` from the runs in [raw](raw), begun ${raw.began.slice(0, 16)}Z; not edited by hand. Medians.`,
    "",
    `Local Cloud Control in a process of its own: ${accept} ms until a call is accepted, ${read} ms a read, handlers ${handler[0] / 1000} to ${handler[1] / 1000} s, ` +
      `${rate.perSecond} calls a second with bursts of ${rate.burst}; ${parallel} resources at a time on both sides. ` +
      `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ` +
      `Pulumi engine ${engine}, @pulumi/pulumi ${versionOf("node_modules/@pulumi/pulumi")}, alchemy ${versionOf("bench/node_modules/alchemy")}.`,
    "",
    "The floor is what a client would take that knows beforehand when each handler ends, asks once and waits for nothing",
    "but AWS, under the same rate and as many at a time ([floor.ts](floor.ts)). Wall times are of the whole command: engine,",
    "program and provider start in them. `engine` is the same `up` of as many dynamic resources that do nothing at all.",
    "",
    ...raw.sizes.flatMap((size) => [sizeTable(raw, size), ""]),
  ];
  if (raw.figures) parts.push(...figureLines(raw));
  return `${parts.join("\n").trimEnd()}\n`;
}

function sizeTable({ runs }: Raw, size: number): string {
  const head = [
    "operation",
    "floor s",
    "ours s",
    "÷ floor",
    "÷ (floor + engine)",
    "engine s",
    "calls",
    "least",
    "throttled",
    "failed",
    "alchemy s",
    "calls",
    "throttled",
    "failed",
    "alchemy ÷ ours",
  ];
  const rows = OPERATIONS.map((operation) => {
    const [mine, peer, engine] = (["ours", "alchemy", "engine"] as const).map((side) =>
      of(runs, side, size, operation),
    );
    const middle = (list: readonly Run[] | undefined, key: "milliseconds" | "calls" | "throttled" | "failed"): number =>
      median((list ?? []).map((run) => run[key]));
    const shown = (value: number): string => (Number.isNaN(value) ? "–" : String(value));
    const inSeconds = (value: number): string => (Number.isNaN(value) ? "–" : seconds(value));
    const floor = floorOf(operation, size);
    const [ownTime, peerTime] = [middle(mine, "milliseconds"), middle(peer, "milliseconds")];
    return [
      operation,
      floor === 0 ? "0" : seconds(floor),
      inSeconds(ownTime),
      floor === 0 || Number.isNaN(ownTime) ? "–" : (ownTime / floor).toFixed(2),
      netOf(ownTime, floor, middle(engine, "milliseconds")),
      inSeconds(middle(engine, "milliseconds")),
      shown(middle(mine, "calls")),
      callsOf(operation, size),
      shown(middle(mine, "throttled")),
      shown(middle(mine, "failed")),
      inSeconds(peerTime),
      shown(middle(peer, "calls")),
      shown(middle(peer, "throttled")),
      shown(middle(peer, "failed")),
      Number.isNaN(peerTime) ? "–" : (peerTime / ownTime).toFixed(2),
    ];
  });
  return `## ${size} ${size === 1 ? "stage" : "stages"}\n\n${table(head, rows)}`;
}

/** The goals of the project, each beside what was measured. */
function figureLines({ runs, sizes, figures }: Raw): string[] {
  if (!figures) return [];
  const rows: (readonly string[])[] = [];
  const goal = (what: string, value: number, limit: number, digits = 2, unit = ""): void => {
    if (!Number.isNaN(value))
      rows.push([what, `≤ ${limit}${unit}`, `${value.toFixed(digits)}${unit}`, value <= limit ? "met" : "**not met**"]);
  };
  for (const size of sizes) {
    const created = median(of(runs, "ours", size, "create").map(({ milliseconds }) => milliseconds));
    goal(
      `wall time of the first \`up\` over the floor, ${size}`,
      created / floorOf("create", size),
      size <= 10 ? 1.25 : 1.15,
    );
  }
  goal(
    "calls for each created resource, 100",
    median(of(runs, "ours", 100, "create").map(({ calls }) => calls)) / 100,
    3.5,
  );
  const large = of(runs, "ours", 500, "create");
  goal("throttled answers, 500", median(large.map(({ throttled, calls }) => (100 * throttled) / calls)), 2, 2, " %");
  goal("resources that failed, 500", median(large.map(({ failed }) => failed)), 0, 0);
  const unchanged = (side: Run["side"]): number =>
    median(of(runs, side, 500, "no-op").map(({ milliseconds }) => milliseconds));
  goal("no-op `up` over the engine's own, 500", unchanged("ours") / unchanged("engine"), 1.3);
  goal("calls of a no-op `up`, 500", median(of(runs, "ours", 500, "no-op").map(({ calls }) => calls)), 0, 0);
  const peak = (size: number): number =>
    median(of(runs, "ours", size, "create").map(({ peakMegabytes = NaN }) => peakMegabytes));
  goal("peak memory of the provider, 500 over 1", peak(500) / peak(1), 1.5);
  const { one, many } = figures.provider;
  goal("the same without an engine (gRPC), 500 over 1", many.peakMegabytes / one.peakMegabytes, 1.5);
  goal("one handler of 6.0 s", median(figures.slowHandler), 6.8, 2, " s");
  const { plain, withSettings, outputs, outputsWithSettings } = figures.stateBytes;
  goal("bytes of a stage in the state", plain, 1944, 0);
  goal("bytes of a stage in the state, its ids outputs of others", outputs, 1944, 0);
  goal("bytes of a stage in the state, with tracing and method settings", withSettings, 2806, 0);
  goal("the same, its ids outputs of others", outputsWithSettings, 2806, 0);
  goal("bytes of the provider text", figures.stateBytes.stub, 256, 0);
  const each = median(figures.registration.map(({ ours }) => ours / 200));
  goal("registering a stage of 200, CPU time", each, 2, 2, " ms");
  const faster = median(figures.registration.map(({ ours, captured }) => captured / ours));
  rows.push([
    "registering 200, a captured class over ours",
    "≥ 5",
    faster.toFixed(1),
    faster >= 5 ? "met" : "**not met**",
  ]);
  goal(
    "loading the package after `@pulumi/pulumi`",
    median(figures.loading.map(({ both, pulumi }) => both - pulumi)),
    60,
    0,
    " ms",
  );
  return [
    "## Goals",
    "",
    table(["figure", "goal", "measured", ""], rows),
    "",
    "Orientation, measured elsewhere with handlers of 3 s, 8 at a time: `@pulumi/aws-native` takes 9.0, 16.5 and 43.7 s for the",
    "first `up` of 1, 10 and 50 stages, 5.0 to 5.5 calls each. One handler of 6.0 s: alchemy 7.1 to 7.4 s, awscc 10.4 to",
    "12.4 s, `@pulumi/aws-native` 15.3 s in the median, 34.8 s at most.",
  ];
}
