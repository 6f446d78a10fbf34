import { expect } from "chai";
import { floorOf } from "../../../bench/floor";
import { CONDITIONS, createMany, type Ledger } from "../../support/virtual-cloud";

const calls = ({ calls: counts }: Ledger): number => Object.values(counts).reduce((all, count) => all + count, 0);

// Time is virtual and the same at every run: what the engine, the SDK and the machine add is measured in the benchmark.
// SPEED_LEDGER=1 prints where the time goes.
describe("creates of many resources, under the benchmark's latencies and limit", function () {
  this.timeout(30_000);
  const ledgers = new Map<number, Ledger>();
  const ledger = async (count: number): Promise<Ledger> => {
    const known = ledgers.get(count) ?? (await createMany(count, 8));
    if (process.env.SPEED_LEDGER) console.log(count, known);
    ledgers.set(count, known);
    return known;
  };

  for (const [count, most, ratio] of [
    [10, 3, 1.2],
    [100, 3.1, 1.06],
    [500, 3.1, 1.06],
  ] as const) {
    it(`take at most ${most} calls for each of ${count}, and ${ratio} of the least time, eight at a time`, async () => {
      const made = await ledger(count);
      expect(calls(made) / count).to.be.at.most(most);
      expect(made.total / floorOf("create", count)).to.be.at.most(ratio);
      expect(made.throttled).to.equal(0);
    });
  }

  it("take four calls for one", async () => {
    expect((await ledger(1)).calls).to.deep.equal({ create: 1, status: 2, read: 1 });
  });

  it("are heard of 0.4 seconds after their end on the average, and wait for no turn of the limiter", async () => {
    const { late, queued } = await ledger(500);
    expect(late).to.be.below(400);
    expect(queued).to.be.below(20);
  });

  it("do not take longer where AWS asks in every list to be left alone for a second", async () => {
    const free = await createMany(500, 8, { ...CONDITIONS, retryAfter: 0 });
    expect((await ledger(500)).total / free.total).to.be.below(1.03);
  });

  it("are bound by the account's rate where many run at a time, and fewer than two in a hundred calls are refused", async () => {
    const made = await createMany(500, 64);
    expect(calls(made) / 500).to.be.at.most(2.7);
    expect(made.throttled / calls(made)).to.be.below(0.02);
    // Two calls each at ten a second, and a tenth more for the lists.
    expect(made.total).to.be.at.most(((2 * 500 - 40) / 10) * 1000 * 1.35);
  });
});
