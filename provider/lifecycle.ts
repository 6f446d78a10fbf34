import { Adoption } from "./adoption";
import { believeGone, guard } from "./accounts";
import { difference, type Difference } from "./core/diff";
import { CloudControlError, isRefusal } from "./core/errors";
import { settled } from "./core/families/family";
import { familyOf, schemaForUsers } from "./core/families/index";
import { barred, identifierOf } from "./core/identifier";
import type { JsonObject } from "./core/json";
import type { PatchOperation } from "./core/patch";
import { isReadable, typeSchema } from "./core/schema";
import { leftToOthers, withoutIgnoredTags } from "./core/tags";
import { notApplied, type ModelPath } from "./core/verify";
import { viewOf } from "./core/view";
import { deleteResource } from "./deletion";
import { explained } from "./explain";
import { outlastOpen, readOpen, type Seen } from "./open";
import { change } from "./operations";
import type { JournalEntry, Ports, ProgressEvent, Token } from "./ports";
import { hasEnded } from "./retry";
import { PartialFailure, type State, type Want } from "./state";
import { Work } from "./work";

/**
 * The life of a resource against Cloud Control, for any type. It knows nothing of dynamic providers or of the shape of
 * their bags, so that another kind of provider can stand on it.
 */
export class Lifecycle {
  private readonly adoption: Adoption;

  constructor(private readonly ports: Ports) {
    this.adoption = new Adoption(ports);
  }

  /** Tells at preview what an adoption would change; see {@link Adoption.foresee}. */
  async foresee(want: Want): Promise<void> {
    await this.adoption.foresee(want);
  }

  /** The program has the resource; `isInState`: the state may have it, too. */
  async meet(identity: string, isInState: boolean): Promise<void> {
    if (isInState) this.adoption.met(identity);
    await this.ports.journal.met(identity, isInState);
  }

  /** The state has the resource, and the program still has one of this identity. */
  async recognise({ schema, options, id, account }: State, identity?: string, files?: "soon"): Promise<void> {
    if (identity !== undefined) {
      this.ports.journal.compared(identity);
      this.adoption.met(identity, id);
    }
    const shown = { typeName: schema.typeName, region: options.target.region, id, account };
    await this.ports.journal.settle(shown, files);
  }

  /** What changed between state and program. Makes no calls. */
  diff(state: State, want: Want): Difference {
    return difference(schemaForUsers(state.schema), {
      id: state.id,
      owned: { ...state.notes.filled, ...state.owned },
      desired: want.desired,
      refused: state.notes.refused,
      resolved: Object.keys(state.notes.filled ?? {}),
    });
  }

  /**
   * Creates the resource, or takes an existing one over where the program says so, and reads it back.
   *
   * @throws PartialFailure where something exists all the same
   */
  async create(given: Want): Promise<State> {
    const want = this.adoption.withoutOwn(given);
    const { typeName } = want.schema;
    await guard(this.ports, { operation: "Create", typeName, target: want.options.target, account: want.account });
    const work = await Work.begin(this.ports, "Create", want);
    if (want.options.importId !== undefined) return this.takeOver(work, barred(work.schema, want.options.importId));
    const entry = await this.ports.journal.begin(await work.intent());
    try {
      const { adoptId } = entry;
      const state = adoptId === undefined ? await this.make(work, entry) : await this.takeOver(work, adoptId);
      await entry.delivered(state.id);
      return state;
    } catch (error) {
      if (error instanceof PartialFailure) await entry.delivered(error.state.id);
      else await entry.failed(error);
      throw error;
    }
  }

  /** Sends the create, or goes on with the one that an earlier run has sent. */
  private async make(work: Work, entry: JournalEntry): Promise<State> {
    const { typeName } = work.schema;
    const progress: { id?: string; token?: string; sent?: Token; isMade?: true; isOld?: boolean } = {};
    const note = ({ identifier, requestToken }: ProgressEvent): void => {
      progress.token = requestToken;
      const id = identifier ?? identifierOf(work.schema, work.wire);
      if (id !== undefined) progress.id = id;
    };
    try {
      await change(this.ports.clock, work.cloud, work.facts, {
        isFixed: true,
        turn: async () => work.turn("Create"),
        token: async () => (progress.sent = await entry.token()),
        ended: async (event) => {
          note(event);
          await entry.heard(event);
        },
        prepare: async () => Promise.resolve(async (token) => work.cloud.create(typeName, work.wire, token)),
        accepted: async (event) => {
          progress.isOld = hasEnded(event);
          note(event);
          await entry.heard(event);
        },
        // A failed try may have left a resource behind: a second one would meet it, or make another. A handler that
        // has made one must tell its identifier, so that without one there is nothing to meet.
        mayRepeat: async ({ errorCode = "" }) =>
          progress.id === undefined || (await work.left(progress.id, errorCode)) === undefined,
      });
      progress.isMade = true;
      const { id } = progress;
      if (id === undefined) throw new CloudControlError({ ...work.facts, code: "InternalFailure", message: NO_ID });
      const isResent = progress.sent?.isResent === true;
      // What has ended only now was made only now: it shows late, and a second one would be made.
      const isSeen = isResent && (await work.appeared(id)) !== undefined;
      const isLost = isResent && !isSeen && progress.isOld === true;
      if (isSeen) await this.mend(work, id);
      let looks = 0;
      const judge = (live: JsonObject): ModelPath[] => (++looks > STALE_READS ? [] : work.spelledOtherwise(live));
      if (!isLost) return await work.look(id, progress.token, judge);
    } catch (caught) {
      const { id } = progress;
      // What AWS says that it has made is there, even if it could not be read back.
      const facts = { ...work.facts, subject: id, requestToken: progress.token, unfinished: progress.isMade };
      const error = await explained(work, CloudControlError.from(caught, facts));
      const exists = error instanceof CloudControlError && /^AlreadyExists(Exception)?$/.test(error.code);
      const existing = id ?? identifierOf(work.schema, work.wire);
      if (exists && this.adoption.isReplaced(work.want, existing)) throw this.adoption.ownInTheWay(error);
      if (exists && work.want.options.adopt && existing !== undefined) return this.takeOver(work, existing);
      const isUnclear = id !== undefined && (await work.keepRemnant(id, error));
      if (!isUnclear || progress.sent?.isResent !== true) throw error;
      // An earlier run's failed try may have made it before somebody changed it: nobody but the user can tell.
      entry.unclear();
      throw error instanceof CloudControlError ? error.withFix(UNCLEAR) : error;
    }
    // What an earlier run made is gone again. The entry's next token is a new one, so that this happens once.
    return this.make(work, entry);
  }

  /** The resource as it is now, or undefined where AWS says that it does not exist. */
  async read(state: State): Promise<State | undefined> {
    if (!state.notes.external) await this.recognise(state);
    const typeName = state.schema.typeName;
    const { target } = state.options;
    const facts = { operation: "Read", typeName, subject: state.id } as const;
    await guard(this.ports, { ...facts, target, account: state.account });
    let seen: Seen;
    try {
      seen = await readOpen(this.ports.clock, this.ports.cloudControl(target), state);
    } catch (error) {
      throw CloudControlError.from(error, facts);
    }
    const { live, open } = seen;
    if (live !== undefined && !isReadable(state.schema) && !state.notes.external) {
      return open === undefined ? { ...state, notes: settled(state.notes) } : state;
    }
    if (live === undefined && open !== undefined) return state;
    if (live === undefined) {
      await believeGone(this.ports, { ...facts, target, account: state.account });
      return undefined;
    }
    const account = state.account ?? (await this.ports.account(target));
    // Of a resource that is only read, everything is shown and nothing is owned.
    if (state.notes.external) return { ...state, account, owned: live, attributes: {} };
    const notes = open === undefined ? settled(state.notes) : state.notes;
    const schema = typeSchema(state.schema);
    const ignored = leftToOthers(schema, this.ports.settings.ignoreTags, notes.brought, state.owned);
    const managed = withoutIgnoredTags(schema, live, ignored);
    return { ...state, account, ...viewOf(state.schema, familyOf(typeName), state.owned, notes, managed, "apply") };
  }

  /**
   * Brings the resource to the desired state by a patch against its live model, reads it back and verifies.
   *
   * @throws PartialFailure once AWS has accepted the patch, with what is there then
   */
  async update(state: State, want: Want): Promise<State> {
    await this.recognise(state);
    return this.amend(state, want);
  }

  /** An update of what was only just created: the engine knows nothing of it yet, so that its journal entry stays. */
  async amend(state: State, want: Want): Promise<State> {
    const facts = { operation: "Update", typeName: want.schema.typeName, subject: state.id } as const;
    await guard(this.ports, { ...facts, target: want.options.target, account: state.account });
    const work = await Work.begin(this.ports, "Update", want, state);
    if (state.notes.open !== undefined) {
      const { live } = await outlastOpen(this.ports.clock, work.cloud, state, work.facts);
      // What was under way came to nothing: it is made now, if it gets the very id that the state knows it by.
      if (live === undefined && identifierOf(work.schema, work.wire) === state.id) return this.create(want);
    }
    return this.bring(work, state.id);
  }

  /** Deletes the resource and waits until it is gone; one that is already gone is deleted. */
  async delete(state: State): Promise<void> {
    await this.recognise(state);
    await deleteResource(this.ports, state);
  }

  /** Brings a resource that exists and is not in the state to the desired state. What the user did not write stays. */
  private async takeOver(work: Work, id: string): Promise<State> {
    await this.adoption.announce(work, id).catch((error: unknown) => {
      throw CloudControlError.from(error, { ...work.facts, subject: id });
    });
    return this.bring(work, id);
  }

  private async bring(work: Work, id: string): Promise<State> {
    const progress: { before: JsonObject; token?: string; isSent?: boolean } = { before: {} };
    try {
      await change(this.ports.clock, work.cloud, work.facts, {
        turn: async () => work.turn("Update"),
        prepare: async () => {
          const { live, patch } = await work.plan(id);
          progress.before = live;
          progress.isSent = patch.length > 0;
          return patch.length === 0 ? undefined : this.sender(work, id, patch);
        },
        accepted: ({ requestToken }) => {
          progress.token = requestToken;
        },
        mayRepeat: async () => Promise.resolve(true),
      });
      if (progress.token === undefined) return await work.seenAs(id, progress.before, "learn");
      const owned = work.ownedOnWire();
      return await work.look(id, progress.token, (after) =>
        notApplied(work.schema, work.family, {
          desired: work.wire,
          owned,
          before: progress.before,
          after,
          spelled: work.before?.notes.spelled,
        }),
      );
    } catch (caught) {
      const facts = { ...work.facts, subject: id, requestToken: progress.token };
      const error = await explained(work, CloudControlError.from(caught, facts));
      const failure = work.refusal(error);
      // What was sent and got no answer may have changed it all the same.
      const isUncertain = progress.isSent === true && !isRefusal(error);
      if (progress.token !== undefined || isUncertain || failure !== error) await work.keepRemnant(id, failure);
      throw failure;
    }
  }

  /** Takes back what others have changed since an earlier run made the resource, which no state has shown. */
  private async mend(work: Work, id: string): Promise<void> {
    const { root } = work.schema;
    // What AWS shows of such a type, or takes for it, is no more than what the create has sent.
    if (!isReadable(root) || root.handlers?.update === undefined) return;
    await change(this.ports.clock, work.cloud, work.facts, {
      turn: async () => work.turn("Update"),
      prepare: async () => {
        const { patch } = await work.plan(id, "sent");
        return patch.length === 0 ? undefined : this.sender(work, id, patch);
      },
      accepted: () => undefined,
      mayRepeat: async () => Promise.resolve(true),
    });
  }

  private sender(work: Work, id: string, patch: readonly PatchOperation[]): (token: string) => Promise<ProgressEvent> {
    return async (token) => work.cloud.update(work.schema.typeName, id, patch, token);
  }
}

/**
 * Reads of a new resource that may still show the one which had its name before: what they show otherwise than it was
 * sent is looked at again before it is taken for AWS's own spelling, and its outputs for the new one's.
 */
const STALE_READS = 2;
const UNCLEAR =
  "look at what stands there: it may be what an earlier run's failed try has left, and was changed since. `npx pulumi-cloudcontrol journal list` names the create, `journal adopt` has the next `pulumi up` take it over, `journal delete` removes it";

const NO_ID = "AWS reported success but no identifier";
