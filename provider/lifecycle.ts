import { believeGone, guard } from "./accounts";
import { difference, type Difference } from "./core/diff";
import { CloudControlError } from "./core/errors";
import { familyOf, schemaForUsers } from "./core/families/index";
import { identifierOf } from "./core/identifier";
import type { JsonObject } from "./core/json";
import type { PatchOperation } from "./core/patch";
import { typeSchema } from "./core/schema";
import { withoutIgnoredTags } from "./core/tags";
import { notApplied } from "./core/verify";
import { viewOf } from "./core/view";
import { change, remove } from "./operations";
import type { Ports, ProgressEvent } from "./ports";
import { persist } from "./waiting";
import { deadlineOf, Work, type State, type Want } from "./work";

/**
 * The life of a resource against Cloud Control, for any type. It knows nothing of dynamic providers or of the shape of
 * their bags, so that another kind of provider can stand on it.
 */
export class Lifecycle {
  constructor(private readonly ports: Ports) {}

  /** What changed between state and program. Makes no calls. */
  diff(state: State, want: Want): Difference {
    return difference(schemaForUsers(state.schema), {
      id: state.id,
      owned: { ...state.notes.filled, ...state.owned },
      desired: want.desired,
      resolved: Object.keys(state.notes.filled ?? {}),
    });
  }

  /**
   * Creates the resource, or takes an existing one over where the program says so, and reads it back.
   *
   * @throws PartialFailure where something exists all the same
   */
  async create(want: Want): Promise<State> {
    const { typeName } = want.schema;
    await guard(this.ports, { operation: "Create", typeName, target: want.options.target, account: want.account });
    const work = await Work.begin(this.ports, "Create", want);
    if (want.options.importId !== undefined) return this.takeOver(work, importedId(work, want.options.importId));
    const progress: { accepted?: ProgressEvent } = {};
    const idOf = (event: ProgressEvent | undefined): string | undefined =>
      event?.identifier ?? identifierOf(work.schema, work.wire);
    try {
      const ended = await change(this.ports.clock, work.cloud, work.facts, {
        prepare: async () => Promise.resolve(async (token) => work.cloud.create(typeName, work.wire, token)),
        accepted: (event) => (progress.accepted = event),
        // A failed try may have left a resource behind: a second one would meet it, or make another.
        mayRepeat: async (event) => {
          const id = idOf(event);
          return id !== undefined && (await work.live(id)) === undefined;
        },
      });
      const id = idOf(ended);
      if (id === undefined) throw new CloudControlError({ ...work.facts, code: "InternalFailure", message: NO_ID });
      return await work.look(id, () => []);
    } catch (error) {
      const id = idOf(progress.accepted);
      const exists = error instanceof CloudControlError && /^AlreadyExists(Exception)?$/.test(error.code);
      if (exists && want.options.adopt && id !== undefined) return this.takeOver(work, id);
      if (progress.accepted && id !== undefined) await work.keepRemnant(id, error);
      throw error;
    }
  }

  /** The resource as it is now, or undefined where AWS says that it does not exist. */
  async read(state: State): Promise<State | undefined> {
    const typeName = state.schema.typeName;
    const { target } = state.options;
    const facts = { operation: "Read", typeName, subject: state.id } as const;
    await guard(this.ports, { ...facts, target, account: state.account });
    let live: JsonObject | undefined;
    try {
      live = await persist(this.ports.clock, async () => this.ports.cloudControl(target).get(typeName, state.id));
    } catch (error) {
      throw CloudControlError.from(error, facts);
    }
    if (live === undefined) {
      await believeGone(this.ports, { ...facts, target, account: state.account });
      return undefined;
    }
    const account = state.account ?? (await this.ports.account(target));
    // Of a resource that is only read, everything is shown and nothing is owned.
    if (state.notes.external) return { ...state, account, owned: live, attributes: {} };
    const seen = withoutIgnoredTags(typeSchema(state.schema), live, this.ports.settings.ignoreTags);
    return { ...state, account, ...viewOf(state.schema, familyOf(typeName), state.owned, state.notes, seen, "apply") };
  }

  /**
   * Brings the resource to the desired state by a patch against its live model, reads it back and verifies.
   *
   * @throws PartialFailure once AWS has accepted the patch, with what is there then
   */
  async update(state: State, want: Want): Promise<State> {
    const facts = { operation: "Update", typeName: want.schema.typeName, subject: state.id } as const;
    await guard(this.ports, { ...facts, target: want.options.target, account: state.account });
    return this.bring(await Work.begin(this.ports, "Update", want, state), state.id);
  }

  /** Deletes the resource and waits until it is gone; one that is already gone is deleted. */
  async delete(state: State): Promise<void> {
    const { target, timeouts } = state.options;
    const facts = { operation: "Delete", typeName: state.schema.typeName, subject: state.id } as const;
    await guard(this.ports, { ...facts, target, account: state.account });
    const deadline = deadlineOf(this.ports, timeouts.delete, state.owned, {});
    const cloud = this.ports.cloudControl(target);
    const wasThere = await remove(this.ports.clock, cloud, { ...facts, deadline });
    if (!wasThere) await believeGone(this.ports, { ...facts, target, account: state.account });
  }

  /** Brings a resource that exists and is not in the state to the desired state. What the user did not write stays. */
  private async takeOver(work: Work, id: string): Promise<State> {
    const { patch } = await work.plan(id);
    const paths = patch.map(({ path }) => path.slice(1)).join(", ");
    const what = patch.length === 0 ? "nothing changes on it" : `changes on it: ${paths}`;
    this.ports.tell(`adopting ${work.schema.typeName} "${id}": ${what}`);
    return this.bring(work, id);
  }

  private async bring(work: Work, id: string): Promise<State> {
    const progress: { before: JsonObject; accepted: boolean } = { before: {}, accepted: false };
    try {
      await change(this.ports.clock, work.cloud, work.facts, {
        prepare: async () => {
          const { live, patch } = await work.plan(id);
          progress.before = live;
          return patch.length === 0 ? undefined : this.sender(work, id, patch);
        },
        accepted: () => (progress.accepted = true),
        mayRepeat: async () => Promise.resolve(true),
      });
      if (!progress.accepted) return await work.seenAs(id, progress.before, "learn");
      const owned = work.ownedOnWire();
      return await work.look(id, (after) =>
        notApplied(work.schema, work.family, { desired: work.wire, owned, before: progress.before, after }),
      );
    } catch (error) {
      if (progress.accepted) await work.keepRemnant(id, error);
      throw error;
    }
  }

  private sender(work: Work, id: string, patch: readonly PatchOperation[]): (token: string) => Promise<ProgressEvent> {
    return async (token) => work.cloud.update(work.schema.typeName, id, patch, token);
  }
}

const NO_ID = "AWS reported success but no identifier";

/** `@pulumi/aws` joins the parts of an id by a slash, AWS by a bar: both are understood. */
function importedId(work: Work, given: string): string {
  const parts = work.schema.identifier.length;
  return parts > 1 && !given.includes("|") && given.split("/").length === parts ? given.replaceAll("/", "|") : given;
}
