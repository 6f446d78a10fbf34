/** Random sequences. fast-check makes and shrinks them: fewer rounds, fewer edits, no fault, no crash. */
import fc from "fast-check";
import { OPERATIONS, READ_TROUBLES, TROUBLES } from "./faults";
import {
  KINDS,
  VARIANTS,
  type Crash,
  type Edit,
  type Kind,
  type Meddling,
  type Operation,
  type Round,
  type Sequence,
  type Trouble,
} from "./plan";

const at = fc.nat({ max: 5 });
const far = fc.nat({ max: 19 });
const variant = fc.nat({ max: VARIANTS - 1 });

const adding = (kinds: readonly Kind[]): fc.Arbitrary<Edit> =>
  fc.record({ do: fc.constant("add" as const), kind: fc.constantFrom(...kinds), variant });
const change: fc.Arbitrary<Edit> = fc.record({ do: fc.constant("change" as const), at, variant });
const other: fc.Arbitrary<Edit> = fc.record({
  do: fc.constantFrom("remove" as const, "rename" as const, "replace" as const, "move" as const),
  at,
});
/** What people do after a change that failed. */
const back: fc.Arbitrary<Edit> = fc.record({ do: fc.constant("back" as const), at });
const edits = (add: fc.Arbitrary<Edit>): fc.Arbitrary<Edit> =>
  fc.oneof(
    { arbitrary: add, weight: 4 },
    { arbitrary: change, weight: 3 },
    { arbitrary: other, weight: 3 },
    { arbitrary: back, weight: 2 },
  );

const troubleOf = (kinds: readonly string[], operations: readonly number[]): fc.Arbitrary<Trouble> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    operation: fc.constantFrom(...operations),
    // A sequence has few calls of a kind: a fault that lets the first ones pass often hits none.
    skip: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.nat({ max: 4 }), weight: 2 }),
    times: fc.integer({ min: 1, max: 3 }),
  });
const trouble = troubleOf(Object.keys(TROUBLES), [...OPERATIONS.keys()]);
/** What can befall a refresh, whose calls are reads: anything else would hit nothing there. */
const readTrouble = troubleOf(READ_TROUBLES, [OPERATIONS.indexOf("GetResource")]);

const HANDLERS = Object.keys(TROUBLES).filter((kind) => kind.startsWith("handler:"));
const UPDATE = OPERATIONS.indexOf("UpdateResource");
const CHANGES = [OPERATIONS.indexOf("CreateResource"), UPDATE, OPERATIONS.indexOf("DeleteResource")];
const first = (kinds: readonly string[], operations: readonly number[]): fc.Arbitrary<Trouble> =>
  troubleOf(kinds, operations).map((one) => ({ ...one, skip: 0 }));

/** A handler that fails or takes its time, of which nobody may ask. */
const unseen: fc.Arbitrary<readonly Trouble[]> = fc.tuple(
  first(["AccessDeniedException"], [OPERATIONS.indexOf("GetResourceRequestStatus")]),
  first([...HANDLERS, "slow handler"], CHANGES),
);
/** A request whose answer is lost, and that is refused when it is sent again. */
const unanswered = (operations: readonly number[]): fc.Arbitrary<readonly Trouble[]> =>
  fc.constantFrom(...operations).map((operation) => [
    { kind: "lost reply after acceptance", operation, skip: 0, times: 1 },
    { kind: "AccessDeniedException", operation, skip: 1, times: 1 },
  ]);
/** Changes that handlers refuse as a whole, whatever is tried. */
const refused: fc.Arbitrary<readonly Trouble[]> = fc
  .constantFrom(...HANDLERS.filter((kind) => !kind.endsWith("remnant")))
  .map((kind) => [{ kind, operation: UPDATE, skip: 0, times: 9 }]);

const crash: fc.Arbitrary<Crash | null> = fc.option(
  fc.record({
    victim: fc.constantFrom("provider" as const, "engine" as const, "cloud" as const),
    call: fc.integer({ min: 1, max: 14 }),
  }),
  { freq: 4 },
);

/** Often of what the program changes at once, which an update then meets. */
const meddling: fc.Arbitrary<Meddling> = fc.oneof(
  fc.record({ do: fc.constantFrom("edit" as const, "delete" as const, "tag" as const), at: far }),
  fc.record({ do: fc.constantFrom("edit" as const, "tag" as const), at: far, variant }),
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { arbitrary: fc.constant<Operation>("up"), weight: 6 },
  { arbitrary: fc.constantFrom<Operation>("refresh", "up --refresh", "cancelled up"), weight: 4 },
  { arbitrary: fc.constant<Operation>("destroy"), weight: 2 },
);

/** Most hit nothing, as a round has few calls of a kind. */
const troubles = (one: fc.Arbitrary<Trouble>, most: number): fc.Arbitrary<Trouble[]> =>
  fc.oneof({ arbitrary: fc.array(one, { minLength: 2, maxLength: most }), weight: 4 }, fc.constant<Trouble[]>([]));

const round = (edit: fc.Arbitrary<Edit>): fc.Arbitrary<Round> =>
  fc
    .record({
      edits: fc.array(edit, { maxLength: 3 }),
      operation,
      troubles: troubles(trouble, 7),
      together: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, unseen, unanswered(CHANGES)),
      reads: troubles(readTrouble, 3),
      crash,
      meddling: fc.array(meddling, { maxLength: 1 }),
    })
    .map(({ reads, together, ...made }) => ({
      ...made,
      troubles: [
        ...(made.operation.includes("refresh") ? reads : []),
        ...(made.operation === "refresh" ? [] : [...together, ...made.troubles]),
      ],
    }));

const CALM: Round = { edits: [], operation: "up", troubles: [], crash: null, meddling: [] };
/** A round in which nothing goes wrong. */
const calm = ({ edits }: Round): Round => ({ ...CALM, edits });

const again: fc.Arbitrary<Edit[]> = fc.oneof(
  { arbitrary: back.map((edit) => [edit]), weight: 2 },
  fc.tuple(change),
  fc.constant<Edit[]>([]),
);
/** A change that fails, and what people do then: they take it back, change it again or just try again. */
const failedChange: fc.Arbitrary<Round[]> = fc
  .tuple(change, fc.oneof({ arbitrary: refused, weight: 2 }, unanswered([UPDATE]), unseen), again)
  .map(([edit, troubles, edits]) => [
    { ...CALM, edits: [edit], troubles },
    { ...CALM, edits },
  ]);

/**
 * Two or three rounds, of which the first always makes something, of these kinds. In most sequences all of it goes well,
 * so that the next rounds have something to change, replace and delete.
 */
export function sequences(kinds: readonly Kind[] = KINDS): fc.Arbitrary<Sequence> {
  const add = adding(kinds);
  const one = round(edits(add));
  const adds = fc.array(add, { minLength: 1, maxLength: 3 });
  const anyhow = fc
    .tuple(adds, fc.oneof(one, one.map(calm)), fc.array(one, { minLength: 1, maxLength: 2 }))
    .map(([adds, first, rest]) => [{ ...first, edits: [...adds, ...first.edits] }, ...rest]);
  const failing = fc.tuple(adds, failedChange).map(([edits, rest]) => [{ ...CALM, edits }, ...rest]);
  return fc.oneof({ arbitrary: anyhow, weight: 3 }, { arbitrary: failing, weight: 2 });
}
