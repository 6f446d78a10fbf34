import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { openTable, readSchema, registry, typeNames } from "../../schema/table";

const FILE = path.join(__dirname, "../../schema/generated/registry.bin");
const STAGE = "AWS::ApiGateway::Stage";

// Does not prove that the schemas are AWS's own: they are cfn-lint's, who adds to them.
describe("the schema table", () => {
  it("has every type of the registry, in order", () => {
    expect(typeNames()).to.have.length(1854);
    expect(typeNames()).to.deep.equal([...typeNames()].sort());
  });

  it("says which registry it holds", () => {
    expect({ ...registry }).to.deep.equal({ source: "cfn-lint", version: "1.58.0", region: "us-east-1" });
  });

  it("gives each type the schema of its own name", () => {
    const table = openTable(FILE);
    const strangers = table.typeNames().filter((name) => table.readSchema(name)?.typeName !== name);
    expect(strangers).to.deep.equal([]);
  });

  it("gives the same schema however often and by whichever reader it is read", () => {
    expect(readSchema(STAGE)).to.equal(readSchema(STAGE));
    expect(openTable(FILE).readSchema(STAGE)).to.deep.equal(readSchema(STAGE));
  });

  it("knows no type that the registry does not have, whatever it is called", () => {
    for (const name of ["AWS::ApiGateway::Stages", "aws::apigateway::stage", "", "constructor", "__proto__"]) {
      expect(readSchema(name), name).to.equal(undefined);
    }
  });

  it("has what decides a stage's identity and replacement", () => {
    expect(readSchema(STAGE)?.primaryIdentifier).to.deep.equal(["/properties/RestApiId", "/properties/StageName"]);
    expect(readSchema(STAGE)?.createOnlyProperties).to.deep.equal(["/properties/RestApiId", "/properties/StageName"]);
  });

  it("has no prose, but keeps properties that are called as prose is", () => {
    const schema = readSchema(STAGE)!;
    expect(schema).not.to.have.property("description");
    expect(schema.properties["Description"]).to.deep.equal({ type: "string" });
    const lower = readSchema("AWS::BedrockAgentCore::Gateway")!;
    expect(lower.properties).to.have.property("Description");
  });

  it("cannot be written to, as all callers share one schema", () => {
    const schema = readSchema(STAGE)!;
    expect(() => Object.assign(schema.properties["StageName"]!, { type: "number" })).to.throw(TypeError);
    expect(() => (schema.primaryIdentifier as string[]).push("x")).to.throw(TypeError);
  });

  it("parses only the types that are asked for", () => {
    const table = openTable(FILE);
    expect(table.typeNames()).to.include("AWS::S3::Bucket");
    expect(table.parsed()).to.deep.equal([]);
    table.readSchema(STAGE);
    table.readSchema(STAGE);
    table.readSchema("AWS::Nothing::AtAll");
    expect(table.parsed()).to.deep.equal([STAGE]);
  });

  it("is small enough for an npm package", () => {
    expect(statSync(FILE).size).to.be.below(1_400_000);
  });
});

describe("a schema table that cannot be read", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "schema-table-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const broken = (name: string, bytes: Buffer): string => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };

  it("is not noticed before the first question", () => {
    expect(() => openTable(path.join(folder, "absent.bin"))).not.to.throw();
  });

  it("is named with the fix when the file is absent", () => {
    const file = path.join(folder, "absent.bin");
    expect(() => openTable(file).readSchema(STAGE)).to.throw(`The schema table ${file} cannot be read: ENOENT`);
    expect(() => openTable(file).typeNames()).to.throw("Fix: install the package again");
  });

  it("is named when the file is another one, is cut short or is empty", () => {
    const whole = readFileSync(FILE);
    const files = {
      other: Buffer.from("{ this is no table }"),
      cut: whole.subarray(0, whole.length - 1),
      header: whole.subarray(0, 100),
      empty: Buffer.alloc(0),
    };
    for (const [name, bytes] of Object.entries(files)) {
      expect(() => openTable(broken(name, bytes)).typeNames(), name).to.throw(/^The schema table .* cannot be read: /);
    }
  });
});
