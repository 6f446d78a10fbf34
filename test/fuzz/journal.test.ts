import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { main } from "../../cli/main";
import { matchEntries, parseEntry, stackOf, type Entry } from "../../provider/core/journal";
import { continuedLine, editedLine, expiredLine, unsettledLine, unshownLine } from "../../provider/core/journal-words";
import { FileJournal } from "../../provider/edge/journal";
import { VirtualClock } from "../support/clock";
import { badGrowth, badGrowthOf } from "./growth";
import { patience } from "./runs";

const NOW = 1_800_000_000_000;
/** A process that no machine has. */
const GONE = { pid: 2 ** 22 + 1, address: "127.0.0.1:1" };
const ENTRY: Entry = {
  version: 1,
  name: "a",
  clientToken: "t",
  identity: "shop/dev/apigateway:RestApi::api",
  typeName: "AWS::ApiGateway::RestApi",
  region: "us-east-1",
  hash: "h",
  time: NOW - 60_000,
  engine: GONE,
  status: "open",
  requestToken: "r",
  id: "api1",
};
/** Characters of a folder's length for each of its entries: thousands of them at 200 kB. */
const PER_ENTRY = 80;

// Does not prove how long the disk takes: the processor's time is compared.
describe("a journal of 200 kB", function () {
  this.timeout(patience(60_000));
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "journal-fuzz-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const member of ["clientToken", "identity", "typeName", "region", "hash", "accountHash", "requestToken", "id"]) {
    it(`that is one valid entry is read and told of in a time that grows as it does: a long ${member}`, () => {
      for (const unit of ["a", "/", "::", "\\", "\n", "\u001b[2J", "é"]) {
        const growth = badGrowth((length) => {
          const text = JSON.stringify({ ...ENTRY, [member]: unit.repeat(length / unit.length) });
          return () => {
            const parsed = parseEntry(text, "a");
            if (parsed.kind !== "entry") throw new Error(`the text is ${parsed.kind}`);
            const { entry } = parsed;
            matchEntries([entry], { identity: entry.identity, hash: "other", isInState: false }, NOW);
            stackOf(entry.identity);
            for (const told of [unsettledLine, unshownLine, editedLine, continuedLine, expiredLine]) {
              const line = told(entry, NOW);
              if (line.length > 2000 || /\p{Cc}/u.test(line))
                throw new Error(`a line of ${line.length} letters is told`);
            }
          };
        });
        expect(growth, JSON.stringify(unit)).to.equal(undefined);
      }
    });
  }

  const kinds: Record<string, (at: number) => Partial<Entry>> = {
    "of a resource each": (at) => ({ identity: `shop/dev/apigateway:RestApi::api${at}`, id: `api${at}` }),
    "of one resource": (at) => ({ hash: `h${at}`, id: `api${at}` }),
    "that were delivered": (at) => ({ identity: `shop/dev/a:B::b${at}`, id: `api${at}`, status: "delivered" }),
    "whose time is up": (at) => ({ identity: `shop/dev/a:B::b${at}`, time: NOW - 40 * 3_600_000 }),
    "of other stacks": (at) => ({ identity: `shop/stack${at}/apigateway:RestApi::api` }),
  };
  for (const [kind, entryOf] of Object.entries(kinds)) {
    it(`that has thousands of entries is gone through in a time that grows as it does: ${kind}`, async () => {
      const growth = await badGrowthOf((length) => {
        const place = mkdtempSync(join(folder, "run-"));
        const count = Math.ceil(length / PER_ENTRY);
        for (let at = 0; at < count; at++) {
          const entry = { ...ENTRY, name: `e${at}`, ...entryOf(at) };
          writeFileSync(join(place, `e${at}.json`), JSON.stringify(entry));
        }
        return async () => use(place, count, entryOf);
      });
      expect(growth).to.equal(undefined);
    });
  }

  /** A process's whole use of its journal: what it meets, shows and makes, and its end. */
  async function use(place: string, count: number, entryOf: (at: number) => Partial<Entry>): Promise<void> {
    const told: string[] = [];
    const journal = new FileJournal({
      folder: place,
      clock: new VirtualClock(NOW),
      engine: { pid: 2, address: "127.0.0.1:2" },
      isGone: async ({ pid }) => Promise.resolve(pid === GONE.pid),
      isOrphan: () => false,
      tell: (line) => told.push(line),
    });
    const { typeName, region } = ENTRY;
    for (let at = 0; at < count; at += 2) await journal.met({ ...ENTRY, ...entryOf(at) }.identity, true);
    for (let at = 0; at < count; at += 2) {
      const { id = "", identity } = { ...ENTRY, ...entryOf(at) };
      journal.compared(identity);
      await journal.settle({ typeName, region, id, account: undefined }, "soon");
    }
    const { identity } = { ...ENTRY, ...entryOf(1) };
    const begun = await journal.begin({ identity, typeName, region, account: undefined, desired: {} });
    await begun.delivered("made");
    journal.close(true);
    expect(told.filter((line) => /cannot be written/.test(line))).to.deep.equal([]);
    expect(readdirSync(place).filter((name) => name.endsWith(".json")).length).to.be.at.least(1);
  }

  it("that has thousands of entries is listed by the command, all of them", async () => {
    const count = 3000;
    for (let at = 0; at < count; at++) {
      const entry = { ...ENTRY, name: `e${at}`, ...kinds["of a resource each"]!(at), engine: GONE };
      writeFileSync(join(folder, `e${at}.json`), JSON.stringify(entry));
    }
    const kept = process.env["PULUMI_CLOUDCONTROL_JOURNAL"];
    process.env["PULUMI_CLOUDCONTROL_JOURNAL"] = folder;
    const printed: string[] = [];
    try {
      expect(await main(["journal", "list"], (line) => printed.push(line))).to.equal(0);
    } finally {
      if (kept === undefined) Reflect.deleteProperty(process.env, "PULUMI_CLOUDCONTROL_JOURNAL");
      else process.env["PULUMI_CLOUDCONTROL_JOURNAL"] = kept;
    }
    expect(printed).to.have.length(3 * count);
    expect(new Set(printed.map((line) => /::api\d+$/.exec(line)?.[0])).size).to.equal(count + 1);
  });
});
