import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import prettier from "prettier";

import { files, recordedRows, report, rowsOf, withReport, type Told } from "../../scripts/conformance/report";
import { describeRecordings } from "../support/fixtures";

const root = path.join(__dirname, "..", "..");

/**
 * The conformance table of docs/emulator.md. That its cases pass is proved by the suites themselves; here, that it
 * names them all, and no other. Does not prove: that alchemy was run again since (`npm run conformance`).
 */
describeRecordings("The conformance table", () => {
  it("names every recording and client case, every known difference and every switch there is", async function () {
    this.timeout(120_000);
    const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [mocha, "--dry-run", "--reporter", "json", ...files],
      { cwd: root, maxBuffer: 2 ** 26 },
    );
    const { tests } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { tests: Told[] };
    const page = path.join(root, "docs", "emulator.md");
    const written = readFileSync(page, "utf8");
    const wanted = withReport(written, report([...rowsOf(tests), ...recordedRows()]));
    const options = await prettier.resolveConfig(page);
    const fresh = await prettier.format(wanted, { ...options, parser: "markdown" });
    expect(written === fresh, "docs/emulator.md is out of date: run npm run conformance").to.equal(true);
  });
});
