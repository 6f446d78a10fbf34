import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { fromCloud, toCloud } from "../../provider/core/casing";
import { project } from "../../provider/core/compare";
import { wrongMethodPath } from "../../provider/core/families/method-path";
import { barred, identifierOf, membersOfIdentifier } from "../../provider/core/identifier";
import { parseEntry } from "../../provider/core/journal";
import type { JsonObject, JsonValue } from "../../provider/core/json";
import { planPatch } from "../../provider/core/patch";
import { typeSchema, type TypeSchema } from "../../provider/core/schema";
import { parseSchema } from "../../provider/core/schema-file";
import { validate } from "../../provider/core/validate";
import { redacted } from "../../provider/secrets";
import { FileJournal } from "../../provider/edge/journal";
import { lint, sample } from "../../resources/apigateway/log-formats";
import { logFormatWarnings } from "../../resources/apigateway/log-lint";
import { readSchema } from "../../schema/table";
import { VirtualClock } from "../support/clock";
import { badGrowth } from "./growth";
import { fromPairs, mangled, tree, word } from "./hostile";
import { patience, runs } from "./runs";

const names = (path: readonly (string | number)[]): string => path.join(".");
const json = (names: readonly string[] = []): fc.Arbitrary<JsonValue> =>
  tree(names).map((value) => JSON.parse(JSON.stringify(value ?? null)) as JsonValue);

/** What a document is written as; the whole of it may have been taken away. */
const textOf = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value));

/** Everything that the pure core makes of a schema and of two models. */
function useAll(schema: TypeSchema, desired: JsonObject, live: JsonObject): void {
  validate(schema, desired, names);
  toCloud(schema, desired);
  fromCloud(schema, live);
  project(schema, desired, live);
  identifierOf(schema, live);
  planPatch(schema, { desired, owned: live, live, offValues: {} });
}

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
    const id = fc.oneof(
      word,
      fc.string(),
      fc.array(word, { maxLength: 6 }).map((parts) => parts.join("|")),
    );

    it("names the same members when it is put together again, or is too short", () => {
      const property = fc.property(fc.constantFrom(...schemas), id, (schema, given) => {
        const written = barred(schema, given);
        const made = membersOfIdentifier(schema, written);
        const again = identifierOf(schema, made);
        if (written.split("|").length >= schema.identifier.length && again !== undefined) {
          expect(again).to.equal(written);
        }
      });
      fc.assert(property, runs(400));
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
    const text = fc.oneof(
      mangled(entry).map((value) => textOf(value)),
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

    it("is never lost without a word, and never keeps a create from being made", async () => {
      const file = fc.constantFrom(
        "a.json",
        "b.json",
        "key",
        "a.json.tmp-1",
        "a.claimed-1",
        "c.claimed-x",
        "d",
        ".json",
      );
      const property = fc.asyncProperty(fc.array(fc.tuple(file, text), { maxLength: 5 }), async (files) => {
        const place = mkdtempSync(join(folder, "run-"));
        for (const [name, written] of files) writeFileSync(join(place, name), written);
        if (files.length === 3) mkdirSync(join(place, "e.json"));
        const before = readdirSync(place).filter((name) => name.endsWith(".json"));
        const told: string[] = [];
        const journal = new FileJournal({
          folder: place,
          clock: new VirtualClock(entry.time + 1000),
          engine: { pid: 2, address: "127.0.0.1:2" },
          isGone: async () => Promise.resolve(true),
          isOrphan: () => false,
          tell: (line) => told.push(line),
        });
        const { identity, typeName, region } = entry;
        const begun = await journal.begin({ identity, typeName, region, account: undefined, desired: {} });
        expect((await begun.token()).clientToken).to.match(/./);
        await begun.delivered("api1");
        const after = readdirSync(place);
        const gone = before.filter((name) => !after.includes(name) && !after.includes(`${name}.corrupt`));
        for (const name of gone) expect(told.join("\n"), name).to.match(/expired|hours|h ago|going on|journal/i);
        expect(told.filter((line) => line.length > 2000)).to.deep.equal([]);
      });
      await fc.assert(property, runs(60));
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
      "a schema file": (text) => [parseSchema(text, "A::B::C"), parseSchema(`{"properties":{"A":${text}`, "A::B::C")],
      "a journal file": (text) => [parseEntry(text, "a"), parseEntry(`{"version":1,"id":"${text}"}`, "a")],
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
