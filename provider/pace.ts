import type { ServiceRate } from "./core/service-rates";
import type { Clock } from "./ports";

/** What is added to each interval, as two calls may come nearer to each other on their way than they were sent. */
const MARGIN = 1.05;

/**
 * Spaces the changes of one account and region as the services behind Cloud Control want them, before they are sent. The
 * first of a kind goes at once; who comes first gets the next place.
 */
export class Pace {
  /** Per call: when a bucket that was empty all the time would be full again (the "theoretical arrival time" of GCRA). */
  private readonly full = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /**
   * Takes a place in each line, and waits for it.
   *
   * @returns milliseconds that were waited
   */
  async turn(
    rates: readonly ServiceRate[],
    waits?: (milliseconds: number, rate: ServiceRate) => void,
  ): Promise<number> {
    const now = this.clock.now();
    let [wait, longest] = [0, rates[0]];
    for (const rate of rates) {
      const own = this.place(rate, now);
      if (own > wait) [wait, longest] = [own, rate];
    }
    if (wait === 0) return 0;
    if (longest) waits?.(wait, longest);
    await this.clock.sleep(wait);
    return this.clock.now() - now;
  }

  private place({ call, burst, ms }: ServiceRate, now: number): number {
    const interval = ms * MARGIN;
    const full = Math.max(this.full.get(call) ?? now, now);
    this.full.set(call, full + interval);
    return Math.ceil(Math.max(full - (burst - 1) * interval - now, 0));
  }
}
