import { randomBytes } from "node:crypto";
import { canonicalJson } from "../core/json";
import { isExpired, matchEntries, stackOf, JOURNAL_VERSION, type EngineRef, type Entry } from "../core/journal";
import {
  continuedLine,
  editedLine,
  expiredLine,
  unsettledLine,
  unshownLine,
  unwritableLine,
} from "../core/journal-words";
import type { Clock, CreateIntent, Journal, JournalEntry, Shown } from "../ports";
import { noJournal } from "../no-journal";
import { codeOf, JournalFiles } from "./journal-files";
import { FileEntry } from "./journal-entry";

/** What the journal is made of. */
export interface JournalParts {
  readonly folder: string;
  readonly clock: Clock;
  /** The engine that this process works for. */
  readonly engine: EngineRef;
  readonly isGone: (engine: EngineRef) => Promise<boolean>;
  /** Whether this process's own engine has died, so that nobody takes results any more. */
  readonly isOrphan: () => boolean;
  readonly tell: (line: string) => void;
}

/** Without an identity, no later run could find the entry. */
type NamedIntent = CreateIntent & { readonly identity: string };

/**
 * The journal in a folder beside the project. It never stands in the way: where the disk fails it says so once, and
 * creates go on without it.
 */
export class FileJournal implements Journal {
  private readonly files: JournalFiles;
  private entries: Promise<Map<string, Entry>> | undefined;
  private loaded: ReadonlyMap<string, Entry> = new Map();
  private reported: Promise<void> | undefined;
  /** Names of delivered entries whose engines died. */
  private readonly doubtful = new Set<string>();
  private isBroken = false;
  /** Identities that the state has, and those of them whose id it has shown. */
  private readonly inState = new Set<string>();
  private readonly shown = new Set<string>();
  /** What the state has shown and is not taken out of the folder yet. */
  private readonly dropping = new Set<string>();
  private readonly accounts = new Map<string, Promise<string>>();
  /** Identities that the program has. */
  private readonly wanted = new Set<string>();

  constructor(private readonly parts: JournalParts) {
    this.files = new JournalFiles(parts.folder, parts.tell, () => parts.clock.now());
  }

  async begin(intent: CreateIntent): Promise<JournalEntry> {
    const { identity } = intent;
    const without = await noJournal(this.parts.clock).begin(intent);
    if (identity === undefined) return without;
    return this.guarded(without, async () => {
      await this.files.prepare();
      const hash = await this.files.hash(
        canonicalJson([intent.account ?? null, intent.region, intent.typeName, intent.desired]),
      );
      return (await this.claimed({ ...intent, identity }, hash)) ?? (await this.fresh({ ...intent, identity }, hash));
    });
  }

  async settle({ typeName, region, id, account }: Shown, files: "wait" | "soon" = "wait"): Promise<void> {
    await this.guarded(undefined, async () => {
      await this.report(undefined);
      const entries = await this.load();
      for (const entry of entries.values()) {
        if (entry.id !== id || entry.typeName !== typeName || entry.region !== region) continue;
        const isKnown = account !== undefined && entry.accountHash !== undefined;
        if (isKnown && (await this.accountHash(account)) !== entry.accountHash) continue;
        entries.delete(entry.name);
        const dropped = this.drop(entry.name);
        if (files === "wait") await dropped;
      }
    });
  }

  private async drop(name: string): Promise<void> {
    this.dropping.add(name);
    await this.guarded(undefined, async () => this.files.drop(name));
    this.dropping.delete(name);
  }

  private async accountHash(account: string): Promise<string> {
    const known = this.accounts.get(account);
    if (known) return known;
    const made = this.files.hash(account);
    this.accounts.set(account, made);
    return made;
  }

  async met(identity: string, isInState: boolean): Promise<void> {
    this.wanted.add(identity);
    if (isInState) this.inState.add(identity);
    await this.guarded(undefined, async () => this.report(stackOf(identity)));
  }

  compared(identity: string): void {
    this.shown.add(identity);
  }

  /**
   * The engine ends this process in good order, at the end of its run: what the run did not show may be in no state.
   * Nothing is waited for, as the process ends right after.
   *
   * @param isIdle - every result was handed over
   */
  close(isIdle: boolean): void {
    if (this.isBroken) return;
    const { clock, engine, tell } = this.parts;
    const [stack] = [...this.wanted].map(stackOf);
    try {
      for (const name of this.dropping) this.files.dropNow(name);
      for (const entry of this.loaded.values()) {
        if (entry.status !== "delivered") continue;
        const isOwn = entry.engine.pid === engine.pid && entry.engine.address === engine.address;
        if (isOwn && isIdle) this.files.writeNow({ ...entry, ended: true });
        const isOthers = this.wanted.has(entry.identity) || (stack !== undefined && stack !== stackOf(entry.identity));
        if (this.doubtful.has(entry.name) && !isOthers) tell(unshownLine(entry, clock.now()));
      }
    } catch (error) {
      this.broken(error);
    }
  }

  /** The entry of an earlier process that this create goes on with. */
  private async claimed({ identity, id }: NamedIntent, hash: string): Promise<JournalEntry | undefined> {
    const { clock, engine, tell } = this.parts;
    const isInState = this.inState.has(identity) && !this.shown.has(identity);
    const entries = await this.load();
    const same = [...entries.values()].filter((entry) => entry.identity === identity);
    const gone: Entry[] = [];
    // The entry may have learned more since: the provider of a dead engine goes on to its end.
    for (const { name } of same) {
      const entry = await this.files.read(name);
      if (entry && (await this.isGone(entry.engine))) gone.push(entry);
    }
    const { claim, edited } = matchEntries(gone, { identity, hash, isInState }, clock.now());
    for (const entry of edited) tell(editedLine(entry, clock.now()));
    const taken =
      claim &&
      (await this.files.claim(claim.name, (entry) => ({ ...entry, engine, status: "open", ended: undefined })));
    if (!taken) return undefined;
    tell(continuedLine(taken, clock.now()));
    return this.entry({ ...taken, hash }, true, id);
  }

  private async fresh(intent: NamedIntent, hash: string): Promise<JournalEntry> {
    const { clock, engine } = this.parts;
    const { identity, typeName, region, account, id } = intent;
    const entry: Entry = {
      version: JOURNAL_VERSION,
      name: randomBytes(5).toString("hex"),
      clientToken: clock.token(),
      identity,
      typeName,
      region,
      hash,
      accountHash: account === undefined ? undefined : await this.accountHash(account),
      time: clock.now(),
      engine,
      status: "open",
      id,
    };
    await this.files.write(entry);
    return this.entry(entry, false, id);
  }

  private async entry(entry: Entry, isResent: boolean, wantedId: string | undefined): Promise<JournalEntry> {
    const entries = await this.load();
    const keep = (changed: Entry | undefined): void => {
      if (changed) entries.set(entry.name, changed);
      else entries.delete(entry.name);
    };
    keep(entry);
    return new FileEntry(entry, isResent, { ...this.parts, wantedId, files: this.files, keep, broken: this.broken });
  }

  /** The entries that were there when this process first looked, and its own. */
  private async load(): Promise<Map<string, Entry>> {
    this.entries ??= this.readAll();
    return this.entries;
  }

  private async readAll(): Promise<Map<string, Entry>> {
    const { clock, tell } = this.parts;
    const entries = new Map<string, Entry>();
    this.loaded = entries;
    for (const entry of await this.files.list()) {
      if (!isExpired(entry, clock.now())) {
        entries.set(entry.name, entry);
        continue;
      }
      if (entry.status === "open") tell(expiredLine(entry, clock.now()));
      await this.files.drop(entry.name);
    }
    return entries;
  }

  /** Says once a process which creates were cut off. A destroy and a refresh know no stack: they name all. */
  private async report(stack: string | undefined): Promise<void> {
    this.reported ??= (async () => {
      const { clock, tell } = this.parts;
      for (const entry of [...(await this.load()).values()]) {
        if (entry.ended || (stack !== undefined && stackOf(entry.identity) !== stack)) continue;
        if (!(await this.isGone(entry.engine))) continue;
        if (entry.status === "open") tell(unsettledLine(entry, clock.now()));
        else this.doubtful.add(entry.name);
      }
    })();
    return this.reported;
  }

  private async isGone(engine: EngineRef): Promise<boolean> {
    const own = this.parts.engine;
    if (engine.pid === own.pid && engine.address === own.address) return false;
    return this.parts.isGone(engine);
  }

  private async guarded<T>(otherwise: T, run: () => Promise<T>): Promise<T> {
    if (this.isBroken) return otherwise;
    try {
      return await run();
    } catch (error) {
      this.broken(error);
      return otherwise;
    }
  }

  private readonly broken = (error: unknown): void => {
    if (this.isBroken) return;
    this.isBroken = true;
    this.parts.tell(unwritableLine(this.parts.folder, codeOf(error)));
  };
}
