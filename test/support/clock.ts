import type { Clock } from "../../provider/ports";

/** A clock that passes time only when it is waited for, and keeps what was waited. */
export class VirtualClock implements Clock {
  readonly sleeps: number[] = [];
  private tokens = 0;

  constructor(private time = 1_800_000_000_000) {}

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
    return Promise.resolve();
  }

  random(): number {
    return 1;
  }

  token(): string {
    this.tokens += 1;
    return `token-${this.tokens}`;
  }
}
