import { readSchema } from "../../schema/table";
import type { RegistrySchema } from "../../schema/types";
import type { JsonValue } from "../../schema/types";
import { clone, type JsonObject } from "../json";
import { identifierOf } from "../model/identifier";
import type { Changes } from "./changes";

/** A resource that exists. @internal */
export interface Stored {
  readonly account: string;
  readonly region: string;
  readonly typeName: string;
  readonly identifier: string;
  /** The live model; replaced as a whole, never changed in place. */
  readonly model: JsonObject;
}

/** The region in which the resources of a global service are kept, one set for the whole account. */
const globalRegion = "aws-global";

function regionFor(typeName: string, region: string): string {
  return typeName.startsWith("AWS::IAM::") ? globalRegion : region;
}

interface Scope {
  readonly types: Map<string, Map<string, Stored>>;
  readonly settings: Settings;
}

/** Settings of an account in a region; each change is told. */
class Settings extends Map<string, JsonValue> {
  constructor(private readonly told: (name: string, value: JsonValue | undefined) => void) {
    super();
  }

  override set(name: string, value: JsonValue): this {
    super.set(name, value);
    this.told(name, value);
    return this;
  }

  override delete(name: string): boolean {
    const was = super.delete(name);
    if (was) this.told(name, undefined);
    return was;
  }
}

/** All resources of all accounts and regions; what one scope holds another never sees. @internal */
export class World {
  private readonly scopes = new Map<string, Scope>();
  /** How many accounts and regions have a resource of this type and identifier. */
  private readonly places = new Map<string, number>();

  constructor(private readonly changes: Changes) {}

  /** The resources one caller sees. */
  view(account: string, region: string): View {
    return new View(this, account, region);
  }

  /** Every resource, for snapshots and for names that are unique in the whole world. */
  all(): Stored[] {
    return [...this.scopes.values()].flatMap((s) => [...s.types.values()].flatMap((t) => [...t.values()]));
  }

  /** Every setting of every account and region. */
  allSettings(): { account: string; region: string; name: string; value: JsonValue }[] {
    return [...this.scopes].flatMap(([key, { settings }]) => {
      const [account = "", region = ""] = key.split("/");
      return [...settings].map(([name, value]) => ({ account, region, name, value }));
    });
  }

  /** Whether any account has a resource of this type with this identifier. */
  has(typeName: string, identifier: string): boolean {
    return this.places.has(`${typeName}\n${identifier}`);
  }

  /** Makes a resource exist as it is given. */
  keep(resource: Stored): void {
    const { account, region, typeName, identifier } = resource;
    const table = this.table(account, region, typeName);
    if (!table.has(identifier)) this.count(resource, 1);
    table.set(identifier, resource);
    this.changes.tell({ kind: "stored", resource });
  }

  /** Makes a resource exist no more; whether it did. */
  drop({ account, region, typeName, identifier }: Omit<Stored, "model">): boolean {
    const table = this.table(account, region, typeName);
    const resource = table.get(identifier);
    if (!resource) return false;
    table.delete(identifier);
    this.count(resource, -1);
    this.changes.tell({ kind: "removed", resource });
    return true;
  }

  /** @internal */
  scope(account: string, region: string): Scope {
    const key = `${account}/${region}`;
    let scope = this.scopes.get(key);
    if (!scope) {
      const settings = new Settings((name, value) => {
        this.changes.tell({ kind: "setting", account, region, name, value });
      });
      this.scopes.set(key, (scope = { types: new Map(), settings }));
    }
    return scope;
  }

  /** @internal */
  table(account: string, region: string, typeName: string): Map<string, Stored> {
    const scope = this.scope(account, region);
    let table = scope.types.get(typeName);
    if (!table) scope.types.set(typeName, (table = new Map<string, Stored>()));
    return table;
  }

  private count({ typeName, identifier }: Stored, by: 1 | -1): void {
    const key = `${typeName}\n${identifier}`;
    const left = (this.places.get(key) ?? 0) + by;
    if (left > 0) this.places.set(key, left);
    else this.places.delete(key);
  }
}

/** What exists in one account and region. @internal */
export class View {
  constructor(
    private readonly world: World,
    readonly account: string,
    readonly region: string,
  ) {}

  get(typeName: string, identifier: string): Stored | undefined {
    return this.table(typeName).get(identifier);
  }

  list(typeName: string): Stored[] {
    return [...this.table(typeName).values()];
  }

  /** All resources whose type begins with the prefix, in this region. */
  listFamily(prefix: string): Stored[] {
    const scope = this.world.scope(this.account, this.region);
    return [...scope.types].filter(([type]) => type.startsWith(prefix)).flatMap(([, table]) => [...table.values()]);
  }

  /** Stores a model as the live state of its resource. */
  put(typeName: string, model: JsonObject): Stored {
    const identifier = identifierOf(schemaOf(typeName), model);
    if (identifier === undefined) throw new Error(`a ${typeName} without its identifier cannot be stored`);
    const region = regionFor(typeName, this.region);
    const stored: Stored = { account: this.account, region, typeName, identifier, model: clone(model) };
    this.world.keep(stored);
    return stored;
  }

  remove(typeName: string, identifier: string): boolean {
    const { account } = this;
    return this.world.drop({ account, region: regionFor(typeName, this.region), typeName, identifier });
  }

  /** Whether any account has a resource of this type with this identifier. */
  existsAnywhere(typeName: string, identifier: string): boolean {
    return this.world.has(typeName, identifier);
  }

  /** Settings of the account in this region that are no resources of their own. */
  get settings(): Map<string, JsonValue> {
    return this.world.scope(this.account, this.region).settings;
  }

  private table(typeName: string): Map<string, Stored> {
    return this.world.table(this.account, regionFor(typeName, this.region), typeName);
  }
}

/** The schema of a type that is known to exist. @internal */
function schemaOf(typeName: string): RegistrySchema {
  const schema = readSchema(typeName);
  if (!schema) throw new Error(`no schema for ${typeName}`);
  return schema;
}
