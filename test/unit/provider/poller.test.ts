import { expect } from "chai";
import { CallError, type CloudControl, type ProgressEvent, type RequestPage } from "../../../provider/ports";
import { waitForEnd } from "../../../provider/waiting";
import { EventClock } from "../../support/event-clock";

const SECOND = 1000;
const RETRY_AFTER = Symbol("the request asks not to be polled before");

/** Requests that end by themselves after a time. */
class Account {
  readonly singles: string[] = [];
  lists = 0;
  /** Requests of others, in every list. */
  foreign = 0;
  /** How long a new request is missing from lists. */
  lag = 0;
  barred: string | undefined;
  private readonly requests = new Map<
    string,
    { readonly began: number; readonly ends: number; readonly after?: number }
  >();

  constructor(private readonly clock: EventClock) {}

  readonly cloud = {
    status: async (token: string) => {
      this.singles.push(token);
      return Promise.resolve(this.event(token));
    },
    underWay: async (nextToken: string | undefined) => {
      this.lists++;
      return this.barred === undefined
        ? Promise.resolve(this.page(Number(nextToken ?? 0)))
        : Promise.reject(new CallError(this.barred, "no", { cause: undefined }));
    },
  } as unknown as CloudControl;

  /** Begins a request and waits for its end; gives how much later than the end that was, in milliseconds. */
  async run(token: string, seconds: number, after?: typeof RETRY_AFTER): Promise<number> {
    const began = this.clock.now();
    const ends = began + seconds * SECOND;
    this.requests.set(token, { began, ends, ...(after ? { after: ends + 2 * SECOND } : {}) });
    const ended = await waitForEnd(this.clock, this.cloud, this.event(token), Infinity);
    expect(ended).to.deep.equal({ requestToken: token, status: "SUCCESS" });
    return this.clock.now() - ends;
  }

  private event(requestToken: string): ProgressEvent {
    const request = this.requests.get(requestToken);
    if (!request || this.clock.now() >= request.ends) return { requestToken, status: "SUCCESS" };
    return {
      requestToken,
      status: "IN_PROGRESS",
      ...(request.after === undefined ? {} : { retryAfter: request.after }),
    };
  }

  private page(at: number): RequestPage {
    const now = this.clock.now();
    const own = [...this.requests].filter(([, { began, ends }]) => ends > now && now - began >= this.lag);
    const others = Array.from({ length: this.foreign }, (_, i): ProgressEvent => ({
      requestToken: `foreign-${i}`,
      status: "IN_PROGRESS",
    }));
    const all = [...others, ...own.map(([token]) => this.event(token))];
    const more = at + 100 < all.length;
    return { events: all.slice(at, at + 100), ...(more ? { nextToken: String(at + 100) } : {}) };
  }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `r${i}`);

// Time is virtual and the account a list of requests: the calls on the wire are counted in test/provider/poller.
describe("requests in flight, watched together", () => {
  let clock: EventClock;
  let account: Account;
  beforeEach(() => {
    clock = new EventClock();
    account = new Account(clock);
  });
  const all = async (count: number, seconds: number, after?: typeof RETRY_AFTER): Promise<number[]> =>
    Promise.all(names(count).map(async (name) => account.run(name, seconds, after)));

  it("cost one list for all of them, and one call each for the end", async () => {
    const late = await all(100, 3);
    // The first three begin before there are many.
    expect([...new Set(account.singles)]).to.have.members(names(100));
    expect(account.singles.length).to.be.at.most(103);
    expect(account.lists).to.be.within(1, 4);
    expect(Math.max(...late)).to.be.at.most(1.75 * SECOND);
  });

  it("that are few are asked for singly", async () => {
    await all(3, 3);
    expect(account.lists).to.equal(0);
  });

  it("that are some are heard of hardly later than a single one would be", async () => {
    const late = await all(10, 6);
    expect(Math.max(...late)).to.be.at.most(0.75 * SECOND);
    expect(account.singles.length).to.be.at.most(13);
  });

  it("that take long cost few lists", async () => {
    await all(20, 600);
    expect(account.lists).to.be.at.most(90);
    expect(account.singles.length).to.be.at.most(23);
  });

  it("are never polled singly before AWS's RetryAfter", async () => {
    const late = await all(8, 3, RETRY_AFTER);
    expect(Math.min(...late)).to.be.at.least(2 * SECOND);
    expect(account.singles).to.have.length(8);
    expect(account.lists).to.be.at.most(2);
  });

  it("that no list shows yet are not taken for ended", async () => {
    account.lag = 1.2 * SECOND;
    const late = await all(10, 4);
    expect(Math.max(...late)).to.be.at.most(SECOND);
  });

  it("are asked for singly, spaced, where lists are not allowed, and lists are not tried again", async () => {
    account.barred = "AccessDeniedException";
    await all(10, 4);
    expect(account.lists).to.equal(1);
    expect(account.singles.length).to.be.within(10, 45);
  });

  it("are asked for singly for a minute where the account is full of others' requests", async () => {
    account.foreign = 500;
    await all(10, 4);
    expect(account.lists).to.equal(3);
    account.foreign = 0;
    await clock.sleep(60 * SECOND);
    await all(10, 4);
    expect(account.lists).to.be.above(3);
  });

  it("of two clients do not wait for each other", async () => {
    const other = new Account(clock);
    await Promise.all([...names(3).map(async (name) => account.run(name, 3)), other.run("r", 3)]);
    expect(account.lists + other.lists).to.equal(0);
  });
});
