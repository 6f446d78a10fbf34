import { omit, own, textOf, type JsonObject } from "../json";
import { typeSchema, type RegistrySchema, type TypeSchema } from "../schema";
import type { Family, Lookup, Notes } from "./family";
import { logGroupFamily } from "./log-group";
import { stageFamily } from "./stage";

/**
 * A child of an API whose place is left out stands at the API's root. The root's id is an output of the API, so
 * unknown whenever a preview updates the API: asking for it at create spares users a replacement that never comes.
 */
function atRoot(member: string): Family {
  return {
    extend: (root) => ({ ...root, required: (root.required ?? []).filter((key) => key !== member) }),
    resolve: async (desired, notes, lookup) => resolveRoot(member, desired, notes, lookup),
    toWire: (desired, notes) => ({ ...notes.filled, ...desired }),
    fromWire: (owned, desired) => (member in desired ? owned : omit(owned, [member])),
  };
}

async function resolveRoot(member: string, desired: JsonObject, notes: Notes, lookup: Lookup): Promise<Notes> {
  if (member in desired) return { ...notes, filled: {} };
  if (notes.filled?.[member] !== undefined) return notes;
  const api = textOf(desired.RestApiId);
  const root = (await lookup("AWS::ApiGateway::RestApi", api))?.RootResourceId;
  if (typeof root !== "string") {
    throw new Error(
      `restApiId: expected the id of a REST API, got "${api}", which AWS does not find. Fix: check the id`,
    );
  }
  return { ...notes, filled: { [member]: root } };
}

const FAMILIES: Readonly<Record<string, Family>> = Object.freeze({
  "AWS::ApiGateway::Stage": stageFamily,
  "AWS::ApiGateway::Resource": atRoot("ParentId"),
  "AWS::ApiGateway::Method": atRoot("ResourceId"),
  "AWS::Logs::LogGroup": logGroupFamily,
});

const NONE: Family = Object.freeze({});

/** What the package knows of a type beyond its schema. */
export function familyOf(typeName: string): Family {
  return own(FAMILIES, typeName) ?? NONE;
}

const extended = new WeakMap<RegistrySchema, TypeSchema>();

/** The type's schema as users of this package see it. */
export function schemaForUsers(root: RegistrySchema): TypeSchema {
  const known = extended.get(root);
  if (known) return known;
  const made = typeSchema(familyOf(root.typeName).extend?.(root) ?? root);
  extended.set(root, made);
  return made;
}
