import { createContext, Script, type Context } from "node:vm";

/*
 * The registry's patterns were written for other machines: some of them take a backtracking one exponential time, within
 * the lengths that the same schema allows (`^[a-zA-Z](?:-?[a-zA-Z0-9]+)*$` and 64 letters with one wrong sign at the end).
 */

/** Milliseconds that a pattern may take for one text; what is sound takes a thousandth of it. */
const PATIENCE = 250;
/** No text longer than this goes without a guard. */
const SHORT = 256;
/** Nor one longer than this where a repeated part is itself a choice: each sign may double the ways. */
const TINY = 16;
/** Ways to cut a text that are gone through in some milliseconds. */
const MOST_WAYS = 200_000;

interface Compiled {
  readonly regexp: RegExp;
  /** The longest text that it is given without a guard, which costs a fifth of a millisecond. */
  readonly safeLength: number;
}

/** By pattern; undefined where nothing is to be judged by it. */
const known = new Map<string, Compiled | undefined>();

/**
 * Whether the text matches a schema's pattern. A pattern that JavaScript cannot compile, or that it cannot finish, never
 * fails: AWS judges it.
 */
export function matches(pattern: string, text: string): boolean {
  if (!known.has(pattern)) {
    const regexp = compile(pattern);
    known.set(pattern, regexp && { regexp, safeLength: safeLength(pattern) });
  }
  const compiled = known.get(pattern);
  if (!compiled) return true;
  try {
    // One that is too large for JavaScript is compiled, and throws when it is used.
    if (text.length <= compiled.safeLength) return compiled.regexp.test(text);
    // Nothing else ends a regular expression that has run away.
    const { script, context } = (guarded ??= guard());
    Object.assign(context, { regexp: compiled.regexp, text });
    return script.runInContext(context, { timeout: PATIENCE }) as boolean;
  } catch {
    // Once is enough: a list may hold thousands of texts.
    known.set(pattern, undefined);
    return true;
  }
}

let guarded: ReturnType<typeof guard> | undefined;

function guard(): { readonly script: Script; readonly context: Context } {
  return { script: new Script("regexp.test(text)"), context: createContext({}) };
}

/** How long a text may be so that all ways in which the pattern cuts it are few, whatever stands in it. */
function safeLength(pattern: string): number {
  // Escaped signs and classes are one step each, and hold no repetition; what a group begins with is none either.
  const signs = pattern
    .replace(/\\./gs, "e")
    .replace(/\[[^\]]*\]/g, "c")
    .replace(/\(\?(?:[:=!]|<[=!]|<\w+>)/g, "(");
  const repeated = repeatedChoices(signs);
  if (repeated.includes("{")) return 0;
  const choices = signs.replace(/\{\d+\}/g, "").match(/[*+?{|]/g)?.length ?? 0;
  let length = 0;
  // So many ways there are to give the signs of a text to so many repetitions.
  for (let ways = 1; length < (repeated === "" ? SHORT : TINY); length++) {
    ways = (ways * (length + 1 + choices)) / (length + 1);
    if (ways > MOST_WAYS) break;
  }
  return length;
}

/** The signs by which groups are repeated that hold a choice: the same text can then be cut in any number of ways. */
function repeatedChoices(signs: string): string {
  const open: boolean[] = [];
  let found = "";
  let holds = false;
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at] ?? "";
    if (sign === "(") {
      open.push(holds);
      holds = false;
    } else if (sign === ")") {
      const next = signs[at + 1] ?? "";
      if (holds && next !== "" && "*+{".includes(next)) found += next;
      holds = (open.pop() ?? false) || holds;
    } else if ("*+?{|".includes(sign)) holds = true;
  }
  return found;
}

function compile(pattern: string): RegExp | undefined {
  // The registry's patterns are Java's and Python's: their anchors have other names here.
  const anchored = pattern.replace(/\\A/g, "^").replace(/\\[Zz]/g, "$");
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(anchored, flags);
    } catch {
      // Without the flag, `\p{…}` would silently mean other characters; such a value has the benefit of the doubt.
      if (anchored.includes("\\p")) return undefined;
    }
  }
  return undefined;
}
