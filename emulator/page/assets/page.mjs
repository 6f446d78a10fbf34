// Keeps the page up to date. Everything is rendered by the server; here its sections are only put in place, so that the
// page works without script as well.
const status = document.getElementById("status");
const pause = document.getElementById("pause");
const filter = document.querySelector("form.filter");
let paused = false;
let asked = 0;

/** Takes the live sections of a newly rendered page over; what has the focus keeps it. */
function replace(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(old.id);
    if (!next || next.innerHTML === old.innerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
    const scrolled = [...old.querySelectorAll(".scroll")].map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
    const wasScroll = focused?.classList.contains("scroll");
    old.replaceChildren(...next.childNodes);
    old.querySelectorAll(".scroll").forEach((area, index) => area.scrollTo(...(scrolled[index] ?? [0, 0])));
    if (wasScroll) old.querySelector(".scroll")?.focus({ preventScroll: true });
    else if (focused?.id) document.getElementById(focused.id)?.focus({ preventScroll: true });
  }
}

async function refresh() {
  const number = ++asked;
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    const text = await response.text();
    // A later question may have been answered sooner.
    if (response.ok && number === asked) replace(text);
  } catch {
    // The event stream comes back by itself when the emulator does.
  }
}

function filtered() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(filter)) if (value !== "") query.set(name, value);
  const text = query.toString();
  history.replaceState(null, "", text === "" ? location.pathname : `?${text}`);
  void refresh();
}

let waiting;
filter?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(filtered, 150);
});
filter?.addEventListener("submit", (event) => {
  event.preventDefault();
  filtered();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-quiet]")) return;
  event.preventDefault();
  const button = event.submitter;
  const body = new URLSearchParams(new FormData(form, button));
  const response = await fetch(form.action, { method: "POST", body });
  await refresh();
  status.textContent = response.ok ? `Done: ${button.getAttribute("aria-label") ?? button.textContent}` : "Refused";
});

if (pause) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    status.textContent = paused ? "The page stands still" : "The page is live";
    if (!paused) void refresh();
  });
}

document.addEventListener("keydown", (event) => {
  const field = document.getElementById("filter");
  if (event.key !== "/" || !field || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  field.focus();
});

// What is in flight comes nearer to its end although nothing happens.
setInterval(() => {
  if (!paused && document.querySelector("#flight tbody")) void refresh();
}, 1000);

const events = new EventSource("/_/events");
events.addEventListener("message", () => {
  if (!paused) void refresh();
});
events.addEventListener("open", () => document.documentElement.removeAttribute("data-lost"));
events.addEventListener("error", () => {
  document.documentElement.setAttribute("data-lost", "");
  status.textContent = "The emulator does not answer";
});
