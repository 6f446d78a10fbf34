import { difference, type Difference } from "./core/diff";
import { CloudControlError, type OperationName } from "./core/errors";
import { familyOf, schemaForUsers } from "./core/families/index";
import type { Family, Notes, Place } from "./core/families/family";
import { identifierOf } from "./core/identifier";
import type { JsonObject } from "./core/json";
import { planPatch } from "./core/patch";
import { typeSchema, type RegistrySchema } from "./core/schema";
import { notApplied } from "./core/verify";
import { viewOf, type Spelling } from "./core/view";
import { change, remove, type ChangeFacts } from "./operations";
import type { CloudControl, Ports, ProgressEvent } from "./ports";
import { backoff, CACHE_CLUSTER_DEADLINE, DEFAULT_DEADLINE, persist } from "./waiting";

/** What the program wants of one resource; `desired` is in CloudFormation's casing. */
export interface Want {
  readonly schema: RegistrySchema;
  readonly region: string;
  readonly desired: JsonObject;
}

/** What the state holds of one resource. */
export interface State {
  readonly schema: RegistrySchema;
  readonly id: string;
  readonly region: string;
  readonly account?: string | undefined;
  /** Owned paths with the values last seen. */
  readonly owned: JsonObject;
  /** What only AWS sets. */
  readonly attributes: JsonObject;
  readonly notes: Notes;
}

/** An operation that failed after AWS had accepted it: what exists is in `state` and must be kept. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  constructor(
    readonly state: State,
    readonly reason: Error,
  ) {
    super(reason.message, { cause: reason });
  }
}

/** Codes of failed creates after which a resource at the identifier is not a remnant of that create. */
const NOTHING_MADE: ReadonlySet<string> = new Set([
  "AlreadyExists",
  "AccessDenied",
  "InvalidCredentials",
  "NotUpdatable",
  "NotFound",
]);
/** Reads after a change, until AWS shows it. */
const READ_TRIES = 5;

/** One operation on one resource: what every step of it needs. */
interface Work {
  readonly cloud: CloudControl;
  readonly family: Family;
  readonly want: Want;
  readonly facts: ChangeFacts;
  readonly notes: Notes;
  /** The desired state in AWS's own terms. */
  readonly wire: JsonObject;
}

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
   * Creates the resource and reads it back.
   *
   * @throws PartialFailure where something exists all the same
   */
  async create(want: Want): Promise<State> {
    const schema = typeSchema(want.schema);
    const work = await this.begin("Create", want, {});
    const progress: { accepted?: ProgressEvent } = {};
    const idOf = (event: ProgressEvent | undefined): string | undefined =>
      event?.identifier ?? identifierOf(schema, work.wire);
    try {
      const ended = await change(this.ports.clock, work.cloud, work.facts, {
        prepare: async () => Promise.resolve(async (token) => work.cloud.create(schema.typeName, work.wire, token)),
        accepted: (event) => (progress.accepted = event),
        // A failed try may have left a resource behind: a second one would meet it, or make another.
        mayRepeat: async (event) => {
          const id = idOf(event);
          return id !== undefined && (await this.live(work.cloud, schema.typeName, id)) === undefined;
        },
      });
      const id = idOf(ended);
      if (id === undefined) throw new CloudControlError({ ...work.facts, code: "InternalFailure", message: NO_ID });
      return await this.look(work, id, () => []);
    } catch (error) {
      const id = idOf(progress.accepted);
      if (progress.accepted && id !== undefined) await this.keepRemnant(work, id, error);
      throw error;
    }
  }

  /** The resource as it is now, or undefined where AWS says that it does not exist. */
  async read(state: State): Promise<State | undefined> {
    const typeName = state.schema.typeName;
    let live: JsonObject | undefined;
    try {
      live = await this.live(this.ports.cloudControl(state.region), typeName, state.id);
    } catch (error) {
      throw CloudControlError.from(error, { operation: "Read", typeName, subject: state.id });
    }
    if (live === undefined) return undefined;
    const place = await this.placeOf(state);
    // Of a resource that is only read, everything is shown and nothing is owned.
    if (state.notes.external) return { ...state, ...place, owned: live, attributes: {} };
    const family = familyOf(typeName);
    return { ...state, ...place, ...viewOf(state.schema, family, state.owned, state.notes, live, "apply") };
  }

  /**
   * Brings the resource to the desired state by a patch against its live model, reads it back and verifies.
   *
   * @throws PartialFailure once AWS has accepted the patch, with what is there then
   */
  async update(state: State, want: Want): Promise<State> {
    const work = await this.begin("Update", want, state.notes, state);
    const { clock } = this.ports;
    const schema = typeSchema(want.schema);
    const owned = work.family.toWire?.(state.owned, { ...work.notes, ...state.notes }) ?? state.owned;
    const progress = { before: {} as JsonObject, accepted: false };
    try {
      await change(clock, work.cloud, work.facts, {
        prepare: async () => {
          progress.before = await this.liveOrGone(work, state.id);
          const offValues = work.family.offValues ?? {};
          const patch = planPatch(schema, { desired: work.wire, owned, live: progress.before, offValues });
          if (patch.length === 0) return undefined;
          return async (token) => work.cloud.update(schema.typeName, state.id, patch, token);
        },
        accepted: () => (progress.accepted = true),
        mayRepeat: async () => Promise.resolve(true),
      });
      if (!progress.accepted) return await this.seenAs(work, state.id, progress.before, "learn", state);
      const judge = (after: JsonObject): string[] =>
        notApplied(schema, work.family, { desired: work.wire, owned, before: progress.before, after });
      return await this.look(work, state.id, judge, state);
    } catch (error) {
      if (progress.accepted) await this.keepRemnant(work, state.id, error, state);
      throw error;
    }
  }

  /** Deletes the resource and waits until it is gone; one that is already gone is deleted. */
  async delete(state: State): Promise<void> {
    const facts = this.factsOf("Delete", state.schema.typeName, state.id, this.deadlineOf([state.owned, {}]));
    await remove(this.ports.clock, this.ports.cloudControl(state.region), facts);
  }

  private async begin(operation: OperationName, want: Want, known: Notes, state?: State): Promise<Work> {
    const cloud = this.ports.cloudControl(want.region);
    const family = familyOf(want.schema.typeName);
    const lookup = async (typeName: string, id: string): Promise<JsonObject | undefined> =>
      this.live(cloud, typeName, id);
    const notes = (await family.resolve?.(want.desired, known, lookup)) ?? known;
    const wire = family.toWire?.(want.desired, notes) ?? want.desired;
    const subject = state?.id ?? identifierOf(typeSchema(want.schema), wire);
    const deadline = this.deadlineOf([state?.owned ?? {}, want.desired]);
    return {
      cloud,
      family,
      want,
      notes,
      wire,
      facts: this.factsOf(operation, want.schema.typeName, subject, deadline),
    };
  }

  private factsOf(
    operation: OperationName,
    typeName: string,
    subject: string | undefined,
    deadline: number,
  ): ChangeFacts {
    return { operation, typeName, subject, deadline };
  }

  /** Longer where the change makes, resizes or removes a cache cluster. */
  private deadlineOf([before, after]: readonly [JsonObject, JsonObject]): number {
    const cacheOf = (model: JsonObject): string =>
      model.CacheClusterEnabled === true ? `on ${JSON.stringify(model.CacheClusterSize)}` : "off";
    return this.ports.clock.now() + (cacheOf(before) === cacheOf(after) ? DEFAULT_DEADLINE : CACHE_CLUSTER_DEADLINE);
  }

  private async live(cloud: CloudControl, typeName: string, id: string): Promise<JsonObject | undefined> {
    return persist(this.ports.clock, async () => cloud.get(typeName, id));
  }

  private async liveOrGone(work: Work, id: string): Promise<JsonObject> {
    const live = await this.live(work.cloud, work.want.schema.typeName, id);
    if (live !== undefined) return live;
    throw new CloudControlError({ ...work.facts, code: "NotFound", message: "it was deleted outside Pulumi" });
  }

  /**
   * Reads the resource back after a change. AWS may not show the change at once, so what is missing or judged not
   * applied is asked for again, a few times.
   */
  private async look(work: Work, id: string, judge: (live: JsonObject) => string[], before?: State): Promise<State> {
    for (let attempt = 1; ; attempt++) {
      const live = await this.live(work.cloud, work.want.schema.typeName, id);
      const kept = live && judge(live);
      if (live && kept?.length === 0) return this.seenAs(work, id, live, "learn", before);
      if (attempt >= READ_TRIES) {
        const message = kept ? `AWS kept its own value of ${kept.join(", ")}` : "AWS does not show the new resource";
        throw new CloudControlError({
          ...work.facts,
          subject: id,
          code: kept ? "NotApplied" : "NotStabilized",
          message,
        });
      }
      await this.ports.clock.sleep(backoff(this.ports.clock, attempt));
    }
  }

  private async seenAs(
    { want, family, notes }: Work,
    id: string,
    live: JsonObject,
    spelling: Spelling,
    before?: State,
  ): Promise<State> {
    const view = viewOf(want.schema, family, want.desired, notes, live, spelling);
    return { schema: want.schema, id, ...(await this.placeOf(before ?? want)), ...view };
  }

  /** Where the resource lives, with the account if an output of the type needs it. */
  private async placeOf(of: Want | State): Promise<Place> {
    const known = "account" in of ? of.account : undefined;
    const needed = familyOf(of.schema.typeName).needsAccount === true;
    const account = known ?? (needed ? await this.ports.account(of.region) : undefined);
    return account === undefined ? { region: of.region } : { region: of.region, account };
  }

  /** After a failure, whatever exists is kept in the state with its real properties. Returns where nothing exists. */
  private async keepRemnant(work: Work, id: string, error: unknown, before?: State): Promise<void> {
    if (!(error instanceof Error)) return;
    if (!before && error instanceof CloudControlError && NOTHING_MADE.has(error.code)) return;
    let live: JsonObject | undefined;
    try {
      live = await this.live(work.cloud, work.want.schema.typeName, id);
    } catch {
      // Nobody can say what exists. A state entry too many is repaired by a refresh, while a resource that no state
      // knows is found by nobody.
      const { want, notes } = work;
      const unseen = { schema: want.schema, id, region: want.region, owned: {}, attributes: {}, notes };
      throw new PartialFailure(before ?? unseen, error);
    }
    if (!live || (!before && isForeign(work.wire, live))) return;
    throw new PartialFailure(await this.seenAs(work, id, live, "apply", before), error);
  }
}

/** Whether a resource found after a failed create was made by somebody else: it holds another value than was sent. */
function isForeign(sent: JsonObject, live: JsonObject): boolean {
  return Object.entries(sent).some(([key, value]) => {
    const found = live[key];
    return typeof value === "string" && typeof found === "string" && found !== value;
  });
}

const NO_ID = "AWS reported success but no identifier";
