/** Finding and ending the provider processes that an engine under test has started. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** [pid, command line] of every process; /proc first, because a minimal Debian has no `ps`. */
function processes(): (readonly [pid: number, command: string])[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), commandOf(pid)]);
  } catch {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => [Number(/\d+/.exec(line)?.[0]), line]);
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** The dynamic-provider processes of the engine that listens at this address. */
export function providersOf(address: string): number[] {
  return processes()
    .filter(([, command]) => command.includes("cmd/dynamic-provider") && command.includes(address))
    .map(([pid]) => pid);
}

/** The engines and the dynamic-provider processes that work in a folder. */
export function workingIn(folder: string): { readonly engines: number[]; readonly providers: number[] } {
  const here = processes().filter(([pid]) => folderOf(pid) === folder);
  const providers = here.filter(([, command]) => command.includes("cmd/dynamic-provider"));
  const engines = here.filter(([, command]) => /(^|\/)pulumi(\.exe)? /.test(command));
  return { engines: engines.map(([pid]) => pid), providers: providers.map(([pid]) => pid) };
}

function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Waits for something that another process does. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, deadline = 30_000): Promise<void> {
  for (const end = Date.now() + deadline; !(await holds());) {
    if (Date.now() > end) throw new Error(`waited ${deadline} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
