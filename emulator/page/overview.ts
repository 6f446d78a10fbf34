import type { RequestEntry } from "../api/requests";
import type { Service } from "../api/service";
import type { Fault } from "../faults";
import type { RequestLog, RequestRecord } from "../server/requestLog";
import type { Stored } from "../state/world";
import type { History, Place } from "./history";
import { html, type Html } from "./html";
import { badge, frame, table, time } from "./parts";

/** What the page shows. @internal */
export interface Shown {
  readonly service: Service;
  readonly log: RequestLog;
  readonly history: History;
}

/** What a person looks for. @internal */
export interface Filter {
  readonly text: string;
  readonly failed: boolean;
}

const limit = 200;

function matches({ text }: Filter, ...values: readonly (string | undefined)[]): boolean {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = values.join(" ").toLowerCase();
  return wanted.every((word) => all.includes(word));
}

/** Where a resource is opened. @internal */
function linkTo({ account, region, typeName, identifier }: Place): string {
  return `/_/resource?${new URLSearchParams({ account, region, typeName, identifier }).toString()}`;
}

function callRow(record: RequestRecord): Html {
  const { at, operation, typeName, identifier, outcome, durationMs, account, region } = record;
  const tone = outcome === "ok" ? "good" : "bad";
  return html`<tr>
    <td>${time(at)}</td>
    <td>${operation}</td>
    <td>${typeName}</td>
    <td class="id">${identifier}</td>
    <td>${badge(outcome, tone)}</td>
    <td class="number">${durationMs.toFixed(1)} ms</td>
    <td class="place">${account} ${region}</td>
  </tr>`;
}

function flightRow(entry: RequestEntry, now: number): Html {
  const { operation, typeName, identifier, status, acceptedAt, due, token } = entry;
  const left = due === undefined ? "never ends" : `${Math.max(0, (due - now) / 1000).toFixed(1)} s left`;
  return html`<tr>
    <td>${time(acceptedAt)}</td>
    <td>${operation}</td>
    <td>${typeName}</td>
    <td class="id">${identifier ?? "not known yet"}</td>
    <td>${badge(status, "busy")}</td>
    <td class="number">${left}</td>
    <td class="id">${token}</td>
  </tr>`;
}

function resourceRow(resource: Stored, history: History): Html {
  const { account, region, typeName, identifier } = resource;
  const latest = history.latest(resource);
  const link = linkTo(resource);
  return html`<tr>
    <td>${typeName}</td>
    <td class="id"><a id="to ${link}" href="${link}">${identifier}</a></td>
    <td class="number">${latest?.number ?? 1}</td>
    <td>${latest ? time(latest.at) : ""}</td>
    <td class="place">${account} ${region}</td>
  </tr>`;
}

function more(shown: number, all: number, what: string): Html {
  return html`<span class="count">${shown < all ? `${shown} of ${all}` : all} ${what}</span>`;
}

const quick: readonly (readonly [kind: string, label: string])[] = [
  ["throttle", "Throttle the call"],
  ["exception", "Answer with an exception"],
  ["handler-failure", "Let the handler fail"],
  ["slow", "Slow the handler down by 10 s"],
  ["stuck", "Let the handler never end"],
  ["lost-reply", "Lose the reply after acceptance"],
];

const callNames = ["CreateResource", "GetResource", "UpdateResource", "DeleteResource", "GetResourceRequestStatus"];
const handlerNames = ["CREATE", "UPDATE", "DELETE"];

function options(names: readonly string[]): Html[] {
  return names.map((name) => html`<option value="${name}">${name}</option>`);
}

function describe(fault: Fault): string {
  const { kind, operation = "any operation", typeName = "any type" } = fault;
  return `${kind}, ${operation} of ${typeName}`;
}

function faultSection({ service }: Shown): Html {
  const armed = service.faults.list();
  return html`<section aria-labelledby="faults-title" id="faults" data-live>
    <h2 id="faults-title">Faults <span class="count">${armed.length} armed</span></h2>
    <ul class="armed">
      ${armed.map(
        ({ id, fault, hitsLeft }) =>
          html`<li>
            <form method="post" action="/_/page/disarm" data-quiet>
              <span>${describe(fault)}, ${hitsLeft} to come</span>
              <button id="disarm ${id}" name="id" value="${id}" aria-label="Disarm ${describe(fault)}">Disarm</button>
            </form>
          </li>`,
      )}
    </ul>
  </section>`;
}

function faultForm(): Html {
  return html`<form method="post" action="/_/page/fault" class="inject" data-quiet aria-label="Inject a fault">
    <label
      >Operation
      <select name="operation">
        <option value="">any</option>
        <optgroup label="calls">${options(callNames)}</optgroup>
        <optgroup label="handlers">${options(handlerNames)}</optgroup>
      </select></label
    >
    <label>Type <input name="typeName" placeholder="any" autocomplete="off" spellcheck="false" /></label>
    <label>Times <input name="times" type="number" min="1" max="1000" value="1" /></label>
    <div class="buttons">
      ${quick.map(([kind, label]) => html`<button name="kind" value="${kind}">${label}</button>`)}
    </div>
  </form>`;
}

/** The page that people open first. @internal */
export function overview(shown: Shown, filter: Filter): Html {
  const { service, log, history } = shown;
  const now = service.clock.now();
  const calls = log
    .list()
    .filter(({ outcome }) => !filter.failed || outcome !== "ok")
    .filter((r) => matches(filter, r.operation, r.typeName, r.identifier, r.outcome, r.account, r.region))
    .reverse();
  const flying = service.requests.running().filter((r) => matches(filter, r.operation, r.typeName, r.identifier));
  const all = service.world.all();
  const resources = all.filter((r) => matches(filter, r.typeName, r.identifier, r.account, r.region));
  const rows = resources.slice(-limit).reverse();
  const main = html`<header>
      <h1>Local Cloud Control</h1>
      <p id="facts" data-live>
        ${log.total} calls, ${flying.length} in flight, ${all.length} resources; the emulated time is ${time(now)} UTC
      </p>
    </header>
    <form class="filter" method="get" action="/_/" role="search">
      <label>Filter <input id="filter" name="q" type="search" value="${filter.text}" autocomplete="off" /></label>
      <label class="check"
        ><input name="failed" type="checkbox" value="1" ${filter.failed ? html`checked` : ""} /> only calls that
        failed</label
      >
      <button>Apply</button>
      <button type="button" id="pause" aria-pressed="false" hidden>Pause</button>
    </form>
    <main id="main" tabindex="-1">
      <section aria-labelledby="flight-title" id="flight" data-live>
        <h2 id="flight-title">In flight ${more(Math.min(flying.length, limit), flying.length, "requests")}</h2>
        ${table(
          "Requests in flight",
          ["Accepted", "Operation", "Type", "Identifier", "Status", "Time", "Request token"],
          flying.slice(0, limit).map((entry) => flightRow(entry, now)),
          "No request is in flight.",
        )}
      </section>
      <section aria-labelledby="calls-title" id="calls" data-live>
        <h2 id="calls-title">Calls ${more(Math.min(calls.length, limit), calls.length, "calls")}</h2>
        ${table(
          "Calls, newest first",
          ["Time", "Operation", "Type", "Identifier", "Outcome", "Took", "Account and region"],
          calls.slice(0, limit).map(callRow),
          "No call fits. Point a client here and they appear.",
        )}
      </section>
      <section aria-labelledby="resources-title" id="resources" data-live>
        <h2 id="resources-title">Resources ${more(rows.length, resources.length, "resources")}</h2>
        ${table(
          "Resources, newest first",
          ["Type", "Identifier", "Revision", "Changed", "Account and region"],
          rows.map((resource) => resourceRow(resource, history)),
          "No resource fits.",
        )}
      </section>
      ${faultSection(shown)}
      <section aria-labelledby="inject-title">
        <h2 id="inject-title">Inject a fault into what comes next</h2>
        ${faultForm()}
      </section>
    </main>`;
  return frame("Local Cloud Control", main);
}
