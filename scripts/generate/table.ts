import { openArchive, packArchive } from "../../schema/archive";
import { sharedDictionary } from "./dictionary";
import type { Source } from "./source";
import { stripped } from "./strip";

/** The bytes of `schema/generated/registry.bin`. */
export function buildTable(source: Source): Buffer {
  const texts = new Map([...source.schemas].map(([type, schema]) => [type, stripped(schema)] as const));
  return packArchive(source.info, texts, sharedDictionary(texts.values()));
}

/**
 * Whether two tables say the same. Their bytes are not compared: deflate's output differs between builds of zlib,
 * what it inflates to does not.
 */
export function sameTable(left: Buffer, right: Buffer): boolean {
  return contents(left) === contents(right);
}

function contents(file: Buffer): string {
  const archive = openArchive(file);
  return JSON.stringify([archive.info, archive.names.map((name) => [name, archive.text(name)])]);
}
