import { expect } from "chai";
import { Limiter, type CallKind } from "../../../provider/limiter";
import { EventClock } from "../../support/event-clock";

const SECOND = 1000;
const REFUSED = new Error("Rate exceeded");

/** An account that takes so many calls a second and so many at once, and answers after 80 ms. */
class Account {
  taken = 0;
  refused = 0;
  private left: number;
  private at: number;

  constructor(
    private readonly clock: EventClock,
    public perSecond: number,
    private readonly burst: number,
  ) {
    this.left = burst;
    this.at = clock.now();
  }

  readonly call = async (): Promise<void> => {
    const now = this.clock.now();
    this.left = Math.min(this.left + ((now - this.at) * this.perSecond) / SECOND, this.burst);
    this.at = now;
    const isTaken = this.left >= 1;
    if (isTaken) this.left -= 1;
    await this.clock.sleep(80);
    if (!isTaken) {
      this.refused++;
      throw REFUSED;
    }
    this.taken++;
  };
}

// Time is virtual and one call is like another: what a whole stack does at a limit is in test/provider/limits.
describe("calls at an account's limit", () => {
  let clock: EventClock;
  let limiter: Limiter;
  beforeEach(() => {
    clock = new EventClock();
    limiter = new Limiter(clock);
  });

  /** As many at a time as `at`, each tried again half a second after a refusal. */
  const make = async (account: Account, calls: number, at: number): Promise<number> => {
    const began = clock.now();
    let begun = 0;
    await busy(limiter, account, at, () => begun++ < calls);
    return (clock.now() - began) / SECOND;
  };

  const busy = async (through: Limiter, account: Account, at: number, more: () => boolean): Promise<void> => {
    const call = async (): Promise<boolean> =>
      through
        .run("change", account.call, (error) => error === REFUSED)
        .then(
          () => true,
          () => false,
        );
    const one = async (): Promise<void> => {
      while (more()) while (!(await call())) await clock.sleep(SECOND / 2);
    };
    await Promise.all(Array.from({ length: at }, one));
  };

  for (const [perSecond, burst] of [
    [10, 40],
    [5, 20],
    [25, 100],
    [100, 200],
  ] as const) {
    it(`are refused less than twice in a hundred, and use nine tenths of ${perSecond}/s with a burst of ${burst}`, async () => {
      const account = new Account(clock, perSecond, burst);
      const seconds = await make(account, 3000, 100);
      expect(account.taken).to.equal(3000);
      expect(account.refused).to.be.below(60);
      expect(seconds).to.be.below((3000 - burst) / perSecond / 0.9 + 10);
    });
  }

  it("fall to what the account takes when others use it, too, and come back", async () => {
    const account = new Account(clock, 10, 40);
    await make(account, 500, 64);
    account.perSecond = 3;
    account.refused = 0;
    await make(account, 300, 64);
    expect(account.refused).to.be.below(20);
    account.perSecond = 10;
    expect(await make(account, 1000, 64)).to.be.below(140);
  });

  // Found by npm run load: of two stacks that went up at once, one made nothing while the other did.
  for (const [perSecond, burst] of [
    [10, 20],
    [10, 40],
    [5, 20],
    [25, 100],
  ] as const) {
    for (const later of [0, 500, 3000, 20_000, 60_000]) {
      it(`are shared with another client that comes ${later} ms later, ${perSecond}/s with a burst of ${burst}, and all theirs once it is gone`, async () => {
        const account = new Account(clock, perSecond, burst);
        const [from, until] = [clock.now() + later, clock.now() + later + 100 * SECOND];
        const both = [0, 0];
        let alone = 0;
        const client = async (which: 0 | 1, end: number): Promise<void> =>
          busy(new Limiter(clock), account, 64, () => {
            const now = clock.now();
            if (now >= from && now < until) both[which]!++;
            if (now >= until + 20 * SECOND) alone++;
            return now < end;
          });
        const second = async (): Promise<void> => {
          await clock.sleep(later);
          await client(1, until + 40 * SECOND);
        };
        await Promise.all([client(0, until), second()]);
        const [first = 0, other = 0] = both;
        expect(Math.min(first, other) / (first + other)).to.be.above(0.35);
        expect(alone).to.be.above(0.8 * 20 * perSecond);
      });
    }
  }

  it("are made at once while they are few", async () => {
    const account = new Account(clock, 10, 40);
    expect(await make(account, 1, 1)).to.equal(0.08);
    expect(await make(account, 8, 8)).to.be.at.most(0.16);
    expect(account.refused).to.equal(0);
  });

  it("of every kind get their share, and none waits for all of another's", async () => {
    const account = new Account(clock, 1000, 1000);
    const order: CallKind[] = [];
    const call = (kind: CallKind) => async () => {
      order.push(kind);
      return account.call();
    };
    const run = async (kind: CallKind, times: number): Promise<unknown> =>
      Promise.all(Array.from({ length: times }, async () => limiter.run(kind, call(kind), () => false)));
    await run("read", 41);
    order.length = 0;
    await Promise.all([run("change", 40), run("read", 40), run("delete", 40), run("status", 40)]);
    const first = order.slice(0, 20);
    const count = (kind: CallKind): number => first.filter((of) => of === kind).length;
    expect(count("status")).to.be.within(7, 9);
    for (const kind of ["change", "read", "delete"] as const) expect(count(kind), kind).to.be.within(3, 5);
    expect(order).to.have.length(160);
  });

  it("of one kind are made in the order in which they came", async () => {
    const order: number[] = [];
    const calls = Array.from({ length: 100 }, async (_, i) =>
      limiter.run(
        "change",
        async () => Promise.resolve(order.push(i)),
        () => false,
      ),
    );
    await Promise.all(calls);
    expect(order).to.deep.equal(Array.from({ length: 100 }, (_, i) => i));
  });
});
