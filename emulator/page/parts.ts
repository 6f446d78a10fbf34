import { html, type Html } from "./html";

/** The frame of a page: nothing in it comes from another host. @internal */
export function frame(title: string, main: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/_/icon.svg" />
        <link rel="stylesheet" href="/_/page.css" />
        <script type="module" src="/_/page.mjs"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        ${main}
        <p id="status" role="status"></p>
      </body>
    </html> `;
}

/** A point in time, to the millisecond. @internal */
export function time(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(11, 23)}</time>`;
}

/** How a thing stands, in a word and a colour. @internal */
export function badge(word: string, tone: "good" | "bad" | "busy" | "plain"): Html {
  return html`<span class="badge ${tone}">${word}</span>`;
}

/** A table, or what is said when it has no rows. @internal */
export function table(caption: string, columns: readonly string[], rows: readonly Html[], empty: string): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  // Reachable by keyboard, because it scrolls in a narrow window.
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption class="hidden">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
