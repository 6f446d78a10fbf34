import { parseArgs } from "node:util";
import { openBag, inputsOf, outputsOf } from "../provider/bag";
import { isSystemTag } from "../provider/core/compare";
import { barred } from "../provider/core/identifier";
import { isObject, type JsonObject, type JsonValue } from "../provider/core/json";
import { schemaForUsers } from "../provider/core/families/index";
import { typeSchema, without } from "../provider/core/schema";
import { didYouMean } from "../provider/core/suggest";
import { Environment } from "../provider/edge/environment";
import { Lifecycle } from "../provider/lifecycle";
import type { State } from "../provider/state";
import { PROVIDER_STUB } from "../resources/stub";
import { readSchema, typeNames } from "../schema/table";
import type { RegistrySchema } from "../schema/types";

/** What the command prints about itself. */
export const help = `pulumi-cloudcontrol import [--region <region>] [--profile <profile>] <type> <name>=<id> [<name>=<id> ...]

Reads existing resources and prints a file for \`pulumi import --file\` (CLI 3.254 or newer), which takes them into the
stack's state without changing them. <name> is the resource's name in the program; the parts of an id are joined by |
or by /. (The engine cannot import dynamic resources by their id alone.)

Example: pulumi-cloudcontrol import AWS::ApiGateway::Stage prod=a1b2c3d4e5/prod > stages.json
         pulumi import --file stages.json`;

/** The types with a class of their own, and the ends of their Pulumi type tokens. */
const TYPED: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::Account": "apigateway:Account",
  "AWS::ApiGateway::Deployment": "apigateway:Deployment",
  "AWS::ApiGateway::Method": "apigateway:Method",
  "AWS::ApiGateway::Resource": "apigateway:Resource",
  "AWS::ApiGateway::RestApi": "apigateway:RestApi",
  "AWS::ApiGateway::Stage": "apigateway:Stage",
  "AWS::IAM::Role": "iam:Role",
  "AWS::Logs::LogGroup": "logs:LogGroup",
};

/** One resource of Pulumi's import file. */
interface ImportSpec {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
}

/** The entry of one existing resource, from its live model. What AWS left off or filled in empty is left out. */
function importSpec(root: RegistrySchema, name: string, seen: State): ImportSpec {
  const token = TYPED[root.typeName];
  const marks: JsonObject = token === undefined ? { typeName: root.typeName } : { __type: root.typeName };
  const bag = openBag({ ...marks, __provider: PROVIDER_STUB });
  const owned = withoutOff(without(seen.owned, schemaForUsers(root).readOnly));
  const state: State = { ...seen, owned, attributes: attributesOf(root, seen.owned), notes: {} };
  const provider = { __provider: PROVIDER_STUB };
  return {
    type: `pulumi-nodejs:dynamic/${token ?? "cloudcontrol:Resource"}`,
    name,
    id: seen.id,
    inputs: { ...inputsOf(bag, state), ...provider },
    outputs: { ...outputsOf(bag, state), ...provider },
  };
}

function attributesOf(root: RegistrySchema, live: JsonObject): JsonObject {
  const kept = without(live, schemaForUsers(root).readOnly);
  return Object.fromEntries(Object.entries(live).filter(([key]) => !(key in kept)));
}

function withoutOff(model: JsonObject): JsonObject {
  const entries = Object.entries(model).map(([key, value]): [string, JsonValue] => [
    key,
    Array.isArray(value) ? value.filter((entry) => !isSystemTag(entry)) : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => !isOff(value)));
}

function isOff(value: JsonValue): boolean {
  if (value === false || value === "" || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Runs the command; returns the exit code. */
export async function run(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { region: { type: "string" }, profile: { type: "string" } },
  });
  const [typeName, ...pairs] = positionals;
  const named = pairs.map((pair) => /^([^=]+)=(.+)$/.exec(pair));
  if (typeName === undefined || pairs.length === 0 || named.includes(null)) {
    print(help);
    return 2;
  }
  const root = readSchema(typeName);
  if (!root) {
    print(`unknown type "${typeName}".${didYouMean(typeName, typeNames())} Fix: correct the name`);
    return 2;
  }
  const environment = new Environment();
  environment.configure((key) => (key === "aws:profile" ? values.profile : undefined));
  const region = values.region ?? (await environment.defaultRegion());
  if (region === undefined) {
    print("no AWS region is set. Fix: give --region or set AWS_REGION");
    return 2;
  }
  const resources: ImportSpec[] = [];
  for (const match of named) {
    const [, name = "", id = ""] = match ?? [];
    const seen = await readExisting(environment, root, barred(typeSchema(root), id), region, values.profile);
    if (!seen) {
      print(`AWS finds no ${typeName} "${id.slice(0, 2048)}" in ${region}. Fix: check the id and the region`);
      return 1;
    }
    resources.push(importSpec(root, name, seen));
  }
  print(JSON.stringify({ resources }, null, 2));
  return 0;
}

async function readExisting(
  environment: Environment,
  schema: RegistrySchema,
  id: string,
  region: string,
  profile: string | undefined,
): Promise<State | undefined> {
  const options = { target: { region, profile }, timeouts: {}, adopt: false };
  const lifecycle = new Lifecycle(environment);
  return lifecycle.read({ schema, id, options, owned: {}, attributes: {}, notes: { external: true } });
}
