import { expect } from "chai";
import { toCloud } from "../../../provider/core/casing";
import { project } from "../../../provider/core/compare";
import { difference } from "../../../provider/core/diff";
import { meaningOf } from "../../../provider/core/errors";
import { familyOf } from "../../../provider/core/families/index";
import { wrongMethodPath } from "../../../provider/core/families/method-path";
import { isTooDeep, MOST_LEVELS, type JsonObject, type JsonValue } from "../../../provider/core/json";
import { matches } from "../../../provider/core/pattern";
import { branchesOf, typeSchema, type RegistrySchema } from "../../../provider/core/schema";
import { parseSchema } from "../../../provider/core/schema-file";
import { validate } from "../../../provider/core/validate";
import { redacted } from "../../../provider/secrets";
import { lint } from "../../../resources/apigateway/log-lint";
import { readSchema } from "../../../schema/table";

const LONG = 200_000;

function schemaOf(typeName: string): RegistrySchema {
  const root = readSchema(typeName);
  if (!root) throw new Error(`no schema of ${typeName}`);
  return root;
}

/** A private type, as an account's registry may give it. */
function own(properties: object, more: object = {}): RegistrySchema {
  const schema = parseSchema(JSON.stringify({ typeName: "A::B::C", properties, ...more }), "A::B::C");
  if (!schema) throw new Error("no schema");
  return schema;
}

// Each of these stopped a preview for minutes or for ever before. Mocha's limit of 20 s is what they are held to: a
// growth that is not linear passes it a hundred times over. Inputs of other shapes are for test/fuzz.
describe("an input of 200 kB, or one that was made to be slow,", () => {
  it("is held against a method path's form in one pass", () => {
    expect(wrongMethodPath(`/${"~1a".repeat(60)}/`)?.fix).to.equal(`write "/${"~1a".repeat(60)}"`);
    expect(wrongMethodPath(`/${"~1a".repeat(LONG / 3)}`)).to.equal(undefined);
  });

  it("is not judged by a registry pattern that cannot be finished, and is by those that can", () => {
    const slow = "^[a-zA-Z](?:-?[a-zA-Z0-9]+)*$";
    expect(matches(slow, "a-b")).to.equal(true);
    expect(matches(slow, "a--b")).to.equal(false);
    expect(matches(slow, `${"a".repeat(62)}!`)).to.equal(true);
    expect(matches("^[a-z]+$", `${"a".repeat(LONG)}!`)).to.equal(false);
    expect(matches("^(ab(-[0-9]+)*)$", "ab-1-2-3-4-5-6-7-8-9-x")).to.equal(false);
  });

  for (const pattern of ["^(a|a)*b$", "^(a?){40}b$", `^${"a*".repeat(12)}b$`, `^${"a?".repeat(60)}b$`, "^(a|ab?)+c$"]) {
    it(`is not judged by a pattern that cuts it in too many ways, however short the text: ${pattern}`, () => {
      for (const length of [4, 15, 30, 200])
        expect(matches(pattern, "a".repeat(length)), `${length}`).to.be.a("boolean");
      expect(matches(pattern, "a".repeat(255))).to.equal(true);
    });
  }

  it("is left to AWS where a pattern is too long for JavaScript, which says so only when it is used", () => {
    expect(matches("a?b".repeat(LONG / 3), "ab")).to.equal(true);
  });

  it("is left to AWS where a schema has more patterns, branches or paths through lists than can be looked at", () => {
    const name = (path: readonly (string | number)[]): string => path.join(".");
    const text = { type: "string" };
    const patterns = (count: number): RegistrySchema => {
      const all = Array.from({ length: count }, (_, at) => [`^k${at}$`, text]);
      const Map = { type: "object", patternProperties: Object.fromEntries(all) as object, additionalProperties: false };
      return own({ Map });
    };
    expect(validate(typeSchema(patterns(100)), { Map: { q: 1 } }, name)).to.have.length(1);
    expect(validate(typeSchema(patterns(100)), { Map: { k99: 1 } }, name)).to.have.length(1);
    expect(validate(typeSchema(patterns(101)), { Map: { q: 1 } }, name)).to.deep.equal([]);

    const branches = (count: number): RegistrySchema =>
      own({ A: text }, { oneOf: Array.from({ length: count }, (_, at) => ({ required: [`R${at}`] })) });
    expect(validate(typeSchema(branches(200)), { A: "a" }, name)).to.have.length(1);
    expect(validate(typeSchema(branches(201)), { A: "a" }, name)).to.deep.equal([]);

    const createOnly = (before: number): RegistrySchema => {
      const paths = Array.from({ length: before }, (_, at) => `/properties/List/*/P${at}`);
      return own({ List: { type: "array" } }, { createOnlyProperties: [...paths, "/properties/List/*/Last"] });
    };
    const replaces = (before: number): readonly string[] =>
      difference(typeSchema(createOnly(before)), {
        id: "a",
        owned: { List: [{ Last: "a" }] },
        desired: { List: [{ Last: "b" }] },
        resolved: [],
      }).replaces;
    expect(replaces(199)).to.deep.equal(["List"]);
    expect(replaces(200)).to.deep.equal([]);
  });

  it("is not told of with all that a schema would allow", () => {
    const values = Array.from({ length: LONG / 8 }, (_, at) => `value-${at}`);
    const [failure] = validate(typeSchema(own({ A: { enum: values } })), { A: "none" }, (path) => path.join("."));
    expect(failure?.reason).to.match(/^expected one of "value-0", .* …, got a string\. Fix: choose one of these$/);
    expect(failure?.reason.length).to.be.lessThan(9000);
  });

  it("is named by the last step of its path", () => {
    const key = `${"a".repeat(LONG)}.`;
    const [failure] = validate(typeSchema(schemaOf("AWS::SQS::Queue")), { [key]: 1 }, (path) => path.join("."));
    expect(failure?.reason).to.equal("unknown property of AWS::SQS::Queue. Fix: rename or remove it");
  });

  it("that is wrong in every entry is told by its first hundred failures", () => {
    const Tags = Array.from({ length: 20_000 }, () => ({}));
    const found = validate(typeSchema(schemaOf("AWS::SQS::Queue")), { Tags }, (path) => path.join("."));
    expect(found).to.have.length(101);
    expect(found.at(-1)?.reason).to.equal(
      "more is wrong than the 100 properties that are named. Fix: correct these first",
    );
  });

  it("is compared as a set whose entries AWS gives in another order", () => {
    const schema = typeSchema(own({ Set: { type: "array", insertionOrder: false, items: { type: "string" } } }));
    const Set = Array.from({ length: 30_000 }, (_, at) => `e${at}`);
    expect(project(schema, { Set }, { Set: [...Set].reverse() })).to.deep.equal({ Set });
    const others = Set.map((entry) => `x${entry}`);
    expect(project(schema, { Set }, { Set: others })).to.deep.equal({ Set: others });
  });

  it("is searched for thousands of secret texts in one pass", () => {
    const secrets = Array.from({ length: 20_000 }, (_, at) => `s${at}-`);
    const bag = { typeName: "A::B::C", typed: true, bag: { __secrets: ["list"], list: secrets } };
    expect(redacted("s19999-".repeat(LONG / 7), bag)).to.equal("[secret]".repeat(Math.floor(LONG / 7)));
  });

  it("is linted as a JSON log format", () => {
    const format = `{"id":"$context.requestId"${',"s":"$context.status"'.repeat(LONG / 21)}}`;
    expect(lint(format)).to.deep.equal([]);
  });

  it("is a schema whose branches refer to themselves", () => {
    const again = { $ref: "#/definitions/Again" };
    const schema = typeSchema(own({ A: again }, { definitions: { Again: { oneOf: Array(12).fill(again) } } }));
    expect(branchesOf(schema, again)).to.have.length(1000);
  });
});

// What the SDK's own wire makes of such names is not shown: it loses `__proto__` on the way.
describe("a name that every object inherits", () => {
  const queue = typeSchema(schemaOf("AWS::SQS::Queue"));
  const name = (path: readonly (string | number)[]): string => path.join(".");

  for (const key of ["constructor", "toString", "hasOwnProperty"]) {
    it(`is an unknown property like any other: ${key}`, () => {
      expect(validate(queue, { [key]: 1 }, name).map(({ property }) => property)).to.deep.equal([key]);
    });

    it(`is missing from a live model that does not have it: ${key}`, () => {
      const stage = typeSchema(schemaOf("AWS::ApiGateway::Stage"));
      const live: JsonObject = { Variables: { other: "1" } };
      expect(project(stage, { Variables: { [key]: "1" } }, live)).to.deep.equal(live);
    });

    it(`is no error code, family or kind: ${key}`, () => {
      expect(meaningOf(key)).to.deep.equal(meaningOf("Nobody"));
      expect(familyOf(key)).to.deep.equal({});
    });
  }

  it("is kept as a key of a map, also as __proto__", () => {
    const variables = JSON.parse('{"variables":{"__proto__":"1","constructor":"2"}}') as JsonObject;
    const made = toCloud(typeSchema(schemaOf("AWS::ApiGateway::Stage")), variables);
    expect(JSON.stringify(made)).to.equal('{"Variables":{"__proto__":"1","constructor":"2"}}');
  });
});

describe("a value that is nested deep", () => {
  const nested = (levels: number): JsonValue => JSON.parse("[".repeat(levels) + "]".repeat(levels)) as JsonValue;

  it("is too deep from a bound on, and asking does not depend on the stack", () => {
    expect(isTooDeep(nested(MOST_LEVELS))).to.equal(false);
    expect(isTooDeep(nested(MOST_LEVELS + 2))).to.equal(true);
    expect(isTooDeep(nested(100_000))).to.equal(true);
  });
});

// That Cloud Control takes what is then not checked here is not shown.
describe("a schema of AWS's registry or of a file", () => {
  for (const text of ["", "{", "null", "[]", '"x"', "{}", '{"properties":[]}', "<html></html>"]) {
    it(`is none: ${JSON.stringify(text)}`, () => {
      expect(parseSchema(text, "A::B::C")).to.equal(undefined);
    });
  }

  it("is read as far as it is JSON schema", () => {
    const properties = { Name: { type: "string", pattern: 7, oneOf: [null, { required: ["A"] }, 3] }, Bad: "string" };
    const text = JSON.stringify({ typeName: 4, properties, primaryIdentifier: "Name", readOnlyProperties: [1] });
    expect(parseSchema(text, "A::B::C")).to.deep.equal({
      typeName: "A::B::C",
      primaryIdentifier: [],
      properties: { Name: { type: "string", oneOf: [{ required: ["A"] }] } },
    });
  });

  it("loses nothing that the package reads of any type that it ships", () => {
    for (const typeName of ["AWS::ApiGateway::Stage", "AWS::WAFv2::WebACL", "AWS::EC2::Instance"]) {
      const shipped = schemaOf(typeName);
      const read = parseSchema(JSON.stringify(shipped), typeName);
      expect(read?.properties, typeName).to.deep.equal(shipped.properties);
      expect(read?.definitions, typeName).to.deep.equal(shipped.definitions);
    }
  });
});
