import { desiredOf, isGet, openBag, pathNames, type Bag } from "./bag";
import { familyOf, schemaForUsers } from "./core/families/index";
import { reason, type Failure } from "./core/failures";
import { isObject, kindOf, type JsonObject } from "./core/json";
import { fromCloud } from "./core/casing";
import { typeSchema, type RegistrySchema } from "./core/schema";
import type { Settings } from "./core/settings";
import { didYouMean } from "./core/suggest";
import { withDefaultTags } from "./core/tags";
import { hasUnknown, isUnknown } from "./core/unknown";
import { validate } from "./core/validate";
import { excluded } from "./accounts";
import { checkOptions, optionsOf, OPTION_KEYS, type Target } from "./target";

/** Milliseconds that a preview waits for AWS to tell the account. */
const ACCOUNT_PATIENCE = 5000;

/** What `check` needs from outside. */
export interface CheckPorts {
  /** A type's schema: from the shipped table, else from AWS's registry, once. */
  schema(typeName: string, target: Target): Promise<RegistrySchema | undefined>;
  typeNames(): readonly string[];
  /** The region of the stack's configuration, the environment or the shared config file. */
  defaultRegion(): Promise<string | undefined>;
  readonly settings: Settings;
  /** The caller's account, where AWS tells; asked once per credentials and process. */
  account(target: Target): Promise<string | undefined>;
}

/** Checked inputs, or what is wrong with them. */
export interface Checked {
  readonly inputs: JsonObject;
  readonly failures: readonly Failure[];
}

/**
 * Holds a program's inputs against the type's schema and the service's own rules, and adds what follows from them: the
 * effective region, and the account where AWS tells it.
 */
export async function check(ports: CheckPorts, news: JsonObject): Promise<Checked> {
  const bag = openBag(news);
  if (!bag.typed && isUnknown(news.typeName)) return { inputs: news, failures: [] };
  const root = await ports.schema(bag.typeName, await targetOf(ports, news));
  if (!root) return { inputs: news, failures: [unknownType(ports, bag)] };
  if (isGet(bag)) return { inputs: news, failures: [] };
  if (!bag.typed && !isObject(news.properties)) return { inputs: news, failures: notAnObject(news) };

  const region = isUnknown(news.region) ? undefined : (news.region ?? (await ports.defaultRegion()));
  const failures = [...genericKeys(bag), ...regionFailures(news, region), ...checkOptions(news)];
  const desired = withDefaultTags(typeSchema(root), desiredOf(bag, root), ports.settings.defaultTags);
  const names = pathNames(bag, root);
  failures.push(...validate(schemaForUsers(root), desired, names));
  const context = { region: typeof region === "string" ? region : undefined, names };
  const known = new Set(failures.map(({ property }) => property));
  const rules = familyOf(root.typeName).check?.(desired, context) ?? [];
  failures.push(...rules.filter(({ property }) => !known.has(property)));
  if (failures.length > 0 || typeof region !== "string") return { inputs: news, failures };
  const placed = { ...news, region };
  const account = await callersAccount(ports, placed);
  const refused = excluded(account, ports.settings);
  if (account !== undefined && refused !== undefined) {
    const fix = "use the right profile or role, or correct the configuration";
    return { inputs: news, failures: [{ property: "account", reason: `${refused}. Fix: ${fix}` }] };
  }
  const inputs = { ...withDesired(bag, placed, root, desired), ...(account === undefined ? {} : { account }) };
  return { inputs, failures };
}

/** The account is known from AWS once a process; a preview goes on without it where AWS does not tell soon. */
async function callersAccount(ports: CheckPorts, news: JsonObject): Promise<string | undefined> {
  if (hasUnknown([news.profile ?? null, news.assumeRole ?? null])) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ACCOUNT_PATIENCE, undefined);
  });
  try {
    return await Promise.race([ports.account(optionsOf(news).target), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The checked inputs: as the program wrote them, but for what the stack's configuration adds. */
function withDesired(bag: Bag, inputs: JsonObject, root: RegistrySchema, desired: JsonObject): JsonObject {
  const { tagProperty } = typeSchema(root);
  const tags = tagProperty === undefined ? undefined : desired[tagProperty];
  if (tagProperty === undefined || tags === undefined) return inputs;
  if (!bag.typed) return { ...inputs, properties: { ...(inputs.properties as JsonObject), [tagProperty]: tags } };
  return { ...inputs, ...fromCloud(schemaForUsers(root), { [tagProperty]: tags }) };
}

/** Where AWS is asked for a schema that is not in the table; the region may not be known at all. */
async function targetOf(ports: CheckPorts, news: JsonObject): Promise<Target> {
  const { target } = checkOptions(news).length > 0 ? { target: { region: "" } } : optionsOf(news);
  const region = isUnknown(target.region) ? "" : target.region;
  return { ...target, region: region === "" ? ((await ports.defaultRegion()) ?? "") : region };
}

function unknownType(ports: CheckPorts, { typeName, bag }: Bag): Failure {
  if (typeName === "") {
    const expected = "the name of a resource type, such as AWS::SQS::Queue";
    return { property: "typeName", reason: reason(expected, kindOf(bag.typeName), "set `typeName`") };
  }
  const suggestion = didYouMean(typeName, ports.typeNames());
  const got = `"${typeName.slice(0, 200)}"`;
  const fix =
    "correct the name; for a type that is newer than this package, install @aws-sdk/client-cloudformation beside it, so that AWS is asked for the schema";
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
  const known = ["typeName", "properties", ...OPTION_KEYS];
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
