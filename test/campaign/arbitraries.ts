/** Random sequences. fast-check makes and shrinks them: fewer rounds, fewer edits, no fault, no crash. */
import fc from "fast-check";
import { OPERATIONS, TROUBLES } from "./faults";
import {
  KINDS,
  VARIANTS,
  type Crash,
  type Edit,
  type Meddling,
  type Operation,
  type Round,
  type Sequence,
} from "./plan";

const at = fc.nat({ max: 5 });
const variant = fc.nat({ max: VARIANTS - 1 });

const add: fc.Arbitrary<Edit> = fc.record({
  do: fc.constant("add" as const),
  kind: fc.constantFrom(...KINDS),
  variant,
});
const change: fc.Arbitrary<Edit> = fc.record({ do: fc.constant("change" as const), at, variant });
const other: fc.Arbitrary<Edit> = fc.record({
  do: fc.constantFrom("remove" as const, "rename" as const, "replace" as const, "move" as const),
  at,
});
const edit = fc.oneof({ arbitrary: add, weight: 4 }, { arbitrary: change, weight: 3 }, { arbitrary: other, weight: 3 });

const trouble = fc.record({
  kind: fc.constantFrom(...Object.keys(TROUBLES)),
  operation: fc.constantFrom(...OPERATIONS.keys()),
  // A sequence has few calls of a kind: a fault that lets the first ones pass often hits none.
  skip: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.nat({ max: 4 }), weight: 2 }),
  times: fc.integer({ min: 1, max: 3 }),
});

const crash: fc.Arbitrary<Crash | null> = fc.option(
  fc.record({
    victim: fc.constantFrom("provider" as const, "engine" as const, "cloud" as const),
    call: fc.integer({ min: 1, max: 14 }),
  }),
  { freq: 4 },
);

const meddling: fc.Arbitrary<Meddling> = fc.record({
  do: fc.constantFrom("edit" as const, "delete" as const, "tag" as const),
  at: fc.nat({ max: 9 }),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { arbitrary: fc.constant<Operation>("up"), weight: 6 },
  { arbitrary: fc.constantFrom<Operation>("refresh", "up --refresh", "cancelled up"), weight: 4 },
  { arbitrary: fc.constant<Operation>("destroy"), weight: 2 },
);

const round = (firstEdits: number): fc.Arbitrary<Round> =>
  fc.record({
    edits: fc.array(edit, { minLength: firstEdits, maxLength: 3 }),
    operation,
    // Most hit nothing, as a round has few calls of a kind.
    troubles: fc.oneof({ arbitrary: fc.array(trouble, { minLength: 2, maxLength: 7 }), weight: 4 }, fc.constant([])),
    crash,
    meddling: fc.array(meddling, { maxLength: 1 }),
  });

/** Two or three rounds, of which the first always makes something. */
export const sequences: fc.Arbitrary<Sequence> = fc
  .tuple(fc.array(add, { minLength: 1, maxLength: 3 }), round(0), fc.array(round(0), { minLength: 1, maxLength: 2 }))
  .map(([adds, first, rest]) => [{ ...first, edits: [...adds, ...first.edits] }, ...rest]);
