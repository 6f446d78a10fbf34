// The Pulumi CLI as the Automation API wants it, with what the SDK's own does not have: a deadline after which the
// engine is killed with all that it started. A hanging plugin makes the engine ignore SIGTERM.
import { spawn } from "node:child_process";
import { dirname, delimiter } from "node:path";
import { killTree, signalGroup } from "./processes.mjs";

/** The engines that run now, so that a script that is stopped can end them. */
const running = new Set();

/** Ends every engine that this process has started. */
export function killEngines() {
  for (const pid of running) killTree(pid);
}

/** Runs the CLI once. It never rejects: a deadline, a signal and a missing binary are results, too. */
export function runEngine(binary, args, { cwd, env, deadline, onOutput, onError, signal } = {}) {
  return new Promise((resolve) => {
    const started = Date.now();
    const result = { args, code: -1, stdout: "", stderr: "", timedOut: false, milliseconds: 0 };
    const child = spawn(binary, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    if (child.pid !== undefined) running.add(child.pid);
    const timer = setTimeout(() => {
      result.timedOut = true;
      if (child.pid !== undefined) killTree(child.pid);
    }, deadline);
    const interrupt = () => child.pid !== undefined && signalGroup(child.pid, "SIGINT");
    signal?.addEventListener("abort", interrupt);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      result.stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      result.stderr += text;
      onError?.(text);
    });
    let finished = false;
    const finish = (code) => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
      if (child.pid !== undefined) running.delete(child.pid);
      resolve({ ...result, code, milliseconds: Date.now() - started });
    };
    child.on("error", (error) => {
      result.stderr += error.message;
      finish(127);
    });
    // Not `close` alone: a plugin that outlives the engine can keep the pipes open for ever.
    child.on("close", (code) => finish(code ?? 137));
    child.on("exit", (code) => setTimeout(() => finish(code ?? 137), 2_000));
  });
}

/**
 * What `LocalWorkspace` takes as its `pulumiCommand`.
 *
 * While `operating` is set, the `stack output` (twice) and `stack history` that the SDK runs after each operation are
 * answered with nothing: they cost as much as the operation itself, and the events tell the same.
 */
export function engineCommand(binary, version, { deadline, env }) {
  const command = { command: binary, version, deadline, operating: false, operation: undefined };
  /** The SDK calls this one; it is not part of its declared interface. */
  command.run = async (args, cwd, extra, onOutput, onError, signal) => {
    // Every operation names its stack, so that none needs to be selected.
    if (args[0] === "stack" && args[1] === "select") return { code: 0, stdout: "", stderr: "" };
    if (command.operating && args[0] === "stack") {
      return { code: 0, stdout: args[1] === "history" ? "[]" : "{}", stderr: "" };
    }
    const all = { ...(env ?? process.env), ...extra, PULUMI_AUTOMATION_API: "true" };
    all.PATH = [dirname(binary), all.PATH ?? ""].join(delimiter);
    const list = args.includes("--non-interactive") ? args : [...args, "--non-interactive"];
    const options = { cwd, env: all, deadline: command.deadline, onOutput, onError, signal };
    const result = await runEngine(binary, list, options);
    if (command.operating) command.operation = result;
    if (result.code !== 0) throw new EngineError(result);
    return result;
  };
  return command;
}

/** The engine ended with an error, or was ended at its deadline. The SDK's own error classes cannot be constructed. */
export class EngineError extends Error {
  constructor(result) {
    const why = result.timedOut
      ? `was killed after ${Math.round(result.milliseconds / 1000)} s without an end`
      : `ended with ${result.code}`;
    super(`pulumi ${result.args[0]} ${why}\n${result.stdout}\n${result.stderr}`);
    this.name = "EngineError";
    this.result = result;
  }
}
