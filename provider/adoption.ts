import { barred, identifierOf } from "./core/identifier";
import { projectMember } from "./core/compare";
import { CloudControlError } from "./core/errors";
import { deepEqual, omit, own, type JsonObject } from "./core/json";
import type { SchemaPath } from "./core/schema";
import { hasUnknown } from "./core/unknown";
import type { Ports } from "./ports";
import type { Want } from "./state";
import { Work } from "./work";

/** What the user is told before an existing resource is taken over. Each is told, and looked up for it, once a process. */
export class Adoption {
  private readonly told = new Set<string>();
  private readonly foreseen = new Set<string>();
  /** The ids of what the state has, by identity; undefined for as long as it has not shown which. */
  private readonly inState = new Map<string, string | undefined>();

  constructor(private readonly ports: Ports) {}

  /** The state has a resource of this identity. */
  met(identity: string, id = this.inState.get(identity)): void {
    this.inState.set(identity, id);
  }

  /**
   * Whether a resource is, or may be, the one that the create replaces. Taken over as its own replacement, it would be
   * deleted right after, as the old one.
   */
  isReplaced({ identity }: Want, id: string | undefined): boolean {
    if (identity === undefined || !this.inState.has(identity)) return false;
    const known = this.inState.get(identity);
    return known === undefined || known === id;
  }

  /** The same without an `importId` that has done its work: the resource that it names is the one to be replaced. */
  withoutOwn(want: Want): Want {
    const { importId } = want.options;
    if (importId === undefined || !this.isReplaced(want, importId)) return want;
    return { ...want, options: { ...want.options, importId: undefined } };
  }

  /** What stands in the way of a replacement is the resource that is to be replaced. */
  ownInTheWay(error: CloudControlError): CloudControlError {
    return error.withFix("have the old one deleted first: add the option `deleteBeforeReplace: true`");
  }

  /**
   * Tells at preview what an adoption would change, by reading the resource. Where that is not possible (no
   * credentials, no permission, nothing there) it says nothing: `announce` does, before the patch is sent.
   */
  async foresee(want: Want): Promise<void> {
    const { importId, adopt } = want.options;
    // Without an account there are no credentials to read with.
    if ((importId === undefined && !adopt) || want.account === undefined) return;
    const { known, later } = split(want);
    try {
      const work = await Work.begin(this.ports, "Create", { ...want, desired: known });
      const id = importId === undefined ? identifierOf(work.schema, work.wire) : barred(work.schema, importId);
      const key = JSON.stringify([want.schema.typeName, id, want.options.target]);
      if (id === undefined || this.foreseen.has(key) || this.isReplaced(want, id)) return;
      this.foreseen.add(key);
      await this.announce(work, id, later);
    } catch {
      // The create itself says what is wrong.
    }
  }

  /**
   * Tells what changes on the resource, and leaves to others for good the tags that the program does not set.
   *
   * @param later - members of which nobody can say yet whether they change
   */
  async announce(work: Work, id: string, later: readonly string[] = []): Promise<void> {
    const { live, patch } = await work.plan(id, "somebody's");
    refuseOther(work, live);
    const paths = patch.map(({ path }) => work.want.names([unescaped(path.slice(1))])).join(", ");
    const what = patch.length === 0 ? "nothing changes on it" : `changes on it: ${paths}`;
    const open = later.length === 0 ? "" : `; not known yet: ${later.map((key) => work.want.names([key])).join(", ")}`;
    const line = `adopting ${work.schema.typeName} "${id}": ${what}${open}`;
    if (this.told.has(line)) return;
    this.told.add(line);
    this.ports.tell(line);
  }
}

/** What AWS never changes in place has to be as the program says, or the state would say what is not so. */
function refuseOther({ schema, wire, want, facts }: Work, live: JsonObject): void {
  const isOther = ([key = "", ...below]: SchemaPath): boolean => {
    const [wanted, found] = [own(wire, key), own(live, key)];
    if (below.length > 0 || wanted === undefined || found === undefined) return false;
    return !deepEqual(projectMember(schema, key, wanted, found), wanted);
  };
  const other = schema.createOnly.find(isOther);
  if (!other) return;
  const property = want.names(other);
  const message = `the existing resource has another ${property}, which AWS does not change in place`;
  const fix = `give ${property} as the resource has it, or leave out \`importId\` and \`adopt\``;
  throw new CloudControlError({ ...facts, code: "NotUpdatable", message, fix });
}

/** The members that are known whole, and the names of the others: an unknown value would show as a change. */
function split({ desired }: Want): { readonly known: JsonObject; readonly later: readonly string[] } {
  const later = Object.keys(desired).filter((key) => hasUnknown(desired[key]));
  return { known: omit(desired, later), later };
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
