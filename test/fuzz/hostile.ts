/** Values that nobody would write and a program, a file or an endpoint may all the same give. */
import fc from "fast-check";
import { sdkNames } from "../../schema/names";
import { readSchema } from "../../schema/table";
import { UNKNOWN } from "../../provider/core/unknown";

/** A member in the engine's own wire form of a secret. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "s3cr3t" };
const TRAPS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "",
  "*",
  "~",
  "~1",
  "/",
  "-",
  "0",
  "$ref",
  "then",
];

export const word = fc.oneof(
  fc.constantFrom(...TRAPS),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 8 }),
);

const scalar = fc.oneof(
  word,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    UNKNOWN,
    `a-${UNKNOWN}`,
    "x".repeat(70_000),
    1e308,
    -0,
    "\ud800",
    "\0",
    "arn:aws:iam::123456789012:role/x",
  ),
);

/** JSON of any form, whose members are called as `names` are, half of the time. */
export function tree(names: readonly string[] = []): fc.Arbitrary<unknown> {
  const name = names.length === 0 ? word : fc.oneof(fc.constantFrom(...names), word);
  return fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.constant(SECRET),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.array(fc.tuple(name, tie("tree")), { maxLength: 5 }).map(fromPairs),
    ),
  })).tree;
}

/** As JSON.parse makes it: `__proto__` is a member like any other. */
export function fromPairs(pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const made = {};
  for (const [key, value] of pairs) put(made, key, value);
  return made;
}

function put(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

const TYPES = [
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::Account",
  "AWS::ApiGateway::Stage",
  "AWS::IAM::Role",
  "AWS::Logs::LogGroup",
  "AWS::SQS::Queue",
  "AWS::CloudWatch::Alarm",
];
const OPTIONS = ["region", "account", "profile", "assumeRole", "endpoint", "timeouts", "adopt", "importId", "release"];
const HIDDEN = ["__notes", "__secrets", "__identity", "__kind", "__get", "__type"];

/**
 * A bag of a resource: of a type that there is, most of the time, with members of the right names and values of any kind.
 *
 * @param provider - the text by which the provider process finds its provider
 */
export function bag(provider: string): fc.Arbitrary<Record<string, unknown>> {
  const typed = fc.constantFrom(...TYPES).chain((typeName) => {
    const names = [...sdkNames(Object.keys(readSchema(typeName)?.properties ?? {})).values()];
    return members([...names, ...OPTIONS, ...HIDDEN]).map((made) => ({ ...made, __type: typeName }));
  });
  const generic = fc.constantFrom(...TYPES, "constructor", "A::B::C", "").chain((typeName) => {
    const names = Object.keys(readSchema(typeName)?.properties ?? {});
    const properties = fc.oneof(members(names), members(names), tree(names));
    return fc
      .tuple(members([...OPTIONS, ...HIDDEN]), properties)
      .map(([made, inner]) => ({ ...made, typeName, properties: inner }));
  });
  const kinds = fc.constantFrom("release", "account-role", "constructor", "nobody");
  const special = fc.tuple(typed, kinds).map(([made, kind]) => ({ ...made, __kind: kind }));
  return (
    fc
      .tuple(
        fc.oneof(
          { weight: 4, arbitrary: typed },
          { weight: 4, arbitrary: generic },
          { weight: 1, arbitrary: special },
          { weight: 1, arbitrary: members([]) },
        ),
        fc.boolean(),
      )
      // With a region most of the time, or little comes past the first check.
      .map(([made, isPlaced]) => ({ ...made, ...(isPlaced ? { region: "us-east-1" } : {}), __provider: provider }))
  );
}

function members(names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const name =
    names.length === 0
      ? word
      : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: word });
  return fc.array(fc.tuple(name, tree(names)), { maxLength: 6 }).map(fromPairs);
}

/** What a document is changed to at one place. */
const CHANGE = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: "remove" } as const) },
  { weight: 3, arbitrary: tree().map((value) => ({ kind: "replace", value }) as const) },
  { weight: 1, arbitrary: fc.tuple(word, scalar).map(([key, value]) => ({ kind: "add", key, value }) as const) },
);

/** A JSON document with one to three places of it changed: a value that is missing, of another type, or too many. */
export function mangled(document: unknown): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }), CHANGE);
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy = { document: structuredClone(document) };
    for (const [way, how] of changes) changeAt(copy, way, how);
    return copy.document;
  });
}

type Change = typeof CHANGE extends fc.Arbitrary<infer T> ? T : never;

/** Goes down from member to member, as the numbers choose, and changes the one where the way ends. */
function changeAt(holder: object, way: readonly number[], how: Change): void {
  const keys = Object.keys(holder);
  const key = keys[(way[0] ?? 0) % Math.max(keys.length, 1)];
  if (key === undefined) return;
  const below: unknown = Reflect.get(holder, key);
  if (way.length > 1 && typeof below === "object" && below !== null && Object.keys(below).length > 0) {
    changeAt(below, way.slice(1), how);
  } else if (how.kind === "remove") Reflect.deleteProperty(holder, key);
  else if (!Array.isArray(holder) || how.kind === "replace")
    put(holder, how.kind === "add" ? how.key : key, structuredClone(how.value));
  else holder.push(how.value);
}
