import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CloudControlError } from "../../../provider/core/errors";
import type { EngineRef, Entry } from "../../../provider/core/journal";
import { FileJournal } from "../../../provider/edge/journal";
import { journalFolder } from "../../../provider/edge/journal-files";
import type { CreateIntent } from "../../../provider/ports";
import { VirtualClock } from "../../support/clock";
import { TYPESCRIPT } from "../../support/typescript";

const FIRST: EngineRef = { pid: 1001, address: "127.0.0.1:1001" };
const SECOND: EngineRef = { pid: 1002, address: "127.0.0.1:1002" };
const intent: CreateIntent = {
  identity: "shop/dev/apigateway:RestApi::api",
  typeName: "AWS::ApiGateway::RestApi",
  region: "us-east-1",
  account: "123456789012",
  desired: { Name: "shop", Tags: [{ Key: "a", Value: "b" }] },
};
const shown = { typeName: intent.typeName, region: intent.region, id: "api1" };
const accepted = { requestToken: "r1", status: "IN_PROGRESS", identifier: "api1" } as const;

// Processes are played by objects here; the engine tests kill real ones.
describe("the journal's folder", () => {
  let folder: string;
  let told: string[];
  let clock: VirtualClock;
  let dead: Set<number>;

  beforeEach(() => {
    folder = journalFolder({}, mkdtempSync(join(tmpdir(), "journal-")));
    told = [];
    clock = new VirtualClock();
    dead = new Set();
  });
  afterEach(() => {
    rmSync(join(folder, "..", ".."), { recursive: true, force: true });
  });

  const processOf = (engine: EngineRef, isOrphan = false): FileJournal =>
    new FileJournal({
      folder,
      clock,
      engine,
      isGone: async ({ pid }) => Promise.resolve(dead.has(pid)),
      isOrphan: () => isOrphan,
      tell: (line) => told.push(line),
    });
  const files = (): string[] => readdirSync(folder).filter((name) => name !== "key");
  const entries = (): Entry[] =>
    files()
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Entry);

  it("stands beside the project or where the environment says, hidden from git and from others", async () => {
    expect(journalFolder({ PULUMI_CLOUDCONTROL_JOURNAL: "/j" }, "/p")).to.equal("/j");
    await processOf(FIRST).begin(intent);
    expect(readFileSync(join(folder, "..", ".gitignore"), "utf8")).to.equal("*\n");
  });

  it("may be read by its owner only, as may each file in it, whatever is done to an entry", async () => {
    const modes = (): string[] =>
      ["", ...readdirSync(folder)].map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));
    // What a process may take away from others at most is not what protects it here.
    const mask = process.umask(0);
    try {
      const journal = processOf(FIRST);
      const entry = await journal.begin(intent);
      expect(modes()).to.deep.equal(["700", "600", "600"]);
      await entry.token();
      await entry.heard(accepted);
      await entry.delivered("api1");
      journal.close(true);
      expect(modes()).to.deep.equal(["700", "600", "600"]);
      dead.add(FIRST.pid);
      await processOf(SECOND).begin(intent);
      expect(modes()).to.deep.equal(["700", ...files().map(() => "600"), "600"]);
    } finally {
      process.umask(mask);
    }
  });

  it("has an entry before the client token is given out, without any value of the desired state", async () => {
    const entry = await processOf(FIRST).begin(intent);
    const [written] = entries();
    expect(await entry.token()).to.deep.equal({ clientToken: written!.clientToken, isResent: false });
    expect(JSON.stringify(written)).to.not.include('shop"').and.not.include("123456789012");
  });

  it("learns the request, the id and the delivery, and drops the entry when the state shows the id", async () => {
    const journal = processOf(FIRST);
    const entry = await journal.begin(intent);
    await entry.token();
    await entry.heard(accepted);
    expect(entries()[0]).to.deep.include({ requestToken: "r1", id: "api1", status: "open" });
    await entry.delivered("api1");
    expect(entries()[0]).to.deep.include({ status: "delivered" });
    await journal.settle({ ...shown, region: "eu-west-1" });
    expect(entries()).to.have.length(1);
    await journal.settle(shown);
    expect(files()).to.deep.equal([]);
  });

  it("gives a cut-off create its token again once its engine is gone, whatever the order of members", async () => {
    const { clientToken } = await (await processOf(FIRST).begin(intent)).token();
    const alive = await processOf(SECOND).begin(intent);
    expect((await alive.token()).clientToken).to.not.equal(clientToken);
    await alive.failed(new CloudControlError({ operation: "Create", typeName: "T", code: "InvalidRequest" }));
    dead.add(FIRST.pid);
    const desired = { Tags: [{ Value: "b", Key: "a" }], Name: "shop" };
    const next = await processOf(SECOND).begin({ ...intent, desired });
    expect(await next.token()).to.deep.equal({ clientToken, isResent: true });
    expect(entries()).to.have.length(1);
    expect(entries()[0]).to.deep.include({ engine: SECOND });
  });

  it("gives an entry to one of two processes only", async () => {
    await processOf(FIRST).begin(intent);
    dead.add(FIRST.pid);
    const rivals = [SECOND, { pid: 1003, address: "127.0.0.1:1003" }].map((engine) => processOf(engine));
    const tokens = await Promise.all(rivals.map(async (rival) => (await rival.begin(intent)).token()));
    expect(tokens.map(({ isResent }) => isResent).sort()).to.deep.equal([false, true]);
    expect(entries()).to.have.length(2);
  });

  it("knows from the beginning the identifier that the properties give, and keeps it for another try", async () => {
    const entry = await processOf(FIRST).begin({ ...intent, id: "named" });
    expect(entries()[0]).to.deep.include({ id: "named" });
    await entry.token();
    await entry.heard({ ...accepted, status: "FAILED" });
    await entry.token();
    expect(entries()[0]).to.deep.include({ id: "named" }).and.not.have.any.keys("requestToken");
  });

  it("keeps an entry whose name another account's state shows, as of another stack of the project", async () => {
    await processOf(FIRST).begin({ ...intent, id: shown.id });
    dead.add(FIRST.pid);
    await processOf(SECOND).settle({ ...shown, account: "999999999999" });
    expect(entries()).to.have.length(1);
    await processOf(SECOND).settle({ ...shown, account: intent.account });
    expect(entries()).to.have.length(0);
  });

  it("gives no replacement the entry of what the state has shown, though its file goes later", async () => {
    await (await processOf(FIRST).begin(intent)).delivered(shown.id);
    dead.add(FIRST.pid);
    const next = processOf(SECOND);
    await next.settle({ ...shown, account: intent.account }, "soon");
    const replacement = await next.begin(intent);
    expect((await replacement.token()).isResent).to.equal(false);
    expect(entries()).to.have.length(1);
  });

  it("takes out at the end of a process what it was about to", async () => {
    await (await processOf(FIRST).begin(intent)).delivered(shown.id);
    dead.add(FIRST.pid);
    const next = processOf(SECOND);
    await next.settle(shown, "soon");
    next.close(true);
    expect(entries()).to.have.length(0);
  });

  it("renews the token on the disk before another try is sent", async () => {
    const entry = await processOf(FIRST).begin(intent);
    const first = await entry.token();
    await entry.heard({ ...accepted, status: "FAILED" });
    const second = await entry.token();
    expect(second.clientToken).to.not.equal(first.clientToken);
    expect(entries()[0]).to.deep.include({ clientToken: second.clientToken });
    expect(entries()[0]).to.not.have.any.keys("requestToken", "id");
  });

  const failure = (code: string): Error => new CloudControlError({ operation: "Create", typeName: "T", code });
  const failing = async (code: string, event?: "FAILED" | "IN_PROGRESS"): Promise<number> => {
    const entry = await processOf(FIRST).begin(intent);
    await entry.token();
    if (event) await entry.heard({ ...accepted, status: event });
    await entry.failed(failure(code));
    return entries().length;
  };

  it("closes the entry of a create that AWS refused or reported as failed", async () => {
    expect(await failing("ValidationException")).to.equal(0);
    expect(await failing("InternalFailure", "FAILED")).to.equal(0);
  });

  it("keeps the entry of a create whose answer was lost, or that AWS still has", async () => {
    expect(await failing("NoAnswer")).to.equal(1);
    expect(await failing("AccessDeniedException", "IN_PROGRESS")).to.equal(2);
  });

  it("keeps a result open that no engine took", async () => {
    const entry = await processOf(FIRST, true).begin(intent);
    await entry.delivered("api1");
    expect(entries()[0]).to.deep.include({ status: "open", id: "api1" });
  });

  it("leaves an entry alone that another process has claimed meanwhile", async () => {
    const old = await processOf(FIRST).begin(intent);
    dead.add(FIRST.pid);
    await processOf(SECOND).begin(intent);
    await old.delivered("api1");
    expect(entries()[0]).to.deep.include({ status: "open", engine: SECOND });
  });

  it("names what was cut off once, with the commands that settle it, and not what another stack left", async () => {
    const { name } = await processOf(FIRST)
      .begin(intent)
      .then(() => ({ name: files()[0]!.replace(".json", "") }));
    dead.add(FIRST.pid);
    await processOf(SECOND).met("shop/prod/a::b", false);
    expect(told).to.deep.equal([]);
    const journal = processOf(SECOND);
    await journal.met("shop/dev/a::b", false);
    await journal.settle(shown);
    expect(told).to.have.length(1);
    expect(told[0]).to.include(`npx pulumi-cloudcontrol journal adopt ${name}`).and.to.include(intent.identity!);
  });

  it("never gives a delivered entry to a replacement of which no diff has named the old one", async () => {
    await (await processOf(FIRST).begin(intent)).delivered("api1");
    dead.add(FIRST.pid);
    const replaced = processOf(SECOND);
    await replaced.met(intent.identity!, true);
    expect((await (await replaced.begin(intent)).token()).isResent).to.equal(false);
    const compared = processOf({ ...SECOND, pid: 1003 });
    await compared.met(intent.identity!, true);
    compared.compared(intent.identity!);
    expect((await (await compared.begin(intent)).token()).isResent).to.equal(true);
  });

  describe("of a create that was delivered to an engine which then died", () => {
    let name: string;
    beforeEach(async () => {
      await (await processOf(FIRST).begin(intent)).delivered("api1");
      name = files()[0]!.replace(".json", "");
      dead.add(FIRST.pid);
    });

    it("names the entry at the end of a run that has not shown its resource, and keeps it", async () => {
      const destroy = processOf(SECOND);
      await destroy.settle({ ...shown, id: "another" });
      expect(told).to.deep.equal([]);
      destroy.close(true);
      expect(told).to.have.length(1);
      expect(told[0]).to.include(`journal delete ${name} --force`).and.to.include('id "api1"');
      expect(entries()).to.have.length(1);
    });

    it("says nothing where the run has shown the resource, creates it anew, or is another stack's", async () => {
      const shows = processOf(SECOND);
      await shows.settle({ ...shown, id: "another" });
      await shows.met(intent.identity!, true);
      shows.close(true);
      const other = processOf(SECOND);
      await other.met("shop/prod/a::b", true);
      other.close(true);
      const settles = processOf(SECOND);
      await settles.settle(shown);
      settles.close(true);
      expect(told).to.deep.equal([]);
    });
  });

  it("knows of a delivered create that its engine ended in good order, unless operations were still running", async () => {
    for (const [isIdle, lines] of [
      [true, 0],
      [false, 1],
    ] as const) {
      const journal = processOf(FIRST);
      await (await journal.begin({ ...intent, identity: `shop/dev/a::${lines}` })).delivered(`api${lines}`);
      journal.close(isIdle);
      dead.add(FIRST.pid);
      const next = processOf(SECOND);
      await next.settle({ ...shown, id: "another" });
      next.close(true);
      expect(told).to.have.length(lines);
      dead.clear();
    }
  });

  it("drops entries after 36 hours, and says so of what was never settled", async () => {
    const journal = processOf(FIRST);
    await journal.begin(intent);
    await (await journal.begin({ ...intent, identity: "shop/dev/a::other" })).delivered("x");
    await clock.sleep(36 * 3_600_000);
    dead.add(FIRST.pid);
    await processOf(SECOND).met("shop/dev/a::b", false);
    expect(files()).to.deep.equal([]);
    expect(told).to.have.length(1);
    expect(told[0]).to.include("its time is up");
  });

  it("sets a damaged file aside and says so, and leaves a newer version's alone", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "bad.json"), '{"version":1,');
    writeFileSync(join(folder, "new.json"), '{"version":7}');
    await processOf(FIRST).begin(intent);
    expect(files()).to.include.members(["bad.json.corrupt", "new.json"]).and.to.have.length(3);
    expect(told.map((line) => /is damaged|has the format 7/.exec(line)?.[0]).sort()).to.deep.equal([
      "has the format 7",
      "is damaged",
    ]);
  });

  it("with a damaged key makes another one; earlier entries are then those of another program", async () => {
    await processOf(FIRST).begin(intent);
    writeFileSync(join(folder, "key"), "no key");
    dead.add(FIRST.pid);
    const entry = await processOf(SECOND).begin(intent);
    expect((await entry.token()).isResent).to.equal(false);
    expect(told.some((line) => line.includes("the program was changed since"))).to.equal(true);
    expect(existsSync(join(folder, "key.corrupt"))).to.equal(true);
  });

  it("clears up a minute later what a process left that ended in the middle of a write or a claim", async () => {
    await processOf(FIRST).begin(intent);
    const stem = files()[0]!.replace(".json", "");
    const gone = 2 ** 22 + 1;
    const half = (name: string): string => JSON.stringify({ ...entries()[0], name });
    writeFileSync(join(folder, `${stem}.tmp-${gone}-1`), "half");
    writeFileSync(join(folder, `other.claimed-${gone}`), half("other"));
    writeFileSync(join(folder, `third.claimed-${process.pid}`), half("third"));
    clock = new VirtualClock(Date.now());
    await processOf(SECOND).met("shop/dev/a::b", false);
    expect(files()).to.have.length(4);
    clock = new VirtualClock(Date.now() + 120_000);
    await processOf(SECOND).met("shop/dev/a::b", false);
    expect(files().sort()).to.deep.equal([`${stem}.json`, "other.json", `third.claimed-${process.pid}`].sort());
  });

  it("goes on at once with an entry whose claim was cut off by the death of a process on this machine", async () => {
    await processOf(FIRST).begin(intent);
    dead.add(FIRST.pid);
    const first = entries()[0]!;
    const killed = `
      const { JournalFiles } = require("./provider/edge/journal-files");
      const files = new JournalFiles(process.argv[1], () => undefined);
      files.write = () => process.kill(process.pid, "SIGKILL");
      files.claim(process.argv[2], (entry) => entry);`;
    spawnSync(process.execPath, [...TYPESCRIPT, "-e", killed, folder, first.name]);
    expect(files()).to.have.length(1).and.not.include(`${first.name}.json`);
    const entry = await processOf(SECOND).begin(intent);
    expect(await entry.token()).to.deep.equal({ clientToken: first.clientToken, isResent: true });
  });

  it("gives a claim of another machine a minute, whether or not a process of that id lives here", async () => {
    await processOf(FIRST).begin(intent);
    dead.add(FIRST.pid);
    const { name } = entries()[0]!;
    renameSync(join(folder, `${name}.json`), join(folder, `${name}.claimed-${process.pid}@elsewhere`));
    clock = new VirtualClock(Date.now());
    await processOf(SECOND).met("shop/dev/a::b", false);
    expect(files()).to.deep.equal([`${name}.claimed-${process.pid}@elsewhere`]);
    clock = new VirtualClock(Date.now() + 120_000);
    await processOf(SECOND).met("shop/dev/a::b", false);
    expect(files()).to.deep.equal([`${name}.json`]);
  });

  it("is written to in spite of what a process of the same id left, as in a container started anew", async () => {
    const entry = await processOf(FIRST).begin(intent);
    const name = files()[0]!.replace(".json", "");
    for (let i = 1; i < 9; i++) writeFileSync(join(folder, `${name}.tmp-${process.pid}-${i}`), "{");
    await entry.token();
    await entry.heard(accepted);
    await entry.delivered("api1");
    expect(told).to.deep.equal([]);
    expect(entries()[0]).to.deep.include({ status: "delivered" });
  });

  it("on a disk that cannot be written says so once and lets creates go on", async () => {
    // Who may do everything is not kept from writing by a mode: a file in the place of the folder stops everybody.
    mkdirSync(join(folder, ".."), { recursive: true });
    writeFileSync(folder, "");
    const journal = processOf(FIRST);
    for (const identity of ["shop/dev/a::1", "shop/dev/a::2"]) {
      const entry = await journal.begin({ ...intent, identity });
      expect((await entry.token()).isResent).to.equal(false);
      await entry.heard(accepted);
      await entry.delivered("api1");
    }
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/cannot be written \((EEXIST|ENOTDIR)\).*Fix: /);
  });
});
