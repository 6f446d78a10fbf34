/**
 * npm run campaign -- --seed S --runs N [--jobs J] [--again] [--brief] [--replay FILE] [--bugs I/N] [--kinds K,K] [--verbose]
 *
 * `--bugs 0/1` puts one known bug after the other into the provider; the campaign must find each within N sequences, in
 * one that the provider without it gets through (I/N: every N-th of them, from the I-th on).
 * Otherwise it plays N random sequences in J processes. A sequence that breaks a rule is shrunk and printed, as a file to replay; with
 * `--brief` it is printed as it was.
 * With `--kinds` the programs have things of these kinds only, by their names in plan.ts.
 * With `--again` it counts only when it breaks one a second time, for machines on which other things run.
 */
import { fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { sequences } from "./arbitraries";
import { Violation } from "./judge";
import { mutated, MUTANTS } from "./mutants";
import { KINDS, type Kind, type Sequence } from "./plan";
import { play, type PlayOptions, type Tally } from "./play";

const root = join(__dirname, "..", "..");
/** Shrinking runs the engine again and again; what is shorter after this time is short enough. */
const SHRINK_MINUTES = 10;

const ONCE = "sequences that broke a rule once, and not again";

interface Result {
  readonly seed: number;
  readonly runs: number;
  readonly tally: Tally;
  /** The first rule that was broken, with the shortest sequence found. */
  readonly failure?: {
    readonly message: string;
    readonly sequence: Sequence;
    readonly playSeed: number;
    /** It was a rule, and not a process of ours. */
    readonly isRule: boolean;
  };
}

interface Options {
  readonly seed: number;
  readonly runs: number;
  readonly kinds: readonly Kind[];
  readonly packageRoot?: string;
  /** Whether the first broken rule is enough, as when a bug is known to be there. */
  readonly isBrief?: boolean;
  readonly isLenient?: boolean;
  readonly log?: (line: string) => void;
}

/** One process's share. Each sequence has an emulator seed of its own, which belongs to what is replayed. */
async function campaign({
  seed,
  runs,
  kinds,
  packageRoot,
  isBrief = false,
  isLenient = false,
  log,
}: Options): Promise<Result> {
  const tally: Tally = {};
  let played = 0;
  let failedAt = 0;
  const property = fc.asyncProperty(sequences(kinds), fc.nat(), async (sequence, playSeed) => {
    if (failedAt > 0 && Date.now() - failedAt > SHRINK_MINUTES * 60_000) return;
    played++;
    const options = {
      seed: playSeed,
      tally,
      ...(packageRoot === undefined ? {} : { packageRoot }),
      ...(log ? { log } : {}),
    };
    try {
      await play(sequence, options);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      if (isLenient && (await holds(sequence, options))) {
        tally[ONCE] = (tally[ONCE] ?? 0) + 1;
        console.log(`broke a rule once, and not again: ${what}\n${JSON.stringify({ playSeed, sequence })}`);
        return;
      }
      failedAt ||= Date.now();
      log?.(`BROKEN ${what}\n${JSON.stringify({ playSeed, sequence })}`);
      throw error;
    }
  });
  const details = await fc.check(property, { seed, numRuns: runs, endOnFailure: isBrief });
  if (!details.failed) return { seed, runs: played, tally };
  const [sequence, playSeed] = details.counterexample ?? [[], 0];
  const { errorInstance: error } = details;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const isRule = error instanceof Violation;
  return { seed, runs: played, tally, failure: { message, sequence, playSeed, isRule } };
}

const holds = async (sequence: Sequence, options: PlayOptions): Promise<boolean> =>
  play(sequence, options).then(
    () => true,
    () => false,
  );

/** Whether each known bug breaks a rule within so many sequences, in one in which the provider without it breaks none. */
async function tryBugs(options: Options, share: Share): Promise<void> {
  for (const [index, mutant] of MUTANTS.entries()) {
    if (index % share.of !== share.index) continue;
    const packageRoot = mutated(root, mutant);
    const { kinds = options.kinds } = mutant;
    const found = await tryBug({ ...options, kinds, packageRoot, isBrief: true });
    console.log(`${mutant.name}: ${(found ?? "NOT FOUND").slice(0, 400)}`);
    if (found === undefined) process.exitCode = 1;
  }
}

async function tryBug(options: Options): Promise<string | undefined> {
  for (let { seed, runs } = options, played = 0; runs > 0; seed++) {
    const result = await campaign({ ...options, seed, runs });
    played += result.runs;
    runs -= result.runs;
    if (!result.failure) return undefined;
    const { message, sequence, playSeed, isRule } = result.failure;
    // A process that fails in another way, or a rule that breaks without the bug, too, says nothing of the bug.
    if (isRule && (await holds(sequence, { seed: playSeed }))) {
      return `found in sequence ${String(played)} (seed ${String(seed)}): ${message.split("\n")[0] ?? ""}`;
    }
  }
  return undefined;
}

interface Share {
  readonly index: number;
  readonly of: number;
}

function report(results: readonly Result[], began: number): void {
  const tally: Tally = {};
  for (const result of results) {
    for (const [name, times] of Object.entries(result.tally)) tally[name] = (tally[name] ?? 0) + times;
  }
  const runs = results.reduce((sum, result) => sum + result.runs, 0);
  console.log(`${String(runs)} sequences in ${String(Math.round((Date.now() - began) / 1000))} s`);
  for (const [name, times] of Object.entries(tally).sort()) console.log(`  ${name}: ${String(times)}`);
  const folder = join(root, ".pulumi-cloudcontrol", "campaign");
  for (const { seed, failure } of results) {
    if (!failure) continue;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${String(seed)}.json`);
    writeFileSync(file, JSON.stringify({ playSeed: failure.playSeed, sequence: failure.sequence }, null, 2));
    console.log(`\nseed ${String(seed)}: ${failure.message}\n${JSON.stringify(failure.sequence)}`);
    console.log(`replay: npm run campaign -- --replay ${file}`);
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      runs: { type: "string", default: "20" },
      jobs: { type: "string", default: "2" },
      replay: { type: "string" },
      verbose: { type: "boolean", default: false },
      share: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
      brief: { type: "boolean", default: false },
      bugs: { type: "string" },
      kinds: { type: "string", default: KINDS.join(",") },
    },
  });
  const [seed, runs, jobs] = [Number(values.seed), Number(values.runs), Number(values.jobs)];
  const log = (line: string): void => {
    console.log(`${new Date().toISOString().slice(11, 19)} ${String(seed)} ${line}`);
  };
  const given = values.kinds.split(",");
  const kinds = KINDS.filter((kind) => given.includes(kind));
  if (kinds.length !== given.length) throw new Error(`--kinds takes names of ${KINDS.join(", ")}, divided by commas`);
  const options = { seed, runs, kinds, ...(values.verbose ? { log } : {}) };
  if (values.replay !== undefined) {
    const { sequence, playSeed } = JSON.parse(readFileSync(values.replay, "utf8")) as {
      sequence: Sequence;
      playSeed: number;
    };
    await play(sequence, { seed: playSeed, log });
    console.log("every rule held");
    return;
  }
  if (values.bugs !== undefined) {
    const [index = 0, of = 1] = values.bugs.split("/").map(Number);
    await tryBugs(options, { index, of });
    return;
  }
  if (values.share) {
    process.send?.(await campaign({ ...options, isLenient: values.again, isBrief: values.brief }));
    return;
  }
  const began = Date.now();
  console.log(`seed ${String(seed)}, ${String(runs)} sequences in ${String(jobs)} processes`);
  const shares = Array.from({ length: jobs }, async (_, index) => {
    const share = Math.ceil(runs / jobs);
    const args = ["--share", "--seed", String(seed + index), "--runs", String(share), "--kinds", values.kinds];
    if (values.verbose) args.push("--verbose");
    if (values.again) args.push("--again");
    if (values.brief) args.push("--brief");
    const child = fork(__filename, args);
    return new Promise<Result>((resolve, reject) => {
      child.once("message", (message) => {
        resolve(message as Result);
      });
      child.once("exit", (code) => {
        reject(new Error(`a process of the campaign ended with ${String(code)}`));
      });
    });
  });
  report(await Promise.all(shares), began);
}

if (require.main === module) {
  main().then(
    () => process.exit(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
