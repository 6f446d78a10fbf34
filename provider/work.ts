import { refusedChanges } from "./core/diff";
import { CloudControlError, type OperationName } from "./core/errors";
import { familyOf } from "./core/families/index";
import { settled, type Family, type Notes } from "./core/families/family";
import { identifierOf } from "./core/identifier";
import { deepEqual, omit, own, type JsonObject } from "./core/json";
import { doubted, ownedByEither } from "./core/owned";
import { planPatch, type PatchOperation } from "./core/patch";
import { isReadable, typeSchema, type TypeSchema } from "./core/schema";
import { bearsTagsOf, DOUBTFUL, isForeign, MIDWAY, NOTHING_MADE } from "./core/remnant";
import { keepIgnoredTags, leftToOthers, tagKeys, withoutIgnoredTags, type IgnoredTags } from "./core/tags";
import type { ModelPath } from "./core/verify";
import { viewOf, type Spelling } from "./core/view";
import type { ChangeFacts } from "./operations";
import type { CloudControl, CreateIntent, Ports } from "./ports";
import { persist, reading, readUntil } from "./retry";
import { PartialFailure, type State, type Want } from "./state";
import { deadlineOf } from "./waiting";

/** One operation on one resource, after its references were looked up: what every step of it needs. */
export class Work {
  readonly schema: TypeSchema;
  readonly family: Family;

  private constructor(
    readonly ports: Ports,
    readonly cloud: CloudControl,
    readonly want: Want,
    readonly before: State | undefined,
    private learned: Notes,
    /** The desired state in AWS's own terms. */
    readonly wire: JsonObject,
    readonly facts: ChangeFacts,
  ) {
    this.schema = typeSchema(want.schema);
    this.family = familyOf(want.schema.typeName);
  }

  /** What was worked out so far. */
  get notes(): Notes {
    return this.learned;
  }

  static async begin(ports: Ports, operation: OperationName, want: Want, before?: State): Promise<Work> {
    const { schema, options, desired } = want;
    const cloud = ports.cloudControl(options.target);
    const family = familyOf(schema.typeName);
    const lookup = async (typeName: string, id: string): Promise<JsonObject | undefined> =>
      reading(ports.clock, { typeName, subject: id }, async () => cloud.get(typeName, id));
    // What AWS refused to another value, or at another time, it may accept now.
    const past = omit(settled(before?.notes ?? {}) as JsonObject, ["refused"]) as Notes;
    // What the program sets is its own from then on, and goes when the program drops it.
    const set = new Set(tagKeys(typeSchema(schema), desired));
    const known = past.brought ? { ...past, brought: past.brought.filter((key) => !set.has(key)) } : past;
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
      tell: (line) => {
        ports.tell(line);
      },
    });
  }

  /** Waits until the service takes such a change; see {@link Ports.turn}. */
  async turn(operation: OperationName): Promise<number> {
    const { typeName } = this.schema.root;
    return (await this.ports.turn?.(this.want.options.target, { operation, typeName, model: this.wire })) ?? 0;
  }

  /** What the journal keeps of a create, in its own way. */
  async intent(): Promise<CreateIntent> {
    const { schema, options, identity, account = await this.ports.account(options.target) } = this.want;
    const { typeName } = schema;
    const id = identifierOf(this.schema, this.wire);
    return { identity, typeName, region: options.target.region, account, id, desired: this.wire };
  }

  /** The live model of a resource that should be there; undefined where AWS does not show it in time. */
  async appeared(id: string): Promise<JsonObject | undefined> {
    return readUntil(
      this.ports.clock,
      async () => this.live(id),
      (live) => live !== undefined,
    );
  }

  /**
   * What a create has left that failed with this code. Where its handler may have made something, which it has if it
   * tells an identifier that only AWS can make, a first "not found" is not believed: AWS may not show it at once.
   */
  async left(id: string, code: string): Promise<JsonObject | undefined> {
    const isMade = MIDWAY.has(code) || identifierOf(this.schema, this.wire) === undefined;
    return isMade ? this.appeared(id) : this.live(id);
  }

  /** The live model, without the tags that the stack leaves to others; undefined where there is none. */
  async live(id: string): Promise<JsonObject | undefined> {
    if (!isReadable(this.schema.root)) return this.wire;
    const model = await persist(this.ports.clock, async () => this.cloud.get(this.schema.typeName, id));
    return model && withoutIgnoredTags(this.schema, model, this.ignored());
  }

  private leaveForeignTags(live: JsonObject): void {
    const own = new Set(tagKeys(this.schema, this.wire));
    const brought = tagKeys(this.schema, live).filter((key) => !own.has(key));
    if (brought.length > 0) this.learned = { ...this.learned, brought };
  }

  private ignored(): IgnoredTags {
    return leftToOthers(this.schema, this.ports.settings.ignoreTags, this.notes.brought, this.wire);
  }

  /**
   * The patch from the live model to the desired state, with what it was planned against.
   *
   * @param found - `"somebody's"`: the tags that the program does not set are left to others for good; `"sent"`: an
   * earlier run has made it from the very same desired state
   */
  async plan(
    id: string,
    found?: "somebody's" | "sent",
  ): Promise<{ readonly live: JsonObject; readonly patch: readonly PatchOperation[] }> {
    const whole =
      this.before && !isReadable(this.schema.root)
        ? this.ownedOnWire()
        : await persist(this.ports.clock, async () => this.cloud.get(this.schema.typeName, id));
    if (whole === undefined) {
      throw new CloudControlError({ ...this.facts, code: "NotFound", message: "it was deleted outside Pulumi" });
    }
    if (found === "somebody's") this.leaveForeignTags(whole);
    const ignored = this.ignored();
    const live = withoutIgnoredTags(this.schema, whole, ignored);
    const offValues = this.family.offValues ?? {};
    const owned = found === "sent" ? this.wire : this.ownedOnWire();
    const patch = planPatch(this.schema, { desired: this.wire, owned, live, offValues });
    return { live, patch: keepIgnoredTags(this.schema, patch, whole, ignored) };
  }

  /**
   * AWS refused to change a conditional create-only value in place: CloudFormation would replace the resource. The
   * refusal is noted, so that the next preview shows the replacement and nobody is surprised by it.
   */
  refusal(error: unknown): unknown {
    if (error instanceof CloudControlError && error.code === "UnsupportedActionException" && this.before) {
      const fix = 'have it replaced instead: add the option `replaceOnChanges: ["*"]`';
      return error.withFix(fix);
    }
    const isRefused = error instanceof CloudControlError && /^NotUpdatable(Exception)?$/.test(error.code);
    if (!isRefused || !this.before) return error;
    const { id, owned } = this.before;
    const refused = refusedChanges(this.schema, { id, owned, desired: this.want.desired, resolved: [] });
    const [first] = Object.keys(refused);
    if (first === undefined) return error;
    this.learned = { ...this.learned, refused };
    const property = this.want.names(first.split("/"));
    const fix = `run \`pulumi up\` again, which shows the replacement that this change of ${property} needs, or take the change back`;
    return error.withFix(fix);
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
  async look(id: string, requestToken: string | undefined, judge: (live: JsonObject) => ModelPath[]): Promise<State> {
    const read = async (): Promise<{ live: JsonObject | undefined; kept: ModelPath[] | undefined }> => {
      const live = await this.live(id);
      return { live, kept: live && judge(live) };
    };
    const { live, kept } = await readUntil(this.ports.clock, read, (seen) => seen.kept?.length === 0);
    if (live && kept?.length === 0) return this.seenAs(id, live, "learn");
    const paths = kept?.map((path) => this.want.names(path)).join(", ");
    throw new CloudControlError({
      ...this.facts,
      subject: id,
      code: kept ? "NotApplied" : "NotStabilized",
      message: kept ? `AWS kept its own value of ${paths ?? ""}` : "AWS does not show the new resource",
      requestToken,
      unfinished: live === undefined,
    });
  }

  /** Members that AWS shows in another way than they were sent: in its own spelling, or from a time before. */
  spelledOtherwise(live: JsonObject): ModelPath[] {
    const { schema, desired } = this.want;
    const { notes } = viewOf(schema, this.family, desired, this.notes, live, "learn");
    return Object.keys(notes.spelled ?? {}).map((member) => [member]);
  }

  /** The state that a live model makes, at the paths that `desired` owns. */
  async seenAs(id: string, live: JsonObject, spelling: Spelling, desired = this.want.desired): Promise<State> {
    const { schema, options, account } = this.want;
    const view = viewOf(schema, this.family, desired, this.notes, live, spelling);
    const known = account ?? this.before?.account ?? (await this.ports.account(options.target));
    return { schema, id, options, account: known, ...view };
  }

  /**
   * After a failure, whatever exists is kept in the state with its real properties. Returns where nothing exists and
   * nothing can come to exist any more, or where what exists does not show to be of this create: that is true then.
   */
  async keepRemnant(id: string, error: unknown): Promise<boolean> {
    if (!(error instanceof Error)) return false;
    const failed = error instanceof CloudControlError ? error : undefined;
    const open = failed?.facts.unfinished ? failed.requestToken : undefined;
    // What a failed update has done to a resource that AWS never shows nobody knows: it is made again.
    if (this.before && !isReadable(this.schema.root)) throw new PartialFailure(this.unseen(id, open), error);
    if (!this.before && open === undefined && failed && NOTHING_MADE.has(failed.code)) return false;
    let live: JsonObject | undefined;
    try {
      live = this.before ? await this.live(id) : await this.left(id, failed?.code ?? "");
    } catch {
      // Nobody can say what exists. A state entry too many is repaired by a refresh, while a resource that no state
      // knows is found by nobody. What nobody has seen may show late.
      throw new PartialFailure(this.unseen(id, open ?? failed?.requestToken), error);
    }
    if (!live) {
      if (open === undefined) return false;
      throw new PartialFailure(this.unseen(id, open), error);
    }
    if (!this.before && open === undefined && this.isOthers(live, failed?.code ?? "")) return true;
    // What the program dropped and AWS kept is still owned: the next diff must see it.
    const before = this.before?.owned ?? {};
    const owned = doubted(this.schema, ownedByEither(this.schema, this.want.desired, before), before);
    // AWS's spelling is that of the value before, and says nothing of the one that was to come.
    const spelled = Object.entries(this.notes.spelled ?? {}).filter(([key]) =>
      deepEqual(own(this.want.desired, key), own(before, key)),
    );
    this.learned = { ...this.learned, spelled: Object.fromEntries(spelled) };
    const state = await this.seenAs(id, live, "apply", owned);
    throw new PartialFailure(open === undefined ? state : { ...state, notes: { ...state.notes, open } }, error);
  }

  /** Whether what is found after a failed create is somebody else's. An identifier that AWS made is nobody else's. */
  private isOthers(live: JsonObject, code: string): boolean {
    if (identifierOf(this.schema, this.wire) === undefined) return false;
    if (isForeign(this.schema, this.wire, live)) return true;
    return DOUBTFUL.has(code) && !bearsTagsOf(this.schema, this.wire, live);
  }

  /** What is known of a resource that cannot be read: the state as it was, or what was sent. */
  private unseen(id: string, open: string | undefined): State {
    const { schema, options, account, desired } = this.want;
    const sent: State = {
      schema,
      id,
      options,
      account,
      owned: doubted(this.schema, desired, {}),
      attributes: {},
      notes: this.notes,
    };
    // What the update may have brought is let go of where the next program drops it; what it may have changed still differs.
    const known = this.before
      ? { ...this.before, owned: ownedByEither(this.schema, this.before.owned, desired) }
      : sent;
    const { refused } = this.notes;
    const more = { ...(refused ? { refused } : {}), ...(open === undefined ? {} : { open }) };
    return { ...known, notes: { ...known.notes, ...more } };
  }
}
