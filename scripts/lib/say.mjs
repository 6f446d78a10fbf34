// What a script tells the person who waits for it. Only node built-ins: this runs before anything is installed.
import { spawn } from "node:child_process";
import { killTree } from "./processes.mjs";

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text) => paint("1", text);
export const dim = (text) => paint("2", text);
export const red = (text) => paint("31", text);
export const green = (text) => paint("32", text);

let lastSaid = Date.now();

export function say(text) {
  lastSaid = Date.now();
  console.log(text);
}

export const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/**
 * Awaits work that may be silent for long, and says that it still goes on whenever nothing was said for a while:
 * a silent terminal looks like a hanging one.
 */
export async function heartbeat(what, work, { every = 5_000, print = say } = {}) {
  const started = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - lastSaid < every) return;
    lastSaid = Date.now();
    print(dim(`  … ${what}: ${seconds(started)}`));
  }, 500);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a command to its end and never longer than its deadline.
 *
 * @returns the exit code (null after the deadline) and what it printed; with `onLine` lines are also passed on as they come.
 */
export function run(command, args, { cwd, env, deadline, onLine, inherit = false } = {}) {
  return new Promise((resolve) => {
    let output = "";
    let stdout = "";
    let pending = "";
    let timedOut = false;
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", inherit ? "inherit" : "pipe", inherit ? "inherit" : "pipe"],
    });
    const stop = () => killTree(child.pid);
    const timer = deadline
      ? setTimeout(() => {
          timedOut = true;
          stop();
        }, deadline)
      : undefined;
    const take = (chunk) => {
      const text = chunk.toString();
      output += text;
      if (!onLine) return;
      const lines = (pending + text).split("\n");
      pending = lines.pop();
      for (const line of lines) onLine(line);
    };
    child.stdout?.on("data", (chunk) => {
      stdout += chunk.toString();
      take(chunk);
    });
    child.stderr?.on("data", take);
    const done = (code, error) => {
      clearTimeout(timer);
      if (pending) onLine?.(pending);
      resolve({ code: timedOut ? null : code, timedOut, output: error ? `${output}${error.message}` : output, stdout });
    };
    child.on("error", (error) => done(127, error));
    child.on("close", (code, signal) => done(code ?? (signal ? 128 : 1)));
  });
}
