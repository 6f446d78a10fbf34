import type * as pulumi from "@pulumi/pulumi";
import { accountOf, identityOf, inputsOf, openBag, outputsOf, stateOf, type Bag } from "../bag";
import { deepEqual, isObject, jsonClean, omit, type JsonObject } from "../core/json";
import { begun, next, withSteps, withVariables } from "../core/release/plan";
import { forecast } from "../core/release/forecast";
import { effectiveVariables, ownDeployments, readRecord, recordJson, type ReleaseRecord } from "../core/release/record";
import { recovered, type Live, type Marked } from "../core/release/recovery";
import { shownInputs } from "../core/release/shown";
import { bakesOf, readWish } from "../core/release/wish";
import type { RegistrySchema } from "../core/schema";
import { hasUnknown, UNKNOWN } from "../core/unknown";
import { providerOf, quiet } from "../dynamic";
import { KIND } from "../kinds";
import { sealed } from "../secrets";
import { optionsOf } from "../target";
import { DEFAULT_DEADLINE } from "../waiting";
import { PartialFailure, type State } from "../state";
import {
  camelMembers,
  GONE,
  RECORD,
  RELEASE,
  leftHalfWay,
  REMEMBERED,
  renamed,
  stageBag,
  stageIdOf,
  titleOf,
  wordsOf,
  WORDS,
  type Bags,
} from "./bags";
import { failuresOf } from "./check";
import { DEPLOYMENT, Deployments, firstOf, isCertain, listed, ofContent } from "./deployments";
import { Gate } from "./gate";
import { Notices } from "./notices";
import type { ReleaseParts, Run } from "./parts";
import { readStage } from "./reading";
import { ReleasedStage } from "./stage";
import { ReleaseStopped, Walk } from "./walk";

const STAGE = "AWS::ApiGateway::Stage";
const DECIDED = ["deploymentId", "canarySetting"];

/**
 * A stage whose deployments are released: what it serves is decided here and not by its inputs. Stage and release are
 * one resource, so that there is one writer, and one place that says how things are.
 */
export class ReleaseProvider {
  private readonly notices: Notices;

  constructor(private readonly parts: ReleaseParts) {
    this.notices = new Notices(parts.ports);
  }

  async check(olds: Bags, news: Bags): Promise<pulumi.dynamic.CheckResult> {
    const words = wordsOf(news);
    const overrides = isObject(words.stageVariableOverrides)
      ? { canarySetting: { stageVariableOverrides: words.stageVariableOverrides } }
      : {};
    // Which deployment the stage serves is known only later, and never by the program.
    const stage = { ...stageBag(news), deploymentId: UNKNOWN, ...overrides };
    const checked = await this.parts.plain.check(stageBag(olds), stage);
    const failures = [
      ...(checked.failures ?? []).map(renamed),
      ...failuresOf(words, news, () => this.parts.hasAlarms()),
    ];
    const inputs = { ...omit(checked.inputs as JsonObject, DECIDED), [WORDS]: words, [KIND]: RELEASE };
    return jsonClean({ inputs, failures });
  }

  async diff(id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.DiffResult> {
    const before = readRecord((olds as JsonObject)[RECORD]);
    const leaves = news[KIND] !== RELEASE;
    if (leaves || !before) {
      const base = leaves ? news : { ...stageBag(news), deploymentId: olds.deploymentId };
      const result = await this.parts.plain.diff(id, stageBag(olds), base);
      return { ...result, changes: true };
    }
    const words = wordsOf(news);
    const wish = readWish(words, (news as JsonObject).variables);
    const known = hasUnknown(words.steps) ? before : withSteps(before, wish);
    const record = hasUnknown((news as JsonObject).variables) ? known : withVariables(known, wish.variables);
    const { deploymentId, canarySetting, variables } = camelMembers(record);
    const wanted = { ...stageBag(news), deploymentId, ...(canarySetting ? { canarySetting } : {}) };
    const isKnown = !hasUnknown((news as JsonObject).variables) && variables !== undefined;
    const base = await this.parts.plain.diff(id, stageBag(olds), isKnown ? { ...wanted, variables } : wanted);
    await this.recognise(id, olds as JsonObject, before);
    const isOpen = !hasUnknown(words) && next(record, wish) !== undefined;
    if (isOpen) this.notices.once(id, forecast(record, wish));
    else this.notices.refusal(id, before);
    const isWhole = olds[GONE] !== true && !isOpen;
    const same = base.changes === false && isWhole && deepEqual(wordsOf(olds), words);
    return same ? { changes: false } : { ...base, changes: true };
  }

  /** @param left - what is remembered of a stage that is gone */
  async create(inputs: Bags, left?: ReleaseRecord): Promise<pulumi.dynamic.CreateResult> {
    const run = await this.begin(inputs);
    const { wish, stage, deployments } = run;
    const marked = await listed(deployments, left);
    const mine = ofContent(marked, wish);
    const isFresh = wish.initial === undefined && wish.given === undefined && !mine;
    const stable = await firstOf(wish, mine, deployments);
    const record = begun(stable, wish);
    try {
      await stage.create(record);
    } catch (error) {
      if (stage.state && error instanceof PartialFailure) throw this.partial(run, inputs, stage.state, record, error);
      // Nobody else could know of it; but while the stage may still come, it must find it.
      if (isFresh && isCertain(error)) await deployments.remove(stable.id).catch(() => undefined);
      throw quiet(error, run.bag);
    }
    const live = await stage.live();
    const outs = await this.walk(run, inputs, recovered(record, wish, live, marked), true);
    return { id: stage.state?.id ?? "", outs };
  }

  async read(id: pulumi.ID, props: Bags): Promise<pulumi.dynamic.ReadResult> {
    const bag = openBag(stageBag(props));
    const root = await this.schemaOf(STAGE, bag);
    const state = stateOf(bag, root, id);
    const known = readRecord((props as JsonObject)[RECORD]);
    try {
      const { seen, record } = await readStage(this.parts.lifecycle, state, known);
      if (!seen) return known ? await this.remains(id, props, known) : {};
      if (!record) return { id, props };
      await this.recognise(id, props as JsonObject, record);
      const outs = this.outs(props, bag, seen, record);
      const inputs = shownInputs(inputsOf(bag, seen), wordsOf(props), record, seen.owned);
      const hidden = { [KIND]: RELEASE, ...providerOf(props) };
      return { id, props: outs, inputs: jsonClean({ ...sealed(openBag(props as JsonObject), inputs), ...hidden }) };
    } catch (error) {
      throw quiet(error, bag);
    }
  }

  /**
   * What is left of a release whose stage is gone: somebody deleted it, or a `destroy` that failed in the middle. While
   * deployments of it are there the state keeps it, as nobody else knows of them.
   */
  private async remains(id: string, props: Bags, record: ReleaseRecord): Promise<pulumi.dynamic.ReadResult> {
    const left = await (await this.deploymentsOf(openBag(stageBag(props)), id)).left(ownDeployments(record));
    if (left.length === 0) return {};
    this.notices.remains(id, left);
    const known = { ...(props as JsonObject), [GONE]: true };
    return { id, props: jsonClean(sealed(openBag(props as JsonObject), known, { wary: REMEMBERED })) };
  }

  async update(id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.UpdateResult> {
    if (news[KIND] !== RELEASE) return this.leave(id, olds, news);
    const remembered = readRecord((olds as JsonObject)[RECORD]);
    if (olds[GONE] === true) return { outs: (await this.create(news, remembered)).outs as Bags };
    const run = await this.begin(
      news,
      stateOf(openBag(stageBag(olds)), await this.schemaOf(STAGE, openBag(stageBag(news))), id),
      openBag(olds as JsonObject),
    );
    const { stage, deployments } = run;
    let record: ReleaseRecord;
    try {
      const marked = await listed(deployments);
      const live = await stage.live();
      record = await this.startOf(remembered, run, live, marked);
    } catch (error) {
      throw quiet(error, run.bag, run.before);
    }
    return { outs: await this.walk(run, news, record, true) };
  }

  async delete(id: pulumi.ID, props: Bags): Promise<void> {
    const bag = openBag(stageBag(props));
    try {
      await this.parts.lifecycle.delete(stateOf(bag, await this.schemaOf(STAGE, bag), id));
      await this.removeOwn(id, props as JsonObject);
    } catch (error) {
      throw quiet(error, bag);
    }
  }

  /** A stage that gives up its release is a plain one, and the deployments that the release made go. */
  private async leave(id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.UpdateResult> {
    try {
      const { plain } = this.parts;
      const result =
        olds[GONE] === true
          ? { outs: (await plain.create(news)).outs as Bags }
          : await plain.update(id, stageBag(olds), news);
      await this.removeOwn(id, olds as JsonObject);
      return result;
    } catch (error) {
      throw leftHalfWay(error, olds);
    }
  }

  private async removeOwn(id: string, props: JsonObject): Promise<void> {
    const deployments = await this.deploymentsOf(openBag(stageBag(props)), id);
    const record = readRecord(props[RECORD]);
    const marked = (await listed(deployments)).map((one) => one.id);
    const own = record ? ownDeployments(record).map((one) => one.id) : [];
    for (const one of new Set([...own, ...marked])) await deployments.remove(one);
  }

  /** What is remembered at the beginning of an update, brought up to what is there. */
  private async startOf(
    before: ReleaseRecord | undefined,
    { wish, deployments }: Run,
    live: Live | undefined,
    marked: readonly Marked[],
  ): Promise<ReleaseRecord> {
    if (before) {
      const former = effectiveVariables(before.variables, before.merged);
      return recovered(withVariables(withSteps(before, wish), wish.variables), wish, live, marked, former);
    }
    // A plain stage begins its release: the component's own deployment will be deleted, so the stage leaves it at once.
    const mine = ofContent(marked, wish);
    const record = begun(await firstOf(wish, mine, deployments), wish, live?.canary !== undefined);
    return recovered(record, wish, live, marked);
  }

  private async walk(run: Run, bags: Bags, record: ReleaseRecord, isDue: boolean): Promise<JsonObject> {
    const { wish, stage } = run;
    const walk = new Walk({ ...run, clock: this.parts.ports.clock, bakeClock: this.parts.bakeClock }, record, isDue);
    try {
      const end = await walk.run(wish);
      this.notices.refusal(stage.state?.id ?? "", end);
      if (!stage.state) throw new Error("a release ends with a stage");
      return this.outs(bags, run.bag, stage.state, end, run.before);
    } catch (error) {
      if (!(error instanceof ReleaseStopped) || !stage.state) throw quiet(error, run.bag, run.before);
      throw this.partial(run, bags, stage.state, error.record, error.reason);
    }
  }

  /** The error that makes the engine save what exists: with `__provider` among the properties, or nobody finds it again. */
  private partial(run: Run, bags: Bags, state: State, record: ReleaseRecord, error: Error): Error {
    const told = quiet(new Error(error.message), openBag(bags as JsonObject), run.before);
    return Object.assign(told, {
      id: state.id,
      properties: this.outs(bags, run.bag, state, record, run.before),
      reasons: [told.message],
    });
  }

  private outs(bags: Bags, bag: Bag, state: State, record: ReleaseRecord, before?: Bag): JsonObject {
    const own = { [WORDS]: wordsOf(bags), [RECORD]: recordJson(record), [KIND]: RELEASE };
    const all = { ...outputsOf(bag, state), ...own };
    const former = { before, wary: REMEMBERED };
    return jsonClean({ ...sealed(openBag(bags as JsonObject), all, former), ...providerOf(bags) });
  }

  private async begin(news: Bags, state?: State, before?: Bag): Promise<Run> {
    const bag = openBag(stageBag(news));
    const schema = await this.schemaOf(STAGE, bag);
    const wish = readWish(wordsOf(news), (news as JsonObject).variables);
    const { ports, lifecycle } = this.parts;
    const stage = new ReleasedStage({ lifecycle, ports, schema, bag }, state);
    const id = state?.id ?? stageIdOf(bag.bag);
    const { target, timeouts } = optionsOf(bag.bag);
    const alarms = wish.alarms ? this.parts.alarms(target) : undefined;
    const chosen = state ? timeouts.update : timeouts.create;
    return {
      bag,
      before,
      wish,
      stage,
      deployments: await this.deploymentsOf(bag, id),
      gate: alarms && wish.alarms ? new Gate(ports.clock, alarms, wish.alarms) : undefined,
      patience: chosen ?? bakesOf(wish) + DEFAULT_DEADLINE,
      title: titleOf(id),
      tell: (line) => {
        ports.tell(line);
      },
      isOrphan: async () => this.parts.isOrphan(),
    };
  }

  private async deploymentsOf(bag: Bag, id: string): Promise<Deployments> {
    const [restApiId = "", stageName = ""] = id.split("|");
    const options = optionsOf(bag.bag);
    const account = accountOf(bag);
    const { lifecycle, ports } = this.parts;
    const schema = await this.schemaOf(DEPLOYMENT, bag);
    const common = { lifecycle, ports, schema, options, account };
    return new Deployments({ ...common, identity: identityOf(bag), restApiId, stageName });
  }

  /** The journal's entries of what the state shows have served. */
  private async recognise(id: string, props: JsonObject, record: ReleaseRecord): Promise<void> {
    await (await this.deploymentsOf(openBag(stageBag(props)), id)).recognise(ownDeployments(record));
  }

  private async schemaOf(typeName: string, { bag }: Bag): Promise<RegistrySchema> {
    const schema = await this.parts.schema(typeName, optionsOf(bag).target);
    if (!schema) throw quiet(new Error(`the type "${typeName}" is not in AWS's registry as this package knows it`));
    return schema;
  }
}
