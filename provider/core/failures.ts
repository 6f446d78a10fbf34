/** One thing that is wrong with the inputs, as `check` reports it. */
export interface Failure {
  /** The user's property path, such as `methodSettings[0].loggingLevel`. */
  readonly property: string;
  /** What was expected, what was got, and the fix. */
  readonly reason: string;
}

/** How a path of CloudFormation names is written for the user: camelCase for typed resources, as is for others. */
export type PathNames = (path: readonly (string | number)[]) => string;

/** `["methodSettings", 0, "loggingLevel"]` → `methodSettings[0].loggingLevel`. */
export function renderPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[\w$-]+$/.test(step)) return `${text}["${step}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** The longest list of choices in AWS's schemas has some 5000 letters; a schema made to harm may have any number. */
const MOST_LETTERS = 8000;

/** The one form of a failure's text: expected, got, fix. */
export function reason(expected: string, got: string, fix?: string): string {
  const words = expected.length > MOST_LETTERS ? `${expected.slice(0, MOST_LETTERS)} …` : expected;
  return `expected ${words}, got ${got}.${fix === undefined ? "" : ` Fix: ${fix}`}`;
}
