import { expect } from "chai";
import { isExpired, isFresh, matchEntries, parseEntry, stackOf, type Entry } from "../../../provider/core/journal";

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const entry = (more: Partial<Entry> = {}): Entry => ({
  version: 1,
  name: "a1",
  clientToken: "token-1",
  identity: "shop/dev/apigateway:RestApi::api",
  typeName: "AWS::ApiGateway::RestApi",
  region: "us-east-1",
  hash: "h1",
  time: NOW,
  engine: { pid: 12, address: "127.0.0.1:3456" },
  status: "open",
  ...more,
});
const wanted = { identity: entry().identity, hash: "h1", isInState: false };

describe("an entry of the journal, which does not prove what is on the disk", () => {
  it("is read as it was written, under the name of its file", () => {
    const written = entry({ id: "x", requestToken: "r", adopt: true });
    expect(parseEntry(JSON.stringify(written), "b2")).to.deep.equal({
      kind: "entry",
      entry: { ...written, name: "b2" },
    });
  });

  it("is corrupt when it is no JSON, or lacks what a resend needs", () => {
    const broken = ["", "{", "null", "[]", "{}", JSON.stringify({ ...entry(), clientToken: "" })];
    const wrong = [{ engine: { pid: "1" } }, { engine: { pid: 1, address: "x" } }, { status: "new" }, { time: "1" }];
    const texts = [...broken, ...wrong.map((part) => JSON.stringify({ ...entry(), ...part }))];
    for (const text of texts) expect(parseEntry(text, "a1"), text).to.deep.equal({ kind: "corrupt" });
  });

  it("of a newer version is known as such, whatever it holds", () => {
    expect(parseEntry('{"version":2}', "a1")).to.deep.equal({ kind: "newer", version: 2 });
  });

  it("serves for 36 hours, the last quarter of an hour not for a resend", () => {
    const after = (hours: number): [boolean, boolean] => [
      isFresh(entry(), NOW + hours * HOUR),
      isExpired(entry(), NOW + hours * HOUR),
    ];
    expect([after(0), after(35.7), after(35.8), after(36)]).to.deep.equal([
      [true, false],
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  it("belongs to the stack that its identity begins with", () => {
    expect(stackOf("shop/dev/a$b::c/d")).to.equal("shop/dev");
  });
});

describe("a create, held against the journal", () => {
  const match = (entries: Entry[], more: Partial<typeof wanted> = {}, now = NOW): [string | undefined, string[]] => {
    const { claim, edited } = matchEntries(entries, { ...wanted, ...more }, now);
    return [claim?.name, edited.map(({ name }) => name)];
  };

  it("goes on with the entry of its identity and desired state, open or delivered", () => {
    expect(match([entry()])).to.deep.equal(["a1", []]);
    expect(match([entry({ status: "delivered" })])).to.deep.equal(["a1", []]);
    expect(match([entry({ identity: "shop/prod/apigateway:RestApi::api" })])).to.deep.equal([undefined, []]);
  });

  it("goes on with the newest of several", () => {
    expect(match([entry(), entry({ name: "b2", time: NOW + 1 })])).to.deep.equal(["b2", []]);
  });

  it("with another desired state goes on with none, and names those it passes over", () => {
    expect(match([entry()], { hash: "h2" })).to.deep.equal([undefined, ["a1"]]);
  });

  it("never goes on with a token that AWS may have forgotten", () => {
    expect(match([entry()], {}, NOW + 35.9 * HOUR)).to.deep.equal([undefined, []]);
  });

  it("never takes a delivered entry for its own while the state has a resource of the same identity", () => {
    expect(match([entry({ status: "delivered" })], { isInState: true })).to.deep.equal([undefined, []]);
    expect(match([entry()], { isInState: true })).to.deep.equal(["a1", []]);
  });

  it("takes over what the user adopted, whatever its desired state and age", () => {
    const adopted = entry({ name: "c3", adopt: true, id: "x" });
    expect(match([entry(), adopted], { hash: "h2" }, NOW + 35.9 * HOUR)).to.deep.equal(["c3", []]);
  });
});
