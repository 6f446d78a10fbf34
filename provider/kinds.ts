import type * as pulumi from "@pulumi/pulumi";
import { isTooDeep, MOST_LEVELS, own, type JsonObject } from "./core/json";
import { reason } from "./core/failures";
import { quiet, type DynamicProvider } from "./dynamic";

/** What a resource is beyond a resource of the registry. Only in the bags of those that are something more. */
export const KIND = "__kind";

type Bags = Record<string, unknown>;
type Provider = Required<Omit<pulumi.dynamic.ResourceProvider, "configure">>;

/** What the dispatch is made of. */
export interface KindsParts {
  readonly plain: DynamicProvider;
  readonly kinds: Readonly<Record<string, Provider>>;
  /** Runs an operation to its end, whatever becomes of the engine meanwhile. */
  during<T>(run: () => Promise<T>): Promise<T>;
}

/**
 * Hands each resource to the provider of its kind: one without a kind to that of the registry's types. A resource that
 * changes its kind is handed to that of the new bag; leaving a kind is for the old one to do.
 */
export class Kinds implements pulumi.dynamic.ResourceProvider {
  constructor(private readonly parts: KindsParts) {}

  async configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    return this.parts.plain.configure(request);
  }

  async check(olds: Bags, news: Bags): Promise<pulumi.dynamic.CheckResult> {
    return this.of([news], async (provider) => provider.check(olds, news));
  }

  async diff(id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.DiffResult> {
    return this.of([news, olds], async (provider) => provider.diff(id, olds, news));
  }

  async create(inputs: Bags): Promise<pulumi.dynamic.CreateResult> {
    return this.of([inputs], async (provider) => provider.create(inputs));
  }

  async read(id: pulumi.ID, props: Bags): Promise<pulumi.dynamic.ReadResult> {
    return this.of([props], async (provider) => provider.read(id, props));
  }

  async update(id: pulumi.ID, olds: Bags, news: Bags): Promise<pulumi.dynamic.UpdateResult> {
    return this.of([news, olds], async (provider) => provider.update(id, olds, news));
  }

  async delete(id: pulumi.ID, props: Bags): Promise<void> {
    return this.of([props], async (provider) => provider.delete(id, props));
  }

  private async of<T>(bags: readonly Bags[], run: (provider: Provider) => Promise<T>): Promise<T> {
    for (const bag of bags) refuseDepth(bag);
    const kind = bags.map((bag) => bag[KIND]).find((one) => typeof one === "string");
    const provider = kind === undefined ? undefined : own(this.parts.kinds, kind);
    try {
      if (!provider) return await run(this.parts.plain);
      await this.parts.plain.ready;
      return await this.parts.during(async () => run(provider));
    } catch (error) {
      // Most were made quiet where they arose; none may get out that was not.
      throw quiet(error, { bag: (bags[0] ?? {}) as JsonObject });
    }
  }
}

/** What is nested without end would end in the middle of some recursion, in words that help nobody. */
function refuseDepth(bag: Bags): void {
  const deep = Object.keys(bag).find((key) => isTooDeep(bag[key]));
  if (deep === undefined) return;
  const why = reason(`at most ${MOST_LEVELS} levels of objects and lists`, "more", "give the inner part as JSON text");
  throw quiet(new Error(`${deep.slice(0, 200)}: ${why}`));
}
