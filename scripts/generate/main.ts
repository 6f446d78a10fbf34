// `npm run generate` writes everything that is derived from the registry's schemas; with --check it writes nothing and
// fails when a committed file differs from what it would write.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { classTypes } from "./catalog";
import { emit, fileOf } from "./emit";
import { modelOf } from "./model";
import { overlayOf } from "./overlay";
import { readSource, SourceUnavailable, type Source } from "./source";
import { buildTable, sameTable } from "./table";

const ROOT = path.join(__dirname, "..", "..");

interface Product {
  /** Relative to the repository. */
  readonly file: string;
  readonly bytes: Buffer;
  /** How `--check` compares what is committed with `bytes`. */
  readonly same: (committed: Buffer, bytes: Buffer) => boolean;
}

async function products(): Promise<Product[]> {
  const source = readSource();
  const table: Product = { file: "schema/generated/registry.bin", bytes: buildTable(source), same: sameTable };
  return [table, ...(await Promise.all(classTypes.map((typeName) => classOf(source, typeName))))];
}

async function classOf({ schemas, info }: Source, typeName: string): Promise<Product> {
  const schema = schemas.get(typeName);
  if (!schema) throw new Error(`The registry has no type ${typeName}. Fix: see catalog.ts.`);
  const model = modelOf(schema, overlayOf(typeName));
  return {
    file: `resources/generated/${fileOf(model)}`,
    bytes: Buffer.from(await emit(model, info)),
    same: (committed, bytes) => committed.equals(bytes),
  };
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

async function main(): Promise<number> {
  const stale = (await products()).filter(outdated);
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

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    // Apart from "not up to date", so that a machine without Python or network can leave the check out.
    process.exitCode = error instanceof SourceUnavailable ? 3 : 1;
  },
);
