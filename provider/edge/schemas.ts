import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RegistrySchema } from "../core/schema";
import { parseSchema } from "../core/schema-file";
import type { Target } from "../target";
import { clientConfig, type ClientOptions } from "./cloudcontrol";

/** What a look-up of schemas needs from outside. */
export interface SchemaParts {
  /** The shipped table. */
  readonly table: (typeName: string) => RegistrySchema | undefined;
  /** Where schemas that AWS gave are kept. */
  readonly folder: string;
  readonly access: (target: Target) => ClientOptions;
  readonly tell: (line: string) => void;
}

type Sdk = typeof import("@aws-sdk/client-cloudformation");

/** A schema that AWS gave is asked for anew after a day, as types grow. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * The schemas of resource types: from the shipped table, else from CloudFormation's registry in the account, kept in a
 * file, for types that are newer than the table or private.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeType.html
 */
export class Schemas {
  private readonly asked = new Map<string, Promise<RegistrySchema | undefined>>();

  constructor(private readonly parts: SchemaParts) {}

  /** The type's schema, or undefined where nobody knows the type. */
  async read(typeName: string, target: Target): Promise<RegistrySchema | undefined> {
    const shipped = this.parts.table(typeName);
    if (shipped || !/^\w{2,64}::\w{2,64}::\w{2,64}$/.test(typeName)) return shipped;
    const key = `${target.region}/${typeName}`;
    let found = this.asked.get(key);
    if (!found) {
      found = this.describe(typeName, target);
      this.asked.set(key, found);
    }
    return found;
  }

  private async describe(typeName: string, target: Target): Promise<RegistrySchema | undefined> {
    const file = join(this.parts.folder, `${target.region}.${typeName.replaceAll("::", "-")}.json`);
    const kept = readKept(file, typeName);
    if (kept) return kept;
    const sdk = optional("@aws-sdk/client-cloudformation") as Sdk | undefined;
    if (!sdk || target.region === "") return undefined;
    const client = new sdk.CloudFormationClient({ ...clientConfig(this.parts.access(target)), maxAttempts: 3 });
    try {
      const answer = await client.send(new sdk.DescribeTypeCommand({ Type: "RESOURCE", TypeName: typeName }));
      if (answer.Schema === undefined) return undefined;
      const schema = parseSchema(answer.Schema, typeName);
      if (!schema) return this.unchecked(typeName, "cannot be read, as AWS gives it", "report it to the type's owner");
      keep(file, answer.Schema);
      return schema;
    } catch (error) {
      if (!(error instanceof Error) || !/^AccessDenied(Exception)?$/.test(error.name)) return undefined;
      const why = "is not in this package and may not be read from AWS";
      return this.unchecked(typeName, why, "allow cloudformation:DescribeType");
    } finally {
      client.destroy();
    }
  }

  /** Nothing is known of the type, so nothing is checked here: Cloud Control's own validation has the word. */
  private unchecked(typeName: string, why: string, fix: string): RegistrySchema {
    this.parts.tell(`the schema of ${typeName} ${why}; it goes on without checks at preview. Fix: ${fix}`);
    return { typeName, properties: {}, primaryIdentifier: [] };
  }
}

/** An optional peer dependency: its absence is no failure. */
function optional(name: string): unknown {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(name);
  } catch {
    return undefined;
  }
}

function readKept(file: string, typeName: string): RegistrySchema | undefined {
  try {
    const { at, schema } = JSON.parse(readFileSync(file, "utf8")) as { at: unknown; schema: unknown };
    const isFresh = typeof at === "number" && Math.abs(Date.now() - at) < KEPT_MS;
    return isFresh && typeof schema === "string" ? parseSchema(schema, typeName) : undefined;
  } catch {
    return undefined;
  }
}

function keep(file: string, schema: string): void {
  try {
    mkdirSync(join(file, ".."), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify({ at: Date.now(), schema }));
    renameSync(fresh, file);
  } catch {
    // A folder that cannot be written costs a call more next time, nothing else.
  }
}
