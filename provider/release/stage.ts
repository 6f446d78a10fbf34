import { wantOf, type Bag } from "../bag";
import { CloudControlError } from "../core/errors";
import { omit, type JsonObject } from "../core/json";
import { stageMembers, type ReleaseRecord } from "../core/release/record";
import { follows, liveOf, type Live } from "../core/release/recovery";
import type { RegistrySchema } from "../core/schema";
import type { Lifecycle } from "../lifecycle";
import type { Ports } from "../ports";
import { reading, readUntil } from "../retry";
import { PartialFailure, type State, type Want } from "../state";

/** What of a stage the release decides. */
const OWN = ["DeploymentId", "CanarySetting", "Variables"];

/** What a released stage is made of. */
export interface ReleasedStageParts {
  readonly lifecycle: Lifecycle;
  readonly ports: Ports;
  readonly schema: RegistrySchema;
  /** The program's inputs, without the words of the release. */
  readonly bag: Bag;
}

/** The stage as one of the release's hands: it is brought to what a record says, and read back. */
export class ReleasedStage {
  /** Whether the engine has been told of the stage. */
  private readonly isShown: boolean;

  /** @param known - the stage as the engine knows it; undefined: it is not there yet */
  constructor(
    private readonly parts: ReleasedStageParts,
    private known: State | undefined,
  ) {
    this.isShown = known !== undefined;
  }

  /** The stage as it was last seen. */
  get state(): State | undefined {
    return this.known;
  }

  /** What the program wants of the stage, with what the record makes of it. */
  want(record: ReleaseRecord): Want {
    const want = wantOf(this.parts.bag, this.parts.schema);
    return { ...want, desired: { ...omit(want.desired, OWN), ...stageMembers(record) } };
  }

  async create(record: ReleaseRecord): Promise<void> {
    await this.keeping(async () => this.parts.lifecycle.create(this.want(record)));
  }

  /**
   * Brings the stage to what the record says and looks whether it is so.
   *
   * @throws CloudControlError NotApplied where AWS reports success and serves something else
   */
  async follow(record: ReleaseRecord): Promise<void> {
    const { lifecycle, ports, schema } = this.parts;
    const { known } = this;
    if (!known) throw new Error("a stage is created before it is changed");
    const want = this.want(record);
    await this.keeping(async () => (this.isShown ? lifecycle.update(known, want) : lifecycle.amend(known, want)));
    const doesFollow = (live: Live | undefined): boolean => live !== undefined && follows(live, record);
    if (doesFollow(await readUntil(ports.clock, async () => this.live(), doesFollow))) return;
    const message = "AWS reported success, but the stage does not serve what the release says";
    const { typeName } = schema;
    throw new CloudControlError({ operation: "Update", typeName, subject: known.id, code: "NotApplied", message });
  }

  /** What the stage serves now; undefined where it does not exist. */
  async live(): Promise<Live | undefined> {
    const { ports, schema } = this.parts;
    const { known } = this;
    if (!known) return undefined;
    const cloud = ports.cloudControl(known.options.target);
    const what = { typeName: schema.typeName, subject: known.id };
    const model = await reading(ports.clock, what, async () => cloud.get(schema.typeName, known.id));
    return model && liveOf(model satisfies JsonObject);
  }

  private async keeping(run: () => Promise<State>): Promise<void> {
    try {
      this.known = await run();
    } catch (error) {
      if (error instanceof PartialFailure) this.known = error.state;
      throw error;
    }
  }
}
