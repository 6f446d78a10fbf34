import { addressesOf } from "../../../schema/addresses";
import { encodeMethodPath } from "./method-path";
import { isObject, omit, textOf, type JsonObject, type JsonValue } from "../json";
import { parseArn } from "../place";
import type { RegistrySchema, SchemaNode } from "../schema";
import { hasUnknown } from "../unknown";
import type { ModelPath } from "../verify";
import type { Family, Lookup, Notes, Place, Reference } from "./family";
import { checkStage } from "./stage-check";

const addresses = addressesOf("AWS::ApiGateway::Stage");

/** `AWS::ApiGateway::Stage`: what its schema does not say. */
export const stageFamily: Family = {
  extend,
  check: checkStage,
  resolve,
  refersTo,
  toWire,
  fromWire,
  computed,
  accountIn,
  computedNames: addresses?.names ?? [],
  implied,
  vanishing: Object.freeze([
    "CanarySetting",
    "AccessLogSetting",
    "MethodSettings",
    "Variables",
    "Description",
    "DocumentationVersion",
    "ClientCertificateId",
  ]),
  // AWS leaves these on when they are removed (facts 2.4 b and d), so they are switched off by value.
  offValues: Object.freeze({
    CacheClusterEnabled: false,
    TracingEnabled: false,
    "MethodSettings/*/CachingEnabled": false,
    "MethodSettings/*/DataTraceEnabled": false,
    "MethodSettings/*/MetricsEnabled": false,
    "MethodSettings/*/LoggingLevel": "OFF",
  }),
};

/** A method setting may name its API Gateway resource by id; the provider finds the path. */
function extend(root: RegistrySchema): RegistrySchema {
  const setting: SchemaNode = root.definitions?.MethodSetting ?? {};
  const properties = { ...setting.properties, ResourceId: { type: "string", minLength: 1 } };
  return { ...root, definitions: { ...root.definitions, MethodSetting: { ...setting, properties } } };
}

/** What a stage serves and shows; of a missing one AWS does not say which it is. */
function refersTo(desired: JsonObject): Reference[] {
  const api = textOf(desired.RestApiId);
  const canary = isObject(desired.CanarySetting) ? desired.CanarySetting : {};
  const reference = (path: ModelPath, type: string, value: JsonValue | undefined, isOfApi = true): Reference[] => {
    if (typeof value !== "string" || value === "") return [];
    const identifier = isOfApi ? `${value}|${api}` : value;
    const scope = isOfApi ? `the API "${api}"` : "the region";
    return [{ path, typeName: `AWS::ApiGateway::${type}`, identifier, scope }];
  };
  return [
    ...reference(["DeploymentId"], "Deployment", desired.DeploymentId),
    ...reference(["CanarySetting", "DeploymentId"], "Deployment", canary.DeploymentId),
    ...reference(["DocumentationVersion"], "DocumentationVersion", desired.DocumentationVersion),
    ...reference(["ClientCertificateId"], "ClientCertificate", desired.ClientCertificateId, false),
  ];
}

function settingsOf(desired: JsonObject): JsonObject[] {
  return Array.isArray(desired.MethodSettings) ? desired.MethodSettings.filter(isObject) : [];
}

/** Walks from each named resource up to the API's root, one GetResource a step. */
async function resolve(desired: JsonObject, notes: Notes, lookup: Lookup): Promise<Notes> {
  const wanted = settingsOf(desired)
    .map((setting) => setting.ResourceId)
    .filter((id): id is string => typeof id === "string");
  if (wanted.length === 0) return notes;
  const paths: Record<string, string> = {};
  for (const id of wanted) {
    paths[id] = notes.paths?.[id] ?? encodeMethodPath(await pathParts(textOf(desired.RestApiId), id, lookup));
  }
  return { ...notes, paths };
}

/** A resource that a method setting names is not there: the user's mistake, found before anything is sent. */
class MissingApiResource extends Error {
  constructor(restApiId: string, resourceId: string) {
    super(
      `methodSettings: expected resourceId to be the id of a resource of the API "${restApiId}", got "${resourceId}", which AWS does not find. Fix: use a Resource's \`resourceId\` output (an id, not a path)`,
    );
    this.name = "MissingApiResource";
  }
}

async function pathParts(restApiId: string, resourceId: string, lookup: Lookup): Promise<string[]> {
  const parts: string[] = [];
  const seen = new Set<string>();
  for (let id: string | undefined = resourceId; id !== undefined && !seen.has(id);) {
    seen.add(id);
    const model: JsonObject | undefined = await lookup("AWS::ApiGateway::Resource", `${restApiId}|${id}`);
    if (!model) throw new MissingApiResource(restApiId, resourceId);
    if (typeof model.PathPart === "string" && model.PathPart !== "" && model.PathPart !== "/") {
      parts.unshift(model.PathPart);
    }
    id = typeof model.ParentId === "string" && model.ParentId !== "" ? model.ParentId : undefined;
  }
  return parts;
}

function mapSettings(model: JsonObject, change: (setting: JsonObject) => JsonObject): JsonObject {
  if (!Array.isArray(model.MethodSettings)) return model;
  const settings = model.MethodSettings.map((one): JsonValue => (isObject(one) ? change(one) : one));
  return { ...model, MethodSettings: settings };
}

function toWire(desired: JsonObject, notes: Notes): JsonObject {
  return mapSettings(desired, ({ ResourceId: id, ...setting }) => {
    const path = typeof id === "string" ? notes.paths?.[id] : undefined;
    return path === undefined ? setting : { ...setting, ResourcePath: path };
  });
}

function fromWire(owned: JsonObject, desired: JsonObject, notes: Notes): JsonObject {
  const byEntry = new Map<string, string>();
  for (const { ResourceId: id, HttpMethod: method } of settingsOf(desired)) {
    const path = typeof id === "string" ? notes.paths?.[id] : undefined;
    if (typeof id === "string" && path !== undefined) byEntry.set(`${path} ${textOf(method)}`, id);
  }
  return mapSettings(owned, (setting) => {
    const id = byEntry.get(`${textOf(setting.ResourcePath)} ${textOf(setting.HttpMethod)}`);
    if (id === undefined) return setting;
    return { ...omit(setting, ["ResourcePath"]), ResourceId: id };
  });
}

function computed(desired: JsonObject, place: Place): JsonObject {
  const { RestApiId: api, StageName: stage } = desired;
  if (typeof api !== "string" || typeof stage !== "string" || hasUnknown([api, stage])) return {};
  return { ...addresses?.compose([api, stage], place) };
}

/** The outputs of a stage say its account once. */
function accountIn({ executionArn }: JsonObject): string | undefined {
  return typeof executionArn === "string" ? parseArn(executionArn)?.account : undefined;
}

/** A canary that names no deployment means the stage's own; one that points elsewhere has been moved by somebody. */
function implied(desired: JsonObject): JsonObject {
  const canary = desired.CanarySetting;
  if (!isObject(canary) || canary.DeploymentId !== undefined || desired.DeploymentId === undefined) return desired;
  return { ...desired, CanarySetting: { ...canary, DeploymentId: desired.DeploymentId } };
}
