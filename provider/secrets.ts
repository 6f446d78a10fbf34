import { NOTES, SECRETS, type Bag } from "./bag";
import { isObject, type JsonObject, type JsonValue } from "./core/json";
import { hasUnknown } from "./core/unknown";

/*
 * The engine hands plain values to a dynamic provider and marks what comes back under the same name as secret again.
 * What follows from a secret under another name (an ARN with a secret name in it, AWS's attributes) it cannot know, so
 * it is marked here, in the engine's own wire form.
 */

/** How the engine's wire marks a secret value. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** Shorter texts would be found in every other value. */
const LEAST_LENGTH = 3;

/** A bag that may say what of it is secret; one that is not there says nothing. */
export type Telling = Pick<Bag, "bag"> | undefined;

/** The names that a bag says are secret. */
function secretNames(telling: Telling): string[] {
  const names = telling?.bag[SECRETS];
  return (Array.isArray(names) ? names : []).filter((name) => typeof name === "string");
}

/** The texts that must not be shown. */
function secretTexts(...bags: readonly Telling[]): string[] {
  const texts = bags.flatMap((one) => secretNames(one).flatMap((name) => textsIn(one?.bag[name])));
  // AWS quotes models as JSON.
  const quoted = texts.map((text) => JSON.stringify(text).slice(1, -1));
  return [...new Set([...texts, ...quoted])].filter((text) => text.length >= LEAST_LENGTH && !hasUnknown(text));
}

function textsIn(value: JsonValue | undefined): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** What is secret beside the inputs of an operation. */
export interface Former {
  /** The state before it: what that kept secret may still stand in AWS, though the inputs no longer say so. */
  readonly before?: Bag | undefined;
  /** Names of values that may hold what was secret longer ago; they are marked once anything was. */
  readonly wary?: readonly string[];
}

/** The values as the engine is to keep them: those under a new name that hold a secret text are marked. */
export function sealed(bag: Bag, values: JsonObject, { before, wary = [] }: Former = {}): JsonObject {
  const names = secretNames(bag);
  const all = [...new Set([...names, ...secretNames(before)])];
  if (all.length === 0) return values;
  const secrets = finderOf(secretTexts(bag, before));
  const marked = Object.entries(values).map(([key, value]): [string, JsonValue] => {
    // AWS's own spelling of a secret stands in the notes, and is not its text.
    const isWary = key === NOTES || wary.includes(key);
    const isMarked = !names.includes(key) && (isWary || holds(value, secrets));
    return [key, isMarked ? { [SIGNATURE]: SECRET, value } : value];
  });
  return { ...Object.fromEntries(marked), [SECRETS]: all };
}

function holds(value: JsonValue, secrets: Finder): boolean {
  return textsIn(value).some((text) => secrets(text).length > 0);
}

/** A message with the secret texts of the resource left out; AWS repeats in its errors what it was sent or has. */
export function redacted(message: string, ...bags: readonly Telling[]): string {
  const found = finderOf(secretTexts(...bags))(message);
  let made = "";
  let at = 0;
  for (const [start, end] of found) {
    made += `${message.slice(at, start)}[secret]`;
    at = end;
  }
  return made + message.slice(at);
}

/** Finds the places of secret texts in another text, from left to right; those that overlap are one. */
type Finder = (text: string) => (readonly [start: number, end: number])[];

/**
 * A finder in one pass: a resource may hold thousands of secret texts, and searching for one after the other would take
 * as many passes.
 */
function finderOf(texts: readonly string[]): Finder {
  const byBeginning = new Map<string, Map<number, Set<string>>>();
  for (const text of texts) {
    const beginning = text.slice(0, LEAST_LENGTH);
    const lengths = byBeginning.get(beginning) ?? new Map<number, Set<string>>();
    byBeginning.set(beginning, lengths);
    const ofLength = lengths.get(text.length);
    if (ofLength) ofLength.add(text);
    else lengths.set(text.length, new Set([text]));
  }
  const ordered = new Map(
    [...byBeginning].map(([beginning, lengths]) => [beginning, [...lengths].sort(([a], [b]) => b - a)]),
  );
  return (text) => {
    const found: [number, number][] = [];
    if (ordered.size === 0) return found;
    for (let at = 0; at + LEAST_LENGTH <= text.length; at++) {
      const lengths = ordered.get(text.slice(at, at + LEAST_LENGTH)) ?? [];
      const fits = lengths.find(([length, those]) => those.has(text.slice(at, at + length)));
      const last = found.at(-1);
      if (!fits) continue;
      if (last && at < last[1]) last[1] = Math.max(last[1], at + fits[0]);
      else found.push([at, at + fits[0]]);
    }
    return found;
  };
}
