import type { Clock } from "../clock";
import type { Caller } from "./auth";

interface Bucket {
  left: number;
  at: number;
}

/** Token buckets, one for each account and region. AWS does not publish its own (facts 3.5). @internal */
export class Rate {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    private readonly limit: { readonly perSecond: number; readonly burst: number } | undefined,
  ) {}

  /** Whether one more call is within the limit; it is counted then. */
  admits({ account, region }: Caller): boolean {
    if (!this.limit) return true;
    const { perSecond, burst } = this.limit;
    const now = this.clock.now();
    const key = `${account} ${region}`;
    const bucket = this.buckets.get(key) ?? { left: burst, at: now };
    const left = Math.min(burst, bucket.left + ((now - bucket.at) * perSecond) / 1000);
    this.buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  }
}
