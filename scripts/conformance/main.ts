// `npm run conformance` runs every recording and every client against the local Cloud Control, alchemy included, and
// writes what came of it into docs/emulator.md. With --offline the clients outside npm test keep their last results.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import prettier from "prettier";

import { runAlchemy } from "./alchemy";
import { files, recordedRows, report, rowsOf, withReport, type Row, type Told } from "./report";

const root = path.join(__dirname, "..", "..");
const results = path.join(root, "conformance", "results.json");
const page = path.join(root, "docs", "emulator.md");

/** Runs the suites and gives what mocha says of each test. */
function tested(): Told[] {
  const folder = mkdtempSync(path.join(tmpdir(), "conformance-"));
  const file = path.join(folder, "report.json");
  try {
    const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
    const args = [mocha, "--reporter", "json", "--reporter-option", `output=${file}`, ...files];
    spawnSync(process.execPath, args, { cwd: root, stdio: "ignore", env: { ...process.env, CI: "true" } });
    return (JSON.parse(readFileSync(file, "utf8")) as { tests: Told[] }).tests;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const offline = process.argv.includes("--offline");
  const others: Row[] = offline ? recordedRows() : await runAlchemy();
  writeFileSync(results, `${JSON.stringify(others, undefined, 2)}\n`);
  const rows = [...rowsOf(tested()), ...others];
  const text = withReport(readFileSync(page, "utf8"), report(rows));
  const options = await prettier.resolveConfig(page);
  writeFileSync(page, await prettier.format(text, { ...options, parser: "markdown" }));
  const failed = rows.filter(({ pass }) => !pass);
  console.log(`${rows.length - failed.length} of ${rows.length} cases are the same as AWS, or pass with their client.`);
  for (const row of failed) console.error(`Not the same: ${row.evidence}: ${row.case}`);
  return failed.length === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
