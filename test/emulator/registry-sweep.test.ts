import { expect } from "chai";

import { resolve } from "../../emulator/handlers/plausible";
import { readSchema, typeNames } from "../../schema/table";
import type { JsonValue, RegistrySchema, SchemaNode } from "../../schema/types";
import { openBench, type Bench } from "./bench";

/** Texts that most patterns of the registry take one of. */
const texts = [
  "abc",
  "abcdefghij0",
  "arn:aws:iam::000000000000:role/abc",
  "ABC",
  "abc-12345678",
  "12345678",
  "https://a.b.c/d",
  "2020-01-01",
];

function textFor(node: SchemaNode): string {
  const fits = (text: string): boolean => {
    if (text.length < (node.minLength ?? 0) || text.length > (node.maxLength ?? Infinity)) return false;
    try {
      return node.pattern === undefined || new RegExp(node.pattern).test(text);
    } catch {
      return true;
    }
  };
  return texts.find(fits) ?? "abc";
}

/** The smallest value that a schema takes, as far as that can be read off it. */
function smallest(schema: RegistrySchema, given: SchemaNode | undefined, depth = 0): JsonValue {
  const node = resolve(schema, given) ?? {};
  const [first] = node.enum ?? [];
  if (node.const !== undefined || first !== undefined) return node.const ?? first ?? null;
  const type = typeof node.type === "string" ? node.type : node.type?.[0];
  if (depth < 8 && (type === "object" || node.properties)) {
    const members = (node.required ?? []).map((name) => [name, smallest(schema, node.properties?.[name], depth + 1)]);
    return Object.fromEntries(members) as JsonValue;
  }
  if (type === "array") {
    return Array.from({ length: node.minItems ?? 1 }, () => smallest(schema, node.items, depth + 1));
  }
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return Math.max(node.minimum ?? 1, 1);
  return textFor(node);
}

/** The top-level properties that nobody may set. */
function readOnly(schema: RegistrySchema): (string | undefined)[] {
  return (schema.readOnlyProperties ?? []).map((path) => path.split("/")[2]);
}

/**
 * Every twentieth type of the registry, made from the least that its schema asks for.
 * Does not prove: that AWS would take it; a type whose least value could not be guessed is left out.
 */
describe("Types that nobody taught", () => {
  let bench: Bench;

  before(async () => {
    bench = await openBench({ quirks: { defaultsFilledIn: true, listsReordered: true, numbersAsStrings: true } });
  });
  after(() => bench.close());

  it("are made, read and deleted, and never break", async () => {
    const lived: string[] = [];
    const types = typeNames().filter((_, index) => index % 20 === 0);
    for (const typeName of types) {
      const schema = readSchema(typeName)!;
      const { create, read, delete: remove } = schema.handlers ?? {};
      if (!create || !read || !remove) continue;
      const wanted = (schema.required ?? []).filter((name) => !readOnly(schema).includes(name));
      const desired = Object.fromEntries(wanted.map((name) => [name, smallest(schema, schema.properties[name])]));
      const event = await bench.create(typeName, desired).catch((error: unknown) => {
        expect((error as Error).name, typeName).to.equal("ValidationException");
        return undefined;
      });
      if (!event) continue;
      const made = await bench.outcome(event);
      expect(made.ErrorCode, typeName).not.to.equal("InternalFailure");
      if (made.OperationStatus !== "SUCCESS") continue;
      await bench.read(typeName, made.Identifier!);
      const gone = await bench.outcome(await bench.remove(typeName, made.Identifier!));
      expect(gone.OperationStatus, `${typeName}: ${gone.StatusMessage ?? ""}`).to.equal("SUCCESS");
      lived.push(typeName);
    }
    expect(lived.length).to.be.above(types.length / 2);
  }).timeout(60_000);
});
