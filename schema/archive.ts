import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * The file format of the schema table: many small JSON texts in one file, each readable alone.
 *
 * ```text
 * "PCC1" | u32 size of the index | u32 size of the dictionary | index | dictionary | chunk | chunk | …
 * ```
 *
 * The schemas resemble each other far more than each resembles itself, so every chunk is deflated against one shared
 * preset dictionary; that brings single chunks close to the size of one big archive. Index and dictionary are deflated
 * as well. Sizes are little-endian.
 */
const MAGIC = "PCC1";
const HEADER_BYTES = 12;

/** Where the schemas of a table come from. */
export interface TableInfo {
  /** The package the schemas were taken from. */
  readonly source: string;
  /** That package's version. */
  readonly version: string;
  /** The region whose registry they describe. */
  readonly region: string;
}

interface Index {
  readonly info: TableInfo;
  readonly names: readonly string[];
  /** Deflated size of each chunk, in the order of `names`. */
  readonly sizes: readonly number[];
}

/** A table whose index is read and whose chunks are not. */
export interface Archive {
  readonly info: TableInfo;
  /** In code-unit order. */
  readonly names: readonly string[];
  /** Inflates one chunk: the JSON text under `name`, or `undefined` when there is none. */
  text(name: string): string | undefined;
}

/** Builds the file. Texts are stored in the code-unit order of their names, whatever order they come in. */
export function packArchive(info: TableInfo, texts: ReadonlyMap<string, string>, dictionary: Buffer): Buffer {
  const names = [...texts.keys()].sort();
  const chunks = names.map((name) => deflateRawSync(texts.get(name) ?? "", { level: 9, memLevel: 9, dictionary }));
  const index: Index = { info, names, sizes: chunks.map((chunk) => chunk.length) };
  const packedIndex = deflateRawSync(JSON.stringify(index), { level: 9 });
  const packedDictionary = deflateRawSync(dictionary, { level: 9 });
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(packedIndex.length, 4);
  header.writeUInt32LE(packedDictionary.length, 8);
  return Buffer.concat([header, packedIndex, packedDictionary, ...chunks]);
}

/** Reads header and index of a file that `packArchive` built. Throws when it is another file or cut short. */
export function openArchive(file: Buffer): Archive {
  if (file.length < HEADER_BYTES || file.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Error("it does not begin as a schema table does");
  }
  const indexEnd = HEADER_BYTES + file.readUInt32LE(4);
  const chunksStart = indexEnd + file.readUInt32LE(8);
  const index = JSON.parse(inflateRawSync(file.subarray(HEADER_BYTES, indexEnd)).toString()) as Index;
  const dictionary = inflateRawSync(file.subarray(indexEnd, chunksStart));

  const spans = new Map<string, readonly [start: number, end: number]>();
  let start = chunksStart;
  index.names.forEach((name, position) => {
    const end = start + (index.sizes[position] ?? 0);
    spans.set(name, [start, end]);
    start = end;
  });
  if (start !== file.length) throw new Error(`it has ${file.length} bytes and its index describes ${start}`);

  return {
    info: index.info,
    names: index.names,
    text(name) {
      const span = spans.get(name);
      return span && inflateRawSync(file.subarray(...span), { dictionary }).toString();
    },
  };
}
