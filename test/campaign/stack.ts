/** Files of a stack under test, read as they lie on the disk: the state that the engine wrote and the journal. */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { EngineStack } from "../support/engine";
import type { Entry, Noted } from "./judge";

type Bag = Readonly<Record<string, unknown>>;

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const stateFolder = (stack: EngineStack): string =>
  join((stack.env.PULUMI_BACKEND_URL ?? "").replace("file://", ""), ".pulumi", "stacks");
const journalFolder = (stack: EngineStack): string => join(stack.workDir, ".pulumi-cloudcontrol", "journal");

/** All texts that a stack leaves on the disk, state, backups and journal. */
export function textsOf(stack: EngineStack): Readonly<Record<string, string>> {
  const files = [...filesBelow(join(stateFolder(stack), "..")), ...filesBelow(journalFolder(stack))];
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}

/** The files of a stack's state with their sizes in bytes, for whoever has to find out what became of one. */
export function sizesOf(stack: EngineStack): string {
  return filesBelow(join(stateFolder(stack), ".."))
    .map((file) => `${file} ${String(statSync(file).size)}`)
    .join("\n");
}

/** What the state holds of our resources. */
export function entriesOf(stack: EngineStack): Entry[] {
  const [file] = filesBelow(stateFolder(stack)).filter((name) => name.endsWith(".json"));
  if (file === undefined) return [];
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: { latest?: { resources?: { urn: string; id?: string; inputs?: Bag; outputs?: Bag; type: string }[] } };
  };
  return (checkpoint.latest?.resources ?? []).flatMap(({ urn, id, type, inputs = {}, outputs = {} }) => {
    // The account's role for logs is set, and stays: no resource of the program stands behind it.
    const isRole = type.endsWith("apigateway:AccountRole");
    if (!type.startsWith("pulumi-nodejs:dynamic/") || id === undefined || isRole) return [];
    const typeName = String(inputs.__type ?? inputs.typeName ?? outputs.typeName);
    const region = String(outputs.region ?? inputs.region);
    // A release whose stage is gone says so, and is kept for its deployments.
    const isGone = outputs.__gone === true;
    const released = releasedIn(outputs).map((deployment) => ({
      urn,
      id: `${deployment}|${String(outputs.restApiId)}`,
      typeName: "AWS::ApiGateway::Deployment",
      region,
      isGone,
    }));
    return [{ urn, id, typeName, region, isGone }, ...released];
  });
}

/** The ids of the deployments that a release's stage has made and knows. */
function releasedIn({ releaseState }: Bag): string[] {
  interface Deployed {
    readonly id: string;
    readonly own: boolean;
  }
  if (typeof releaseState !== "object" || releaseState === null) return [];
  const { stable, candidate, kept, refused } = releaseState as {
    readonly stable?: Deployed;
    readonly candidate?: Deployed | null;
    readonly kept?: readonly Deployed[];
    readonly refused?: { readonly deployment?: Deployed } | null;
  };
  const known = [stable, candidate, ...(kept ?? []), refused?.deployment];
  return [...new Set(known.flatMap((one) => (one?.own === true ? [one.id] : [])))];
}

/**
 * An engine that is killed while it writes the state to a `file://` backend can leave an empty file, or empty attributes
 * beside it, which no engine reads again ("failed to load checkpoint: EOF"). The backend keeps the state before that
 * beside it, and does without attributes. True where something was mended.
 */
export function restoreState(stack: EngineStack): boolean {
  const damaged = filesBelow(stateFolder(stack)).filter((file) => file.endsWith(".json") && !isJson(file));
  for (const file of damaged) copyFileSync(`${file}.bak`, file);
  const empty = filesBelow(stateFolder(stack)).filter((file) => file.endsWith(".attrs") && !isJson(file));
  for (const file of empty) rmSync(file);
  return damaged.length + empty.length > 0;
}

/**
 * Whether an engine has left its lock. One that is interrupted after it listens for that no more, while it writes its
 * history, is ended at once, as by a kill.
 */
export const isLocked = (stack: EngineStack): boolean => filesBelow(join(stateFolder(stack), "..", "locks")).length > 0;

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}

/** Settles what the journal of a stack has open, as a person does who was told of it. */
export async function settleJournal(
  stack: EngineStack,
  packageRoot: string,
  action: "adopt" | "delete",
): Promise<string> {
  const main = join(packageRoot, "dist", "cli", "main.js");
  let output = "";
  const state = entriesOf(stack);
  for (const { name, status, typeName, id } of notedIn(stack)) {
    // A result that was handed over and is not in the state was lost with the engine; the command wants to be sure of that.
    const isKnown = state.some((entry) => entry.typeName === typeName && entry.id === id);
    if (isKnown) continue;
    const command = async (...more: string[]): Promise<string> => {
      const options = { cwd: stack.workDir, env: { ...process.env, ...stack.env }, timeout: 60_000 };
      const child = spawn(process.execPath, [main, "journal", action, name, ...more], options);
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
      // Of an entry whose request came to nothing there is nothing to settle; the command says so.
      await new Promise((resolve) => child.once("close", resolve));
      return said;
    };
    const said = await command(...(status === "open" ? [] : ["--force"]));
    output += said;
    // Nobody else makes a resource of the program's names here: it is of this create.
    if (status === "open" && said.includes("give --force")) output += await command("--force");
  }
  return output;
}

/** What the journal says. */
export function notedIn(stack: EngineStack): Noted[] {
  return (
    filesBelow(journalFolder(stack))
      // An entry in the middle of a claim has another name.
      .filter((file) => /\.(json|claimed-[^.]+)$/.test(file))
      .flatMap((file) => {
        try {
          return [JSON.parse(readFileSync(file, "utf8")) as Noted];
        } catch {
          return [];
        }
      })
  );
}
