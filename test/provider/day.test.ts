import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { DynamicProvider } from "../../provider/dynamic";
import type { Clock } from "../../provider/ports";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const API = "AWS::ApiGateway::RestApi";
const HOUR = 3_600_000;
const MINUTE = 60_000;

/**
 * One time for all: the provider's clock, `Date` (by which the SDK signs and knows what has expired) and the local Cloud
 * Control's. It passes only when somebody waits for it, or when it is told to.
 */
class Day implements Clock {
  private passed = 0;
  private readonly real = Date;
  /** Hears that time has passed. */
  passes: () => void = () => undefined;

  begin(): void {
    const now = (): number => this.now();
    globalThis.Date = class extends this.real {
      constructor(...given: [] | [number | string]) {
        super(...((given.length === 0 ? [now()] : given) as [number]));
      }
      static override now(): number {
        return now();
      }
    } as DateConstructor;
  }

  end(): void {
    globalThis.Date = this.real;
  }

  now(): number {
    return this.real.now() + this.passed;
  }

  pass(milliseconds: number): void {
    this.passed += milliseconds;
    this.passes();
  }

  async sleep(milliseconds: number): Promise<void> {
    this.pass(milliseconds);
    // What came of it over the wire is heard of first.
    return new Promise((resolve) => setImmediate(resolve));
  }

  random(): number {
    return 1;
  }

  token(): string {
    return randomUUID();
  }
}

// A process does not live for days with one engine, but CI jobs and long releases come near. Sessions end as AWS's do.
// Does not prove how long AWS keeps anything: 36 hours for a client token and a week for a request are its documentation's.
describe("in a day or more", () => {
  let day: Day;
  let bench: ProviderBench;
  let folder: string;

  beforeEach(async () => {
    day = new Day();
    day.begin();
    bench = await ProviderBench.open({ clock: "real" }, day);
    // Its time is Date's already: what falls due by that is to run.
    day.passes = () => {
      bench.emulator.clock.advance(0);
    };
    folder = mkdtempSync(join(tmpdir(), "day-"));
    bench.keepJournal(folder);
  });
  afterEach(async () => {
    day.end();
    await bench.close();
    rmSync(folder, { recursive: true });
  });

  const asRole = async (): Promise<DynamicProvider> => {
    bench.config = { "aws:assumeRoles": JSON.stringify([{ roleArn: "arn:aws:iam::333333333333:role/hub" }]) };
    return bench.provider();
  };
  const bag = (logGroupName: string, more: object = {}): Record<string, unknown> => ({
    __type: GROUP,
    __provider: "stub",
    region: "us-east-1",
    logGroupName,
    ...more,
  });
  const outsOf = ({ outs }: { readonly outs?: unknown }): Record<string, unknown> => outs as Record<string, unknown>;
  const outcomes = (): Set<string> => new Set(bench.emulator.requests().map(({ outcome }) => outcome));
  const sessions = (): number => bench.emulator.requests().filter(({ operation }) => operation === "AssumeRole").length;

  it("sessions of an hour are renewed before they end, between operations hours apart", async () => {
    const provider = await asRole();
    for (let hour = 0; hour < 24; hour++) {
      const made = await provider.create(bag(`g${hour}`, { retentionInDays: 7 }));
      const { id } = made;
      const changed = await provider.update(id, outsOf(made), bag(id, { retentionInDays: 14 }));
      expect((await provider.read(id, outsOf(changed))).id).to.equal(id);
      if (hour % 2 === 0) await provider.delete(id, outsOf(changed));
      day.pass(HOUR);
    }
    expect([...outcomes()]).to.deep.equal(["ok"]);
    expect(sessions()).to.be.within(24, 48);
    expect(bench.live(GROUP)).to.have.length(12);
  });

  it("and in the middle of an operation that takes longer than four of them", async () => {
    const provider = await asRole();
    bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: 4.5 * HOUR });
    const { id } = await provider.create(bag("slow", { timeouts: { create: "5h" } }));
    expect(id).to.equal("slow");
    expect([...outcomes()]).to.deep.equal(["ok"]);
    expect(sessions()).to.be.within(5, 10);
  });

  describe("a create whose answer was lost", () => {
    const args = { name: "shop", __identity: "shop/dev/apigateway:RestApi::api" };
    const tokens = (): (string | undefined)[] => [
      ...new Set(
        bench.emulator
          .requests()
          .filter(({ operation }) => operation === "CreateResource")
          .map(({ clientToken }) => clientToken),
      ),
    ];
    const lose = async (one: OneResource): Promise<void> => {
      bench.config = { "aws:maxRetries": "0" };
      const fault = { kind: "lost-reply", when: "after", operation: "CreateResource", times: 99 } as const;
      const id = bench.emulator.faults.add(fault);
      expect(await failureOf(one.up(args))).to.include("failed with NoAnswer");
      bench.emulator.faults.clear(id);
    };

    it("is gone on with a day later, by the same client token", async () => {
      const one = new OneResource(bench, API);
      await lose(one);
      day.pass(24 * HOUR);
      expect(await one.up(args)).to.equal("create");
      expect(tokens()).to.have.length(1);
      expect(bench.live(API)).to.have.length(1);
    });

    it("is made anew once AWS has forgotten the token, and that it may exist twice is said", async () => {
      const one = new OneResource(bench, API);
      await lose(one);
      day.pass(36 * HOUR + MINUTE);
      expect(await one.up(args)).to.equal("create");
      expect(tokens()).to.have.length(2);
      expect(bench.told.join("\n")).to.match(/apigateway:RestApi::api/);
    });
  });

  it("a request whose end was not seen, and that AWS has forgotten since, is settled by the resource itself", async () => {
    bench.emulator.faults.add({ kind: "slow", operation: "CREATE", ms: HOUR });
    const exception = "AccessDeniedException";
    const id = bench.emulator.faults.add({
      kind: "exception",
      exception,
      operation: "CancelResourceRequest",
      times: 99,
    });
    bench.config = { "aws:maxRetries": "0" };
    const one = new OneResource(bench, GROUP);
    const args = { logGroupName: "a", timeouts: { create: "5m" } };
    await failureOf(one.up(args));
    expect(one.state?.id).to.equal("a");
    bench.emulator.faults.clear(id);
    day.pass(2 * HOUR);
    day.pass(8 * 24 * HOUR);
    await one.refresh();
    expect([...outcomes()]).to.include("RequestTokenNotFoundException");
    expect(await one.up(args)).to.equal("same");
    expect(one.state?.outputs).to.not.have.property("__notes");
    expect(bench.live(GROUP)).to.have.length(1);
  });
});
