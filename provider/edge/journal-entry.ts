import { isAdopted, type Entry } from "../core/journal";
import { isRefusal } from "../core/errors";
import type { Clock, JournalEntry, ProgressEvent, Token } from "../ports";
import type { JournalFiles } from "./journal-files";

/** What an entry needs of its journal. */
export interface EntryParts {
  readonly files: JournalFiles;
  /** The identifier that the properties give, before AWS has made anything. */
  readonly wantedId: string | undefined;
  readonly clock: Clock;
  readonly isOrphan: () => boolean;
  /** Keeps the journal's picture of the folder right; undefined: the entry is gone. */
  readonly keep: (entry: Entry | undefined) => void;
  /** The disk failed. */
  readonly broken: (error: unknown) => void;
}

/** One create's entry, written at each step. */
export class FileEntry implements JournalEntry {
  readonly adoptId: string | undefined;
  private isUsed = false;
  /** What is known of the request of the present try. */
  private request: "none" | "sent" | "accepted" | "refused" = "none";

  constructor(
    private entry: Entry,
    private isResent: boolean,
    private readonly parts: EntryParts,
  ) {
    this.adoptId = isAdopted(entry) ? entry.id : undefined;
  }

  async token(): Promise<Token> {
    if (this.isUsed) {
      this.isResent = false;
      const { clock, wantedId } = this.parts;
      const renewed = { clientToken: clock.token(), time: clock.now(), requestToken: undefined, id: wantedId };
      await this.write(renewed);
    }
    this.isUsed = true;
    this.request = "sent";
    return { clientToken: this.entry.clientToken, isResent: this.isResent };
  }

  async heard({ requestToken, identifier, status }: ProgressEvent): Promise<void> {
    this.request = status === "FAILED" ? "refused" : "accepted";
    const id = identifier ?? this.entry.id;
    // Each write is a moment's wait: only news are written.
    if (requestToken !== this.entry.requestToken || id !== this.entry.id) await this.write({ requestToken, id });
  }

  async delivered(id: string): Promise<void> {
    // Nobody takes the result where the engine has died: the entry stays open, for the next run.
    await this.write({ id, status: this.parts.isOrphan() ? "open" : "delivered", adopt: undefined });
  }

  unclear(): void {
    this.request = "accepted";
  }

  async failed(error: unknown): Promise<void> {
    if (!this.leavesNothing(error)) return;
    this.parts.keep(undefined);
    try {
      await this.parts.files.drop(this.entry.name);
    } catch (failure) {
      this.parts.broken(failure);
    }
  }

  /** Of a request that an earlier process sent, only a failure that AWS reports tells that nothing came of it. */
  private leavesNothing(error: unknown): boolean {
    if (this.request === "refused") return true;
    return !this.isResent && (this.request === "none" || (this.request === "sent" && isRefusal(error)));
  }

  private async write(change: Partial<Entry>): Promise<void> {
    this.entry = { ...this.entry, ...change };
    try {
      // Another process may have claimed the entry after this one's engine died; it is its own then.
      const { engine } = (await this.parts.files.read(this.entry.name)) ?? {};
      if (engine?.pid !== this.entry.engine.pid || engine.address !== this.entry.engine.address) return;
      await this.parts.files.write(this.entry);
      this.parts.keep(this.entry);
    } catch (error) {
      this.parts.broken(error);
    }
  }
}
