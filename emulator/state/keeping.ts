import { resume } from "../api/runner";
import type { RequestEntry } from "../api/requests";
import type { Service } from "../api/service";
import { readSchema } from "../../schema/table";
import { DataFile } from "./dataFile";
import { applyLine, emptyState, encode, type KeptState } from "./records";

/** The log is written anew when it is this much longer than what it says, at least. */
const slack = 4 * 1024 * 1024;
/** Changes to a line of a rewritten log. */
const chunk = 500;

/** Keeps a service's state in a file. @internal */
export class Keeping {
  private pending: string[] = [];
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  /** The size after the last rewriting. */
  private base: number;

  private constructor(
    private readonly service: Service,
    private readonly file: DataFile,
  ) {
    this.base = file.size;
    service.changes.listen((change) => {
      // Handlers end when nobody waits for an answer.
      if (this.pending.push(encode(change)) === 1) setImmediate(() => void this.kept()?.catch(() => undefined));
    });
  }

  /**
   * Brings a new service to what the file says, and keeps in the file what it does from now on.
   *
   * @throws Error when the file cannot be read.
   */
  static async open(service: Service, named: string): Promise<Keeping> {
    const { file, lines } = await DataFile.open(named);
    try {
      const state = emptyState();
      for (const [index, line] of lines.entries()) apply(state, line, named, index + 2);
      if (lines.length > 0) restore(service, state);
      return new Keeping(service, file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Undefined when all that has changed so far is on the disk; else the promise of that.
   *
   * @throws Error when it could not be written; it is tried again with the next change or call.
   */
  kept(): Promise<void> | undefined {
    if (this.pending.length === 0) return this.running;
    const before = this.running?.catch(() => undefined) ?? Promise.resolve();
    return (this.next ??= before.then(async () => {
      this.next = undefined;
      this.running = this.flush();
      try {
        await this.running;
      } finally {
        this.running = undefined;
      }
    }));
  }

  async close(): Promise<void> {
    try {
      await this.kept();
    } finally {
      await this.file.close();
    }
  }

  private async flush(): Promise<void> {
    const changes = this.pending;
    this.pending = [];
    try {
      if (this.file.size > 2 * this.base + slack) await this.rewrite();
      else await this.file.write(this.line(changes));
    } catch (error) {
      this.pending = [...changes, ...this.pending];
      throw error;
    }
  }

  private async rewrite(): Promise<void> {
    await this.file.replace(this.state());
    this.base = this.file.size;
  }

  private *state(): Generator<string> {
    const { world, requests } = this.service;
    const all: string[] = [
      ...world.all().map((resource) => encode({ kind: "stored", resource })),
      ...world.allSettings().map((setting) => encode({ kind: "setting", ...setting })),
      ...requests.all().map((entry) => encode({ kind: "request", entry })),
      ...requests.allTokens().map((token) => encode({ kind: "token", ...token })),
    ];
    for (let from = 0; from < all.length || from === 0; from += chunk) yield this.line(all.slice(from, from + chunk));
  }

  private line(changes: readonly string[]): string {
    const { clock, ids } = this.service;
    return `{"now":${clock.now()},"ids":${ids.position},"changes":[${changes.join(",")}]}`;
  }
}

function apply(state: KeptState, line: Parameters<typeof applyLine>[1], file: string, number: number): void {
  try {
    applyLine(state, line);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`line ${number} of ${file} cannot be read: ${what}. Fix: give another data file`, { cause: error });
  }
}

function restore(service: Service, state: KeptState): void {
  const { world, requests, clock, ids } = service;
  clock.notBefore(state.now);
  ids.goOn(state.ids);
  for (const resource of state.resources.values()) world.keep(resource);
  for (const { account, region, name, value } of state.settings.values()) {
    if (value !== undefined) world.view(account, region).settings.set(name, value);
  }
  for (const entry of state.requests.values()) goOn(service, entry);
  for (const { key, hash, token, at } of state.tokens.values()) {
    const request = requests.byToken(token);
    if (request) requests.remember(key, hash, request, at);
  }
}

/** A request that had ended is only remembered; one that was cut off goes on where it was. */
function goOn(service: Service, entry: RequestEntry): void {
  const schema = readSchema(entry.typeName);
  const hasEnded = entry.status === "SUCCESS" || entry.status === "FAILED" || entry.status === "CANCEL_COMPLETE";
  if (!hasEnded && schema) {
    resume(service, entry, schema);
    return;
  }
  service.requests.add(entry);
  if (hasEnded) return;
  entry.errorCode = "InternalFailure";
  entry.statusMessage = `${entry.typeName} is not in the registry any more`;
  service.requests.finish(entry, "FAILED");
}
