import type { ServerResponse } from "node:http";

/** Pages that may watch at a time; each holds a connection. */
const maxWatchers = 32;
/** What happens within this time is told once. */
const pause = 300;
const heartbeat = 15_000;

/** Tells watching pages that something has changed (server-sent events); they ask what by themselves. @internal */
export class Watchers {
  private readonly open = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;

  /** Whether one more page may watch; its connection stays open then. */
  add(response: ServerResponse): boolean {
    if (this.open.size >= maxWatchers) return false;
    response.write("retry: 1000\n\n");
    this.open.add(response);
    const beat = setInterval(() => response.write(": still there\n\n"), heartbeat).unref();
    response.on("close", () => {
      clearInterval(beat);
      this.open.delete(response);
    });
    return true;
  }

  /** Something has changed. Costs nothing while nobody watches. */
  tell(): void {
    if (this.open.size === 0 || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      for (const response of this.open) {
        // A page that does not read is not written to; it hears of the next change.
        if (response.writableLength < 65_536) response.write("data: changed\n\n");
      }
    }, pause).unref();
  }
}
