import type * as pulumi from "@pulumi/pulumi";
import { identityOf, inputsOf, isGet, memberNames, openBag, outputsOf, stateOf, wantOf, type Bag } from "./bag";
import { check, type CheckPorts } from "./check";
import { jsonClean, type JsonObject } from "./core/json";
import type { RegistrySchema } from "./core/schema";
import { isUnknown } from "./core/unknown";
import type { Lifecycle } from "./lifecycle";
import { redacted, sealed, type Telling } from "./secrets";
import { changedOptions, optionsOf } from "./target";
import { PartialFailure, type State, type Want } from "./state";

/** What the dynamic provider is made of. */
export interface DynamicParts extends CheckPorts {
  readonly lifecycle: Lifecycle;
  /** Takes over the stack's configuration. */
  configure(get: (key: string) => string | undefined): void;
  /** Runs an operation to its end, whatever becomes of the engine meanwhile. */
  during?<T>(run: () => Promise<T>): Promise<T>;
}

type Bags = Record<string, unknown>;

/**
 * The lifecycle as a Pulumi dynamic provider: one object for every resource type of the package.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/
 */
export class DynamicProvider implements pulumi.dynamic.ResourceProvider {
  private configured!: () => void;
  private refused!: (error: Error) => void;
  /**
   * The provider process hands out the provider before `configure` has run, so in a refresh or a destroy the second
   * call may come first. Every method waits here.
   */
  readonly ready = new Promise<void>((resolve, reject) => {
    this.configured = resolve;
    this.refused = reject;
  });

  constructor(private readonly parts: DynamicParts) {
    // Whoever waits hears of it; nobody has to.
    this.ready.catch(() => undefined);
  }

  async configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    try {
      this.parts.configure((key) => request.config.get(key));
    } catch (error) {
      this.refused(quiet(error));
      throw error;
    }
    this.configured();
    return Promise.resolve();
  }

  async check(olds: Bags, news: Bags): Promise<pulumi.dynamic.CheckResult> {
    return this.quietly(async () => {
      const identity = identityOf(openBag(news as JsonObject));
      if (identity !== undefined) await this.parts.lifecycle.meet(identity, Object.keys(olds).length > 0);
      const { inputs, failures } = await check(this.parts, news as JsonObject);
      const isNew = Object.keys(olds).length === 0 && failures.length === 0;
      if (isNew && (inputs.adopt === true || inputs.importId !== undefined)) await this.foresee(inputs);
      const bag = openBag(inputs);
      return jsonClean({
        inputs: sealed(bag, inputs),
        failures: failures.map((one) => ({ ...one, reason: redacted(one.reason, bag) })),
      });
    });
  }

  async diff(id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.DiffResult> {
    return this.quietly(async () => {
      const [before, after] = [openBag(olds as JsonObject), openBag(news as JsonObject)];
      // Until a preview knows which type, or any of its properties, nothing is said to be replaced.
      if (isUnknown(after.typeName) || isUnknown(after.bag.properties)) return {};
      if (before.typeName !== after.typeName) return { changes: true, replaces: ["typeName"] };
      const root = await this.schemaOf(before);
      const [state, want] = [stateOf(before, root, id), wantOf(after, root)];
      // The engine waits for one answer before it asks for the next: none hangs on the journal's files.
      await this.parts.lifecycle.recognise(state, want.identity, "soon");
      const { changed, replaces, sameIdentifier } = this.parts.lifecycle.diff(state, want);
      const moved = movedKeys(state, want);
      const options = changedOptions(before.bag, after.bag);
      // What is unfinished is taken up again, whatever the program says.
      const open = state.notes.open !== undefined;
      if (changed.length + moved.length + options.length === 0) return Promise.resolve({ changes: open });
      const names = [...memberNames(after, root, replaces), ...moved];
      // `changes` is left out on purpose: the engine then compares the inputs itself, which makes `replaceOnChanges`
      // work and the display exact. What refresh found is in the inputs too, as `read` returns them.
      return { replaces: names, deleteBeforeReplace: sameIdentifier && moved.length === 0 };
    });
  }

  async create(inputs: Bags): Promise<pulumi.dynamic.CreateResult> {
    await this.ready;
    const bag = openBag(inputs as JsonObject);
    const root = await this.schemaOf(bag);
    return this.keeping(bag, inputs, async () => {
      const state = await this.parts.lifecycle.create(wantOf(bag, root));
      return { id: state.id, outs: this.outs(bag, state, inputs) };
    });
  }

  async read(id: pulumi.ID, props: Bags): Promise<pulumi.dynamic.ReadResult> {
    const bag = openBag(props as JsonObject);
    return this.quietly(async () => {
      const state = await this.stateToRead(bag, id);
      const seen = await this.parts.lifecycle.read(state);
      // Without an id the engine takes the resource for gone.
      if (!seen) return {};
      const outs = this.outs(bag, seen, props);
      if (isGet(bag) || seen.notes.external) return { id, props: outs };
      return { id, props: outs, inputs: jsonClean({ ...sealed(bag, inputsOf(bag, seen)), ...providerOf(props) }) };
    }, bag);
  }

  async update(id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.UpdateResult> {
    await this.ready;
    const bag = openBag(news as JsonObject);
    const root = await this.schemaOf(bag);
    const before = openBag(olds as JsonObject);
    const run = async (): Promise<pulumi.dynamic.UpdateResult> => {
      const state = await this.parts.lifecycle.update(stateOf(before, root, id), wantOf(bag, root));
      return { outs: this.outs(bag, state, news) };
    };
    return this.keeping(bag, news, run, before);
  }

  async delete(id: pulumi.ID, props: Bags): Promise<void> {
    const bag = openBag(props as JsonObject);
    return this.quietly(async () => {
      await this.parts.lifecycle.delete(stateOf(bag, await this.schemaOf(bag), id));
    }, bag);
  }

  private async foresee(inputs: JsonObject): Promise<void> {
    const bag = openBag(inputs);
    const root = await this.parts.schema(bag.typeName, optionsOf(bag.bag).target);
    if (root && !isGet(bag)) await this.parts.lifecycle.foresee(wantOf(bag, root));
  }

  private async schemaOf(bag: Bag): Promise<RegistrySchema> {
    const root = await this.parts.schema(bag.typeName, optionsOf(bag.bag).target);
    if (!root)
      throw quiet(
        new Error(
          `the type "${bag.typeName}" is not in AWS's registry as this package knows it. Fix: correct the name, or update pulumi-cloudcontrol`,
        ),
      );
    return root;
  }

  /** A `get` comes with the program's inputs, a refresh with the outputs. */
  private async stateToRead(bag: Bag, id: string): Promise<State> {
    const root = await this.schemaOf(bag);
    const state = stateOf(bag, root, id);
    if (!isGet(bag) && typeof bag.bag.region === "string") return state;
    const region = typeof bag.bag.region === "string" ? bag.bag.region : await this.parts.defaultRegion();
    if (region === undefined)
      throw new Error("no AWS region is set. Fix: run `pulumi config set aws:region us-east-1`");
    const options = { ...state.options, target: { ...state.options.target, region } };
    return { ...state, options, notes: { ...state.notes, external: true } };
  }

  /** Complete and JSON-clean: what is missing here is gone from the state, and `undefined` breaks the engine's wire. */
  private outs(bag: Bag, state: State, from: Bags, before?: Bag): JsonObject {
    return jsonClean({ ...sealed(bag, outputsOf(bag, state), { before }), ...providerOf(from) });
  }

  /** Runs create or update; a partial failure becomes the error that makes the engine save what exists. */
  private async keeping<T>(bag: Bag, inputs: Bags, run: () => Promise<T>, before?: Bag): Promise<T> {
    try {
      return await this.during(run);
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw quiet(error, bag, before);
      // The engine reads `id`, `properties` and `reasons` off the error. Without `__provider` among the properties a
      // later refresh or destroy of the resource could not find its provider.
      const told = quiet(new Error(error.message), bag, before);
      const properties = this.outs(bag, error.state, inputs, before);
      throw Object.assign(told, { id: error.state.id, properties, reasons: [told.message] });
    }
  }

  private async quietly<T>(run: () => Promise<T>, bag?: Bag): Promise<T> {
    await this.ready;
    try {
      return await this.during(run);
    } catch (error) {
      throw quiet(error, bag);
    }
  }

  private async during<T>(run: () => Promise<T>): Promise<T> {
    return this.parts.during ? this.parts.during(run) : run();
  }
}

/** A resource is never silently re-targeted: another region or account is another resource. */
function movedKeys(state: State, want: Want): string[] {
  const [from, to] = [state.options.target.region, want.options.target.region];
  const moved = from === to || to === "" || isUnknown(to) ? [] : ["region"];
  // An account that is unknown on one side (a preview without credentials) is no change.
  const known = state.account !== undefined && want.account !== undefined;
  return known && state.account !== want.account ? [...moved, "account"] : moved;
}

/** The provider process prints stacks: they help with bugs and only hide the message of a failed call. */
export function quiet(error: unknown, ...bags: readonly Telling[]): Error {
  const made = error instanceof Error ? error : new Error(String(error));
  // Cut after the secrets are out: a half of one would not be found any more. A half of a surrogate pair would keep
  // gRPC from answering at all, and the engine would wait for ever.
  made.message = shortened(redacted(made.message, ...bags)).toWellFormed();
  if (!(made instanceof TypeError || made instanceof RangeError)) made.stack = "";
  return made;
}

/** Characters of a message that are kept at its beginning and at its end, where the Fix stands. AWS's own have some hundred. */
const MOST_BEGINNING = 6000;
const MOST_END = 2000;

function shortened(message: string): string {
  const left = message.length - MOST_BEGINNING - MOST_END;
  if (left <= 0) return message;
  return `${message.slice(0, MOST_BEGINNING)} … (${left} characters left out) … ${message.slice(-MOST_END)}`;
}

/** The text by which the engine finds this provider; whatever stands in the state has it. */
export function providerOf(bag: Bags): JsonObject {
  return typeof bag.__provider === "string" ? { __provider: bag.__provider } : {};
}
