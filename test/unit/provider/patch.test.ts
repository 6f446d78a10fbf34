import { expect } from "chai";
import fc from "fast-check";
import { applyPatch } from "rfc6902";
import { project } from "../../../provider/core/compare";
import { familyOf } from "../../../provider/core/families/index";
import type { JsonObject } from "../../../provider/core/json";
import { ownedByEither } from "../../../provider/core/owned";
import { planPatch } from "../../../provider/core/patch";
import { typeSchema } from "../../../provider/core/schema";
import { renderPath } from "../../../provider/core/failures";
import { notApplied } from "../../../provider/core/verify";
import { readSchema } from "../../../schema/table";

const stage = typeSchema(readSchema("AWS::ApiGateway::Stage")!);
const offValues = familyOf("AWS::ApiGateway::Stage").offValues!;

const plan = (desired: JsonObject, owned: JsonObject, live: JsonObject): ReturnType<typeof planPatch> =>
  planPatch(stage, { desired, owned, live, offValues });

function applied(desired: JsonObject, owned: JsonObject, live: JsonObject): JsonObject {
  const after = structuredClone(live);
  const errors = applyPatch(after, structuredClone(plan(desired, owned, live)));
  expect(errors.filter(Boolean)).to.deep.equal([]);
  return after;
}

const bool = fc.boolean();
const word = fc.stringMatching(/^[a-z]{1,6}$/);
const settings = fc.uniqueArray(
  fc.record(
    {
      ResourcePath: fc.constantFrom("/", "/*", "/~1pets"),
      HttpMethod: fc.constantFrom("GET", "*"),
      MetricsEnabled: bool,
      DataTraceEnabled: bool,
      ThrottlingBurstLimit: fc.nat(100),
      LoggingLevel: fc.constantFrom("OFF", "ERROR", "INFO"),
    },
    { requiredKeys: ["ResourcePath", "HttpMethod", "MetricsEnabled"] },
  ),
  { selector: (entry) => `${entry.ResourcePath} ${entry.HttpMethod}`, maxLength: 4 },
);
const model = fc
  .record(
    {
      RestApiId: fc.constant("a1"),
      StageName: fc.constant("prod"),
      DeploymentId: word,
      Description: word,
      TracingEnabled: bool,
      CacheClusterEnabled: bool,
      Variables: fc.dictionary(word, word, { maxKeys: 3 }),
      CanarySetting: fc.record(
        {
          PercentTraffic: fc.nat(100),
          StageVariableOverrides: fc.dictionary(word, word, { maxKeys: 2 }),
          UseStageCache: bool,
        },
        { requiredKeys: ["PercentTraffic"] },
      ),
      MethodSettings: settings,
      Tags: fc.uniqueArray(fc.record({ Key: word, Value: word }), { selector: (tag) => tag.Key, maxLength: 3 }),
    },
    { requiredKeys: ["RestApiId", "StageName"] },
  )
  .map((made) => made as unknown as JsonObject);

describe("patch documents, which do not show what AWS's handlers make of them", () => {
  it("bring any live model to the desired state on owned paths", () => {
    fc.assert(
      fc.property(model, model, model, (desired, owned, live) => {
        expect(project(stage, desired, applied(desired, owned, live))).to.deep.equal(desired);
      }),
      { numRuns: 500 },
    );
  });

  it("never touch create-only or read-only paths, whatever the models say", () => {
    const types = ["AWS::ApiGateway::Stage", "AWS::Logs::LogGroup", "AWS::IAM::Role", "AWS::ApiGateway::RestApi"];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.gen(), (typeName, gen) => {
        const schema = typeSchema(readSchema(typeName)!);
        const any = (): JsonObject =>
          Object.fromEntries(
            Object.keys(schema.root.properties)
              .filter(() => gen(fc.boolean))
              .map((key) => [key, gen(fc.constantFrom, "x", "y", "z")]),
          );
        const patch = planPatch(schema, { desired: any(), owned: any(), live: any(), offValues: {} });
        const forbidden = [...schema.createOnly, ...schema.readOnly]
          .filter((path) => path.length === 1)
          .map(([key]) => `/${key!}`);
        expect(patch.filter(({ path }) => forbidden.includes(path))).to.deep.equal([]);
      }),
      { numRuns: 500 },
    );
  });

  it("are empty once applied", () => {
    fc.assert(
      fc.property(model, model, (desired, live) => {
        expect(plan(desired, desired, applied(desired, desired, live))).to.deep.equal([]);
      }),
    );
  });

  it("take away what a program drops whose update failed, whether its result could be read or not", () => {
    fc.assert(
      fc.property(model, model, (desired, before) => {
        const seen = project(stage, ownedByEither(stage, desired, before), before);
        expect(applied(desired, seen, before)).to.deep.equal(applied(desired, before, before));
        const brought = applied(desired, before, before);
        const unseen = ownedByEither(stage, before, desired);
        expect(applied(before, unseen, brought)).to.deep.equal(applied(before, desired, brought));
      }),
      { numRuns: 500 },
    );
  });

  it("leave alone what the program never owned", () => {
    fc.assert(
      fc.property(model, (live) => {
        expect(plan({ RestApiId: "a1", StageName: "prod" }, {}, live)).to.deep.equal([]);
      }),
    );
  });

  it("never use replace, which AWS refuses on a stage without tags", () => {
    expect(plan({ Tags: [{ Key: "a", Value: "1" }] }, {}, {})).to.deep.equal([
      { op: "add", path: "/Tags", value: [{ Key: "a", Value: "1" }] },
    ]);
  });

  it("remove only what the live model has", () => {
    expect(plan({}, { Description: "x" }, {})).to.deep.equal([]);
    expect(plan({}, { Description: "x" }, { Description: "x" })).to.deep.equal([
      { op: "remove", path: "/Description" },
    ]);
  });

  it("switch a cache off by value when it leaves the program", () => {
    expect(plan({}, { CacheClusterEnabled: true }, { CacheClusterEnabled: true })).to.deep.equal([
      { op: "add", path: "/CacheClusterEnabled", value: false },
    ]);
  });

  it("switch data trace and logging off by value when they leave a method setting", () => {
    const at = { ResourcePath: "/*", HttpMethod: "*" };
    const owned = { MethodSettings: [{ ...at, DataTraceEnabled: true, LoggingLevel: "INFO", MetricsEnabled: true }] };
    const desired = { MethodSettings: [{ ...at, MetricsEnabled: true }] };
    const live = {
      MethodSettings: [
        { ...at, DataTraceEnabled: true, LoggingLevel: "INFO", MetricsEnabled: true, CacheTtlInSeconds: 300 },
      ],
    };
    expect(plan(desired, owned, live)).to.deep.equal([
      {
        op: "add",
        path: "/MethodSettings",
        value: [{ ...at, DataTraceEnabled: false, LoggingLevel: "OFF", MetricsEnabled: true, CacheTtlInSeconds: 300 }],
      },
    ]);
  });

  it("send write-only values again with any other change, and not alone", () => {
    const api = typeSchema(readSchema("AWS::ApiGateway::RestApi")!);
    const base = { Name: "n", Body: { openapi: "3.0.1" } };
    const unchanged = { desired: base, owned: base, live: { Name: "n" }, offValues: {} };
    expect(planPatch(api, unchanged)).to.deep.equal([]);
    expect(planPatch(api, { ...unchanged, desired: { ...base, Name: "m" } }).map(({ path }) => path)).to.deep.equal([
      "/Name",
      "/Body",
    ]);
    expect(planPatch(api, { ...unchanged, desired: { ...base, Body: {} } }).map(({ path }) => path)).to.deep.equal([
      "/Body",
    ]);
  });
});

describe("patch documents for a write-only value that the program dropped, which no live model shows", () => {
  const api = typeSchema(readSchema("AWS::ApiGateway::RestApi")!);
  const paths = (desired: JsonObject, owned: JsonObject, live: JsonObject): (readonly [string, string])[] =>
    planPatch(api, { desired, owned, live, offValues: {} }).map(({ op, path }) => [op, path] as const);

  it("send something that changes nothing, as AWS makes the new model of the live one and of the patch", () => {
    expect(paths({ Name: "n" }, { Name: "n", Body: {} }, { Name: "n" })).to.deep.equal([["add", "/Name"]]);
  });

  it("carry it with the other write-only values, which are sent anyway", () => {
    const owned = { Name: "n", Body: {}, CloneFrom: "a1" };
    expect(paths({ Name: "n", Body: {} }, owned, { Name: "n" })).to.deep.equal([["add", "/Body"]]);
  });

  it("carry it with any other change, and never name it", () => {
    const [owned, live] = [{ Name: "n", Body: {} }, { Name: "n" }];
    expect(paths({ Name: "m" }, owned, live)).to.deep.equal([["add", "/Name"]]);
  });

  it("take what AWS shows where the program has nothing that could be sent again", () => {
    expect(paths({}, { Body: {} }, { RestApiId: "a1", Name: "n" })).to.deep.equal([["add", "/Name"]]);
    expect(paths({}, { Body: {} }, { RestApiId: "a1" })).to.deep.equal([]);
  });

  it("are empty where the program never had one", () => {
    expect(paths({ Name: "n" }, { Name: "n" }, { Name: "n" })).to.deep.equal([]);
  });
});

describe("verification after an update", () => {
  const family = familyOf("AWS::ApiGateway::Stage");
  const judge = (desired: JsonObject, owned: JsonObject, before: JsonObject, after: JsonObject): string[] =>
    notApplied(stage, family, { desired, owned, before, after }).map(renderPath);

  it("names a canary that is still there after it was removed", () => {
    const canary = { CanarySetting: { PercentTraffic: 10 } };
    expect(judge({}, canary, canary, canary)).to.deep.equal(["CanarySetting"]);
    expect(judge({}, canary, canary, {})).to.deep.equal([]);
  });

  it("names a value that AWS did not set", () => {
    expect(
      judge({ Description: "new" }, { Description: "old" }, { Description: "old" }, { Description: "old" }),
    ).to.deep.equal(["Description"]);
  });

  it("takes a third value for AWS's spelling", () => {
    expect(judge({ Description: "NEW" }, {}, { Description: "old" }, { Description: "new" })).to.deep.equal([]);
  });

  it("names the leaf that AWS dropped inside a member that it changed", () => {
    const canary = { PercentTraffic: 20, StageVariableOverrides: { color: "blue" } };
    const [before, half] = [{ CanarySetting: { PercentTraffic: 10 } }, { CanarySetting: { PercentTraffic: 20 } }];
    expect(judge({ CanarySetting: canary }, before, before, half)).to.deep.equal([
      "CanarySetting.StageVariableOverrides",
    ]);
    const other = { CanarySetting: { PercentTraffic: 20, StageVariableOverrides: { shape: "round" } } };
    expect(judge({ CanarySetting: canary }, other, other, other)).to.deep.equal([
      "CanarySetting.StageVariableOverrides.color",
    ]);
    expect(judge({ CanarySetting: canary }, before, before, { CanarySetting: canary })).to.deep.equal([]);
  });

  it("names the entry and the leaf of a list whose entries can be told apart", () => {
    const entry = (path: string, more: JsonObject): JsonObject => ({ ResourcePath: path, HttpMethod: "GET", ...more });
    const wanted = [
      entry("/~1a", { LoggingLevel: "INFO", MetricsEnabled: true }),
      entry("/~1b", { CachingEnabled: true }),
    ];
    const before = { MethodSettings: [entry("/~1a", { LoggingLevel: "ERROR", MetricsEnabled: false })] };
    const after = { MethodSettings: [entry("/~1a", { LoggingLevel: "INFO", MetricsEnabled: false })] };
    expect(judge({ MethodSettings: wanted }, before, before, after)).to.deep.equal([
      "MethodSettings[0].MetricsEnabled",
      "MethodSettings[1]",
    ]);
  });

  it("does not judge a write-only leaf, which AWS never shows", () => {
    const lambda = typeSchema(readSchema("AWS::Lambda::Function")!);
    const desired = { Code: { S3Bucket: "b", S3Key: "new" }, Description: "d" };
    const shown = { Description: "d" };
    expect(notApplied(lambda, {}, { desired, owned: shown, before: shown, after: shown })).to.deep.equal([]);
  });

  it("does not ask that a removed property with a default of AWS's vanishes", () => {
    const api = typeSchema(readSchema("AWS::ApiGateway::RestApi")!);
    const header = { ApiKeySourceType: "HEADER" };
    expect(notApplied(api, {}, { desired: {}, owned: header, before: header, after: header })).to.deep.equal([]);
  });
});
