/**
 * npm run bench -- [--sizes 1,10,100,500] [--repeat 3] [--repeat-large 1] [--only work,figures] [--out bench/results.md]
 *
 * The same work on the local Cloud Control with AWS-like latencies, by this package with the real engine and by alchemy,
 * one after the other at each repetition. Every run is kept in bench/raw; the table is written from there.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./cloud";
import { figures, type Figures } from "./figures";
import { reportOf } from "./report";
import { alchemy, engineAlone, ours, type Run } from "./sides";

/** What a run of the benchmark leaves behind. */
export interface Raw {
  readonly began: string;
  readonly sizes: readonly number[];
  readonly repeat: number;
  readonly runs: readonly Run[];
  readonly figures?: Figures | undefined;
}

const list = (text: string): number[] =>
  text
    .split(",")
    .map(Number)
    .filter((size) => size > 0);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "1,10,100,500" },
      repeat: { type: "string", default: "3" },
      "repeat-large": { type: "string", default: "1" },
      only: { type: "string", default: "work,figures" },
      out: { type: "string", default: join("bench", "results.md") },
    },
  });
  const sizes = list(values.sizes);
  const repeat = Number(values.repeat);
  // At 100 and more each side waits for its handlers for many minutes, and over so many the runs hardly differ.
  const repeatLarge = Number(values["repeat-large"]);
  const began = new Date().toISOString();
  const runs: Run[] = [];
  const folder = join(root, "bench", "raw");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${began.slice(0, 19).replaceAll(":", "-")}.json`);
  const keep = (measured?: Figures): Raw => {
    const raw: Raw = { began, sizes, repeat, runs, figures: measured };
    writeFileSync(file, `${JSON.stringify(raw, null, 1)}\n`);
    return raw;
  };
  const note = (made: readonly Run[]): void => {
    runs.push(...made);
    for (const { side, size, operation, milliseconds, calls, throttled, failed } of made) {
      const seconds = (milliseconds / 1000).toFixed(1);
      console.log(
        `${side} ${size} ${operation}: ${seconds} s, ${calls} calls, ${throttled} throttled, ${failed} failed`,
      );
    }
    keep();
  };
  if (values.only.includes("work")) {
    for (const size of sizes) {
      for (let round = 0; round < (size >= 100 ? repeatLarge : repeat); round++) {
        note(await ours(size, round));
        note(await alchemy(size, round));
        note(await engineAlone(size, round));
      }
    }
  }
  const raw = keep(values.only.includes("figures") ? await figures(repeat) : undefined);
  writeFileSync(join(root, values.out), reportOf(raw));
  console.log(`${values.out} and ${file} are written`);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
