/**
 * What a sequence of the campaign is: plain data, so that it can be shrunk, printed and played again. Nothing here
 * knows the provider, the engine or the emulator.
 */

/** What a program can hold; each kind stands for one or more AWS resources. */
export const KINDS = [
  "logGroup",
  "unnamedLogGroup",
  "queue",
  "parameter",
  "role",
  "usagePlan",
  "api",
  "devStage",
  "canaryStage",
  "loggingStage",
  "apiStage",
] as const;
export type Kind = (typeof KINDS)[number];

const COMPONENTS: readonly Kind[] = ["devStage", "canaryStage", "loggingStage", "apiStage"];

/** How many settings each kind has; some have fewer, and the last ones are the same. */
export const VARIANTS = 6;
export const REGIONS = ["us-east-1", "eu-west-1"] as const;

/** One thing of the program. */
export interface Slot {
  /** What stays the same for its whole life, and what AWS's names are made of. */
  readonly key: string;
  /** Its name in the program; never used twice in a sequence. */
  readonly name: string;
  /** What it was called since the last `up` that went well, for aliases. */
  readonly formerly?: readonly string[];
  readonly kind: Kind;
  readonly variant: number;
  /** The variant before the last change, to which the program may go back. */
  readonly was?: number;
  /** Part of every name that AWS knows it by: another revision is another resource. */
  readonly revision: number;
  /** An index of {@link REGIONS}. */
  readonly region: number;
}

/** A change of the program. `at` is taken modulo the number of slots, so that a shrunk sequence stays a valid one. */
export type Edit =
  | { readonly do: "add"; readonly kind: Kind; readonly variant: number }
  | { readonly do: "change"; readonly at: number; readonly variant: number }
  | { readonly do: "back" | "remove" | "rename" | "replace" | "move"; readonly at: number };

/** Something that goes wrong in AWS during an operation; see `faults.ts`. */
export interface Trouble {
  readonly kind: string;
  readonly operation: number;
  readonly skip: number;
  readonly times: number;
}

/** A process that is killed when so many calls have been counted; `cloud` is the local Cloud Control, which comes back. */
export interface Crash {
  readonly victim: "provider" | "engine" | "cloud";
  /** The call of the operation after which it dies. */
  readonly call: number;
}

/** What somebody else does in the account between two operations. */
export interface Meddling {
  readonly do: "edit" | "delete" | "tag";
  /** Of what the program made, and of what can be edited of that. */
  readonly at: number;
  /** What the program makes at once of the slot that it is of. */
  readonly variant?: number;
}

export type Operation = "up" | "refresh" | "up --refresh" | "destroy" | "cancelled up";

/** One change of the program and one operation of the engine. */
export interface Round {
  readonly edits: readonly Edit[];
  readonly operation: Operation;
  readonly troubles: readonly Trouble[];
  readonly crash: Crash | null;
  readonly meddling: readonly Meddling[];
}

export type Sequence = readonly Round[];

/** The program at the beginning of a round. */
export function edited(program: readonly Slot[], round: Round, nextName: () => string): Slot[] {
  let slots = [...program];
  for (const edit of round.edits) slots = applied(slots, edit, nextName, isCalm(round));
  return slots;
}

/** Whether the engine's operation comes to its end and takes the names of the program into the state. */
const isCalm = ({ operation, troubles, crash }: Round): boolean =>
  (operation === "up" || operation === "up --refresh") && troubles.length === 0 && crash === null;

function applied(slots: Slot[], edit: Edit, nextName: () => string, calm: boolean): Slot[] {
  if (edit.do === "add") {
    const name = nextName();
    return [...slots, { key: name, name, kind: edit.kind, variant: edit.variant, revision: 0, region: 0 }];
  }
  const eligible = edit.do === "back" ? slots.filter(({ was }) => was !== undefined) : slots;
  const chosen = eligible[edit.at % Math.max(eligible.length, 1)];
  return slots.flatMap((slot) => {
    if (slot !== chosen) return [slot];
    switch (edit.do) {
      case "change":
        return [changedTo(slot, edit.variant)];
      case "back":
        return [changedTo(slot, slot.was ?? slot.variant)];
      case "remove":
        return [];
      case "rename":
        // Where the rename of a component is cut off half-way, the engine finds the component by its new name and then
        // looks for none of its children by their old ones: it makes them again, with any provider.
        if (COMPONENTS.includes(slot.kind) && !calm) return [slot];
        return [{ ...slot, name: nextName(), formerly: [...(slot.formerly ?? []), slot.name] }];
      case "replace":
        return [{ ...slot, revision: slot.revision + 1 }];
      case "move":
        // Roles are in all regions at once.
        return [slot.kind === "role" ? slot : { ...slot, region: (slot.region + 1) % REGIONS.length }];
    }
  });
}

/** The slot with another setting. */
export const changedTo = (slot: Slot, variant: number): Slot =>
  variant === slot.variant ? slot : { ...slot, variant, was: slot.variant };

/** Whether two slots stand for the same resources in AWS. */
export const isSame = (one: Slot, other: Slot): boolean =>
  one.key === other.key && one.revision === other.revision && one.region === other.region;

/** An alias serves one `up`: afterwards the state has the new name. */
export function withoutAliases(slots: readonly Slot[]): Slot[] {
  return slots.map((slot) => {
    const { formerly, ...rest } = slot;
    return formerly === undefined ? slot : rest;
  });
}
