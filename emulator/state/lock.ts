import { link, readFile, unlink, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";

/** When a process began, as Linux counts it; empty where that cannot be known. A number of a process may come again. */
function startOf(pid: number): string {
  try {
    // The name, which is in brackets, may hold blanks.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

/** Whether a process of this id runs; one of another user does. @internal */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function holderOf(file: string): Promise<number | undefined> {
  const [pid = "", start = ""] = (await readFile(file, "utf8").catch(() => "")).split(" ");
  const holder = Number(pid);
  if (!Number.isInteger(holder) || holder <= 0 || !isAlive(holder)) return undefined;
  return start === startOf(holder) ? holder : undefined;
}

/** Held by this very process: two emulators in it must not share a file, either. */
const own = new Set<string>();

/**
 * Takes the lock file, so that no second process writes to what it guards. One that a killed process has left is taken
 * over.
 *
 * @returns what gives it back
 * @throws Error while another process holds it.
 * @internal
 */
export async function takeLock(file: string, guarded: string): Promise<() => Promise<void>> {
  const mine = `${file}.${process.pid}`;
  for (let tries = 0; tries < 5; tries++) {
    const holder = own.has(file) ? process.pid : await holderOf(file);
    if (holder !== undefined && (holder !== process.pid || own.has(file))) {
      throw new Error(`${guarded} is in use by process ${holder}. Fix: stop it, or give another data file`);
    }
    await unlink(file).catch(() => undefined);
    await writeFile(mine, `${process.pid} ${startOf(process.pid)}`, { mode: 0o600 });
    try {
      // A link appears as a whole or not at all, and never over another one.
      await link(mine, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    } finally {
      await unlink(mine).catch(() => undefined);
    }
    own.add(file);
    return async () => {
      own.delete(file);
      await unlink(file).catch(() => undefined);
    };
  }
  throw new Error(`${guarded} is in use. Fix: give another data file`);
}
