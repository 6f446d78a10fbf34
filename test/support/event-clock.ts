import type { Clock } from "../../provider/ports";

/** A clock for several that wait at once: time jumps to the next alarm as soon as nobody has anything left to do. */
export class EventClock implements Clock {
  private readonly alarms: { readonly at: number; readonly ring: () => void }[] = [];
  private isTicking = false;
  private tokens = 0;

  constructor(private time = 1_800_000_000_000) {}

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number): Promise<void> {
    return new Promise((ring) => {
      this.alarms.push({ at: this.time + milliseconds, ring });
      if (!this.isTicking) {
        this.isTicking = true;
        setImmediate(() => {
          this.tick();
        });
      }
    });
  }

  random(): number {
    return 1;
  }

  token(): string {
    this.tokens += 1;
    return `token-${this.tokens}`;
  }

  private tick(): void {
    this.alarms.sort((a, b) => a.at - b.at);
    const next = this.alarms.shift();
    if (next === undefined) {
      this.isTicking = false;
      return;
    }
    this.time = Math.max(this.time, next.at);
    next.ring();
    // Whatever the alarm sets off comes first.
    setImmediate(() => {
      this.tick();
    });
  }
}
