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

  add(record: RequestRecord): void {
    this.records.push(record);
    if (this.records.length > 2 * limit) this.records = this.records.slice(-limit);
  }

  list(): RequestRecord[] {
    return this.records.slice(-limit);
  }
}
