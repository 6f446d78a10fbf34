import { expect } from "chai";
import type { BrowserContext, Page } from "playwright-core";

import { findChromium, openBrowser } from "../support/browser";
import { openBench, type Bench } from "./bench";
import { raw } from "./wire";

const typeName = "AWS::Logs::LogGroup";
const hostile = `"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'&amp;`;

/** What the server sends. Does not prove what a browser makes of it; that is below. */
describe("The page's answers", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  const get = (url: string, headers = {}) => raw(bench.emulator.port, headers, "", "GET", url);
  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    raw(bench.emulator.port, { "content-type": "application/x-www-form-urlencoded", ...headers }, body, "POST", url);

  it("allow nothing from elsewhere, no inline script, and no frame around them", async () => {
    const answer = await get("/_/");
    expect(answer.status).to.equal(200);
    expect(answer.headers["content-type"]).to.equal("text/html; charset=utf-8");
    expect(answer.headers["content-security-policy"]).to.equal(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(answer.body).not.to.match(/<script(?! type="module" src="\/_\/page\.mjs")|<style|\son\w+=|https?:/);
    for (const asset of ["/_/page.css", "/_/page.mjs", "/_/icon.svg"]) expect((await get(asset)).status).to.equal(200);
  });

  it("escape whatever a client has sent", async () => {
    bench.emulator.seed({ typeName, model: { LogGroupName: hostile, Tags: [{ Key: hostile, Value: hostile }] } });
    await bench.read(typeName, hostile);
    const place = { account: "000000000000", region: "us-east-1", typeName, identifier: hostile };
    const pages = [
      await get("/_/"),
      await get(`/_/?q=${encodeURIComponent(hostile)}`),
      await get(`/_/resource?${new URLSearchParams(place).toString()}`),
      await get(`/_/resource?typeName=${encodeURIComponent(hostile)}`),
    ];
    expect(pages.map(({ status }) => status)).to.deep.equal([200, 200, 200, 404]);
    for (const { body } of pages) expect(body).not.to.match(/<img|<script>|onerror="/);
    expect(pages[2]!.body).to.include("&#34;&#62;&#60;img src=x onerror=");
  });

  it("arm a fault for calls and handlers alike, and send the browser back", async () => {
    const answer = await post("/_/page/fault", "kind=handler-failure&operation=CreateResource&typeName=&times=2");
    expect([answer.status, answer.headers.location]).to.deep.equal([303, "/_/"]);
    await post("/_/page/fault", `kind=throttle&operation=DELETE&typeName=${typeName}&times=1`);
    const armed = bench.emulator.faults.list();
    expect(armed.map(({ fault, hitsLeft }) => [fault.kind, fault.operation, fault.typeName, hitsLeft])).to.deep.equal([
      ["handler-failure", "CREATE", undefined, 2],
      ["throttle", "DeleteResource", typeName, 1],
    ]);
    await post("/_/page/disarm", `id=${armed[0]!.id}`);
    expect(bench.emulator.faults.list()).to.have.length(1);
    for (const bad of ["kind=nonsense", "kind=constructor", "kind=slow&times=0", ""]) {
      expect((await post("/_/page/fault", bad)).status, bad).to.equal(400);
    }
    bench.emulator.faults.clear();
  });

  it("are refused to other sites, which can arm nothing", async () => {
    const answer = await post("/_/page/fault", "kind=stuck&times=1", { origin: "https://evil.example" });
    expect(answer.status).to.equal(403);
    expect((await get("/_/", { host: "evil.example" })).status).to.equal(403);
    expect(bench.emulator.faults.list()).to.deep.equal([]);
  });

  it("lead a browser that opens the endpoint to the page, and nobody else", async () => {
    const answer = await get("/", { accept: "text/html,*/*" });
    expect([answer.status, answer.headers.location]).to.deep.equal([302, "/_/"]);
    expect((await get("/", { accept: "*/*" })).status).to.equal(400);
  });

  it("filter by words, and by what failed", async () => {
    bench.emulator.seed({ typeName, model: { LogGroupName: "needle" } });
    const rows = async (url: string): Promise<number> => (await get(url)).body.split("<tr>").length - 1;
    const all = await rows("/_/");
    const some = await rows("/_/?q=needle+loggroup");
    expect(some).to.equal(2);
    expect(all).to.be.greaterThan(some);
    expect((await get("/_/?failed=1&q=nothing-like-this")).body).to.include("No call fits");
  });
});

const chromium = findChromium();

/** In headless Chromium. Does not prove other browsers. */
describe("The page in a browser", function () {
  this.timeout(60_000);
  let bench: Bench;
  let browser: { context: BrowserContext; close(): Promise<void> } | undefined;
  let page: Page;
  const errors: string[] = [];

  before(async function () {
    if (chromium === undefined) {
      if (process.env.CI === "true") throw new Error("CI needs Chromium: apt-get install chromium");
      console.log("      left out: there is no Chromium on this machine (apt-get install chromium)");
      this.skip();
    }
    bench = await openBench();
    browser = await openBrowser(chromium);
    page = await browser.context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.goto(`${bench.emulator.endpoint}/_/`);
  });
  after(async () => {
    await browser?.close();
    if (browser) await bench.close();
  });

  it("shows calls, requests in flight and resources as they come", async () => {
    await page.getByText("No request is in flight.").waitFor();
    const event = await bench.create(typeName, { LogGroupName: "live", RetentionInDays: 7 });
    await page.locator("#flight").getByText(event.RequestToken!).waitFor();
    await bench.outcome(event);
    await page.getByText("No request is in flight.").waitFor();
    await page.locator("#resources").getByRole("link", { name: "live" }).waitFor();
    expect(await page.locator("#calls").getByText("CreateResource").count()).to.equal(1);
  });

  it("filters while one types, and keeps the filter in the address", async () => {
    await bench.created(typeName, { LogGroupName: "other" });
    await page.locator("#resources").getByText("other").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("live");
    await page.locator("#resources").getByText("other").waitFor({ state: "detached" });
    expect(page.url()).to.match(/\?q=live$/);
    await page.getByLabel("Filter").fill("");
    await page.locator("#resources").getByText("other").waitFor();
  });

  it("opens a resource with the differences between its revisions", async () => {
    await bench.updated(typeName, "live", [{ op: "replace", path: "/RetentionInDays", value: 30 }]);
    await page.getByRole("link", { name: "live" }).click();
    await page.getByRole("heading", { name: "Revision 2" }).waitFor();
    const [newest] = await page.locator(".revisions > li").allInnerTexts();
    expect(newest)
      .to.match(/by UPDATE/)
      .and.to.match(/\/RetentionInDays/)
      .and.to.match(/− 7[^]*\+ 30/);
    await bench.outcome(await bench.remove(typeName, "live"));
    await page.getByText("It does not exist any more.").waitFor();
    await page.getByRole("link", { name: "All resources" }).click();
    await page.getByRole("heading", { name: "Local Cloud Control" }).waitFor();
  });

  it("injects a fault by a click, and says so to those who do not see", async () => {
    await page.getByLabel("Operation").selectOption("GetResource");
    await page.getByRole("button", { name: "Throttle the call" }).click();
    await page.locator("#faults").getByText("throttle, GetResource of any type, 1 to come").waitFor();
    expect(await page.getByRole("status").innerText()).to.equal("Done: Throttle the call");
    const [, exception] = await Promise.all([
      page.locator("#calls").getByText("ThrottlingException").waitFor(),
      bench.read(typeName, "other").catch((error: unknown) => (error as Error).name),
    ]);
    expect(exception).to.equal("ThrottlingException");
    await page.getByRole("button", { name: "Let the handler never end" }).click();
    await page.getByRole("button", { name: /^Disarm stuck/ }).click();
    await page.locator("#faults").getByText("0 armed").waitFor();
  });

  it("runs nothing that a client has sent", async () => {
    bench.emulator.seed({ typeName, model: { LogGroupName: hostile } });
    await page.locator("#resources").getByText("onerror").first().waitFor();
    await page.locator("#resources").getByRole("link", { name: "onerror" }).click();
    await page.getByRole("heading", { name: "Revision 1" }).waitFor();
    expect(await page.evaluate("window.hacked")).to.equal(undefined);
    expect(await page.locator("img, .revisions script").count()).to.equal(0);
    await page.goBack();
  });

  it("is used by keyboard alone: a skip link first, then the filter, and the focus survives what comes in", async () => {
    await page.goto(`${bench.emulator.endpoint}/_/`);
    const focused = (): Promise<string> =>
      page.evaluate("document.activeElement.id || document.activeElement.className");
    await page.keyboard.press("Tab");
    expect(await focused()).to.equal("skip");
    await page.keyboard.press("Enter");
    expect(await focused()).to.equal("main");
    await page.getByRole("link", { name: "other" }).focus();
    const before = await focused();
    const count = await page.locator("#resources tbody tr").count();
    await bench.created(typeName, { LogGroupName: "comes-in" });
    await page.locator("#resources").getByText("comes-in").waitFor();
    expect(await page.locator("#resources tbody tr").count()).to.equal(count + 1);
    expect(await focused()).to.equal(before);
    const nameless = await page.$$eval("input, select, button", (all) => {
      const fields = all as unknown as { labels?: { length: number }; textContent: string; hidden: boolean }[];
      return fields.filter(({ labels, textContent }) => !(labels?.length ?? 0) && textContent.trim() === "").length;
    });
    expect(nameless, "fields without a name").to.equal(0);
  });

  it("stands still when it is told to", async () => {
    await page.getByRole("button", { name: "Pause" }).click();
    const before = await page.locator("#facts").innerText();
    await bench.created(typeName, { LogGroupName: "unseen" });
    await page.waitForTimeout(700);
    expect(await page.locator("#facts").innerText()).to.equal(before);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.locator("#resources").getByText("unseen").waitFor();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has enough contrast in ${colorScheme} mode`, async () => {
      await page.emulateMedia({ colorScheme });
      await page.locator("#calls .badge.bad").first().waitFor();
      const pairs = await page.evaluate(`[...document.querySelectorAll("h1, h2, p, th, td, a, button, .badge, .count")]
        .filter((e) => e.offsetParent && e.textContent.trim() !== "")
        .map((e) => {
          let back = e;
          while (back && getComputedStyle(back).backgroundColor === "rgba(0, 0, 0, 0)") back = back.parentElement;
          return [getComputedStyle(e).color, getComputedStyle(back ?? document.body).backgroundColor, e.className];
        })`);
      for (const [text, ground, what] of pairs as [string, string, string][]) {
        expect(contrast(text, ground), `${what}: ${text} on ${ground}`).to.be.at.least(4.5);
      }
    });
  }

  it("fits a narrow window", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).to.equal(true);
  });

  it("works without script", async () => {
    const plain = await browser!.context.browser()!.newContext({ javaScriptEnabled: false });
    const other = await plain.newPage();
    await other.goto(`${bench.emulator.endpoint}/_/`);
    await other.getByRole("button", { name: "Throttle the call" }).click();
    await other.locator("#faults").getByText("throttle, any operation of any type").waitFor();
    await plain.close();
    bench.emulator.faults.clear();
  });

  it("has caused no error in the console", () => {
    expect(errors).to.deep.equal([]);
  });
});

/** WCAG's contrast ratio of two colours, both `rgb(…)`. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
