// `npm run generate` writes everything that is derived from the registry's schemas; with --check it writes nothing and
// fails when a committed file differs from what it would write.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { readSource } from "./source";
import { buildTable, sameTable } from "./table";

const ROOT = path.join(__dirname, "..", "..");

interface Product {
  /** Relative to the repository. */
  readonly file: string;
  readonly bytes: Buffer;
  /** How `--check` compares what is committed with `bytes`. */
  readonly same: (committed: Buffer, bytes: Buffer) => boolean;
}

function products(): Product[] {
  const source = readSource();
  return [{ file: "schema/generated/registry.bin", bytes: buildTable(source), same: sameTable }];
}

function outdated({ file, bytes, same }: Product): boolean {
  const place = path.join(ROOT, file);
  return !existsSync(place) || !same(readFileSync(place), bytes);
}

function write({ file, bytes }: Product): void {
  const place = path.join(ROOT, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, bytes);
}

function main(): number {
  const stale = products().filter(outdated);
  const list = stale.map(({ file }) => `  ${file}`).join("\n");
  if (stale.length === 0) {
    console.log("Everything generated is up to date.");
    return 0;
  }
  if (process.argv.includes("--check")) {
    console.error(`Not up to date:\n${list}\nFix: run \`npm run generate\` and commit the result.`);
    return 1;
  }
  stale.forEach(write);
  console.log(`Written:\n${list}`);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
