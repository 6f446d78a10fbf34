import { entryKeyOf, projectMember } from "./compare";
import { deepEqual, isObject, own, put, type JsonObject, type JsonValue } from "./json";
import {
  ANYTHING,
  covers,
  isDocument,
  isMap,
  itemNode,
  membersOf,
  without,
  type SchemaNode,
  type SchemaPath,
  type TypeSchema,
} from "./schema";

/** One operation of a patch document. `replace` is never used: AWS refuses it where the member is absent. */
export type PatchOperation =
  | { readonly op: "add"; readonly path: string; readonly value: JsonValue }
  | { readonly op: "remove"; readonly path: string };

/** What a patch is computed from; every model is in CloudFormation's casing. */
export interface PatchInput {
  /** What the program wants. */
  readonly desired: JsonObject;
  /** What the program wanted, or refresh saw, at the paths owned so far: a path that left is to be taken back. */
  readonly owned: JsonObject;
  /** What GetResource shows now; a patch is applied to this model, never to a remembered one. */
  readonly live: JsonObject;
  /** Values that switch a member off where AWS does not do so on removal, by path with `*` for items. */
  readonly offValues: Readonly<Record<string, JsonValue>>;
}

/**
 * The patch that brings the live model to the desired state on owned paths, one operation per top-level member with
 * its whole value: positions inside AWS's unordered lists are not stable. Create-only and read-only members are never
 * touched; write-only ones, which a live model lacks, are sent again with every patch, as AWS takes those that are
 * missing for removed. So one that the program dropped goes with any patch, and it alone needs one that changes nothing.
 *
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-update.html
 */
export function planPatch(schema: TypeSchema, input: PatchInput): PatchOperation[] {
  const operations: PatchOperation[] = [];
  const resent: PatchOperation[] = [];
  for (const key of Object.keys(input.desired)) {
    const wanted = input.desired[key];
    if (wanted === undefined || covers(schema.createOnly, [key]) || covers(schema.readOnly, [key])) continue;
    const add: PatchOperation = { op: "add", path: `/${pointerStep(key)}`, value: merged(schema, key, wanted, input) };
    if (holdsWriteOnly(schema, key)) {
      (sameAsOwned(input, key) ? resent : operations).push(add);
    } else if (!isInPlace(schema, key, wanted, input)) {
      operations.push(add);
    }
  }
  operations.push(...removals(schema, input));
  if (operations.length > 0) return [...operations, ...resent];
  if (!dropsUnseen(schema, input)) return [];
  return resent.length > 0 ? resent : carrier(schema, input);
}

/** Top-level members that the program no longer sets but once did. */
export function removedMembers(schema: TypeSchema, desired: JsonObject, owned: JsonObject): string[] {
  return Object.keys(owned).filter(
    (key) => !Object.hasOwn(desired, key) && !covers(schema.createOnly, [key]) && !covers(schema.readOnly, [key]),
  );
}

function removals(schema: TypeSchema, input: PatchInput): PatchOperation[] {
  return removedMembers(schema, input.desired, input.owned).flatMap((key): PatchOperation[] => {
    const off = own(input.offValues, key);
    const live = own(input.live, key);
    if (off !== undefined) {
      return live === undefined || deepEqual(live, off)
        ? []
        : [{ op: "add", path: `/${pointerStep(key)}`, value: off }];
    }
    return live === undefined ? [] : [{ op: "remove", path: `/${pointerStep(key)}` }];
  });
}

/** Whether the program dropped a member of which AWS shows nothing, as it holds write-only values. */
function dropsUnseen(schema: TypeSchema, { desired, owned, live }: PatchInput): boolean {
  return removedMembers(schema, desired, owned).some((key) => live[key] === undefined && holdsWriteOnly(schema, key));
}

/** An operation that changes nothing: a member as it is. Empty where no member may be sent. */
function carrier(schema: TypeSchema, input: PatchInput): PatchOperation[] {
  const { desired, live } = input;
  const mayBeSent = (key: string): boolean =>
    live[key] !== undefined && !covers(schema.createOnly, [key]) && !covers(schema.readOnly, [key]);
  const [key = Object.keys(live).find((one) => mayBeSent(one) && typeof live[one] !== "object")] =
    Object.keys(desired).filter(mayBeSent);
  if (key === undefined) return [];
  const value = desired[key] === undefined ? live[key] : merged(schema, key, desired[key], input);
  return value === undefined ? [] : [{ op: "add", path: `/${pointerStep(key)}`, value }];
}

function sameAsOwned(input: PatchInput, key: string): boolean {
  return deepEqual(own(input.desired, key), own(input.owned, key));
}

function isInPlace(schema: TypeSchema, key: string, wanted: JsonValue, input: PatchInput): boolean {
  const live = own(input.live, key);
  if (!deepEqual(projectMember(schema, key, wanted, live), wanted)) return false;
  // Nothing the program wants is missing; what it wanted before and has dropped may still stand inside the member.
  return live === undefined || deepEqual(merged(schema, key, wanted, input), overlayOf(schema, key, wanted, live));
}

function overlayOf(schema: TypeSchema, key: string, wanted: JsonValue, live: JsonValue): JsonValue {
  const none: PatchInput = { desired: {}, owned: {}, live: { [key]: live }, offValues: {} };
  return merged(schema, key, wanted, none);
}

function holdsWriteOnly(schema: TypeSchema, key: string): boolean {
  let known = unshown.get(schema);
  if (!known) {
    const paths = schema.writeOnly.filter((path) => !covers(schema.createOnly, path));
    known = new Set(paths.map(([first = ""]) => first));
    unshown.set(schema, known);
  }
  return known.has(key);
}

/** The members that hold write-only values. */
const unshown = new WeakMap<TypeSchema, ReadonlySet<string>>();

/** The desired member over the live one: what others or AWS set inside it stays, what the program dropped goes. */
function merged(schema: TypeSchema, key: string, wanted: JsonValue, input: PatchInput): JsonValue {
  const node = own(schema.root.properties, key) ?? ANYTHING;
  const whole = overlay({ schema, off: input.offValues }, node, [key], {
    desired: wanted,
    owned: own(input.owned, key),
    live: own(input.live, key),
  });
  const made = without({ [key]: whole }, schema.readOnly);
  return own(made, key) ?? whole;
}

interface Overlay {
  readonly schema: TypeSchema;
  readonly off: Readonly<Record<string, JsonValue>>;
}

interface Layers {
  readonly desired: JsonValue;
  readonly owned: JsonValue | undefined;
  readonly live: JsonValue | undefined;
}

function overlay(context: Overlay, node: SchemaNode, path: SchemaPath, layers: Layers): JsonValue {
  const { desired, owned, live } = layers;
  if (Array.isArray(desired)) return overlayEntries(context, node, path, { desired, owned, live });
  const members = membersOf(context.schema, node);
  const isWhole = isMap(context.schema, node) || isDocument(context.schema, node);
  if (!isObject(desired) || !isObject(live) || isWhole) return desired;
  const before = isObject(owned) ? owned : {};
  const made: JsonObject = { ...live };
  for (const key of Object.keys(before)) {
    if (Object.hasOwn(desired, key) || !Object.hasOwn(made, key)) continue;
    const off = own(context.off, [...path, key].join("/"));
    if (off === undefined) Reflect.deleteProperty(made, key);
    else put(made, key, off);
  }
  for (const [key, value] of Object.entries(desired)) {
    const below = { desired: value, owned: own(before, key), live: own(live, key) };
    put(made, key, overlay(context, own(members, key) ?? ANYTHING, [...path, key], below));
  }
  return made;
}

/** Entries that can be told apart keep what AWS or others set inside them; other lists are sent as the user wrote them. */
function overlayEntries(
  context: Overlay,
  node: SchemaNode,
  path: SchemaPath,
  layers: Layers & { readonly desired: JsonValue[] },
): JsonValue {
  const items = itemNode(context.schema, node) ?? ANYTHING;
  const keyOf = entryKeyOf(context.schema, items);
  if (!keyOf) return layers.desired;
  const byKey = (list: JsonValue | undefined): Map<string, JsonValue> =>
    new Map((Array.isArray(list) ? list : []).map((entry) => [keyOf(entry), entry]));
  const [owned, live] = [byKey(layers.owned), byKey(layers.live)];
  return layers.desired.map((entry) => {
    const key = keyOf(entry);
    return overlay(context, items, [...path, "*"], { desired: entry, owned: owned.get(key), live: live.get(key) });
  });
}

function pointerStep(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
