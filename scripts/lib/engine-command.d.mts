import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

export interface EngineRun {
  readonly args: readonly string[];
  /** 137 after the deadline, 127 when the binary cannot be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly milliseconds: number;
}

export interface EngineRunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string | undefined>;
  /** Milliseconds; then the engine is killed with all that it started. */
  readonly deadline: number;
  readonly onOutput?: (text: string) => void;
  readonly onError?: (text: string) => void;
  /** Sends SIGINT to the engine, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

export function runEngine(binary: string, args: readonly string[], options: EngineRunOptions): Promise<EngineRun>;
export function killEngines(): void;

/** The SDK's `PulumiCommand` cannot be constructed; this one has the same shape and more. */
export type EngineCommand = PulumiCommand & {
  deadline: number;
  /** Set it around up, preview, refresh and destroy: only then the result is in `operation`, and no outputs are read. */
  operating: boolean;
  readonly operation: EngineRun | undefined;
};

export function engineCommand(
  binary: string,
  version: PulumiCommand["version"],
  options: { deadline: number; env?: Record<string, string | undefined> },
): EngineCommand;

export class EngineError extends Error {
  readonly result: EngineRun;
}
