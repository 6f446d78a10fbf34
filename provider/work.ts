import { CloudControlError, type OperationName } from "./core/errors";
import { familyOf } from "./core/families/index";
import type { Family, Notes } from "./core/families/family";
import { identifierOf } from "./core/identifier";
import type { JsonObject } from "./core/json";
import { planPatch, type PatchOperation } from "./core/patch";
import { typeSchema, type RegistrySchema, type TypeSchema } from "./core/schema";
import { keepIgnoredTags, withoutIgnoredTags } from "./core/tags";
import { viewOf, type Spelling } from "./core/view";
import type { ChangeFacts } from "./operations";
import type { CloudControl, Ports } from "./ports";
import type { Options } from "./target";
import { backoff, CACHE_CLUSTER_DEADLINE, DEFAULT_DEADLINE, persist } from "./waiting";

/** What the program wants of one resource; `desired` is in CloudFormation's casing. */
export interface Want {
  readonly schema: RegistrySchema;
  readonly options: Options;
  readonly account?: string | undefined;
  readonly desired: JsonObject;
}

/** What the state holds of one resource. */
export interface State {
  readonly schema: RegistrySchema;
  readonly id: string;
  readonly options: Options;
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

/** Reads after a change, until AWS shows it. */
const READ_TRIES = 5;
/** Codes of failed creates after which a resource at the identifier is not a remnant of that create. */
const NOTHING_MADE: ReadonlySet<string> = new Set([
  "AlreadyExists",
  "AccessDenied",
  "InvalidCredentials",
  "NotUpdatable",
  "NotFound",
]);

/** One operation on one resource, after its references were looked up: what every step of it needs. */
export class Work {
  readonly schema: TypeSchema;
  readonly family: Family;

  private constructor(
    readonly ports: Ports,
    readonly cloud: CloudControl,
    readonly want: Want,
    readonly before: State | undefined,
    readonly notes: Notes,
    /** The desired state in AWS's own terms. */
    readonly wire: JsonObject,
    readonly facts: ChangeFacts,
  ) {
    this.schema = typeSchema(want.schema);
    this.family = familyOf(want.schema.typeName);
  }

  static async begin(ports: Ports, operation: OperationName, want: Want, before?: State): Promise<Work> {
    const { schema, options, desired } = want;
    const cloud = ports.cloudControl(options.target);
    const family = familyOf(schema.typeName);
    const lookup = async (typeName: string, id: string): Promise<JsonObject | undefined> =>
      persist(ports.clock, async () => cloud.get(typeName, id));
    const known = before?.notes ?? {};
    const notes = (await family.resolve?.(desired, known, lookup)) ?? known;
    const wire = family.toWire?.(desired, notes) ?? desired;
    const subject = before?.id ?? options.importId ?? identifierOf(typeSchema(schema), wire);
    const chosen = operation === "Create" ? options.timeouts.create : options.timeouts.update;
    const deadline = deadlineOf(ports, chosen, before?.owned ?? {}, desired);
    return new Work(ports, cloud, want, before, notes, wire, {
      operation,
      typeName: schema.typeName,
      subject,
      deadline,
    });
  }

  /** The live model, without the tags that the stack leaves to others; undefined where there is none. */
  async live(id: string): Promise<JsonObject | undefined> {
    const model = await persist(this.ports.clock, async () => this.cloud.get(this.schema.typeName, id));
    return model && withoutIgnoredTags(this.schema, model, this.ports.settings.ignoreTags);
  }

  /** The patch from the live model to the desired state, with what it was planned against. */
  async plan(id: string): Promise<{ readonly live: JsonObject; readonly patch: readonly PatchOperation[] }> {
    const whole = await persist(this.ports.clock, async () => this.cloud.get(this.schema.typeName, id));
    if (whole === undefined) {
      throw new CloudControlError({ ...this.facts, code: "NotFound", message: "it was deleted outside Pulumi" });
    }
    const ignored = this.ports.settings.ignoreTags;
    const live = withoutIgnoredTags(this.schema, whole, ignored);
    const offValues = this.family.offValues ?? {};
    const patch = planPatch(this.schema, { desired: this.wire, owned: this.ownedOnWire(), live, offValues });
    return { live, patch: keepIgnoredTags(this.schema, patch, whole, ignored) };
  }

  /** What was owned before, in AWS's own terms. */
  ownedOnWire(): JsonObject {
    if (!this.before) return {};
    const { owned, notes } = this.before;
    return this.family.toWire?.(owned, { ...this.notes, ...notes }) ?? owned;
  }

  /**
   * Reads the resource back after a change. AWS may not show the change at once, so what is missing or judged not
   * applied is asked for again, a few times.
   */
  async look(id: string, judge: (live: JsonObject) => string[]): Promise<State> {
    for (let attempt = 1; ; attempt++) {
      const live = await this.live(id);
      const kept = live && judge(live);
      if (live && kept?.length === 0) return this.seenAs(id, live, "learn");
      if (attempt >= READ_TRIES) {
        const message = kept ? `AWS kept its own value of ${kept.join(", ")}` : "AWS does not show the new resource";
        throw new CloudControlError({
          ...this.facts,
          subject: id,
          code: kept ? "NotApplied" : "NotStabilized",
          message,
        });
      }
      await this.ports.clock.sleep(backoff(this.ports.clock, attempt));
    }
  }

  /** The state that a live model makes. */
  async seenAs(id: string, live: JsonObject, spelling: Spelling): Promise<State> {
    const { schema, options, desired, account } = this.want;
    const view = viewOf(schema, this.family, desired, this.notes, live, spelling);
    const known = account ?? this.before?.account ?? (await this.ports.account(options.target));
    return { schema, id, options, account: known, ...view };
  }

  /** After a failure, whatever exists is kept in the state with its real properties. Returns where nothing exists. */
  async keepRemnant(id: string, error: unknown): Promise<void> {
    if (!(error instanceof Error)) return;
    if (!this.before && error instanceof CloudControlError && NOTHING_MADE.has(error.code)) return;
    let live: JsonObject | undefined;
    try {
      live = await this.live(id);
    } catch {
      // Nobody can say what exists. A state entry too many is repaired by a refresh, while a resource that no state
      // knows is found by nobody.
      const { schema, options, account } = this.want;
      const unseen: State = { schema, id, options, account, owned: {}, attributes: {}, notes: this.notes };
      throw new PartialFailure(this.before ?? unseen, error);
    }
    if (!live || (!this.before && isForeign(this.wire, live))) return;
    throw new PartialFailure(await this.seenAs(id, live, "apply"), error);
  }
}

/** Whether a resource found after a failed create was made by somebody else: it holds another value than was sent. */
function isForeign(sent: JsonObject, live: JsonObject): boolean {
  return Object.entries(sent).some(([key, value]) => {
    const found = live[key];
    return typeof value === "string" && typeof found === "string" && found !== value;
  });
}

/** The end of an operation: what the user gave, else longer where a cache cluster is made, resized or removed. */
export function deadlineOf(ports: Ports, chosen: number | undefined, before: JsonObject, after: JsonObject): number {
  const cacheOf = (model: JsonObject): string =>
    model.CacheClusterEnabled === true ? `on ${JSON.stringify(model.CacheClusterSize)}` : "off";
  const usual = cacheOf(before) === cacheOf(after) ? DEFAULT_DEADLINE : CACHE_CLUSTER_DEADLINE;
  return ports.clock.now() + (chosen ?? usual);
}
