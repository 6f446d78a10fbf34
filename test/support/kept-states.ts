/** The states in `test/fixtures/states`: each as some commit wrote it, with what was live then. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "../../emulator";
import { readRecord, type ReleaseRecord } from "../../provider/core/release/record";
import { isObject, textOf, type JsonObject, type JsonValue } from "../../provider/core/json";
import { RECORD } from "../../provider/release/bags";
import type { StateResource } from "./engine";

const STATES = join(__dirname, "..", "fixtures", "states");
/** What the names of states begin with that the present format wrote. */
const NEWEST = "newest-";
/** How a state marks what is secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A file of the folder. */
export interface KeptState {
  /** The commit that wrote it. */
  readonly commit: string;
  /** What of the format it has. */
  readonly about: string;
  /** Which of the programs made it; see kept-programs.ts. */
  readonly program: string;
  /** As `pulumi stack export --show-secrets` gives it, without times and places in files. */
  readonly deployment: { readonly resources: readonly StateResource[] };
  readonly live: readonly Parameters<Emulator["seed"]>[0][];
}

/** The names of the files. */
export function keptStates(): readonly string[] {
  return readdirSync(STATES).sort();
}

/** Whether the present format wrote it. */
export const isNewest = (file: string): boolean => file.startsWith(NEWEST);

/** Reads a file. */
export function keptState(file: string): KeptState {
  return JSON.parse(readFileSync(join(STATES, file), "utf8")) as KeptState;
}

/** The property bags of the package's resources. */
export interface Bags {
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
}

/** The bags by the ends of the resources' names, each secret as a mark. */
export function bagsOf(resources: readonly StateResource[], leftOut: readonly string[] = []): Record<string, Bags> {
  return bagsBy(resources, leftOut, () => "a secret");
}

/** The bags as the provider gets them. */
export function openBagsOf(resources: readonly StateResource[]): Record<string, Bags> {
  return bagsBy(resources, [], ({ plaintext }) => JSON.parse(textOf(plaintext)) as JsonValue);
}

function bagsBy(
  resources: readonly StateResource[],
  leftOut: readonly string[],
  shown: (secret: JsonObject) => JsonValue,
): Record<string, Bags> {
  const within = (bag: unknown): JsonObject =>
    JSON.parse(JSON.stringify(bag ?? {}), (_, value: JsonValue) =>
      isObject(value) && SIGNATURE in value ? shown(value) : value,
    ) as JsonObject;
  return Object.fromEntries(
    resources.flatMap(({ urn, type, inputs, outputs }) => {
      const name = urn.split("::").at(-1) ?? "";
      if (!type.startsWith("pulumi-nodejs:dynamic/") || leftOut.includes(name)) return [];
      return [[name, { inputs: within(inputs), outputs: within(outputs) }]];
    }),
  );
}

/** What the release of that name remembers. */
export function recordIn({ deployment }: KeptState, name: string): ReleaseRecord | undefined {
  return readRecord(openBagsOf(deployment.resources)[name]?.outputs[RECORD]);
}
