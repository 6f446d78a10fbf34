import type { CloudControl, Clock, ProgressEvent } from "./ports";
import { CallError } from "./ports";
import { hasEnded, isPassing, persist } from "./retry";

/** Requests in flight from which on one call that lists them is cheaper than one for each. */
const FEW = 4;
/** Milliseconds between two lists of few requests; with more of them it is longer, as each finds more ended ones. */
const LEAST_INTERVAL = 500;
/** Requests by which the interval doubles. */
const MANY = 40;
/** Pages of a hundred requests that are worth reading: beyond, others' requests cost more than they save. */
const MOST_PAGES = 3;
/** Milliseconds for which lists are left alone after they were too long. */
const PAUSE = 60_000;
/** Milliseconds between two single polls where lists are not to be had and many requests are in flight. */
const SPACING = 150;

/** A request that somebody waits for. */
interface Watched {
  /** When its next news is asked for, in epoch milliseconds; with AWS's RetryAfter never before. */
  readonly due: number;
  /** The wait until then: the longer it has taken, the longer. */
  readonly delay: number;
  readonly isFirm: boolean;
  readonly tell: (event: ProgressEvent) => void;
  readonly fail: (error: unknown) => void;
  /** It was in a list, so that its absence from the next one means its end. */
  isListed: boolean;
}

/**
 * Watches the requests of one account and region together: from a few on, one list of what is under way answers for all
 * of them, and only those that have left it are asked for. The calls then grow with time and resources, not with their
 * product.
 *
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResourceRequests.html
 */
export class Poller {
  private inFlight = 0;
  private readonly watched = new Map<string, Watched>();
  private readonly listed = new Set<string>();
  private isRunning = false;
  private listsFrom = 0;
  private nextTurn = 0;

  constructor(
    private readonly clock: Clock,
    private readonly cloud: CloudControl,
  ) {}

  /** Somebody waits for a request, until what is returned is called. */
  enter(): (requestToken: string) => void {
    this.inFlight++;
    return (requestToken) => {
      this.inFlight--;
      this.listed.delete(requestToken);
    };
  }

  /**
   * The next news of a request, after a while.
   *
   * @param delay - milliseconds before it is asked for
   * @param isFirm - AWS asked not to be polled before
   */
  async next(requestToken: string, delay: number, isFirm: boolean): Promise<ProgressEvent> {
    if (!this.lists()) {
      await this.clock.sleep(delay);
      // Others may have come meanwhile; this one's time is up all the same.
      return this.single(requestToken);
    }
    return new Promise((tell, fail) => {
      const due = this.clock.now() + delay;
      this.watched.set(requestToken, { due, delay, isFirm, tell, fail, isListed: this.listed.has(requestToken) });
      void this.run();
    });
  }

  private lists(): boolean {
    return this.inFlight >= FEW && this.clock.now() >= this.listsFrom;
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.watched.size > 0 && this.lists()) {
      await this.clock.sleep(this.pause());
      const events = await this.list();
      if (events) this.handOut(events);
    }
    this.isRunning = false;
    this.askEach();
  }

  /** As long as the most impatient one would wait for its own poll, and longer with more of them. */
  private pause(): number {
    const now = this.clock.now();
    const waits = [...this.watched.values()].map(({ due, delay, isFirm }) => (isFirm ? due - now : delay));
    return Math.max(Math.min(...waits), LEAST_INTERVAL * (1 + this.inFlight / MANY));
  }

  private handOut(events: ReadonlyMap<string, ProgressEvent>): void {
    const now = this.clock.now();
    for (const [token, watched] of [...this.watched]) {
      const event = events.get(token);
      if (event) {
        watched.isListed = true;
        this.listed.add(token);
      }
      // What was just accepted may not be listed yet, and AWS's RetryAfter holds for single polls in any case.
      const isDue = now >= watched.due;
      if (!isDue && (event !== undefined || watched.isFirm || !watched.isListed)) continue;
      this.watched.delete(token);
      if (event && !hasEnded(event)) watched.tell(event);
      else this.single(token).then(watched.tell, watched.fail);
    }
  }

  /** The requests under way, or undefined where AWS does not tell or too many are others'. */
  private async list(): Promise<Map<string, ProgressEvent> | undefined> {
    const events = new Map<string, ProgressEvent>();
    let nextToken: string | undefined;
    try {
      for (let pages = 1; ; pages++) {
        const page = await persist(this.clock, async () => this.cloud.underWay(nextToken));
        for (const event of page.events) events.set(event.requestToken, event);
        nextToken = page.nextToken;
        if (nextToken === undefined) return events;
        if (pages >= MOST_PAGES) break;
      }
      this.listsFrom = this.clock.now() + PAUSE;
    } catch (error) {
      // Without the permission it will not be had later either.
      const isLater = error instanceof CallError && isPassing(error);
      this.listsFrom = isLater ? this.clock.now() + PAUSE : Infinity;
    }
    return undefined;
  }

  /** Lists are not to be had, or are no longer worth it. */
  private askEach(): void {
    for (const [token, { due, tell, fail }] of [...this.watched]) {
      this.watched.delete(token);
      const wait = Math.max(due - this.clock.now(), 0);
      this.clock
        .sleep(wait)
        .then(async () => this.single(token))
        .then(tell, fail);
    }
  }

  private async single(requestToken: string): Promise<ProgressEvent> {
    if (this.inFlight >= FEW && !this.lists()) await this.turn();
    return persist(this.clock, async () => this.cloud.status(requestToken));
  }

  /** Single polls of many requests share a budget, so that they leave the account's rate to what they wait for. */
  private async turn(): Promise<void> {
    const now = this.clock.now();
    this.nextTurn = Math.max(this.nextTurn + SPACING, now);
    await this.clock.sleep(this.nextTurn - now);
  }
}
