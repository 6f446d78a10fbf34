import { parseArgs } from "node:util";
import { ageOf, isFresh, type Entry } from "../provider/core/journal";
import { systemClock } from "../provider/edge/clock";
import { shown } from "../provider/core/journal-words";
import { isGone } from "../provider/edge/engine";
import { Environment } from "../provider/edge/environment";
import { journalFolder, JournalFiles } from "../provider/edge/journal-files";
import { remove } from "../provider/operations";
import type { CloudControl, ProgressEvent } from "../provider/ports";
import { readUntil } from "../provider/retry";
import { DEFAULT_DEADLINE, waitForEnd } from "../provider/waiting";

/** What the command prints about itself. */
export const help = `pulumi-cloudcontrol journal list
pulumi-cloudcontrol journal adopt  <entry> [--profile <profile>] [--endpoint <url>] [--force]
pulumi-cloudcontrol journal delete <entry> [--profile <profile>] [--endpoint <url>] [--force] [--keep-resource]

The journal beside a Pulumi project holds the creates of which the state may know nothing, as a crash has cut them off.
Run it in the project's folder, with the credentials that the stack uses.

  list      what is known of each
  adopt     the next \`pulumi up\` takes the resource over, whatever the program says of it by now
  delete    deletes the resource that was made, then the entry

  --keep-resource   only forgets the entry; the resource, if there is one, stays
  --force           also for a resource of which the engine was told, so that it probably is in a stack's state; and for
                    one that exists and of which AWS does not say that this create made it: look first whether it is yours
  --profile         the profile of the shared AWS config files whose credentials act
  --endpoint        the URL of Cloud Control

PULUMI_CLOUDCONTROL_JOURNAL names another folder than .pulumi-cloudcontrol/journal.`;

const OPTIONS = {
  profile: { type: "string" },
  endpoint: { type: "string" },
  force: { type: "boolean", default: false },
  "keep-resource": { type: "boolean", default: false },
} as const;

interface Flags {
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly force: boolean;
  readonly "keep-resource": boolean;
}

/** Something that the user must do first; its text is all that is shown. */
class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Runs the command; returns the exit code. */
export async function run(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [action, name, ...more] = positionals;
  const files = new JournalFiles(journalFolder(process.env, process.cwd()), print);
  if (action === "list" && name === undefined) return list(files, print);
  if ((action !== "adopt" && action !== "delete") || name === undefined || more.length > 0) {
    print(help);
    return 2;
  }
  const entry = await files.read(name);
  if (!entry) throw new Refusal(`no entry "${name}" in ${files.folder}. Fix: run \`pulumi-cloudcontrol journal list\``);
  const settling = new Settling(files, entry, values, print);
  await (action === "adopt" ? settling.adopt() : settling.delete());
  return 0;
}

async function list(files: JournalFiles, print: (line: string) => void): Promise<number> {
  const entries = await files.list();
  if (entries.length === 0) print(`the journal in ${files.folder} is empty: no create was cut off`);
  for (const entry of entries.sort((a, b) => a.time - b.time)) {
    print(`${entry.name}  ${shown(entry.typeName)}  ${shown(entry.identity)}`);
    const running = !(await isGone(entry.engine));
    print(`  ${statusOf(entry, running)}, ${ageOf(entry, systemClock.now())}, in ${shown(entry.region)}`);
    const [id, token] = [entry.id, entry.requestToken].map((text) => (text === undefined ? "not known" : shown(text)));
    print(`  id ${id}, request token ${token}`);
  }
  return 0;
}

function statusOf(entry: Entry, running: boolean): string {
  if (running) return "its engine is still running";
  if (entry.adopt) return "cut off, adopted by the next `pulumi up`";
  if (entry.status === "delivered") {
    return entry.ended
      ? "delivered to the engine, so probably in the state"
      : "delivered to an engine that died, so perhaps not in the state";
  }
  return isFresh(entry, systemClock.now()) ? "cut off" : "cut off, too old for `pulumi up` to go on with";
}

/** Settles one entry. */
class Settling {
  private readonly environment = new Environment();

  constructor(
    private readonly files: JournalFiles,
    private readonly entry: Entry,
    private readonly flags: Flags,
    private readonly print: (line: string) => void,
  ) {}

  async adopt(): Promise<void> {
    const { identity } = this.entry;
    const id = await this.made();
    await this.files.write({ ...this.entry, id, adopt: true });
    this.print(
      `the next \`pulumi up\` that creates ${identity} takes "${id}" over and brings it to the program's state`,
    );
    this.print(`for a resource of another name, set \`importId: "${id}"\` on it instead`);
  }

  async delete(): Promise<void> {
    const { name, typeName } = this.entry;
    if (!this.flags["keep-resource"]) {
      const id = await this.made();
      const deadline = systemClock.now() + DEFAULT_DEADLINE;
      const facts = { operation: "Delete", typeName, subject: id, deadline, tell: this.print } as const;
      const wasThere = await remove(systemClock, this.cloud(), facts);
      this.print(wasThere ? `deleted ${typeName} "${id}"` : `${typeName} "${id}" is gone already`);
    }
    await this.files.drop(name);
    this.print(`the entry ${name} is closed`);
  }

  /**
   * The id of the resource that the entry's own request made. The id in the entry is not enough: of a named type it is
   * known before AWS has made anything, and may be that of somebody else's resource, which the request then met.
   */
  private async made(): Promise<string> {
    await this.refuseEarly();
    const { requestToken, name } = this.entry;
    const forgetting = `forget the entry by \`journal delete ${name} --keep-resource\``;
    if (requestToken === undefined) {
      return this.perhaps(
        this.entry.id,
        "it is not known whether AWS accepted the request",
        "run `pulumi up` with the program as it was, which sends it once more; or look for the resource yourself and " +
          forgetting,
      );
    }
    const cloud = this.cloud();
    const running: ProgressEvent = { requestToken, status: "IN_PROGRESS" };
    const ended = await waitForEnd(systemClock, cloud, running, systemClock.now() + DEFAULT_DEADLINE);
    const id = ended.identifier ?? this.entry.id;
    if (ended.status === "SUCCESS" && id !== undefined) return id;
    const code = ended.errorCode ?? ended.status;
    const why = `AWS says that the create ended with ${code}: ${(ended.message ?? "no message").replace(/\.$/, "")}`;
    // What was there before the request is not of the request, however it is forced.
    if (code !== "AlreadyExists") return this.perhaps(id, why, forgetting);
    throw new Refusal(`${why}. Fix: ${forgetting}; to take the existing resource over, set \`adopt: true\` on it`);
  }

  /** A resource that may be what the request left behind; the user must say so. */
  private async perhaps(id: string | undefined, why: string, otherwise: string): Promise<string> {
    if (id === undefined || !(await this.exists(id)))
      throw new Refusal(`${why}${id === undefined ? "" : `, and there is no "${id}"`}. Fix: ${otherwise}`);
    if (this.flags.force) return id;
    const asking = `look at "${id}", which exists: if it is of this create, give --force; if not`;
    throw new Refusal(`${why}. Fix: ${asking}, ${otherwise}`);
  }

  /** A first "not found" is not believed: who is told so forgets the entry, and AWS may show late what a create has made. */
  private async exists(id: string): Promise<boolean> {
    const cloud = this.cloud();
    const look = async (): Promise<unknown> => cloud.get(this.entry.typeName, id);
    return (await readUntil(systemClock, look, (live) => live !== undefined)) !== undefined;
  }

  private async refuseEarly(): Promise<void> {
    const { engine, status, accountHash, region } = this.entry;
    if (!(await isGone(engine))) {
      throw new Refusal("the engine that this create belongs to is still running. Fix: wait until it has ended");
    }
    if (status === "delivered" && !this.flags.force) {
      throw new Refusal(
        "the engine was told of this resource, so it probably is in the stack's state. Fix: run `pulumi preview`, which " +
          "closes the entry then; where the state does not have the resource, give --force",
      );
    }
    this.environment.configure((key) => (key === "aws:profile" ? this.flags.profile : undefined));
    const account = await this.environment.account({ region, profile: this.flags.profile });
    if (accountHash === undefined || account === undefined || (await this.files.hash(account)) === accountHash) return;
    throw new Refusal(`the credentials are of the account ${account}, the create was made in another one`);
  }

  private cloud(): CloudControl {
    const { profile, endpoint } = this.flags;
    return this.environment.cloudControl({ region: this.entry.region, profile, endpoint });
  }
}
