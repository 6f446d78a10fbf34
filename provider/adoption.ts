import { barred, identifierOf } from "./core/identifier";
import { omit, type JsonObject } from "./core/json";
import { hasUnknown } from "./core/unknown";
import type { Ports } from "./ports";
import { Work, type Want } from "./work";

/** What the user is told before an existing resource is taken over. Each is told, and looked up for it, once a process. */
export class Adoption {
  private readonly told = new Set<string>();
  private readonly foreseen = new Set<string>();

  constructor(private readonly ports: Ports) {}

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
      if (id === undefined || this.foreseen.has(key)) return;
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
    const { patch } = await work.plan(id, "somebody's");
    const paths = patch.map(({ path }) => work.want.names([unescaped(path.slice(1))])).join(", ");
    const what = patch.length === 0 ? "nothing changes on it" : `changes on it: ${paths}`;
    const open = later.length === 0 ? "" : `; not known yet: ${later.map((key) => work.want.names([key])).join(", ")}`;
    const line = `adopting ${work.schema.typeName} "${id}": ${what}${open}`;
    if (this.told.has(line)) return;
    this.told.add(line);
    this.ports.tell(line);
  }
}

/** The members that are known whole, and the names of the others: an unknown value would show as a change. */
function split({ desired }: Want): { readonly known: JsonObject; readonly later: readonly string[] } {
  const later = Object.keys(desired).filter((key) => hasUnknown(desired[key]));
  return { known: omit(desired, later), later };
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
