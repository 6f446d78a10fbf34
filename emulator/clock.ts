/** Takes back a callback that has not run yet. */
export type Cancel = () => void;

interface Timer {
  readonly due: number;
  readonly order: number;
  /** Undefined once it has run or was taken back. */
  run: (() => void) | undefined;
}

function earlier(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

/** The timers, the earliest first: a binary heap, because thousands of handlers may run at a time. */
class Timers {
  private readonly heap: Timer[] = [];

  /** The earliest timer that was not taken back. */
  first(): Timer | undefined {
    for (let top = this.heap[0]; top; top = this.heap[0]) {
      if (top.run) return top;
      this.drop();
    }
    return undefined;
  }

  add(timer: Timer): void {
    const { heap } = this;
    let at = heap.length;
    for (let up = (at - 1) >> 1; at > 0; at = up, up = (at - 1) >> 1) {
      const parent = heap[up];
      if (!parent || earlier(parent, timer)) break;
      heap[at] = parent;
    }
    heap[at] = timer;
  }

  clear(): void {
    this.heap.length = 0;
  }

  /** Removes the top: the last one takes its place and sinks. */
  private drop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      const next = a && b && earlier(b, a) ? left + 1 : left;
      const child = heap[next];
      if (!child || earlier(last, child)) break;
      heap[at] = child;
      at = next;
    }
    heap[at] = last;
  }
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
  private readonly timers = new Timers();
  private wake: NodeJS.Timeout | undefined;
  /** When the pending wake-up comes, by this clock. */
  private wakeAt = Infinity;
  private soon: NodeJS.Immediate | undefined;
  private stopped = false;
  private readonly awaiting = new Set<number>();
  private readonly base = Date.now();

  constructor(private readonly kind: "real" | "virtual") {}

  /** Milliseconds since the epoch, as the emulated service sees it. */
  now(): number {
    return (this.kind === "real" ? Date.now() : this.base) + this.offset;
  }

  /** Notes that somebody outside waits for this time, and tells what time it is. */
  await(time: number): number {
    if (time > this.now()) this.awaiting.add(time);
    return this.now();
  }

  /** The first time that somebody outside waits for; undefined where nobody does. */
  get awaited(): number | undefined {
    for (const time of this.awaiting) if (time <= this.now()) this.awaiting.delete(time);
    return this.awaiting.size === 0 ? undefined : Math.min(...this.awaiting);
  }

  /** Runs the callback when the clock reaches now + ms; never synchronously. */
  after(ms: number, run: () => void): Cancel {
    const timer: Timer = { due: this.now() + Math.max(0, ms), order: this.order++, run };
    this.timers.add(timer);
    this.arm();
    return () => {
      timer.run = undefined;
    };
  }

  /** Moves the clock forward and runs everything that falls due on the way, oldest first. */
  advance(ms: number): void {
    const target = this.now() + Math.max(0, ms);
    for (let next = this.timers.first(); next && next.due <= target; next = this.timers.first()) {
      this.offset += Math.max(0, next.due - this.now());
      this.fire(next);
    }
    this.offset += Math.max(0, target - this.now());
    // The machine's timer was set for the time before.
    clearTimeout(this.wake);
    this.wakeAt = Infinity;
    this.arm();
  }

  /** Moves the clock at a stroke, back too; what falls due by that runs, what is put off waits longer. */
  jump(ms: number): void {
    if (ms >= 0) this.advance(ms);
    else this.offset += ms;
  }

  /** Sets the clock so that it is not before this time: kept state must never lie in the future. */
  notBefore(time: number): void {
    this.offset += Math.max(0, time - this.now());
  }

  /** Drops all timers; later `after` calls never run. */
  stop(): void {
    this.stopped = true;
    this.timers.clear();
    clearTimeout(this.wake);
    clearImmediate(this.soon);
  }

  private fire(timer: Timer): void {
    const { run } = timer;
    timer.run = undefined;
    run?.();
  }

  private arm(): void {
    const next = this.timers.first();
    if (!next || this.stopped || this.soon) return;
    const wait = next.due - this.now();
    if (wait <= 0) {
      this.soon = setImmediate(() => {
        this.soon = undefined;
        this.runDue();
      });
    } else if (this.kind === "real" && next.due < this.wakeAt) {
      clearTimeout(this.wake);
      this.wakeAt = next.due;
      const tick = (): void => {
        this.wakeAt = Infinity;
        this.runDue();
      };
      this.wake = setTimeout(tick, Math.min(wait, 2 ** 31 - 1)).unref();
    }
  }

  private runDue(): void {
    for (let next = this.timers.first(); next && next.due <= this.now(); next = this.timers.first()) this.fire(next);
    this.arm();
  }
}
