import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { wrongMethodPath } from "../../provider/core/families/method-path";
import { barred, identifierOf, membersOfIdentifier } from "../../provider/core/identifier";
import { isExpired, parseEntry, stackOf } from "../../provider/core/journal";
import type { JsonObject, JsonValue } from "../../provider/core/json";
import { hasUnknown } from "../../provider/core/unknown";
import { typeSchema, type TypeSchema } from "../../provider/core/schema";
import { parseSchema } from "../../provider/core/schema-file";
import { redacted } from "../../provider/secrets";
import { FileJournal } from "../../provider/edge/journal";
import { lint, sample } from "../../resources/apigateway/log-formats";
import { logFormatWarnings } from "../../resources/apigateway/log-lint";
import { readSchema } from "../../schema/table";
import { VirtualClock } from "../support/clock";
import { useAll } from "./core";
import { badGrowth } from "./growth";
import { fromPairs, mangled, tree, word } from "./hostile";
import { patience, runs } from "./runs";

const json = (names: readonly string[] = []): fc.Arbitrary<JsonValue> =>
  tree(names).map((value) => JSON.parse(JSON.stringify(value ?? null)) as JsonValue);

/** What a document is written as; the whole of it may have been taken away. */
const textOf = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value));

const entry = {
  version: 1,
  name: "a",
  clientToken: "t",
  identity: "shop/dev/apigateway:RestApi::api",
  typeName: "AWS::ApiGateway::RestApi",
  region: "us-east-1",
  hash: "h",
  time: 1_800_000_000_000,
  engine: { pid: 1001, address: "127.0.0.1:1001" },
  status: "open",
  requestToken: "r",
  id: "api1",
};

// Does not prove what AWS makes of such values: most never reach it.
describe("an input from outside, whatever it is,", function () {
  this.timeout(patience(60_000));

  describe("as a schema of the account's registry or of the file beside the project", () => {
    const TYPE = "AWS::ApiGateway::Stage";
    const shipped = JSON.stringify(readSchema(TYPE));
    const members = Object.keys(readSchema(TYPE)?.properties ?? {});

    it("is read as a schema or as none, and what was read can be used with any model", () => {
      const text = fc.oneof(
        mangled(JSON.parse(shipped)).map((value) => textOf(value)),
        json(["properties", "definitions", "$ref", "type", "oneOf", "items", "required", "pattern"]).map((value) =>
          JSON.stringify({ typeName: TYPE, properties: value, definitions: value, oneOf: value, anyOf: [value] }),
        ),
        fc.string({ unit: "binary" }),
      );
      const model = fc.array(fc.tuple(fc.constantFrom(...members), json(members)), { maxLength: 4 }).map(fromPairs);
      const property = fc.property(text, model, model, (written, desired, live) => {
        const schema = parseSchema(written, TYPE);
        if (schema) useAll(typeSchema(schema), desired as JsonObject, live as JsonObject);
      });
      fc.assert(property, runs(150));
    });
  });

  describe("as an id to import or to take over", () => {
    const schemas = ["AWS::ApiGateway::Stage", "AWS::Logs::LogGroup", "AWS::ApiGateway::Method"].map((typeName) => {
      const root = readSchema(typeName);
      if (!root) throw new Error(`no schema of ${typeName}`);
      return typeSchema(root);
    });
    /** As many parts as an id has, one too few or too many; a slash joins some as `@pulumi/aws` does. */
    const id = fc
      .tuple(fc.array(fc.oneof(word, fc.string()), { minLength: 1, maxLength: 4 }), fc.constantFrom("|", "|", "/"))
      .map(([parts, bar]) => parts.join(bar));

    it("names the same members when it is put together again, or is too short", () => {
      let whole = 0;
      const property = fc.property(fc.constantFrom(...schemas), id, (schema, given) => {
        const written = barred(schema, given);
        const again = identifierOf(schema, membersOfIdentifier(schema, written));
        const isWhole = written.split("|").length >= schema.identifier.length;
        if (isWhole) whole += 1;
        // What stands for an unknown value is no part of any identifier.
        expect(again, JSON.stringify(written)).to.equal(isWhole && !hasUnknown(written) ? written : undefined);
      });
      const { numRuns } = runs(400);
      fc.assert(property, runs(400));
      expect(whole).to.be.within(numRuns / 3, numRuns * 0.95);
    });
  });

  describe("as a path of method settings", () => {
    it("is right, or is told what to write, and that is then right", () => {
      const path = fc.oneof(
        fc.string(),
        fc
          .array(fc.constantFrom("/", "~1", "~0", "~", "a", "*", "{p}", "%", "é"), { maxLength: 9 })
          .map((parts) => parts.join("")),
      );
      const property = fc.property(path, (given) => {
        const wrong = wrongMethodPath(given);
        if (!wrong) return;
        const [, written] = /^write "(.*)"$/s.exec(wrong.fix) ?? [];
        if (written !== undefined) expect(wrongMethodPath(written), `${given} -> ${written}`).to.equal(undefined);
      });
      fc.assert(property, runs(400));
    });
  });

  describe("as a log format", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "$context.",
        "${context.",
        "}",
        "requestId",
        "status",
        "identity.sourceIp",
        '"',
        "\\",
        "{",
        "[",
        ",",
      ),
      fc.constantFrom("\n", "\r\n", "$", "error.messageString", "authorizer.claims.x", "__proto__", "constructor"),
      word,
    );

    it("is linted and shown without a failure, and what is shown holds no variable that is known", () => {
      const format = fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(""));
      const property = fc.property(format, fc.boolean(), (written, isSecret) => {
        for (const { message } of lint(written)) expect(message).to.be.a("string");
        for (const text of logFormatWarnings(written, isSecret)) {
          expect(text).to.match(/^accessLogSetting\.format: /);
          if (isSecret && written.length > 60) expect(text).not.to.include(written);
        }
        expect(sample(written)).not.to.match(/\$context\.(requestId|status)\b/);
      });
      fc.assert(property, runs(400));
    });
  });

  describe("as a file of the journal", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "journal-fuzz-"));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const now = entry.time + 1000;
    const text = fc.oneof(
      mangled(entry).map((value) => textOf(value)),
      fc
        .record({ version: fc.constantFrom(1, 1, 2), status: fc.constantFrom("open", "delivered"), age: fc.nat(48) })
        .map(({ age, ...given }) => textOf({ ...entry, ...given, time: entry.time - age * 3_600_000 })),
      json(Object.keys(entry)).map((value) => textOf(value)),
      fc.string({ unit: "binary" }),
      fc.constant("[".repeat(100_000)),
    );

    it("is an entry of the right form or none", () => {
      const property = fc.property(text, (written) => {
        const parsed = parseEntry(written, "a");
        if (parsed.kind !== "entry") return;
        const { clientToken, identity, time, engine, name } = parsed.entry;
        expect([typeof clientToken, typeof identity, Number.isFinite(time), name]).to.deep.equal([
          "string",
          "string",
          true,
          "a",
        ]);
        expect(Number.isInteger(engine.pid)).to.equal(true);
      });
      fc.assert(property, runs(500));
    });

    /** Processes that no machine has: what they left half done is gone on with. */
    const dead = 2 ** 22 + 1;
    const file = fc.constantFrom(
      "a.json",
      "b.json",
      "key",
      "a.json.tmp-1",
      "a.claimed-1",
      "c.claimed-x",
      `f.tmp-${dead}`,
      `g.claimed-${dead}`,
      "d",
      ".json",
    );
    const isDead = (name: string): boolean => name.endsWith(`claimed-${dead}`);

    /** What must have become of a file, and the word that it is told by: each by its own name. */
    const judge = (name: string, written: string, place: string, told: readonly string[]): string => {
      const after = readdirSync(place);
      const where = join(place, name);
      const lines = (sign: string): readonly string[] => told.filter((line) => line.includes(sign));
      const parsed = parseEntry(written, name.slice(0, -".json".length));
      if (parsed.kind === "corrupt") {
        expect(after, name).to.include(`${name}.corrupt`).and.not.to.include(name);
        expect(lines(`${where} is damaged and was set aside`), name).to.have.length(1);
      } else if (parsed.kind === "newer") {
        expect(after, name).to.include(name);
        expect(readFileSync(where, "utf8"), name).to.equal(written);
        expect(lines(`${where} has the format`), name).to.have.length(1);
      } else if (isExpired(parsed.entry, now)) {
        expect(after, name).not.to.include(name);
        // Of a delivered one the state has had 36 hours to show the resource.
        const isOpen = parsed.entry.status === "open";
        expect(lines("its time is up").length, name).to.be.at.least(isOpen ? 1 : 0);
        return isOpen ? "expired" : "dropped";
      } else {
        expect(after, name).to.include(name);
        const { status, ended, identity } = parsed.entry;
        const isOurs = stackOf(identity) === stackOf(entry.identity);
        if (status === "open" && !ended && isOurs) {
          expect(lines(`journal adopt ${parsed.entry.name}, `), name).to.have.length(1);
        }
      }
      return parsed.kind;
    };

    it("is never lost without a word, and never keeps a create from being made", async () => {
      const met = new Map<string, number>();
      const property = fc.asyncProperty(fc.array(fc.tuple(file, text), { maxLength: 5 }), async (files) => {
        const place = mkdtempSync(join(folder, "run-"));
        for (const [name, written] of files) writeFileSync(join(place, name), written);
        const isBroken = files.length === 3;
        if (isBroken) mkdirSync(join(place, "e.json"));
        const before = new Map(files);
        const told: string[] = [];
        const journal = new FileJournal({
          folder: place,
          clock: new VirtualClock(now),
          engine: { pid: 2, address: "127.0.0.1:2" },
          isGone: async () => Promise.resolve(true),
          isOrphan: () => false,
          tell: (line) => told.push(line),
        });
        const { identity, typeName, region } = entry;
        await journal.met(identity, false);
        const begun = await journal.begin({ identity, typeName, region, account: undefined, desired: {} });
        expect((await begun.token()).clientToken).to.match(/./);
        await begun.delivered("api1");
        expect(told.filter((line) => line.length > 2000)).to.deep.equal([]);
        if (isBroken) {
          // A folder in the place of a file cannot be read: the journal as a whole is told of, and nothing is taken out.
          expect(told.join("\n")).to.include(`the journal in ${place} cannot be written (EISDIR)`);
          const after = readdirSync(place);
          for (const name of before.keys()) {
            // What a dead process had not written to its end was never sent, and goes.
            if (name.startsWith("f.tmp")) continue;
            const kept = [name, `${name}.corrupt`, ...(isDead(name) ? ["g.json", "g.json.corrupt"] : [])];
            expect(
              kept.some((one) => after.includes(one)),
              name,
            ).to.equal(true);
          }
          return;
        }
        for (const [name, written] of before) {
          if (!name.endsWith(".json") && !isDead(name)) continue;
          const kind = judge(isDead(name) ? "g.json" : name, written, place, told);
          met.set(kind, (met.get(kind) ?? 0) + 1);
        }
      });
      await fc.assert(property, runs(120));
      for (const kind of ["corrupt", "newer", "entry", "expired"]) expect(met.get(kind), kind).to.be.greaterThan(1);
    });
  });

  describe("of 200 kB, made of any piece again and again,", () => {
    const root = readSchema("AWS::ApiGateway::Stage");
    if (!root) throw new Error("no schema of a stage");
    const stage = typeSchema(root);
    const queue = typeSchema(readSchema("AWS::SQS::Queue")!);
    const piece = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "/",
            "~1",
            "~",
            "a",
            " ",
            "\n",
            "\r",
            '"',
            "\\",
            "{",
            "}",
            "[",
            "]",
            "$context.",
            "${context.",
          ),
          fc.constantFrom("requestId", ".", "-", "|", ",", ":", "aws:", "s3cr3t", "é", "1"),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join(""));
    const secret = { typeName: "A::B::C", typed: true, bag: { __secrets: ["s"], s: ["s3cr3t", "aaa", "/~1/~1"] } };

    const readers: Record<string, (text: string) => unknown> = {
      "a method path": wrongMethodPath,
      "a log format": (text) => [lint(text), lint(`{"a":"${text}`), sample(text), logFormatWarnings(text, true)],
      "a schema file": (text) => {
        const A = { type: "string", pattern: text, enum: [text], format: text };
        const properties = { A, B: { $ref: `#/${text}` }, [text]: A, Map: { patternProperties: { [text]: A } } };
        const paths = [`/properties/${text}`, `/properties/Map/*/${text}`];
        const lists = {
          required: [text],
          readOnlyProperties: paths,
          writeOnlyProperties: paths,
          definitions: { [text]: A },
        };
        const root = parseSchema(JSON.stringify({ properties, primaryIdentifier: paths, ...lists }), "A::B::C");
        if (!root) throw new Error("the text is no schema");
        useAll(typeSchema(root), { A: "a", B: "b", [text]: "c", Map: { a: "d" } }, { A: "a", Map: { b: "d" } });
      },
      "a journal file": (text) => {
        const { kind } = parseEntry(JSON.stringify({ ...entry, identity: `shop/dev/${text}`, id: text }), "a");
        if (kind !== "entry") throw new Error(`the text is ${kind}`);
      },
      "an import id": (text) => [barred(stage, text), membersOfIdentifier(stage, text)],
      "a message with secrets": (text) => redacted(text, secret),
      "a text of a model": (text) => {
        useAll(stage, { StageName: text, Description: text }, { StageName: `${text}x` });
      },
      "a key of a model": (text) => {
        useAll(stage, { Variables: { [text]: "1" }, [text]: 1 }, { [text]: 1 });
      },
    };
    for (const [what, read] of Object.entries(readers)) {
      it(`is read in a time that grows as it does: ${what}`, () => {
        const property = fc.property(piece, (unit) => {
          const growth = badGrowth((length) => {
            const text = unit.repeat(Math.ceil(length / unit.length));
            return () => read(text);
          });
          expect(growth, `the growth with ${JSON.stringify(unit)}`).to.equal(undefined);
        });
        fc.assert(property, runs(12));
      });
    }

    const entries: Record<string, [TypeSchema, (at: number) => JsonObject, string]> = {
      tags: [queue, (at) => ({ Key: `k${at}`, Value: "v" }), "Tags"],
      "method settings": [stage, (at) => ({ ResourcePath: `/~1p${at}`, HttpMethod: "GET" }), "MethodSettings"],
      "tags of one key": [queue, (at) => ({ Key: "k", Value: `v${at}` }), "Tags"],
    };
    for (const [what, [schema, entry, key]] of Object.entries(entries)) {
      it(`is compared and patched in a time that grows as it does, as a list of ${what}`, () => {
        const growth = badGrowth((length) => {
          const list = Array.from({ length: Math.ceil(length / 40) }, (_, at) => entry(at));
          return () => {
            useAll(schema, { [key]: list }, { [key]: [...list].reverse() });
          };
        });
        expect(growth).to.equal(undefined);
      });
    }
  });
});
