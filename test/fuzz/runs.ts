/** How often the fuzzers run, and from where their values come. */
export interface Runs {
  readonly numRuns: number;
  readonly seed: number;
  readonly endOnFailure: boolean;
  readonly includeErrorInReport: boolean;
}

const SEED = 20_261_125;

/** What `npm run fuzz -- --seed S --runs N` says; in `npm test` neither is set. */
const factor = Number(process.env["PULUMI_CLOUDCONTROL_FUZZ"] ?? 1);
const seed = Number(process.env["PULUMI_CLOUDCONTROL_FUZZ_SEED"] ?? SEED);

/** Settings of a property: as many runs as are given, times what the command asks for. */
export function runs(count: number): Runs {
  return {
    numRuns: Math.ceil(count * factor),
    seed,
    // Making the example small can take as long as a hundred suites; the command does it.
    endOnFailure: factor === 1,
    includeErrorInReport: true,
  };
}

/** Milliseconds for a test whose runs the command multiplies. */
export function patience(milliseconds: number): number {
  return milliseconds * Math.max(1, factor);
}
