import * as pulumi from "@pulumi/pulumi";
import { PROVIDER_STUB } from "./stub";

/**
 * A JSON document that may hold outputs anywhere, such as a policy.
 *
 * @public
 */
export type JsonInput =
  | string
  | number
  | boolean
  | null
  | readonly pulumi.Input<JsonInput>[]
  | { readonly [key: string]: pulumi.Input<JsonInput> };

/**
 * What every resource takes beside its own properties.
 *
 * @public
 */
export interface ResourceArgs {
  /**
   * The AWS region the resource lives in. A change replaces the resource.
   *
   * @defaultValue the stack's `aws:region`, else the region of the environment or the shared AWS config file
   */
  readonly region?: pulumi.Input<string>;
}

/**
 * What the base class needs to know of a typed resource.
 *
 * @internal
 */
export interface TypeSpec {
  /** The registry's name, such as `AWS::ApiGateway::Stage`. */
  readonly typeName: string;
  /** The end of the Pulumi type token, such as `apigateway:Stage`. */
  readonly token: string;
  /** Every property that is an output, in camelCase. */
  readonly properties: readonly string[];
  /** The members of the primary identifier, in the schema's order. */
  readonly identifier: readonly string[];
}

/** Marks a class as one of ours, across copies of the package. */
const MARK = "__pulumiCloudControlType";

/**
 * The base of all typed resources.
 *
 * @public
 */
export abstract class TypedResource extends pulumi.CustomResource {
  /** @internal */
  protected constructor(spec: TypeSpec, name: string, args: object | undefined, opts?: pulumi.CustomResourceOptions) {
    const given: Record<string, unknown> = { ...args };
    const isRead = opts?.id !== undefined;
    const fromId = spec.identifier.filter((key) => isRead || given[key] === undefined);
    const props: pulumi.Inputs = {};
    // Pulumi makes an output only for keys that are there, so each gets one, given or not.
    for (const key of [...spec.properties, "region"]) if (!fromId.includes(key)) props[key] = undefined;
    Object.assign(props, given, { __provider: PROVIDER_STUB, __type: spec.typeName }, isRead ? { __get: true } : {});
    super(`pulumi-nodejs:dynamic/${spec.token}`, name, props, opts);
    // An id stays known in every preview, which an output that only AWS sets does not: a child that refers to it would
    // be shown as replaced whenever its parent is updated.
    const members = this as unknown as Record<string, unknown>;
    for (const key of fromId) members[key] = this.id.apply((id) => identifierPart(spec.identifier, key, id));
    Object.defineProperty(this, MARK, { value: spec.typeName, enumerable: false });
  }

  /** @internal */
  protected static isOfType(value: unknown, typeName: string): boolean {
    return typeof value === "object" && value !== null && (value as Record<string, unknown>)[MARK] === typeName;
  }
}

/** One part of a primary identifier. The last part takes what is left, as a value may hold a `|`. */
function identifierPart(identifier: readonly string[], key: string, id: string): string {
  const parts = id.split("|");
  const at = identifier.indexOf(key);
  // In a test with mocks an id may be anything; it then stands for each of its parts.
  if (parts.length < identifier.length) return id;
  return at === identifier.length - 1 ? parts.slice(at).join("|") : (parts[at] ?? id);
}
