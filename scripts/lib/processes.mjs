// Ending processes together with what they started. Only node built-ins.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** [pid, parent] of every process; /proc first, because a minimal Debian has no `ps`. */
function parents() {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          // The second field is the command in parentheses and may hold anything, parentheses included.
          const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
          return [[Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])]];
        } catch {
          return [];
        }
      });
  } catch {
    const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    return table
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number));
  }
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already
  }
}

/**
 * Ends a process and all its descendants. A process group is not enough: the engine puts each of its plugins into a
 * group of its own, and they live on when it is killed.
 */
export function killTree(pid) {
  const table = parents();
  const tree = [pid];
  for (const member of tree) tree.push(...table.filter(([, parent]) => parent === member).map(([child]) => child));
  for (const member of tree) kill(member, "SIGKILL");
}

/** For a process that was spawned `detached` and so leads a group. */
export function signalGroup(pid, signal) {
  kill(-pid, signal);
}
