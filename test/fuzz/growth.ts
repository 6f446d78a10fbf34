/** How the work for an input grows with its length, on any machine: the same work at two lengths is compared. */

const LARGE = 200_000;
const FACTOR = 8;
/** Milliseconds below which the processor's time is noise, and no growth is of interest. */
const NOISE = 40;
/** Linear work grows by 8, quadratic by 64. */
const MOST = 26;
const TRIES = 3;

/** The processor's time, which other processes on the machine do not use up. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return since(before);
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How many times as long the work takes for a text of 200 kB as for an eighth of it, or undefined where that is no more
 * than linear work can take.
 *
 * @param make - gives the work for about so many characters; what is only to be made ready is no part of the work
 */
export function badGrowth(make: (length: number) => () => unknown): number | undefined {
  let least = Infinity;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const [small, large] = [make(LARGE / FACTOR), make(LARGE)];
    // The first run of a work is slower, as its code is not compiled yet, and would hide how it grows.
    const base = Math.max(Math.min(cost(small), cost(small)), NOISE / FACTOR);
    const whole = cost(large);
    if (whole < NOISE) return undefined;
    least = Math.min(least, whole / base);
    if (least < MOST) return undefined;
  }
  return least;
}

/** The same for work that waits: what this process does meanwhile counts, so that nothing else may go on in it. */
export async function badGrowthOf(make: (length: number) => () => Promise<unknown>): Promise<number | undefined> {
  return badGrowthBy(async (length) => {
    const work = make(length);
    const before = process.cpuUsage();
    await work();
    return since(before);
  });
}

/** The same for work that is done elsewhere: `cost` does it and gives the milliseconds of processor time that it took. */
export async function badGrowthBy(cost: (length: number) => Promise<number>): Promise<number | undefined> {
  let least = Infinity;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const first = await cost(LARGE / FACTOR);
    const base = Math.max(Math.min(first, await cost(LARGE / FACTOR)), NOISE / FACTOR);
    const whole = await cost(LARGE);
    if (whole < NOISE) return undefined;
    least = Math.min(least, whole / base);
    if (least < MOST) return undefined;
  }
  return least;
}
