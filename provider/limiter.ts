import { Rate, type Sent } from "./core/rate";
import type { Clock } from "./ports";

/** What a call is for. */
export type CallKind = "status" | "delete" | "read" | "change";

/**
 * How much of the rate each kind gets where all of them want more than there is. Knowing the end of what is under way
 * frees others that wait for it, and nothing is starved: a kind that has had less than its share comes first.
 */
const SHARES: Readonly<Record<CallKind, number>> = { status: 4, read: 2, delete: 2, change: 2 };
const KINDS = Object.keys(SHARES) as CallKind[];

/**
 * Lets the calls of one account and region go at the rate that AWS takes, whichever client and resource they are of.
 * Within a kind the first come is the first served, so that no resource waits for another's later calls.
 *
 * All kinds share one rate, as nobody knows whether AWS counts operations apart: if it does, this is too careful, while
 * separate rates under a common limit would each run into it.
 */
export class Limiter {
  private readonly rate: Rate;
  private readonly lines: Readonly<Record<CallKind, ((sent: Sent) => void)[]>> = {
    status: [],
    delete: [],
    read: [],
    change: [],
  };
  /** What each kind has had, in shares; and how far the one that was served last had come. */
  private readonly had: Record<CallKind, number> = { status: 0, delete: 0, read: 0, change: 0 };
  private reached = 0;
  private isServing = false;

  constructor(private readonly clock: Clock) {
    this.rate = new Rate(clock.now());
  }

  /**
   * Makes a call when it is its turn.
   *
   * @param isRefusal - whether an error of the call says that it was one too many
   */
  async run<T>(kind: CallKind, call: () => Promise<T>, isRefusal: (error: unknown) => boolean): Promise<T> {
    const sent = await this.turn(kind);
    try {
      return await call();
    } catch (error) {
      if (isRefusal(error)) this.rate.refused(sent, this.clock.now());
      throw error;
    }
  }

  private async turn(kind: CallKind): Promise<Sent> {
    const now = this.clock.now();
    if (!this.isServing && this.rate.wait(now) <= 0) return this.rate.send(now);
    return new Promise((go) => {
      // A kind that wanted nothing for a while has saved nothing: it would keep the others waiting.
      if (this.lines[kind].length === 0) this.had[kind] = Math.max(this.had[kind], this.reached);
      this.lines[kind].push(go);
      void this.serve();
    });
  }

  private async serve(): Promise<void> {
    if (this.isServing) return;
    this.isServing = true;
    for (let kind = this.next(); kind !== undefined; kind = this.next()) {
      const wait = this.rate.wait(this.clock.now());
      if (wait > 0) {
        await this.clock.sleep(wait);
        // Something more urgent may have come meanwhile, or a refusal.
        continue;
      }
      this.reached = this.had[kind];
      this.had[kind] += 1 / SHARES[kind];
      this.lines[kind].shift()?.(this.rate.send(this.clock.now()));
    }
    this.isServing = false;
  }

  /** Of the kinds that want something, the one that has had least. */
  private next(): CallKind | undefined {
    const [first] = KINDS.filter((kind) => this.lines[kind].length > 0).sort((a, b) => this.had[a] - this.had[b]);
    return first;
  }
}
