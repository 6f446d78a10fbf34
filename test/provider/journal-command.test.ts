import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { main } from "../../cli/main";
import { startEmulator, type Emulator } from "../../emulator";
import { JournalFiles } from "../../provider/edge/journal-files";
import type { Entry } from "../../provider/core/journal";
import { Outside } from "../support/outside";

const GROUP = "AWS::Logs::LogGroup";
/** A process that no machine has. */
const GONE = { pid: 2 ** 22 + 1, address: "127.0.0.1:1" };

// The engine tests make such entries by real crashes; here they are written by hand.
describe("the journal command", () => {
  let emulator: Emulator;
  let outside: Outside;
  let folder: string;
  let kept: Record<string, string | undefined>;

  beforeEach(async () => {
    emulator = await startEmulator();
    outside = new Outside(emulator.endpoint, emulator.env());
    folder = mkdtempSync(join(tmpdir(), "journal-command-"));
    const wanted = { ...emulator.env(), PULUMI_CLOUDCONTROL_JOURNAL: folder };
    kept = Object.fromEntries(Object.keys(wanted).map((key) => [key, process.env[key]]));
    Object.assign(process.env, wanted);
  });
  afterEach(async () => {
    for (const [key, value] of Object.entries(kept)) {
      if (value === undefined) Reflect.deleteProperty(process.env, key);
      else process.env[key] = value;
    }
    rmSync(folder, { recursive: true });
    outside.close();
    await emulator.close();
  });

  const write = async (more: Partial<Entry> = {}): Promise<void> => {
    const plain = {
      version: 1,
      name: "a1",
      clientToken: "t",
      identity: "shop/dev/logs:LogGroup::g",
      typeName: GROUP,
    } as const;
    const rest = { region: "us-east-1", hash: "h", time: Date.now(), engine: GONE, status: "open" } as const;
    await new JournalFiles(folder, () => undefined).write({ ...plain, ...rest, ...more });
  };
  const run = async (...args: string[]): Promise<[code: number, text: string]> => {
    const lines: string[] = [];
    const code = await main(["journal", ...args], (line) => lines.push(line));
    return [code, lines.join("\n")];
  };
  const entries = (): string[] => readdirSync(folder).filter((name) => name.endsWith(".json"));
  const tokenOf = (operation: string): string =>
    emulator.requests().findLast((request) => request.operation === operation)?.requestToken ?? "";

  it("lists what is known, and says when nothing was cut off", async () => {
    expect((await run("list"))[1]).to.include("is empty");
    await write({ id: "g1", requestToken: "r1" });
    const [code, text] = await run("list");
    expect(code).to.equal(0);
    for (const part of ["a1", GROUP, "shop/dev/logs:LogGroup::g", "just now", "id g1", "request token r1", "cut off"]) {
      expect(text).to.include(part);
    }
  });

  it("deletes what the request made, then the entry", async () => {
    const id = await outside.create(GROUP, { LogGroupName: "mine" });
    await write({ requestToken: tokenOf("CreateResource") });
    const [code, text] = await run("delete", "a1");
    expect([code, text]).to.deep.equal([0, `deleted ${GROUP} "${id}"\nthe entry a1 is closed`]);
    expect(emulator.resources()).to.deep.equal([]);
    expect(entries()).to.deep.equal([]);
  });

  it("never deletes a resource that the request only met", async () => {
    await outside.create(GROUP, { LogGroupName: "theirs" });
    await outside.create(GROUP, { LogGroupName: "theirs" }).catch(() => undefined);
    await write({ requestToken: tokenOf("CreateResource"), id: "theirs" });
    const [code, text] = await run("delete", "a1");
    expect(code).to.equal(1);
    expect(text).to.include("AlreadyExists").and.to.include("--keep-resource");
    expect(emulator.resources()).to.have.length(1);
    expect(entries()).to.have.length(1);
  });

  const UNSURE: Readonly<Record<string, () => Promise<Partial<Entry>>>> = {
    "has no known end": async () => ({ id: await outside.create(GROUP, { LogGroupName: "mine" }) }),
    failed: async () => {
      emulator.faults.add({ kind: "handler-failure", errorCode: "GeneralServiceException", remnant: true });
      await outside.create(GROUP, { LogGroupName: "left" }).catch(() => undefined);
      return { id: "left", requestToken: tokenOf("CreateResource") };
    },
  };
  for (const [how, begin] of Object.entries(UNSURE)) {
    for (const action of ["adopt", "delete"]) {
      it(`names what may be left of a create that ${how}, and does not ${action} it without --force`, async () => {
        const entry = await begin();
        await write(entry);
        const live = (): string[] => emulator.resources().map(({ identifier }) => identifier);
        const [code, text] = await run(action, "a1");
        expect(code).to.equal(1);
        expect(text).to.include(`look at "${String(entry.id)}", which exists: if it is of this create, give --force`);
        expect(live()).to.deep.equal([entry.id]);
        expect((await run(action, "a1", "--force"))[0]).to.equal(0);
        expect(live()).to.deep.equal(action === "adopt" ? [entry.id] : []);
      });
    }
  }

  it("neither adopts nor deletes with --force what the request only met, or what does not exist", async () => {
    await outside.create(GROUP, { LogGroupName: "theirs" });
    await outside.create(GROUP, { LogGroupName: "theirs" }).catch(() => undefined);
    for (const more of [{ requestToken: tokenOf("CreateResource"), id: "theirs" }, { id: "nowhere" }]) {
      await write(more);
      for (const action of ["adopt", "delete"]) expect((await run(action, "a1", "--force"))[0]).to.equal(1);
    }
    expect(emulator.resources()).to.have.length(1);
    expect(entries()).to.have.length(1);
  });

  it("finds what a create that failed has left, though AWS shows it late", async () => {
    emulator.faults.add({ kind: "eventual-read", reads: 2, operation: "CREATE" });
    emulator.faults.add({ kind: "handler-failure", errorCode: "ServiceInternalError", remnant: true });
    await outside.create(GROUP, { LogGroupName: "left" }).catch(() => undefined);
    await write({ id: "left", requestToken: tokenOf("CreateResource") });
    expect((await run("delete", "a1"))[1]).to.include('look at "left", which exists');
    expect((await run("delete", "a1", "--force"))[0]).to.equal(0);
    expect(emulator.resources()).to.deep.equal([]);
  });

  it("only forgets the entry with --keep-resource", async () => {
    await outside.create(GROUP, { LogGroupName: "mine" });
    await write({ requestToken: tokenOf("CreateResource") });
    expect((await run("delete", "a1", "--keep-resource"))[0]).to.equal(0);
    expect(emulator.resources()).to.have.length(1);
    expect(entries()).to.deep.equal([]);
  });

  const REFUSED: Readonly<Record<string, [Partial<Entry>, RegExp]>> = {
    "whose request is not known": [{}, /not known whether AWS accepted.*pulumi up/],
    "whose engine is running": [{ engine: { pid: process.pid } }, /still running/],
    "that was delivered": [{ status: "delivered", requestToken: "r" }, /told of this resource.*--force/],
    "of another account": [{ accountHash: "other", requestToken: "r" }, /made in another/],
  };
  for (const [what, [more, expected]] of Object.entries(REFUSED)) {
    it(`refuses to delete or adopt for an entry ${what}`, async () => {
      await write(more);
      for (const action of ["delete", "adopt"]) {
        const [code, text] = await run(action, "a1");
        expect(code).to.equal(1);
        expect(text).to.match(expected);
      }
      expect(entries()).to.have.length(1);
    });
  }

  it("tells of an entry that is not there, and prints its help for a call that it does not understand", async () => {
    expect(await run("delete", "zz")).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && /no entry "zz"/.test(text),
    );
    for (const args of [[], ["adopt"], ["mend", "a1"]]) expect((await run(...args))[0]).to.equal(2);
    expect((await run("--help"))[1]).to.include("journal adopt");
    expect((await run("list", "--nonsense"))[0]).to.equal(2);
  });
});
