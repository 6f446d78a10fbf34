import { connect } from "node:net";
import type { EngineRef } from "../core/journal";

const POLL = 2000;
/** Milliseconds for an engine on this machine to take a connection. */
const PATIENCE = 1000;

/** Whether a process of this id runs; one of another user does. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Whether an engine has ended. Its process id may have been given to another process, which then does not listen there. */
export async function isGone({ pid, address }: EngineRef): Promise<boolean> {
  if (!isAlive(pid)) return true;
  return address !== undefined && !(await answers(address));
}

async function answers(address: string): Promise<boolean> {
  const at = address.lastIndexOf(":");
  const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
  try {
    return await new Promise((resolve) => {
      socket.once("connect", () => {
        resolve(true);
      });
      socket.once("error", () => {
        resolve(false);
      });
      // An engine that is stopped or starved is not gone.
      socket.setTimeout(PATIENCE, () => {
        resolve(true);
      });
    });
  } finally {
    socket.destroy();
  }
}

/**
 * The engine that started this process, or undefined where this is no dynamic-provider process: in tests with mocks,
 * and wherever else the provider's module is loaded.
 */
export function startingEngine(argv: readonly string[], parent: number): EngineRef | undefined {
  const [, script = "", address = ""] = argv;
  const isProvider = /[\\/]cmd[\\/]dynamic-provider([\\/]index\.js)?$/.test(script);
  return isProvider && /^[^\s/]+:\d+$/.test(address) ? { pid: parent, address } : undefined;
}

/**
 * Keeps a process alive whose output nobody reads any more. Its host prints what nobody caught: where that fails, too,
 * each failure would print the next one, and what runs would never come to its end.
 */
export function speakToNobody(...outputs: readonly NodeJS.WritableStream[]): void {
  for (const output of outputs) {
    output.on("error", () => {
      // There is nobody to tell.
    });
  }
}

/**
 * Ends this process when its engine has died: nobody else would, as the dynamic-provider process waits for calls for
 * ever. What runs is finished before, so that the journal knows how it ended.
 */
export class EngineWatch {
  /** Whether the engine has died, as far as was seen. */
  isOrphan = false;
  private running = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: EngineRef | undefined,
    private readonly exit: () => void = () => process.exit(0),
    private readonly parent: () => number = () => process.ppid,
  ) {}

  /** Runs an operation and watches from then on. A normal end needs no watch: the engine itself ends its plugins. */
  async during<T>(run: () => Promise<T>): Promise<T> {
    this.start();
    this.running++;
    try {
      return await run();
    } finally {
      this.running--;
    }
  }

  /**
   * Tells when the engine ends its plugins in good order, which it asks for by a signal some seconds before it ends them
   * by force. Older engines only do the latter.
   *
   * @param ending - told whether every operation has been answered; must not wait
   */
  onEnd(ending: (isIdle: boolean) => void): void {
    if (!this.engine) return;
    const end = (): void => {
      ending(this.running === 0);
      this.exit();
    };
    for (const signal of ["SIGINT", "SIGBREAK"] as const) process.once(signal, end);
  }

  private start(): void {
    if (!this.engine || this.timer) return;
    // Without a hold on the event loop: the watch itself keeps no process alive.
    this.timer = setInterval(() => void this.look(), POLL).unref();
  }

  /** Looks now whether the engine has died. */
  async hasDied(): Promise<boolean> {
    if (!this.engine) return false;
    // An orphan gets another parent at once, everywhere but on Windows.
    this.isOrphan ||= this.parent() !== this.engine.pid || (await isGone(this.engine));
    return this.isOrphan;
  }

  private async look(): Promise<void> {
    if (!(await this.hasDied()) || this.running > 0) return;
    clearInterval(this.timer);
    this.exit();
  }
}
