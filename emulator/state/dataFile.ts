import { constants } from "node:fs";
import { lstat, open, readFile, rename, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";

import { parseJson } from "../json";
import type { JsonValue } from "../../schema/types";
import { takeLock } from "./lock";

/*
 * A log of changes, one line for each write to the disk: the checksum of the rest in eight hex digits, a blank, JSON.
 * The first line names the format. A line is acknowledged when it is on the disk, so that a broken last line was never
 * answered for and is cut off; a broken line before others is damage, and the file is refused. From time to time the
 * log is written anew, shorter, beside itself and then put in its place.
 */

const format = "pulumi-cloudcontrol emulator";
const version = 1;
const newline = 0x0a;

function sealed(json: string): string {
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}

const head = sealed(JSON.stringify({ format, version }));

/** The JSON of a line, or undefined when the line is broken. */
function unsealed(line: Buffer): JsonValue | undefined {
  const json = line.subarray(9);
  const sum = line.toString("latin1", 0, 9);
  if (line.length < 10 || sum !== `${crc32(json).toString(16).padStart(8, "0")} `) return undefined;
  try {
    return parseJson(json.toString("utf8"));
  } catch {
    return undefined;
  }
}

interface Read {
  /** The lines after the first. */
  readonly lines: readonly JsonValue[];
  /** How much of the file is sound. */
  readonly length: number;
}

function readLines(file: string, content: Buffer): Read {
  const lines: JsonValue[] = [];
  let broken: number | undefined;
  let at = 0;
  for (let number = 1; at < content.length; number++) {
    const end = content.indexOf(newline, at);
    const value = end < 0 ? undefined : unsealed(content.subarray(at, end));
    if (number === 1 && value === undefined && !head.startsWith(content.toString("latin1", 0, head.length))) {
      throw new Error(`${file} is no data file of the emulator. Fix: give another data file`);
    }
    if (value === undefined) {
      broken ??= at;
      if (end < 0) break;
    } else if (broken !== undefined) {
      throw new Error(
        `${file} is damaged before line ${number}. Fix: restore it from a copy, or give another data file`,
      );
    } else if (number === 1) checkHead(file, value);
    else lines.push(value);
    at = end + 1;
  }
  return { lines, length: broken ?? content.length };
}

function checkHead(file: string, value: JsonValue): void {
  const said = value as { format?: unknown; version?: unknown } | null;
  if (said?.format !== format) {
    throw new Error(`${file} is no data file of the emulator. Fix: give another data file`);
  }
  if (said.version !== version) {
    throw new Error(
      `${file} is written in version ${String(said.version)} of its format, and this package reads version ${version}. ` +
        "Fix: use the package that wrote it, or give another data file",
    );
  }
}

/** Neither a link nor a device is followed: what is written stays in the file that was named. */
const noFollow = constants.O_NOFOLLOW;

async function openFile(file: string, flags: number): Promise<FileHandle> {
  const found = await lstat(file).catch(() => undefined);
  if (found && !found.isFile()) throw new Error(`${file} is no regular file. Fix: give the path of one`);
  try {
    return await open(file, flags | noFollow, 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`${file} cannot be opened (${code}). Fix: give a file in a folder that exists and is writable`, {
      cause: error,
    });
  }
}

async function syncFolder(file: string): Promise<void> {
  const folder = await open(path.dirname(file), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A file that holds changes and loses none that it has acknowledged. @internal */
export class DataFile {
  private constructor(
    private readonly file: string,
    private handle: FileHandle,
    private length: number,
    private readonly unlock: () => Promise<void>,
  ) {}

  /**
   * Opens or makes the file and reads what it holds.
   *
   * @throws Error when it is in use, is something else, or is damaged; it is left as it is then.
   */
  static async open(named: string): Promise<{ file: DataFile; lines: readonly JsonValue[] }> {
    const file = path.resolve(named);
    const { O_RDWR, O_CREAT } = constants;
    const handle = await openFile(file, O_RDWR | O_CREAT);
    let unlock = async (): Promise<void> => Promise.resolve();
    try {
      unlock = await takeLock(`${file}.lock`, file);
      const { lines, length } = readLines(file, await readFile(handle));
      await handle.truncate(length);
      const data = new DataFile(file, handle, length, unlock);
      if (length === 0) {
        await data.append(head);
        await syncFolder(file);
      }
      return { file: data, lines };
    } catch (error) {
      await unlock();
      await handle.close();
      throw error;
    }
  }

  /** The bytes in it. */
  get size(): number {
    return this.length;
  }

  /** Adds a line; it is on the disk when this is done. After a failure the file is as it was before. */
  async write(json: string): Promise<void> {
    await this.append(sealed(json));
  }

  /** Puts these lines in the place of all others; a crash leaves the old ones or the new ones. */
  async replace(lines: Iterable<string>): Promise<void> {
    const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
    const next = `${this.file}.new`;
    const handle = await openFile(next, O_WRONLY | O_CREAT | O_TRUNC);
    try {
      const text = Buffer.from(head + [...lines].map(sealed).join(""));
      await writeAll(handle, text, 0);
      await handle.sync();
      await rename(next, this.file);
      await syncFolder(this.file);
      await this.handle.close();
      this.handle = handle;
      this.length = text.length;
    } catch (error) {
      await handle.close().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
    await this.unlock();
  }

  private async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    try {
      await writeAll(this.handle, bytes, this.length);
      await this.handle.datasync();
      this.length += bytes.length;
    } catch (error) {
      // What a full disk has taken of the line is nothing that may stand before the next one.
      await this.handle.truncate(this.length).catch(() => undefined);
      throw error;
    }
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, from: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, from + done)).bytesWritten;
  }
}
