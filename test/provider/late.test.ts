import { expect } from "chai";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";
const API = "AWS::ApiGateway::RestApi";
const DENIED = { kind: "exception", exception: "AccessDeniedException", operation: "GetResource" } as const;

// The SDK and HTTP are real, the service is the local one. Does not prove for how long AWS itself is behind.
describe("resources that AWS shows late", () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.open();
  });
  afterEach(async () => bench.close());

  const group = (): OneResource => new OneResource(bench, GROUP);

  it("are read again until they show", async () => {
    bench.emulator.faults.add({ kind: "eventual-read", reads: 3 });
    expect(await group().up({ logGroupName: "a" })).to.equal("create");
  });

  // Found by the campaign: the refresh took what AWS did not show yet for gone, and the next `up` made another.
  for (const [type, args] of [
    [API, { name: "shop" }],
    [GROUP, { logGroupName: "a" }],
  ] as const) {
    for (const [what, times] of [
      ["a read of", 1],
      ["all reads of", 2],
    ] as const) {
      it(`are kept where AWS denies ${what} the new ${type}, and a refresh waits until they show`, async () => {
        bench.emulator.faults.add({ ...DENIED, times });
        bench.emulator.faults.add({ kind: "eventual-read", reads: 2 });
        const one = new OneResource(bench, type);
        expect(await failureOf(one.up(args))).to.include("failed with AccessDeniedException");
        expect(one.state?.unfinished, "in the state").to.equal(true);
        await one.refresh();
        expect(one.state?.unfinished, "in the state after a refresh").to.equal(false);
        await one.up(args);
        expect(bench.live(type)).to.have.length(1);
        await one.destroy();
        expect(bench.emulator.resources()).to.deep.equal([]);
      });
    }
  }

  it("are kept where a failed create has left them, AWS denies all reads, and a refresh waits until they show", async () => {
    bench.emulator.faults.add({
      kind: "handler-failure",
      errorCode: "GeneralServiceException",
      operation: "CREATE",
      remnant: true,
    });
    bench.emulator.faults.add(DENIED);
    bench.emulator.faults.add({ kind: "eventual-read", reads: 2 });
    const one = new OneResource(bench, API);
    await failureOf(one.up({ name: "shop" }));
    await one.refresh();
    expect(one.state, "the state after a refresh").to.not.equal(undefined);
    await one.up({ name: "shop" });
    expect(bench.live(API)).to.have.length(1);
  });

  it("are read again where a resource of that name still shows which is gone: it is not how AWS spells the new one", async () => {
    const one = group();
    await one.up({ logGroupName: "a", retentionInDays: 7 });
    bench.emulator.faults.add({ kind: "eventual-read", reads: 1, operation: "DELETE" });
    await one.destroy();
    await one.up({ logGroupName: "a", retentionInDays: 14 });
    expect(one.state?.outputs).to.deep.include({ retentionInDays: 14 }).and.not.to.have.property("__notes");
    expect(await one.refresh()).to.equal("same");
    bench.emulator.edit({
      typeName: GROUP,
      identifier: "a",
      patch: [{ op: "add", path: "/RetentionInDays", value: 7 }],
    });
    expect(await one.refresh()).to.equal("changed");
    expect(one.state?.outputs).to.deep.include({ retentionInDays: 7 });
  });

  it("are deleted once they show, where a delete came before and found nothing", async () => {
    bench.emulator.faults.add({ ...DENIED, times: 2 });
    bench.emulator.faults.add({ kind: "eventual-read", reads: 2 });
    const one = group();
    await failureOf(one.up({ logGroupName: "a" }));
    bench.emulator.faults.add({ kind: "handler-failure", errorCode: "NotFound", operation: "DELETE" });
    await one.destroy();
    expect(bench.live(GROUP)).to.deep.equal([]);
  });

  it("or not at all in time are kept in the state: AWS said that they exist", async () => {
    bench.emulator.faults.add({ kind: "eventual-read", reads: 20 });
    const one = group();
    expect(await failureOf(one.up({ logGroupName: "a" }))).to.include("AWS does not show the new resource");
    expect(one.state?.id).to.equal("a");
    while (bench.live(GROUP).length > 0) await one.destroy();
  });
});

// Found by the campaign. The engine keeps what could not be deleted as it was, and an `up` of the same program finds
// nothing to do.
describe("a delete whose end nobody saw", () => {
  const status = {
    kind: "exception",
    exception: "AccessDeniedException",
    operation: "GetResourceRequestStatus",
  } as const;
  const lost = { kind: "lost-reply", operation: "DeleteResource", when: "after" } as const;
  const refused = {
    kind: "exception",
    exception: "AccessDeniedException",
    operation: "DeleteResource",
    skip: 1,
  } as const;

  for (const [what, faults] of [
    ["nobody may ask for it", [status]],
    ["its answer was lost, and it was refused when it was sent again", [lost, refused]],
  ] as const) {
    it(`says that a refresh has to look, where ${what}`, async () => {
      const bench = await ProviderBench.open();
      const one = new OneResource(bench, GROUP);
      await one.up({ logGroupName: "a" });
      for (const fault of faults) bench.emulator.faults.add(fault);
      expect(await failureOf(one.destroy())).to.match(/^Delete of .* Fix: .*run `pulumi refresh`/);
      expect([await one.refresh(), await one.up({ logGroupName: "a" })]).to.deep.equal(["gone", "create"]);
      await bench.close();
    });
  }
});
