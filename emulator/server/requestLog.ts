/** One call as the emulator saw it. It never holds values of resources. @public */
export interface RequestRecord {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  readonly operation: string;
  readonly account?: string;
  readonly region?: string;
  readonly typeName?: string;
  readonly identifier?: string;
  readonly requestToken?: string;
  readonly clientToken?: string;
  /** `ok`, the name of the exception, or `lost` when the connection was broken on purpose. */
  readonly outcome: string;
  readonly status: number;
}

const limit = 20_000;

/** The latest calls, oldest first. @internal */
export class RequestLog {
  private records: RequestRecord[] = [];
  private readonly listeners: (() => void)[] = [];
  private count = 0;

  /** All calls so far, those that are not remembered as well. */
  get total(): number {
    return this.count;
  }

  /** Calls this after each call that is logged. */
  listen(listener: () => void): void {
    this.listeners.push(listener);
  }

  add(record: RequestRecord): void {
    this.count++;
    for (const listener of this.listeners) listener();
    this.records.push(record);
    if (this.records.length > 2 * limit) this.records = this.records.slice(-limit);
  }

  list(): RequestRecord[] {
    return this.records.slice(-limit);
  }
}
