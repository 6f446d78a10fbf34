/** Calls that may be made at once to begin with, and calls a second. AWS publishes neither of Cloud Control. */
const FIRST_BURST = 40;
const FIRST_RATE = 10;
/** Milliseconds between two calls of a burst, so that a refusal is heard of before the rest is sent. */
const SPACING = 10;
/** What a call at the full rate adds to it, until AWS has refused one: doubled in some 35 calls. */
const GROWTH = 1.02;
/** What is left of the rate after a refusal. */
const CUT = 0.85;
/** Milliseconds at the full rate until it is again where it was refused; it is flat there, and steep far from it. */
const RECOVERY = 10_000;
const LEAST_RATE = 0.5;
/**
 * Calls a second by which the rate grows in each second of full use at the least. It is the same for all clients of an
 * account, while a refusal takes more from the one that has more: so they come to have the same.
 */
const EVENLY = 0.1;
const SECOND = 1000;

/** A call that has been let go. */
export interface Sent {
  readonly at: number;
  /** It used up what had been saved, rather than waiting for its turn. */
  readonly fromBurst: boolean;
}

/**
 * Finds the rate of calls that an account takes, as TCP finds the rate of a line: it grows until AWS refuses a call,
 * falls back, and comes near the same point again, slower the nearer (the curve of CUBIC), but never slower than by the
 * same step as all others (its Reno-friendly region). What is not used is saved up to the size of a burst. Knows no clock:
 * whoever asks says what time it is, in milliseconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9438
 */
export class Rate {
  private burst = FIRST_BURST;
  private saved = FIRST_BURST;
  private savedAt: number;
  private lastSent = -Infinity;
  private lastFull = -Infinity;
  private lastCut = -Infinity;
  /** Calls a second; while `peak` is undefined it is still growing from the first guess. */
  private current = FIRST_RATE;
  /** The rate at which AWS last refused. */
  private peak: number | undefined;
  /** Milliseconds that the rate was made full use of since then. */
  private fullTime = 0;
  /** The last of them, and the calls that were made in these. */
  private lastTime = 0;
  private lastCalls = 0;

  constructor(now: number) {
    this.savedAt = now;
  }

  /** Calls a second. */
  get perSecond(): number {
    return this.current;
  }

  /** Whole milliseconds until a call may be sent: a fraction of one may be too little to move a clock. */
  wait(now: number): number {
    this.save(now);
    const forToken = this.saved >= 1 ? 0 : ((1 - this.saved) * SECOND) / this.current;
    return Math.ceil(Math.max(forToken, this.lastSent + SPACING - now, 0));
  }

  /** A call is sent now. */
  send(now: number): Sent {
    this.save(now);
    this.saved -= 1;
    this.lastSent = now;
    const fromBurst = this.saved >= 1;
    if (!fromBurst) this.grow(now);
    return { at: now, fromBurst };
  }

  /** AWS has refused a call as one too many. Those that were on their way together with it say nothing new. */
  refused({ at, fromBurst }: Sent, now: number): void {
    if (at <= this.lastCut) return;
    this.lastCut = now;
    const spent = this.burst - this.saved;
    this.saved = 0;
    if (fromBurst) {
      this.burst = Math.max(spent * CUT, 1);
      return;
    }
    // What it took on the average is where the limit is; the peak was beyond it.
    const taken = this.lastTime > RECOVERY / 2 ? (this.lastCalls * SECOND) / this.lastTime : this.current * CUT;
    this.peak = Math.max(Math.min(taken, this.current), LEAST_RATE);
    this.fullTime = 0;
    this.lastTime = 0;
    this.lastCalls = 0;
    this.current = Math.max(this.peak * CUT, LEAST_RATE);
  }

  /** Only a rate that is made full use of proves that more may be had. */
  private grow(now: number): void {
    const since = now - this.lastFull;
    this.lastFull = now;
    if (this.peak === undefined) {
      this.current *= GROWTH;
      return;
    }
    if (since > (2 * SECOND) / this.current) return;
    this.fullTime += since;
    const kept = Math.min(RECOVERY / (this.lastTime + since), 1);
    this.lastTime = (this.lastTime + since) * kept;
    this.lastCalls = (this.lastCalls + 1) * kept;
    const distance = this.fullTime / RECOVERY - 1;
    const curve = this.peak * (1 + (1 - CUT) * distance ** 3);
    const line = this.peak * CUT + (EVENLY * this.fullTime) / SECOND;
    this.current = Math.max(curve, line, LEAST_RATE);
  }

  private save(now: number): void {
    const gained = (Math.max(now - this.savedAt, 0) * this.current) / SECOND;
    this.saved = Math.min(this.saved + gained, this.burst);
    this.savedAt = now;
  }
}
