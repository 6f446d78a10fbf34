import { closest } from "../../schema/closest";
import { plainLogFormat, type PlainLogFormat } from "./log-format";
import { sampleOf, variableKind, variableNames } from "./log-variables";

/**
 * Something about a log format that AWS refuses (`error`), or takes and then writes lines that miss something
 * (`warning`).
 *
 * @public
 */
export interface LogFormatFinding {
  /** The rule, for programs. */
  readonly rule: LogFormatRule;
  /** `error`: AWS refuses the stage. `warning`: AWS takes it, and the log is worse than it looks. */
  readonly severity: "error" | "warning";
  /** What was found and what to do, in one or two sentences. */
  readonly message: string;
}

/**
 * The rules that a log format is held against.
 *
 * @public
 */
export type LogFormatRule =
  | "request-id"
  | "single-line"
  | "unknown-variable"
  | "other-api"
  | "unquoted-value"
  | "quoted-twice"
  | "broken-json"
  | "braces"
  | "joined-braces";

const VARIABLE = /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)/g;

/**
 * Holds a log format against what API Gateway refuses, and against what it takes without a word and writes as `-` or as
 * broken JSON.
 *
 * @param written - the format as the program has it
 * @returns the findings, errors first; empty where all is well
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 * @public
 */
export function lint(written: string): readonly LogFormatFinding[] {
  const made = plainLogFormat(written);
  const found: LogFormatFinding[] = [];
  const error = (rule: LogFormatRule, message: string): void => void found.push({ rule, severity: "error", message });
  const warn = (rule: LogFormatRule, message: string): void => void found.push({ rule, severity: "warning", message });
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(made.format)) {
    error(
      "request-id",
      "AWS wants $context.requestId or $context.extendedRequestId in it. Fix: add $context.requestId",
    );
  }
  if (/[\r\n]/.test(made.format.replace(/\r?\n$/, ""))) {
    error("single-line", "AWS takes a single line, with one line break at the end at most. Fix: join the lines");
  }
  for (const name of made.dropped) warn("braces", `AWS writes ${name} without braces, and so it is sent`);
  for (const name of made.joined) {
    warn("joined-braces", `the braces of ${name} cannot be dropped. Fix: put a separator behind it`);
  }
  for (const name of new Set(variablesIn(made.format))) {
    const kind = variableKind(name);
    if (kind === "elsewhere") {
      warn("other-api", `$context.${name} is of WebSocket or HTTP APIs; a REST API writes "-". Fix: leave it out`);
    } else if (kind === "unknown") {
      const suggestion = nearest(name);
      const fix = suggestion === undefined ? "leave it out" : `write $context.${suggestion}`;
      warn("unknown-variable", `API Gateway has no $context.${name} and would always write "-". Fix: ${fix}`);
    }
  }
  for (const { rule, message } of jsonFindings(made.format)) warn(rule, message);
  return found;
}

/**
 * A line as the format would make it, of an invented request.
 *
 * @public
 */
export function sample(format: string): string {
  return plainLogFormat(format).format.replace(VARIABLE, (_, name: string) => sampleOf(name));
}

function variablesIn(format: string): string[] {
  return [...format.matchAll(VARIABLE)].map(([, name]) => name ?? "");
}

/** Many a variable is remembered by its last part alone, such as `sourceIp`. */
function nearest(name: string): string | undefined {
  const names = [...variableNames()];
  const last = name.toLowerCase();
  return closest(name, names) ?? names.find((one) => one.toLowerCase().endsWith(`.${last}`));
}

/** The variable whose value brings its own quotes along. */
const QUOTED = "error.messageString";

function jsonFindings(format: string): Pick<LogFormatFinding, "rule" | "message">[] {
  // Many a line of text begins with a time in brackets.
  if (!/^\s*(\{|\[\s*["{[])/.test(format)) return [];
  const found: Pick<LogFormatFinding, "rule" | "message">[] = [];
  for (const { name, isQuoted } of placesIn(format)) {
    if (name === QUOTED && isQuoted) {
      const message = `$context.${name} brings its own quotes. Fix: write "$context.error.message", in quotes`;
      found.push({ rule: "quoted-twice", message });
    } else if (name !== QUOTED && !isQuoted) {
      const message = `$context.${name} has no quotes, and where its value is "-" the line is no JSON. Fix: write "$context.${name}", in quotes`;
      found.push({ rule: "unquoted-value", message });
    }
  }
  if (found.length > 0) return found;
  try {
    JSON.parse(format.replace(VARIABLE, (_, name: string) => (name === QUOTED ? '"-"' : "0")));
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/ in JSON at position.*$/, "") : "";
    found.push({ rule: "broken-json", message: `it begins like JSON and is none (${why}). Fix: use logFormat.json` });
  }
  return found;
}

/** Each variable of a JSON text, and whether it stands inside of a string. */
function placesIn(format: string): { readonly name: string; readonly isQuoted: boolean }[] {
  let at = 0;
  let isQuoted = false;
  return [...format.matchAll(VARIABLE)].map((match) => {
    for (; at < match.index; at++) {
      if (format[at] === "\\") at++;
      else if (format[at] === '"') isQuoted = !isQuoted;
    }
    return { name: match[1] ?? "", isQuoted };
  });
}

/** Rules of which {@link bracesWarning} speaks in one text. */
const BRACES: ReadonlySet<LogFormatRule> = new Set(["braces", "joined-braces"]);

/**
 * What to tell the user about a format that AWS takes; what it refuses is an error of the provider's check.
 *
 * @param isSecret - the format is not quoted then
 */
export function logFormatWarnings(written: string, isSecret: boolean): string[] {
  const made = plainLogFormat(written);
  const braces = bracesWarning(made, isSecret);
  const rest = lint(written).filter(({ rule, severity }) => severity === "warning" && !BRACES.has(rule));
  const texts = braces === undefined ? [] : [braces];
  if (rest.length === 0) return texts;
  if (isSecret) return [...texts, `accessLogSetting.format: ${[...new Set(rest.map(({ rule }) => rule))].join(", ")}`];
  const all = rest.map(({ message }) => message).join(". ");
  return [...texts, `accessLogSetting.format: ${all}. A line will look like: ${sample(written)}`];
}

function bracesWarning({ format, dropped, joined }: PlainLogFormat, isSecret: boolean): string | undefined {
  const parts = [];
  if (dropped.length > 0) {
    const [example = ""] = dropped;
    const sent = isSecret ? "The format is sent without them" : `The format is sent as: ${format}`;
    const written = isSecret ? "$context.x, not ${context.x}" : `${example}, not \${${example.slice(1)}}`;
    parts.push(`AWS writes variables without braces (${written}). ${sent}`);
  }
  if (joined.length > 0) {
    const which = isSecret ? `${joined.length} of its variables` : joined.join(", ");
    parts.push(
      `The braces of ${which} could not be dropped, as the text behind would become part of the name. Fix: put a space or another separator behind`,
    );
  }
  return parts.length === 0 ? undefined : `accessLogSetting.format: ${parts.join(". ")}`;
}
