/** Milliseconds in which hardly any of AWS's handlers ends: to ask before then only costs calls. */
const FIRST = 2400;
/** Bounds of what is learnt: a request that fails at once must not be noticed much later, however long others took. */
const LEAST_FIRST = 250;
const MOST_FIRST = 10_000;
/** Ends that are remembered of each kind. */
const REMEMBERED = 16;
/** The share of requests that may have ended when they are first asked for. */
const EARLY = 0.25;

/**
 * How long requests usually take, by what this process has seen: of each kind, such as "Create AWS::Logs::LogGroup", the
 * time before which few have ended.
 */
export class Usual {
  private readonly kinds = new Map<string, number[]>();

  /** @param start - milliseconds until the first question about a kind of which nothing is known */
  constructor(private readonly start: number = FIRST) {}

  /** Milliseconds from the acceptance of a request until it is worth asking for it. */
  first(kind: string): number {
    const seen = [...(this.kinds.get(kind) ?? [])].sort((a, b) => a - b);
    return seen[Math.floor(seen.length * EARLY)] ?? this.start;
  }

  /**
   * A request has ended.
   *
   * @param asked - milliseconds until it was first asked for
   * @param lasted - milliseconds for which it was seen to last at the least; undefined where it had ended by the first question
   */
  learn(kind: string, asked: number, lasted: number | undefined): void {
    const seen = this.kinds.get(kind) ?? [];
    // How much earlier it ended nobody knows: the next one is asked for in half the time.
    const least = Math.min(LEAST_FIRST, this.start);
    seen.push(Math.min(Math.max(lasted ?? asked / 2, least), MOST_FIRST));
    this.kinds.set(kind, seen.slice(-REMEMBERED));
  }
}
