import { readFileSync } from "node:fs";
import path from "node:path";

import { openArchive, type Archive, type TableInfo } from "./archive";
import type { RegistrySchema } from "./types";

const FILE = path.join(__dirname, "generated", "registry.bin");

/** A view of one table file: it is read at the first question, a schema is parsed when it is asked for. */
export interface SchemaTable {
  readonly info: TableInfo;
  typeNames(): readonly string[];
  readSchema(typeName: string): RegistrySchema | undefined;
  /** The types parsed so far, in the order they were asked for. */
  parsed(): readonly string[];
}

/**
 * The table in `file`. Nothing is read before the first question.
 *
 * @internal
 */
export function openTable(file: string): SchemaTable {
  let archive: Archive | undefined;
  const opened = (): Archive => (archive ??= openFile(file));
  const schemas = new Map<string, RegistrySchema>();
  return {
    get info() {
      return opened().info;
    },
    typeNames: () => opened().names,
    readSchema(typeName) {
      const known = schemas.get(typeName);
      if (known) return known;
      const text = opened().text(typeName);
      if (text === undefined) return undefined;
      const schema = deepFreeze(JSON.parse(text) as RegistrySchema);
      schemas.set(typeName, schema);
      return schema;
    },
    parsed: () => [...schemas.keys()],
  };
}

const table = openTable(FILE);

/**
 * The registry schema of a resource type, without its prose, or `undefined` when the registry has no such type.
 * The first call for a type inflates and parses it (a few milliseconds at most); later calls return the same, frozen
 * object.
 *
 * Some `pattern`s are not JavaScript regular expressions (the registry's are Java's, cfn-lint's are Python's):
 * compile them guarded.
 */
export function readSchema(typeName: string): RegistrySchema | undefined {
  return table.readSchema(typeName);
}

/** The names of all resource types of the registry, sorted. */
export function typeNames(): readonly string[] {
  return table.typeNames();
}

/** Which registry the table holds. Reading a field opens the table. */
export const registry: TableInfo = {
  get source() {
    return table.info.source;
  },
  get version() {
    return table.info.version;
  },
  get region() {
    return table.info.region;
  },
};

function openFile(file: string): Archive {
  try {
    return openArchive(readFileSync(file));
  } catch (error) {
    throw new Error(
      `The schema table ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}. ` +
        "Fix: install the package again, or in a checkout run `npm run generate`.",
      { cause: error },
    );
  }
}

/** One schema object serves every caller of the process, so none of them may write to it. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
