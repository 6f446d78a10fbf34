import { desiredOf, isGet, openBag, pathNames, withComputed, type Bag } from "./bag";
import { familyOf, schemaForUsers } from "./core/families/index";
import { reason, type Failure } from "./core/failures";
import { isObject, kindOf, type JsonObject } from "./core/json";
import type { RegistrySchema } from "./core/schema";
import { didYouMean } from "./core/suggest";
import { isUnknown } from "./core/unknown";
import { validate } from "./core/validate";

/** What `check` needs from outside; none of it makes a call to AWS. */
export interface CheckPorts {
  schema(typeName: string): RegistrySchema | undefined;
  typeNames(): readonly string[];
  /** The region of the stack's configuration, the environment or the shared config file. */
  defaultRegion(): Promise<string | undefined>;
}

/** Checked inputs, or what is wrong with them. */
export interface Checked {
  readonly inputs: JsonObject;
  readonly failures: readonly Failure[];
}

/**
 * Holds a program's inputs against the type's schema and the service's own rules, and adds what follows from them: the
 * effective region, and outputs that a preview should know.
 */
export async function check(ports: CheckPorts, news: JsonObject): Promise<Checked> {
  const bag = openBag(news);
  if (!bag.typed && isUnknown(news.typeName)) return { inputs: news, failures: [] };
  const root = ports.schema(bag.typeName);
  if (!root) return { inputs: news, failures: [unknownType(ports, bag)] };
  if (isGet(bag)) return { inputs: news, failures: [] };
  if (!bag.typed && !isObject(news.properties)) return { inputs: news, failures: notAnObject(news) };

  const region = isUnknown(news.region) ? undefined : (news.region ?? (await ports.defaultRegion()));
  const failures = [...genericKeys(bag), ...regionFailures(news, region)];
  const desired = desiredOf(bag, root);
  const names = pathNames(bag, root);
  failures.push(...validate(schemaForUsers(root), desired, names));
  const context = { region: typeof region === "string" ? region : undefined, names };
  const known = new Set(failures.map(({ property }) => property));
  const rules = familyOf(root.typeName).check?.(desired, context) ?? [];
  failures.push(...rules.filter(({ property }) => !known.has(property)));
  const inputs = typeof region === "string" ? { ...news, region } : news;
  return { inputs: withComputed(inputs, root, desired), failures };
}

function unknownType(ports: CheckPorts, { typeName, bag }: Bag): Failure {
  if (typeName === "") {
    const expected = "the name of a resource type, such as AWS::SQS::Queue";
    return { property: "typeName", reason: reason(expected, kindOf(bag.typeName), "set `typeName`") };
  }
  const suggestion = didYouMean(typeName, ports.typeNames());
  const got = `"${typeName.slice(0, 200)}"`;
  const fix = "correct the name, or update pulumi-cloudcontrol if the type is new";
  return { property: "typeName", reason: `${reason("a type of AWS's registry", got)}${suggestion} Fix: ${fix}` };
}

function notAnObject(news: JsonObject): Failure[] {
  if (isUnknown(news.properties)) return [];
  const got = Array.isArray(news.properties) ? "a list" : news.properties === undefined ? "nothing" : "a value";
  return [{ property: "properties", reason: reason("an object in CloudFormation's casing", got, "set `properties`") }];
}

/** The generic resource has its properties in one member: what stands beside it was meant to stand in it. */
function genericKeys({ typed, bag }: Bag): Failure[] {
  if (typed) return [];
  const known = ["typeName", "properties", "region"];
  return Object.keys(bag)
    .filter((key) => !key.startsWith("__") && !known.includes(key))
    .map((key) => ({
      property: key,
      reason: `unknown property of a CloudControlResource.${didYouMean(key, known)} Fix: move it into \`properties\``,
    }));
}

function regionFailures(news: JsonObject, region: unknown): Failure[] {
  if (isUnknown(news.region)) return [];
  if (typeof region === "string" && /^[a-z]{2,5}(-[a-z]+)+-\d+$/.test(region)) return [];
  const fix = "run `pulumi config set aws:region us-east-1`, set AWS_REGION, or give `region`";
  const got = typeof region === "string" ? `"${region}"` : "nothing";
  return [{ property: "region", reason: reason("an AWS region, such as us-east-1", got, fix) }];
}
