import { expect } from "chai";
import type { RegistrySchema, SchemaNode } from "../../schema/types";
import { classTypes } from "../../scripts/generate/catalog";
import { emit, fileOf } from "../../scripts/generate/emit";
import { modelOf, type ClassModel } from "../../scripts/generate/model";
import type { TypeOverlay } from "../../scripts/generate/overlay/overlay";
import { stripped } from "../../scripts/generate/strip";
import { sameTable } from "../../scripts/generate/table";
import { firstSentence, tsdocOf, wrapped } from "../../scripts/generate/text";
import { packArchive } from "../../schema/archive";
import { readSchema } from "../../schema/table";

const INFO = { source: "test", version: "1", region: "nowhere" };
const NAME = "AWS::Test::Thing";

function schemaOf(properties: Record<string, SchemaNode>, more: Partial<RegistrySchema> = {}): RegistrySchema {
  const described = Object.entries(properties).map(([name, node]) => [name, { description: `The ${name}.`, ...node }]);
  return {
    typeName: NAME,
    description: "A thing.",
    primaryIdentifier: ["/properties/Name"],
    properties: Object.fromEntries(described) as Record<string, SchemaNode>,
    ...more,
  };
}

function model(schema: RegistrySchema, overlay: Partial<TypeOverlay> = {}): ClassModel {
  return modelOf(schema, { typeName: NAME, ...overlay });
}

function member({ members }: ClassModel, name: string) {
  return members.find((candidate) => candidate.name === name)!;
}

const text: SchemaNode = { type: "string" };

// Does not prove that the committed files are what the generator makes: `npm run generate:check` does.
describe("a generated argument", () => {
  it("takes an output at every leaf", () => {
    const made = model(
      schemaOf(
        {
          Name: text,
          List: { type: "array", items: { $ref: "#/definitions/Item" } },
          Map: { type: "object", patternProperties: { "[a-z]+": text } },
          Document: { type: ["object", "string"] },
          Object: { type: "object" },
          Count: { type: "integer" },
          Either: { type: ["boolean", "string"] },
        },
        { definitions: { Item: { description: "An item.", properties: { Id: { ...text, description: "Its id." } } } } },
      ),
    );
    expect(Object.fromEntries(made.members.map(({ name, input }) => [name, input]))).to.deep.equal({
      count: "number",
      document: "JsonInput",
      either: "boolean | string",
      list: "pulumi.Input<ThingItemArgs>[]",
      map: "Record<string, pulumi.Input<string>>",
      name: "string",
      object: "Record<string, pulumi.Input<JsonInput>>",
    });
    expect(member(made, "list").output).to.equal("pulumi.Unwrap<ThingItemArgs>[]");
    expect(made.objects.map(({ name }) => name)).to.deep.equal(["ThingItem"]);
  });

  it("does not exist for what only AWS sets, which is an output that is always set", () => {
    const made = model(schemaOf({ Name: text, Arn: text }, { readOnlyProperties: ["/properties/Arn"] }));
    expect(member(made, "arn")).to.deep.include({ output: "string", isAlwaysSet: true });
    expect(member(made, "arn")).not.to.have.property("input");
  });

  it("is required where the schema or the overlay says so, unless the provider fills it", () => {
    const schema = schemaOf({ Name: text, Parent: text, Other: text }, { required: ["Parent", "Other"] });
    const made = model(schema, { required: ["Name"], optional: ["Parent"] });
    expect(made.members.map(({ name, isRequired, isAlwaysSet }) => [name, isRequired, isAlwaysSet])).to.deep.equal([
      ["name", true, true],
      ["other", true, true],
      ["parent", false, true],
    ]);
  });

  it("says what is allowed and what a change does, in objects inside as well", () => {
    const made = model(
      schemaOf(
        { Name: { ...text, maxLength: 8, default: "x" }, Place: { $ref: "#/definitions/Place" } },
        {
          createOnlyProperties: ["/properties/Name", "/properties/Place/Zone"],
          definitions: {
            Place: { description: "A place.", properties: { Zone: { enum: ["a", "b"], description: "It." } } },
          },
        },
      ),
    );
    const createOnly = "Create-only: a change replaces the resource.";
    expect(member(made, "name").doc).to.deep.equal([
      "The Name.",
      "",
      "At most 8 characters.",
      "",
      createOnly,
      "",
      "@defaultValue `x`",
    ]);
    expect(made.objects[0]?.members[0]?.doc).to.deep.equal(["It.", "", "Allowed values: `a`, `b`.", "", createOnly]);
  });
});

describe("the generator refuses", () => {
  it("a property or an object without a text, and lists all of them", () => {
    const schema = schemaOf(
      { Name: { ...text, description: "" }, Place: { $ref: "#/definitions/Place" } },
      { definitions: { Place: { properties: { Zone: text } } } },
    );
    expect(() => model(schema)).to.throw(
      [
        `${NAME}: Name has no description. Fix: write one in the overlay.`,
        `${NAME}: definition Place has no description. Fix: write one in the overlay.`,
        `${NAME}: definitions Place Zone has no description. Fix: write one in the overlay.`,
      ].join("\n"),
    );
  });

  it("names that Pulumi or the provider needs for itself", () => {
    for (const name of ["Id", "Region", "Urn", "__type"]) {
      expect(() => model(schemaOf({ Name: text, [name]: text })), name).to.throw(
        `the property ${name} would be called`,
      );
    }
  });

  it("an overlay that speaks of properties the schema does not have", () => {
    const overlay = { docs: { Nmae: "x" }, required: ["Nome"], definitions: { Palce: {} } };
    expect(() => model(schemaOf({ Name: text }), overlay)).to.throw(
      [
        `${NAME}: the overlay speaks of Nmae, which the schema does not have.`,
        `${NAME}: the overlay speaks of Nome, which the schema does not have.`,
        `${NAME}: the overlay speaks of definitions Palce, which the schema does not have.`,
      ].join("\n"),
    );
  });

  it("a text that would end its comment", async () => {
    const made = model(schemaOf({ Name: { ...text, description: "All: ``*/*``." } }));
    let message = "";
    await Promise.resolve()
      .then(() => emit(made, INFO))
      .catch((error: unknown) => (message = String(error)));
    expect(message).to.contain("This text would end its comment");
  });
});

describe("a generated class", () => {
  it("uses Pulumi's own id where a property of that name is the whole identifier", () => {
    const schema = schemaOf(
      { Id: text },
      { primaryIdentifier: ["/properties/Id"], readOnlyProperties: ["/properties/Id"] },
    );
    expect(model(schema)).to.deep.include({ members: [], identifier: [] });
  });

  it("stands in a file of its service and type", () => {
    expect(fileOf(model(schemaOf({ Name: text }, { typeName: "AWS::ApiGateway::RestApi" })))).to.equal(
      "apigateway/rest-api.ts",
    );
  });

  it("is there for every type of the catalog", () => {
    for (const type of classTypes) expect(readSchema(type), type).to.have.property("typeName", type);
  });
});

describe("a description of the registry", () => {
  it("becomes TSDoc: literals, escapes, paragraphs, lists, expanded macros", () => {
    const lines = tsdocOf("Use ``{x}`` or {y} in CFN.\n Second <b>.\n  +  one\n  +  two\n Third");
    expect(lines).to.deep.equal([
      "Use `{x}` or \\{y\\} in CloudFormation.",
      "",
      "Second \\<b\\>.",
      "",
      "- one",
      "- two",
      "",
      "Third",
    ]);
  });

  it("is empty when it says nothing", () => {
    expect(tsdocOf(" \n ")).to.deep.equal([]);
  });

  it("is shown by its first sentence where the whole stands elsewhere", () => {
    expect(firstSentence(["Use `a. b` in", "it. And more.", "", "Other."])).to.equal("Use `a. b` in it.");
    expect(firstSentence(["No end", "- item"])).to.equal("No end");
  });

  it("is broken between words, never within a literal or in code", () => {
    expect(wrapped(["aa `b b` cc", "dd", "- ee ff gg hh"], 9)).to.deep.equal([
      "aa `b b`",
      "cc dd",
      "- ee ff",
      "  gg hh",
    ]);
    expect(wrapped(["```ts", "a  very long line", "```"], 5)).to.deep.equal(["```ts", "a  very long line", "```"]);
  });
});

describe("the table's making", () => {
  it("takes prose out of nodes and leaves properties and data that are called like prose", () => {
    const schema = {
      title: "t",
      properties: { title: { description: "d", default: { title: 1 } } },
      enum: [{ title: 2 }],
    };
    expect(stripped(schema as unknown as RegistrySchema)).to.equal(
      '{"enum":[{"title":2}],"properties":{"title":{"default":{"title":1}}}}',
    );
  });

  it("compares tables by what they say, not by their bytes", () => {
    const table = (said: string, dictionary: string) =>
      packArchive(INFO, new Map([["a", said]]), Buffer.from(dictionary));
    expect(sameTable(table("{}", "one"), table("{}", "two"))).to.equal(true);
    expect(sameTable(table("{}", "one"), table("[]", "one"))).to.equal(false);
  });
});
