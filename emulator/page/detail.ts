import type { JsonValue } from "../../schema/types";
import { differences, type Difference } from "./difference";
import type { Place, Revision } from "./history";
import { html, type Html } from "./html";
import type { Shown } from "./overview";
import { badge, frame, time } from "./parts";

function value(of: JsonValue | undefined, sign: "−" | "+"): Html | undefined {
  if (of === undefined) return undefined;
  const text = typeof of === "object" ? JSON.stringify(of, null, 2) : JSON.stringify(of);
  const [tag, said] = sign === "+" ? ["added", "now"] : ["gone", "before"];
  return html`<pre class="${tag}"><span class="hidden">${said} </span>${sign} ${text}</pre>`;
}

function differenceItem({ path, before, after }: Difference): Html {
  return html`<li>
    <code>${path === "" ? "the whole model" : path}</code>
    ${value(before, "−")} ${value(after, "+")}
  </li>`;
}

function revisionItem(revision: Revision, before: Revision | undefined): Html {
  const { number, at, cause, requestToken, model } = revision;
  const changed = before ? differences(before.model, model) : [];
  const first = number === 1 ? "It was made." : "Earlier revisions are not kept.";
  return html`<li>
    <h3>Revision ${number} ${model ? "" : badge("removed", "bad")}</h3>
    <p>${time(at)} by ${cause}${requestToken === undefined ? "" : html` <code>${requestToken}</code>`}</p>
    ${
      before
        ? html`<ul class="differences">
            ${changed.length === 0 ? html`<li>Nothing changed.</li>` : changed.map(differenceItem)}
          </ul>`
        : html`<p>${first}</p>`
    }
  </li>`;
}

/** One resource: its live model, and what changed from revision to revision. Undefined: nobody has heard of it. @internal */
export function detail({ service, history }: Shown, place: Place): Html | undefined {
  const { account, region, typeName, identifier } = place;
  const revisions = history.of(place);
  const [latest] = revisions;
  if (!latest) return undefined;
  const live = service.world.table(account, region, typeName).get(identifier);
  const main = html`<header>
      <p><a href="/_/">All resources</a></p>
      <h1>${typeName}</h1>
      <p class="id">${identifier}</p>
      <p>account ${account}, region ${region} ${live ? badge("live", "good") : badge("removed", "bad")}</p>
    </header>
    <main id="main" tabindex="-1">
      <section aria-labelledby="model-title" id="model" data-live>
        <h2 id="model-title">Model</h2>
        ${
          live
            ? html`<pre tabindex="0" aria-label="The live model">${JSON.stringify(live.model, null, 2)}</pre>`
            : html`<p class="empty">It does not exist any more.</p>`
        }
      </section>
      <section aria-labelledby="revisions-title" id="revisions" data-live>
        <h2 id="revisions-title">Revisions <span class="count">newest first</span></h2>
        <ol class="revisions" reversed>
          ${revisions.map((revision, index) => revisionItem(revision, revisions[index + 1]))}
        </ol>
      </section>
    </main>`;
  return frame(`${identifier} – Local Cloud Control`, main);
}
