import { ageOf, type Entry } from "./journal";

/*
 * What the journal says to the user: one line per entry, with the command that settles it.
 */

const COMMAND = "npx pulumi-cloudcontrol journal";

/** The longest name of a resource with all its parents' types, and of an identifier, that is shown whole. */
const MOST_LETTERS = 300;

/** A text of an entry for a terminal: anybody may have written the file, so that nothing in it moves the cursor. */
export function shown(text: string): string {
  const cut = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
  return cut.replace(/\p{Cc}/gu, "\ufffd");
}

function createOf(entry: Entry, now: number): string {
  const id = entry.id === undefined ? "" : `, id "${shown(entry.id)}"`;
  return `the create of ${shown(entry.typeName)} ${shown(entry.identity)} (${ageOf(entry, now)}${id})`;
}

/** At the beginning of a run: something may exist that no state knows. */
export function unsettledLine(entry: Entry, now: number): string {
  return (
    `${createOf(entry, now)} was cut off. \`pulumi up\` takes it over where the program still has it unchanged. ` +
    `Otherwise: ${COMMAND} adopt ${entry.name}, or ${COMMAND} delete ${entry.name}`
  );
}

/** At the end of a run that has not shown a resource: its engine died after it was told, perhaps before it saved. */
export function unshownLine(entry: Entry, now: number): string {
  return (
    `${createOf(entry, now)} was done when its engine died, and nothing in this run shows that the state has it. ` +
    `Fix: look with \`pulumi stack --show-ids\`; if it is missing there: ${COMMAND} adopt ${entry.name} --force, or ` +
    `${COMMAND} delete ${entry.name} --force`
  );
}

/** At a create whose properties are not those of the create that was cut off. */
export function editedLine(entry: Entry, now: number): string {
  return (
    `${createOf(entry, now)} was cut off and the program was changed since, so another one is made now. ` +
    `Fix: ${COMMAND} delete ${entry.name} removes the first one (${COMMAND} list shows what is known of it)`
  );
}

/** A create goes on where an earlier run ended. */
export function continuedLine(entry: Entry, now: number): string {
  return `${createOf(entry, now)} was cut off and is now gone on with`;
}

/** AWS does not know the client token any more, and nobody has claimed the entry. */
export function expiredLine(entry: Entry, now: number): string {
  const request = entry.requestToken === undefined ? "" : ` (request token ${shown(entry.requestToken)})`;
  return (
    `${createOf(entry, now)} was cut off, nobody took it over, and its time is up: the entry is dropped${request}. ` +
    `Fix: look for the resource in the AWS console, and delete or import it`
  );
}

/** The journal cannot be written. */
export function unwritableLine(folder: string, code: string): string {
  return (
    `the journal in ${folder} cannot be written (${code}), so a create that is cut off may leave a resource that the ` +
    `next run does not know. Fix: make the folder writable, or set PULUMI_CLOUDCONTROL_JOURNAL to one that is`
  );
}

/** A file of the journal is no entry. */
export function corruptLine(file: string): string {
  return `the journal's file ${file} is damaged and was set aside as ${file}.corrupt. Fix: look for a resource of the last run that is not in the state, then remove the file`;
}

/** A newer version of the package wrote an entry. */
export function newerLine(file: string, version: number): string {
  return `the journal's file ${file} has the format ${version}, which this version of pulumi-cloudcontrol does not know; it is left alone. Fix: update pulumi-cloudcontrol`;
}
