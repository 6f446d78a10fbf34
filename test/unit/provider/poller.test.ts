import { expect } from "chai";
import {
  CallError,
  type CloudControl,
  type ProgressEvent,
  type RequestPage,
  type WhichRequests,
} from "../../../provider/ports";
import { waitForEnd } from "../../../provider/waiting";
import { EventClock } from "../../support/event-clock";

const SECOND = 1000;
const RETRY_AFTER = Symbol("the request asks not to be polled before");

/** Requests that end by themselves after a time. */
class Account {
  readonly singles: string[] = [];
  lists = 0;
  /** Requests of others that are under way, in every list before the own ones. */
  foreign = 0;
  /** Requests of the last week that have ended, in every list of all before the own ones. */
  past = 0;
  /** How requests end. */
  end: Partial<ProgressEvent> = { status: "SUCCESS", identifier: "made" };
  /** How long a new request is missing from lists. */
  lag = 0;
  barred: string | undefined;
  /** Lists that never come. */
  hangs = false;
  /** A request that every other list leaves out. */
  flickering: string | undefined;
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
    requests: async (which: WhichRequests, nextToken: string | undefined) => {
      this.lists++;
      if (this.hangs) return new Promise<RequestPage>(() => undefined);
      return this.barred === undefined
        ? Promise.resolve(this.page(which, Number(nextToken ?? 0)))
        : Promise.reject(new CallError(this.barred, "no", { cause: undefined }));
    },
  } as unknown as CloudControl;

  /** Begins a request and waits for its end; gives how much later than the end that was, in milliseconds. */
  async run(token: string, seconds: number, after?: typeof RETRY_AFTER | number, until = Infinity): Promise<number> {
    const began = this.clock.now();
    const ends = began + seconds * SECOND;
    this.requests.set(token, {
      began,
      ends,
      ...(after ? { after: typeof after === "number" ? began + after : ends + 2 * SECOND } : {}),
    });
    const ended = await waitForEnd(this.clock, this.cloud, this.event(token), until, { kind: "Create A::B::C" });
    expect(ended).to.deep.equal({ requestToken: token, ...this.end });
    return this.clock.now() - ends;
  }

  private event(requestToken: string): ProgressEvent {
    const request = this.requests.get(requestToken);
    if (!request || this.clock.now() >= request.ends) return { requestToken, status: "SUCCESS", ...this.end };
    return {
      requestToken,
      status: "IN_PROGRESS",
      ...(request.after === undefined ? {} : { retryAfter: request.after }),
    };
  }

  private page(which: WhichRequests, at: number): RequestPage {
    const now = this.clock.now();
    const own = [...this.requests].filter(
      ([token, { began, ends }]) =>
        (which === "all" || ends > now) &&
        now - began >= this.lag &&
        (token !== this.flickering || this.lists % 2 === 0),
    );
    const others = (kind: string, count: number, status: ProgressEvent["status"]): ProgressEvent[] =>
      Array.from({ length: count }, (_, i) => ({ requestToken: `${kind}-${i}`, status }));
    const all = [
      ...(which === "all" ? others("past", this.past, "SUCCESS") : []),
      ...others("foreign", this.foreign, "IN_PROGRESS"),
      ...own.map(([token]) => this.event(token)),
    ];
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

  it("cost a few lists for all of them, which tell how each ended, too", async () => {
    const late = await all(100, 3);
    // The first three begin before there are many.
    expect(account.singles.length).to.be.at.most(3);
    expect(account.lists).to.be.within(1, 4);
    expect(Math.max(...late)).to.be.at.most(1.75 * SECOND);
  });

  for (const [name, end] of [
    ["that failed, as only so its hooks are told", { status: "FAILED", errorCode: "InvalidRequest" }],
    ["of which the list has no identifier", { status: "SUCCESS" }],
  ] as const) {
    it(`${name}, are asked for singly`, async () => {
      account.end = end;
      await all(10, 3);
      expect([...new Set(account.singles)]).to.have.members(names(10));
      expect(account.singles.length).to.be.at.most(13);
    });
  }

  it("that lists of all do not show at their top are listed while they run, and asked for singly at their end", async () => {
    account.past = 5000;
    const late = await all(40, 3);
    expect([...new Set(account.singles)]).to.have.members(names(40));
    expect(account.singles.length).to.be.at.most(43);
    // One of all, and then those under way.
    expect(account.lists).to.be.within(2, 6);
    expect(Math.max(...late)).to.be.at.most(1.5 * SECOND);
    const before = account.lists;
    await all(40, 3);
    expect(account.lists - before).to.be.at.most(4);
  });

  it("that are few are asked for singly", async () => {
    await all(3, 3);
    expect(account.lists).to.equal(0);
  });

  it("that are some are heard of hardly later than a single one would be", async () => {
    const late = await all(10, 6);
    expect(Math.max(...late)).to.be.at.most(0.8 * SECOND);
    expect(account.singles.length).to.be.at.most(10);
  });

  it("that take long cost few lists", async () => {
    await all(20, 600);
    expect(account.lists).to.be.at.most(90);
    expect(account.singles.length).to.be.at.most(3);
  });

  it("are never polled singly before AWS's RetryAfter", async () => {
    const late = await all(8, 3, RETRY_AFTER);
    expect(Math.min(...late)).to.be.at.least(2 * SECOND);
    expect(account.singles.length).to.be.at.most(3);
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
    // The first page of all, and three of those under way.
    expect(account.lists).to.equal(4);
    account.foreign = 0;
    await clock.sleep(60 * SECOND);
    await all(10, 4);
    expect(account.lists).to.be.above(4);
  });

  it("that take long do not hold up one that is new", async () => {
    const long = names(20).map(async (name) => account.run(name, 600));
    await clock.sleep(300 * SECOND);
    expect(await account.run("new", 3)).to.be.at.most(SECOND);
    await Promise.all(long);
  });

  it("of which AWS wants one not to be polled for long do not wait for that one", async () => {
    const slow = names(5).map(async (name) => account.run(name, 300, 400 * SECOND));
    await clock.sleep(SECOND);
    expect(await account.run("new", 3)).to.be.at.most(SECOND);
    expect(account.singles).to.not.include.members(["r0"]);
    await Promise.all(slow);
    expect(Math.min(...(await Promise.all(slow)))).to.be.at.least(100 * SECOND);
  });

  it("that two wait for are told to both", async () => {
    const others = all(5, 4);
    const began = account.run("shared", 3);
    const met = waitForEnd(clock, account.cloud, { requestToken: "shared", status: "IN_PROGRESS" }, Infinity);
    expect(await met).to.deep.equal({ requestToken: "shared", ...account.end });
    await Promise.all([began, others]);
  });

  it("that a list leaves out although they run are asked for at their own time, not with every list", async () => {
    account.flickering = "r0";
    await all(10, 60);
    expect(account.singles.filter((token) => token === "r0").length).to.be.at.most(account.lists / 2 + 2);
    expect(account.singles.filter((token) => token !== "r0").length).to.be.at.most(12);
  });

  it("are asked for singly where a list gives no answer, and none is late for its deadline", async () => {
    account.hangs = true;
    const late = await all(10, 4);
    expect(Math.max(...late)).to.be.at.most(60 * SECOND);
    const until = clock.now() + 90 * SECOND;
    const run = async (name: string): Promise<unknown> =>
      account.run(name, 600, undefined, until).catch((e: unknown) => e);
    const ends = await Promise.all(names(10).map(run));
    expect(ends.map((error) => (error as Error).name)).to.deep.equal(ends.map(() => "DeadlineError"));
    expect(clock.now() - until).to.be.at.most(65 * SECOND);
  });

  it("of two clients do not wait for each other", async () => {
    const other = new Account(clock);
    await Promise.all([...names(3).map(async (name) => account.run(name, 3)), other.run("r", 3)]);
    expect(account.lists + other.lists).to.equal(0);
  });
});
