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
    underWay: async (nextToken: string | undefined) => {
      this.lists++;
      if (this.hangs) return new Promise<RequestPage>(() => undefined);
      return this.barred === undefined
        ? Promise.resolve(this.page(Number(nextToken ?? 0)))
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
    const ended = await waitForEnd(this.clock, this.cloud, this.event(token), until);
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
    const own = [...this.requests].filter(
      ([token, { began, ends }]) =>
        ends > now && now - began >= this.lag && (token !== this.flickering || this.lists % 2 === 0),
    );
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
    expect(await met).to.deep.equal({ requestToken: "shared", status: "SUCCESS" });
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
