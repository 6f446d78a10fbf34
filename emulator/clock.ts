/** Takes back a callback that has not run yet. */
export type Cancel = () => void;

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * The emulator's only source of time. A real clock follows the machine's; a virtual one moves only by `advance`, so
 * that an operation of thirty minutes passes in no time. Both can be advanced: handlers that fall due run at once,
 * in order.
 *
 * @internal
 */
export class Clock {
  private offset = 0;
  private order = 0;
  private readonly timers = new Set<Timer>();
  private wake: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private stopped = false;
  private readonly base = Date.now();

  constructor(private readonly kind: "real" | "virtual") {}

  /** Milliseconds since the epoch, as the emulated service sees it. */
  now(): number {
    return (this.kind === "real" ? Date.now() : this.base) + this.offset;
  }

  /** Runs the callback when the clock reaches now + ms; never synchronously. */
  after(ms: number, run: () => void): Cancel {
    const timer: Timer = { due: this.now() + Math.max(0, ms), order: this.order++, run };
    this.timers.add(timer);
    this.arm();
    return () => {
      this.timers.delete(timer);
    };
  }

  /** Moves the clock forward and runs everything that falls due on the way, oldest first. */
  advance(ms: number): void {
    const target = this.now() + Math.max(0, ms);
    for (let next = this.earliest(); next && next.due <= target; next = this.earliest()) {
      this.offset += Math.max(0, next.due - this.now());
      this.fire(next);
    }
    this.offset += Math.max(0, target - this.now());
    this.arm();
  }

  /** Drops all timers; later `after` calls never run. */
  stop(): void {
    this.stopped = true;
    this.timers.clear();
    clearTimeout(this.wake);
    clearImmediate(this.soon);
  }

  private earliest(): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.timers) {
      if (!best || timer.due < best.due || (timer.due === best.due && timer.order < best.order)) best = timer;
    }
    return best;
  }

  private fire(timer: Timer): void {
    this.timers.delete(timer);
    timer.run();
  }

  private arm(): void {
    clearTimeout(this.wake);
    clearImmediate(this.soon);
    const next = this.earliest();
    if (!next || this.stopped) return;
    const wait = next.due - this.now();
    const tick = (): void => {
      this.runDue();
    };
    if (wait <= 0) this.soon = setImmediate(tick);
    else if (this.kind === "real") this.wake = setTimeout(tick, Math.min(wait, 2 ** 31 - 1)).unref();
  }

  private runDue(): void {
    for (let next = this.earliest(); next && next.due <= this.now(); next = this.earliest()) this.fire(next);
    this.arm();
  }
}
