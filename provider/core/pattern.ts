import { createContext, Script, type Context } from "node:vm";

/*
 * The registry's patterns were written for other machines: some of them take a backtracking one exponential time, within
 * the lengths that the same schema allows (`^[a-zA-Z](?:-?[a-zA-Z0-9]+)*$` and 64 letters with one wrong sign at the end).
 */

/** Milliseconds that a pattern may take for one text; what is sound takes a thousandth of it. */
const PATIENCE = 250;
/** Up to here a pattern without repetitions inside of repetitions is quick, whatever it is. */
const SHORT = 256;
/** Up to here every pattern is. */
const TINY = 16;

interface Compiled {
  readonly regexp: RegExp;
  /** The longest text that it is given without a guard, which costs half a millisecond. */
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
    known.set(pattern, regexp && { regexp, safeLength: nestsRepetitions(pattern) ? TINY : SHORT });
  }
  const compiled = known.get(pattern);
  if (!compiled) return true;
  if (text.length <= compiled.safeLength) return compiled.regexp.test(text);
  try {
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

/** Whether a repeated group holds a repetition: only there can the same text be cut into repetitions in many ways. */
function nestsRepetitions(pattern: string): boolean {
  // Escaped signs and classes are one step each, and hold no repetition.
  const signs = pattern.replace(/\\./gs, "e").replace(/\[[^\]]*\]/g, "c");
  const open: boolean[] = [];
  let holds = false;
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at] ?? "";
    if (sign === "(") {
      open.push(holds);
      holds = false;
    } else if (sign === ")") {
      if (holds && "*+{".includes(signs[at + 1] ?? ".")) return true;
      holds = (open.pop() ?? false) || holds;
    } else if ("*+{".includes(sign)) holds = true;
  }
  return false;
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
