/** HTML that is safe to send: everything in it that came from outside is escaped. @internal */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly Part[];

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function rendered(part: Part): string {
  if (part instanceof Html) return part.text;
  if (part === undefined) return "";
  if (typeof part === "object") return part.map(rendered).join("");
  return escaped(String(part));
}

/** Builds HTML; whatever is put in is text unless it is HTML already. Attribute values must be quoted. @internal */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, at) => text + rendered(parts[at - 1]) + string));
}
