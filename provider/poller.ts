import { Usual } from "./core/usual";
import type { CloudControl, Clock, ProgressEvent } from "./ports";
import { CallError } from "./ports";
import { hasEnded, isPassing, notBefore, persist } from "./retry";

/** Requests in flight from which on one call that lists them is cheaper than one for each. */
const FEW = 4;
/** Milliseconds between two lists of few requests; with more of them it is longer, as each finds more ended ones. */
const LEAST_INTERVAL = 250;
/** Requests by which the interval doubles. */
const MANY = 20;
/** Nor are lists closer than this part of the time that the youngest request has taken, up to this many milliseconds. */
const PART = 1 / 10;
const MOST_INTERVAL = 10_000;
/** Pages of a hundred requests that are worth reading: beyond, others' requests cost more than they save. */
const MOST_PAGES = 3;
/** Milliseconds for which lists are left alone after they were too long. */
const PAUSE = 60_000;
/** Milliseconds between two single polls where lists are not to be had and many requests are in flight. */
const SPACING = 150;
/** Milliseconds for which everybody waits for one list. */
const PATIENCE = 60_000;
/** Milliseconds after which a request that was accepted should be in every list. */
const SHOWN_AFTER = 1000;

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** How far the first questions for many requests lie apart, as a part of the time until then. */
const SPREAD = 0.5;

/** How the next news of a request is waited for. */
export interface Wait {
  /** When AWS accepted it, or it was first heard of, in epoch milliseconds. */
  readonly since: number;
  /** When it is asked for, in epoch milliseconds. */
  readonly due: number;
  /** AWS asked not to be polled before. */
  readonly isFirm: boolean;
  /** Epoch milliseconds after which a poll that fails is not repeated. */
  readonly until: number;
}

/** A request that somebody waits for. Two may wait for one: its own resource, and one that met it in its way. */
interface Watched extends Wait {
  readonly requestToken: string;
  due: number;
  isFirm: boolean;
  readonly tell: (event: ProgressEvent) => void;
  readonly fail: (error: unknown) => void;
}

/** What a list says. In one of all requests none is missing because it has ended, but perhaps because it is old. */
interface Requests {
  readonly events: ReadonlyMap<string, ProgressEvent>;
  readonly tellsEnds: boolean;
}

/**
 * Watches the requests of one account and region together: from a few on, one list answers for all of them. The calls then
 * grow with time and resources, not with their product.
 *
 * A list of all requests has those at the top that ended just now, with how they ended: that is an answer without a call
 * for each. Nobody promises its order, so where the own requests are not on its first page, only what is under way is
 * listed, and what has left that list is asked for by itself.
 *
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResourceRequests.html
 */
export class Poller {
  private readonly usual: Usual;
  private inFlight = 0;
  private readonly watched = new Set<Watched>();
  /** Tokens that the last list that could hold them held: their absence from the next one means their end. */
  private readonly listed = new Set<string>();
  private isRunning = false;
  private isWide = true;
  private listsFrom = 0;
  private nextTurn = 0;
  private phase = 0;
  /** When the next list is asked for, and before when it never is. */
  private planned = 0;
  private listedAt = -Infinity;
  private wake: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly cloud: CloudControl,
  ) {
    this.usual = new Usual(cloud.firstPoll);
  }

  /** Somebody waits for a request, until what is returned is called. */
  enter(): (requestToken: string) => void {
    this.inFlight++;
    return (requestToken) => {
      this.inFlight--;
      this.listed.delete(requestToken);
    };
  }

  /**
   * Milliseconds from the acceptance of a request until it is worth asking for it. Of many that begin together each gets
   * another time (multiples of the golden ratio leave no gap), as each question answers for all.
   */
  first(kind: string): number {
    if (this.inFlight < FEW) return this.usual.first(kind);
    this.phase = (this.phase + GOLDEN) % 1;
    return this.usual.first(kind) * (1 + SPREAD * (this.phase - 0.5));
  }

  /** A request has ended; see {@link Usual.learn}. */
  learn(kind: string, asked: number, lasted: number | undefined): void {
    this.usual.learn(kind, asked, lasted);
  }

  /** The next news of a request: when it is due, or its end before, where others' questions have shown that. */
  async next(requestToken: string, wait: Wait): Promise<ProgressEvent> {
    if (!this.lists()) await this.clock.sleep(Math.max(wait.due - this.clock.now(), 0));
    // Others may have come meanwhile; this one's time is up all the same.
    if (!this.lists()) return this.single(requestToken, wait.until);
    return new Promise((tell, fail) => {
      const watched: Watched = { requestToken, ...wait, tell, fail };
      this.watched.add(watched);
      if (watched.due < this.planned) {
        this.planned = Math.max(watched.due, this.soonest());
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
      const requests = await this.list();
      if (requests) this.handOut(requests);
    }
    this.isRunning = false;
    this.askEach();
  }

  /** Until somebody's time has come, and longer with more of them. */
  private async pause(): Promise<void> {
    this.planned = Math.max(Math.min(...[...this.watched].map(({ due }) => due)), this.soonest());
    while (this.clock.now() < this.planned) {
      const woken = new Promise<void>((wake) => {
        this.wake = wake;
      });
      await Promise.race([this.clock.sleep(this.planned - this.clock.now()), woken]);
    }
    this.listedAt = this.clock.now();
  }

  /** When the next list may be asked for. */
  private soonest(): number {
    const now = this.clock.now();
    const youngest = Math.min(...[...this.watched].map(({ since }) => now - since));
    const interval = Math.min(youngest * PART, MOST_INTERVAL);
    return this.listedAt + Math.max(interval, LEAST_INTERVAL * (1 + this.inFlight / MANY));
  }

  private handOut({ events, tellsEnds }: Requests): void {
    const now = this.clock.now();
    for (const watched of [...this.watched]) {
      const { requestToken, until } = watched;
      const event = events.get(requestToken);
      if (event && !hasEnded(event)) this.listed.add(requestToken);
      const isGone = event === undefined && !tellsEnds && this.listed.has(requestToken);
      const isNews = isGone || (event !== undefined && hasEnded(event));
      if (now < watched.due && !isNews) {
        this.heed(watched, event);
        continue;
      }
      this.watched.delete(watched);
      if (event && (!hasEnded(event) || isWhole(event))) watched.tell(event);
      else this.single(requestToken, until).then(watched.tell, watched.fail);
    }
  }

  /**
   * AWS asks not to be polled before some time, in the answer to somebody else's question. That holds, but the same in
   * the next such answer would put this one off for as long as others ask.
   */
  private heed(watched: Watched, event: ProgressEvent | undefined): void {
    if (watched.isFirm || event?.retryAfter === undefined) return;
    watched.isFirm = true;
    watched.due = Math.min(Math.max(watched.due, notBefore(event, this.clock.now())), watched.until);
  }

  /** The requests, or undefined where AWS does not tell or too many are others'. */
  private async list(): Promise<Requests | undefined> {
    try {
      if (this.isWide) {
        const events = await this.read("all", 1);
        if (this.shows(events)) return { events, tellsEnds: true };
        this.isWide = false;
      }
      return { events: await this.read("under way", MOST_PAGES), tellsEnds: false };
    } catch (error) {
      // Without the permission it will not be had later either.
      const isLater = error instanceof TooMany || (error instanceof CallError && isPassing(error));
      this.listsFrom = isLater ? this.clock.now() + PAUSE : Infinity;
      return undefined;
    }
  }

  /** @throws TooMany where that is not all of what is under way */
  private async read(which: "all" | "under way", pages: number): Promise<Map<string, ProgressEvent>> {
    const events = new Map<string, ProgressEvent>();
    let nextToken: string | undefined;
    for (let page = 1; page <= pages; page++) {
      const from = nextToken;
      const answer = await this.soon(async () => this.cloud.requests(which, from));
      for (const event of answer.events) events.set(event.requestToken, event);
      nextToken = answer.nextToken;
      if (nextToken === undefined) return events;
    }
    if (which === "all") return events;
    throw new TooMany();
  }

  /** Whether the first page of all requests has most of those that are watched. */
  private shows(events: ReadonlyMap<string, ProgressEvent>): boolean {
    const settled = [...this.watched].filter(({ since }) => this.clock.now() - since >= SHOWN_AFTER);
    const shown = settled.filter(({ requestToken }) => events.has(requestToken));
    return 2 * shown.length >= settled.length;
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

/** Others have so much under way that lists are not worth it. */
class TooMany extends Error {
  override readonly name = "TooMany";
}

/** Whether a list says all of an end. Which hooks failed only the request's own status tells. */
function isWhole({ status, identifier }: ProgressEvent): boolean {
  return status === "SUCCESS" && identifier !== undefined;
}
