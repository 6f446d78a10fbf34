/** AWS's documentation macros that the registry's descriptions were published with, unexpanded. */
const MACROS: readonly (readonly [RegExp, string])[] = [
  [/\bCFN(?:long)?\b/g, "CloudFormation"],
  [/\bCWL(?:long)?\b/g, "CloudWatch Logs"],
  [/\bIAMlong\b/g, "IAM"],
  [/\bKMSlong\b/g, "KMS"],
  [/\bAWS-account\b/g, "AWS account"],
];

/** A description of the registry, which mixes Markdown links with reStructuredText literals, as TSDoc lines. */
export function tsdocOf(description: string): string[] {
  const lines: string[] = [];
  for (const line of description.split("\n").map((line) => line.trim())) {
    if (line === "") continue;
    const item = /^\+\s+(.*)/.exec(line)?.[1];
    const follows = lines.at(-1)?.startsWith("- ") ?? false;
    // Every line of a description is a paragraph of its own; the items of a list stay together.
    if (lines.length > 0 && !(item !== undefined && follows)) lines.push("");
    lines.push(item === undefined ? inline(line) : `- ${inline(item)}`);
  }
  return lines;
}

/** Converts literals and escapes, outside of code, what TSDoc reads as tags and markup. */
function inline(line: string): string {
  return line
    .split(/(``.+?``|`[^`]+`)/)
    .map((part) => (part.startsWith("`") ? part.replace(/^``(.*)``$/, "`$1`") : escaped(part)))
    .join("");
}

function escaped(text: string): string {
  const expanded = MACROS.reduce((result, [macro, meaning]) => result.replace(macro, meaning), text);
  return expanded.replace(/[{}<>@]/g, "\\$&");
}

/** The first sentence of a text, for the places where the whole would repeat what stands elsewhere. */
export function firstSentence(lines: readonly string[]): string {
  const end = lines.findIndex((line) => line === "" || line.startsWith("@") || line.startsWith("- "));
  const paragraph = (end === -1 ? lines : lines.slice(0, end)).join(" ");
  return /^(?:`[^`]*`|[^`])*?[^.]\.(?= |$)/.exec(paragraph)?.[0] ?? paragraph;
}

/** Lines set to the width that code keeps to. Code in fences stays as it is. */
export function wrapped(lines: readonly string[], width: number): string[] {
  const result: string[] = [];
  let paragraph = "";
  let isCode = false;
  const flush = (): void => {
    if (paragraph !== "") result.push(...broken(paragraph, width));
    paragraph = "";
  };
  for (const line of lines) {
    const isFence = line.startsWith("```");
    if (isCode || isFence || line === "" || /^[@-]/.test(line)) flush();
    if (isCode || isFence || line === "") result.push(line);
    else paragraph = paragraph === "" ? line : `${paragraph} ${line}`;
    if (isFence) isCode = !isCode;
  }
  flush();
  return result;
}

function broken(paragraph: string, width: number): string[] {
  const hanging = paragraph.startsWith("- ") ? "  " : "";
  const result: string[] = [];
  let current = "";
  for (const word of words(paragraph)) {
    if (current !== "" && current.length + 1 + word.length > width) {
      result.push(current);
      current = hanging + word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  return [...result, current];
}

/** A literal is one word: broken over two lines it would not be shown as code. */
function words(line: string): readonly string[] {
  return line.match(/(?:`[^`]*`|[^\s`])+/g) ?? [];
}
