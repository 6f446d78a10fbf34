import { createHash, createHmac, randomBytes, randomInt } from "node:crypto";
import { readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseEntry, type Entry } from "../core/journal";
import { corruptLine, newerLine } from "../core/journal-words";
import { isAlive } from "./engine";

/** The folder of all that the package leaves beside a project. */
const HOME = ".pulumi-cloudcontrol";
const MINUTE = 60_000;
/** Files that are open at the same time: some machines allow a process no more than 256. */
const AT_ONCE = 64;

/** Where the journal is: beside the project, or where `PULUMI_CLOUDCONTROL_JOURNAL` says. */
export function journalFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const chosen = env.PULUMI_CLOUDCONTROL_JOURNAL;
  return chosen === undefined || chosen === "" ? join(cwd, HOME, "journal") : chosen;
}

/**
 * The journal's folder: one file per entry, each written whole and then put in its place, so that a reader never sees
 * half of one. Every method may throw the file system's errors.
 */
export class JournalFiles {
  private key: Promise<Buffer> | undefined;

  constructor(
    readonly folder: string,
    private readonly tell: (line: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** All entries. Damaged files are set aside, those of newer versions left alone, leftovers of dead processes cleaned. */
  async list(): Promise<Entry[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
    for (const name of names) await this.recover(name).catch(() => undefined);
    const files = (await readdir(this.folder)).filter((name) => name.endsWith(".json")).sort();
    const entries: Entry[] = [];
    for (let at = 0; at < files.length; at += AT_ONCE) {
      const read = await Promise.all(files.slice(at, at + AT_ONCE).map(async (file) => this.open(file)));
      entries.push(...read.filter((entry) => entry !== undefined));
    }
    return entries;
  }

  /** The entry as it is on the disk now; undefined where it is gone or no entry. */
  async read(name: string): Promise<Entry | undefined> {
    return this.open(`${name}.json`);
  }

  /** Writes an entry durably: it is on the disk, under its name, when this returns. */
  async write(entry: Entry): Promise<void> {
    const temporary = this.path(unique(`${entry.name}.tmp`));
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(JSON.stringify(entry));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path(`${entry.name}.json`));
    await syncFolder(this.folder);
  }

  /** Writes an entry when there is no time to wait: whole or not at all, but perhaps not yet on the disk. */
  writeNow(entry: Entry): void {
    const temporary = this.path(unique(`${entry.name}.tmp`));
    writeFileSync(temporary, JSON.stringify(entry), { mode: 0o600, flag: "wx" });
    renameSync(temporary, this.path(`${entry.name}.json`));
  }

  /**
   * Takes an entry that belongs to nobody any more. The rename succeeds for one process only.
   *
   * @returns the entry as it was on the disk, or undefined where another process was faster
   */
  async claim(name: string, change: (entry: Entry) => Entry): Promise<Entry | undefined> {
    const taken = this.path(`${name}.claimed-${process.pid}@${place()}`);
    try {
      await rename(this.path(`${name}.json`), taken);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
    const parsed = parseEntry(await readFile(taken, "utf8"), name);
    if (parsed.kind !== "entry") return undefined;
    const claimed = change(parsed.entry);
    await this.write(claimed);
    await unlink(taken);
    return claimed;
  }

  async drop(name: string): Promise<void> {
    await unlink(this.path(`${name}.json`)).catch((error: unknown) => {
      if (codeOf(error) !== "ENOENT") throw error;
    });
  }

  /** Drops an entry when there is no time to wait. */
  dropNow(name: string): void {
    rmSync(this.path(`${name}.json`), { force: true });
  }

  /** A hash that tells nothing of the text to those who do not have this folder's key. */
  async hash(text: string): Promise<string> {
    this.key ??= this.readKey();
    return createHmac("sha256", await this.key)
      .update(text)
      .digest("base64url");
  }

  /** Makes the folder, and hides the package's own from git. */
  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const home = dirname(this.folder);
    if (basename(home) !== HOME) return;
    await writeFile(join(home, ".gitignore"), "*\n", { flag: "wx" }).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
  }

  private async open(file: string): Promise<Entry | undefined> {
    let text: string;
    try {
      text = await readFile(this.path(file), "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
    const parsed = parseEntry(text, file.slice(0, -".json".length));
    if (parsed.kind === "entry") return parsed.entry;
    if (parsed.kind === "newer") this.tell(newerLine(this.path(file), parsed.version));
    else await this.setAside(file);
    return undefined;
  }

  private async setAside(file: string): Promise<void> {
    this.tell(corruptLine(this.path(file)));
    // On a disk that cannot be written the file stays, and is no entry all the same.
    await rename(this.path(file), this.path(`${file}.corrupt`)).catch(() => undefined);
  }

  /**
   * What a process left that ended between two steps of {@link write} or {@link claim}. An entry in the middle of a claim
   * is seen by nobody, and a run right after the crash would make its resource a second time.
   */
  private async recover(name: string): Promise<void> {
    const [, entry, step, pid, owner] = /^(.+)\.(tmp|claimed)-(\d+)(?:-\d+)?(?:@([\w-]+))?$/.exec(name) ?? [];
    if (entry === undefined) return;
    const isHere = owner === place();
    if ((isHere || owner === undefined) && isAlive(Number(pid))) return;
    // Whether a process of another machine or container lives cannot be seen from here: it is given time for two renames.
    if (!isHere && this.now() - (await stat(this.path(name))).ctimeMs < MINUTE) return;
    const isWritten = await this.exists(`${entry}.json`);
    if (step === "tmp" || isWritten) await unlink(this.path(name));
    else await rename(this.path(name), this.path(`${entry}.json`));
  }

  private async exists(file: string): Promise<boolean> {
    return stat(this.path(file)).then(
      () => true,
      () => false,
    );
  }

  private async readKey(): Promise<Buffer> {
    const found = await this.foundKey();
    if (found) return found;
    await this.prepare();
    const temporary = this.path(unique("key.tmp"));
    await writeFile(temporary, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx", flush: true });
    try {
      // Unlike a rename, a link leaves the key alone that another process made at the same time.
      await link(temporary, this.path("key"));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") await rename(temporary, this.path("key"));
    }
    await unlink(temporary).catch(() => undefined);
    const made = await this.foundKey();
    if (!made) throw Object.assign(new Error("the journal's key vanished"), { code: "ENOKEY" });
    return made;
  }

  private async foundKey(): Promise<Buffer | undefined> {
    let text: string;
    try {
      text = (await readFile(this.path("key"), "utf8")).trim();
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
    if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, "hex");
    await this.setAside("key");
    return undefined;
  }

  private path(file: string): string {
    return join(this.folder, file);
  }
}

let here: string | undefined;

/** Where process ids mean the same processes: a machine, of a container its own space of them. */
function place(): string {
  here ??= createHash("sha256").update(`${hostname()} ${pidSpace()}`).digest("base64url").slice(0, 10);
  return here;
}

function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** A name that no process has used: in containers, ids of processes and the order of their writes are always the same. */
function unique(name: string): string {
  return `${name}-${process.pid}-${randomInt(2 ** 47)}`;
}

/** The code of a file system's error, or its message. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** A rename survives a power failure only when the folder is on the disk, too. Windows cannot do this and need not. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!/^(EPERM|EISDIR|EINVAL|ENOTSUP|EACCES)$/.test(codeOf(error))) throw error;
  }
}
