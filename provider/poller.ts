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
/** Milliseconds for which everybody waits for one list. */
const PATIENCE = 60_000;

/** How the next news of a request is waited for. */
export interface Wait {
  /** Milliseconds before it is asked for. */
  readonly delay: number;
  /** AWS asked not to be polled before. */
  readonly isFirm: boolean;
  /** Epoch milliseconds after which a poll that fails is not repeated. */
  readonly until: number;
}

/** A request that somebody waits for. Two may wait for one: its own resource, and one that met it in its way. */
interface Watched {
  readonly requestToken: string;
  /** When its next news is asked for, in epoch milliseconds. */
  readonly due: number;
  /** The wait until then: the longer it has taken, the longer. */
  readonly delay: number;
  readonly until: number;
  readonly tell: (event: ProgressEvent) => void;
  readonly fail: (error: unknown) => void;
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
  private readonly watched = new Set<Watched>();
  /** Tokens that the last list that could hold them held: their absence from the next one means their end. */
  private readonly listed = new Set<string>();
  private isRunning = false;
  private listsFrom = 0;
  private nextTurn = 0;
  /** When the next list is asked for, and before when it never is. */
  private planned = 0;
  private soonest = 0;
  private wake: () => void = () => undefined;

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

  /** The next news of a request, after a while. */
  async next(requestToken: string, { delay, isFirm, until }: Wait): Promise<ProgressEvent> {
    // What AWS asks for holds for this request alone: others are not kept waiting with it.
    if (isFirm || !this.lists()) await this.clock.sleep(delay);
    // Others may have come meanwhile; this one's time is up all the same.
    if (!this.lists()) return this.single(requestToken, until);
    return new Promise((tell, fail) => {
      const rest = isFirm ? 0 : delay;
      const watched: Watched = { requestToken, due: this.clock.now() + rest, delay: rest, until, tell, fail };
      this.watched.add(watched);
      if (watched.due < this.planned) {
        this.planned = Math.max(watched.due, this.soonest);
        this.wake();
      }
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
      await this.pause();
      const events = await this.list();
      if (events) this.handOut(events);
    }
    this.isRunning = false;
    this.askEach();
  }

  /** As long as the most impatient one would wait for its own poll, and longer with more of them. */
  private async pause(): Promise<void> {
    const now = this.clock.now();
    this.soonest = now + LEAST_INTERVAL * (1 + this.inFlight / MANY);
    this.planned = Math.max(now + Math.min(...[...this.watched].map(({ delay }) => delay)), this.soonest);
    while (this.clock.now() < this.planned) {
      const woken = new Promise<void>((wake) => {
        this.wake = wake;
      });
      await Promise.race([this.clock.sleep(this.planned - this.clock.now()), woken]);
    }
  }

  private handOut(events: ReadonlyMap<string, ProgressEvent>): void {
    const now = this.clock.now();
    for (const watched of [...this.watched]) {
      const { requestToken, due, until } = watched;
      const event = events.get(requestToken);
      if (event) this.listed.add(requestToken);
      // What was just accepted may not be listed yet.
      const isNews = event === undefined && this.listed.has(requestToken);
      if (now < due && !isNews) continue;
      this.watched.delete(watched);
      if (event && !hasEnded(event)) watched.tell(event);
      else this.single(requestToken, until).then(watched.tell, watched.fail);
    }
  }

  /** The requests under way, or undefined where AWS does not tell or too many are others'. */
  private async list(): Promise<Map<string, ProgressEvent> | undefined> {
    const events = new Map<string, ProgressEvent>();
    let nextToken: string | undefined;
    try {
      for (let pages = 1; ; pages++) {
        const page = await this.soon(async () => this.cloud.underWay(nextToken));
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

  /** A call that everybody waits for: one that gets no answer must not hold them all. */
  private async soon<T>(call: () => Promise<T>): Promise<T> {
    const late = this.clock.sleep(PATIENCE).then((): T => {
      throw new CallError("NoAnswer", "the list of requests did not come in time", { cause: undefined });
    });
    return Promise.race([persist(this.clock, call), late]);
  }

  /** Lists are not to be had, or are no longer worth it. */
  private askEach(): void {
    for (const { requestToken, due, until, tell, fail } of this.watched) {
      const wait = Math.max(due - this.clock.now(), 0);
      this.clock
        .sleep(wait)
        .then(async () => this.single(requestToken, until))
        .then(tell, fail);
    }
    this.watched.clear();
  }

  private async single(requestToken: string, until: number): Promise<ProgressEvent> {
    if (this.inFlight >= FEW && !this.lists()) await this.turn();
    const event = await persist(this.clock, async () => this.cloud.status(requestToken), until);
    // A list that lacked it was behind: the next one's silence is no news.
    if (!hasEnded(event)) this.listed.delete(requestToken);
    return event;
  }

  /** Single polls of many requests share a budget, so that they leave the account's rate to what they wait for. */
  private async turn(): Promise<void> {
    const now = this.clock.now();
    this.nextTurn = Math.max(this.nextTurn + SPACING, now);
    await this.clock.sleep(this.nextTurn - now);
  }
}
