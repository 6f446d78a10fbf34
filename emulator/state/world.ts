import { readSchema } from "../../schema/table";
import type { RegistrySchema } from "../../schema/types";
import type { JsonValue } from "../../schema/types";
import { clone, type JsonObject } from "../json";
import { identifierOf } from "../model/identifier";

/** A resource that exists. @internal */
export interface Stored {
  readonly account: string;
  readonly region: string;
  readonly typeName: string;
  readonly identifier: string;
  /** The live model; replaced as a whole, never changed in place. */
  readonly model: JsonObject;
  /** Reads that must still answer NotFound (fault: eventual consistency). */
  hiddenReads: number;
}

/** The region in which the resources of a global service are kept, one set for the whole account. */
const globalRegion = "aws-global";

function regionFor(typeName: string, region: string): string {
  return typeName.startsWith("AWS::IAM::") ? globalRegion : region;
}

interface Scope {
  readonly types: Map<string, Map<string, Stored>>;
  readonly settings: Map<string, JsonValue>;
}

/** All resources of all accounts and regions; what one scope holds another never sees. @internal */
export class World {
  private readonly scopes = new Map<string, Scope>();

  /** The resources one caller sees. */
  view(account: string, region: string): View {
    return new View(this, account, region);
  }

  /** Every resource, for snapshots and for names that are unique in the whole world. */
  all(): Stored[] {
    return [...this.scopes.values()].flatMap((s) => [...s.types.values()].flatMap((t) => [...t.values()]));
  }

  /** @internal */
  scope(account: string, region: string): Scope {
    const key = `${account}/${region}`;
    let scope = this.scopes.get(key);
    if (!scope) this.scopes.set(key, (scope = { types: new Map(), settings: new Map() }));
    return scope;
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
    const stored: Stored = { account: this.account, region, typeName, identifier, model: clone(model), hiddenReads: 0 };
    this.table(typeName).set(identifier, stored);
    return stored;
  }

  remove(typeName: string, identifier: string): boolean {
    return this.table(typeName).delete(identifier);
  }

  /** Whether any account has a resource of this type with this identifier. */
  existsAnywhere(typeName: string, identifier: string): boolean {
    return this.world.all().some((r) => r.typeName === typeName && r.identifier === identifier);
  }

  /** Settings of the account in this region that are no resources of their own. */
  get settings(): Map<string, JsonValue> {
    return this.world.scope(this.account, this.region).settings;
  }

  private table(typeName: string): Map<string, Stored> {
    const scope = this.world.scope(this.account, regionFor(typeName, this.region));
    let table = scope.types.get(typeName);
    if (!table) scope.types.set(typeName, (table = new Map<string, Stored>()));
    return table;
  }
}

/** The schema of a type that is known to exist. @internal */
function schemaOf(typeName: string): RegistrySchema {
  const schema = readSchema(typeName);
  if (!schema) throw new Error(`no schema for ${typeName}`);
  return schema;
}
