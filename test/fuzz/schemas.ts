/** Schemas as long as is asked for, with models that use what is long in them. */
import type { JsonObject } from "../../provider/core/json";

/** A schema's text, and a desired and a live model that its type might have. */
export interface LongSchema {
  readonly text: string;
  readonly desired: JsonObject;
  readonly live: JsonObject;
}

type Node = Record<string, unknown>;

/** What there is only in part: the rest of a schema is as short as it can be. */
interface Made {
  readonly schema: Node;
  readonly desired?: JsonObject;
  /** As the desired one, unless it is said. */
  readonly live?: JsonObject;
}

const TEXT = { type: "string" };
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const record = <T>(count: number, make: (at: number) => readonly [string, T]): Record<string, T> =>
  Object.fromEntries(range(count).map(make));
/** As long as AWS's are. */
const nameOf = (at: number, letter = "P"): string => `${letter}ropertyOfThis${at}`;
const names = (count: number): string[] => range(count).map((at) => nameOf(at));
const pointers = (count: number): string[] => names(count).map((name) => `/properties/${name}`);
const texts = (count: number): Record<string, Node> => record(count, (at) => [nameOf(at), TEXT] as const);
const model = (count: number, value = "v"): JsonObject => record(count, (at) => [nameOf(at), value] as const);
const models = (count: number): Pick<Made, "desired" | "live"> => ({ desired: model(count), live: model(count, "w") });
/** A member whose value is a list of as many entries. */
const list = (count: number, make: (at: number) => JsonObject | string): Pick<Made, "desired" | "live"> => {
  const entries = range(count).map(make);
  return { desired: { List: entries }, live: { List: [...entries].reverse() } };
};

/** About how many characters of the text one piece takes, and the schema of so many pieces. */
type Kind = readonly [piece: number, make: (count: number) => Made];

const PLAIN: Readonly<Record<string, Kind>> = {
  properties: [40, (count) => ({ schema: { properties: texts(count) }, ...models(count) })],
  "properties that a model lacks": [62, (count) => ({ schema: { properties: texts(count), required: names(count) } })],
  "properties that nobody knows": [
    40,
    (count) => ({
      schema: { properties: texts(count), additionalProperties: false },
      desired: record(count, (at) => [nameOf(at, "Q"), "v"] as const),
    }),
  ],
  "a chain of definitions": [
    40,
    (count) => ({
      schema: {
        properties: { A: { $ref: "#/definitions/D0" }, List: { type: "array", items: { $ref: "#/definitions/D0" } } },
        definitions: record(count, (at) => [`D${at}`, { $ref: `#/definitions/D${at + 1}` }] as const),
      },
      ...list(count, (at) => ({ a: `${at}` })),
    }),
  ],
  "definitions of each property": [
    100,
    (count) => ({
      schema: {
        properties: record(count, (at) => [nameOf(at), { $ref: `#/definitions/D${at}` }] as const),
        definitions: record(count, (at) => [`D${at}`, { type: "string", maxLength: at }] as const),
      },
      ...models(count),
    }),
  ],
  "a long reference": [
    2,
    (count) => ({
      schema: { properties: { A: { $ref: `#${"/x".repeat(count)}` }, ...texts(9) } },
      desired: { A: "a" },
    }),
  ],
};

const branches = (word: "anyOf" | "oneOf" | "allOf"): Readonly<Record<string, Kind>> => ({
  [`${word} with a property each`]: [
    60,
    (count) => ({
      schema: { properties: {}, [word]: range(count).map((at) => ({ properties: { [nameOf(at)]: TEXT } })) },
      ...models(count),
    }),
  ],
  [`${word} with a required property each`]: [
    38,
    (count) => ({
      schema: { properties: {}, [word]: range(count).map((at) => ({ required: [nameOf(at)] })) },
      ...models(count),
    }),
  ],
  [`${word} whose branches are much alike`]: [
    22,
    (count) => {
      const side = Math.ceil(Math.sqrt(count));
      const branch = (at: number): Node => ({ required: [...names(side), nameOf(at, "Q")] });
      return { schema: { properties: {}, [word]: range(side).map(branch) }, ...models(count) };
    },
  ],
  [`${word} of items`]: [
    60,
    (count) => ({
      schema: {
        properties: {
          List: {
            type: "array",
            insertionOrder: false,
            items: { [word]: range(count).map((at) => ({ properties: { [nameOf(at)]: TEXT } })) },
          },
        },
      },
      ...list(count, (at) => ({ [nameOf(at)]: "v" })),
    }),
  ],
});

const mapOf = (count: number, letter = "k"): Pick<Made, "desired" | "live"> => ({
  desired: { Map: record(count, (at) => [`${letter}${at}`, "v"] as const) },
  live: { Map: record(count, (at) => [`${letter}${at}`, "w"] as const) },
});

const VALUES: Readonly<Record<string, Kind>> = {
  "patterns of a map": [
    30,
    (count) => ({
      schema: {
        properties: {
          Map: { type: "object", patternProperties: record(count, (at) => [`^k${at}$`, TEXT] as const) },
        },
      },
      ...mapOf(count),
    }),
  ],
  "patterns that no key has": [
    30,
    (count) => ({
      schema: {
        properties: {
          Map: {
            type: "object",
            patternProperties: record(count, (at) => [`^k${at}$`, TEXT] as const),
            additionalProperties: false,
          },
        },
      },
      ...mapOf(count, "q"),
    }),
  ],
  "a long pattern": [
    3,
    (count) => ({
      schema: {
        properties: {
          ...record(50, (at) => [nameOf(at), TEXT] as const),
          [nameOf(0)]: { type: "string", pattern: "a?b".repeat(count) },
        },
      },
      ...models(50),
    }),
  ],
  "an enumeration": [
    8,
    (count) => ({
      schema: {
        properties: { List: { type: "array", items: { type: "string", enum: range(count).map((at) => `v${at}`) } } },
      },
      ...list(count, (at) => `v${at}`),
    }),
  ],
  "an enumeration of other values": [
    8,
    (count) => ({
      schema: {
        properties: { List: { type: "array", items: { type: "string", enum: range(count).map((at) => `v${at}`) } } },
      },
      ...list(count, (at) => `w${at}`),
    }),
  ],
};

const groups = (word: "requiredXor" | "requiredOr"): Readonly<Record<string, Kind>> => ({
  [word]: [22, (count) => ({ schema: { properties: {}, [word]: names(count) }, ...models(count) })],
  [`${word} without any`]: [22, (count) => ({ schema: { properties: {}, [word]: names(count) } })],
});

const dependents = (
  word: "dependencies" | "dependentRequired" | "dependentExcluded",
): Readonly<Record<string, Kind>> => ({
  [word]: [
    62,
    (count) => ({
      schema: {
        properties: {},
        [word]: record(count, (at) => [nameOf(at), [nameOf(count - at), nameOf(at, "Q")]] as const),
      },
      ...models(count),
    }),
  ],
  [`${word} of one`]: [
    22,
    (count) => ({ schema: { properties: {}, [word]: { [nameOf(0)]: names(count) } }, ...models(count) }),
  ],
});

const PATHS = [
  "primaryIdentifier",
  "createOnlyProperties",
  "conditionalCreateOnlyProperties",
  "readOnlyProperties",
  "writeOnlyProperties",
] as const;
const paths = (word: (typeof PATHS)[number]): Readonly<Record<string, Kind>> => ({
  [word]: [
    75,
    (count) => ({
      schema: { properties: texts(count), [word]: pointers(count) },
      ...models(count),
    }),
  ],
  [`${word} within`]: [
    78,
    (count) => ({
      schema: {
        properties: { O: { type: "object", properties: texts(count) } },
        [word]: names(count).map((name) => `/properties/O/${name}`),
      },
      desired: { O: model(count) },
      live: { O: model(count, "w") },
    }),
  ],
  [`${word} in items`]: [
    80,
    (count) => ({
      schema: {
        properties: { List: { type: "array", items: { type: "object", properties: texts(count) } } },
        [word]: names(count).map((name) => `/properties/List/*/${name}`),
      },
      ...list(count, (at) => ({ [nameOf(at)]: "v" })),
    }),
  ],
  [`${word} without end`]: [
    2,
    (count) => ({
      schema: { properties: { A: { type: "object" }, ...texts(9) }, [word]: [`/properties/A${"/A".repeat(count)}`] },
      desired: { A: { A: { A: "a" } }, ...model(9) },
    }),
  ],
});

const KINDS: readonly Readonly<Record<string, Kind>>[] = [
  PLAIN,
  VALUES,
  ...(["anyOf", "oneOf", "allOf"] as const).map(branches),
  ...(["requiredXor", "requiredOr"] as const).map(groups),
  ...(["dependencies", "dependentRequired", "dependentExcluded"] as const).map(dependents),
  ...PATHS.map(paths),
];

/** The kinds of long schemas, each made for about so many characters. */
export const LONG_SCHEMAS: readonly (readonly [kind: string, make: (length: number) => LongSchema])[] = KINDS.flatMap(
  (kinds) => Object.entries(kinds),
).map(([kind, [piece, make]]) => [
  kind,
  (length) => {
    const { schema, desired = {}, live = desired } = make(Math.ceil(length / piece));
    return { text: JSON.stringify(schema), desired, live };
  },
]);
