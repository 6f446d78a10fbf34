import * as pulumi from "@pulumi/pulumi";
import { foretell } from "./foretold";
import { identityOf } from "./identity";
import { laterMembers, shownBy } from "./later-members";
import { RegisteredResource } from "./registered";
import { secretsIn } from "./secrets";
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
  /**
   * The profile of the shared AWS config files whose credentials act for this resource. Only the name is kept.
   *
   * @defaultValue the stack's `aws:profile`, else the SDK's default chain
   */
  readonly profile?: pulumi.Input<string>;
  /**
   * A role that is assumed for every call for this resource.
   *
   * @defaultValue the stack's `aws:assumeRoles`
   */
  readonly assumeRole?: pulumi.Input<AssumeRoleArgs>;
  /**
   * The URL of Cloud Control, for a private or local endpoint.
   *
   * @defaultValue the stack's `aws:endpoints`, else AWS's own in the region
   */
  readonly endpoint?: pulumi.Input<string>;
  /** How long an operation may take before it is cancelled and fails. */
  readonly timeouts?: pulumi.Input<TimeoutsArgs>;
  /**
   * Takes an existing resource with the same identifier over instead of failing with AlreadyExists. What changes on it
   * is shown before it is sent; tags and values that the program does not set stay.
   *
   * @defaultValue `false`
   */
  readonly adopt?: pulumi.Input<boolean>;
  /**
   * The primary identifier of an existing resource that is taken over instead of a new one being made, its parts joined
   * by `|` or, as `@pulumi/aws` writes them, by `/`. Only looked at when the resource is not in the state yet.
   */
  readonly importId?: pulumi.Input<string>;
}

/**
 * A role to assume.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @public
 */
export interface AssumeRoleArgs {
  /** The role's ARN. */
  readonly roleArn: pulumi.Input<string>;
  /**
   * The name of the session, which CloudTrail shows.
   *
   * @defaultValue `pulumi-cloudcontrol`
   */
  readonly sessionName?: pulumi.Input<string>;
  /** The id that the role's trust policy asks for. */
  readonly externalId?: pulumi.Input<string>;
}

/**
 * Deadlines of operations, as durations such as `90s`, `20m` or `1h30m`.
 *
 * @public
 */
export interface TimeoutsArgs {
  /** @defaultValue `15m`; `60m` where a cache cluster is made */
  readonly create?: pulumi.Input<string>;
  /** @defaultValue `15m`; `60m` where a cache cluster is made, resized or removed */
  readonly update?: pulumi.Input<string>;
  /** @defaultValue `15m`; `60m` where a cache cluster is removed */
  readonly delete?: pulumi.Input<string>;
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
  /** The outputs that a resource has whatever the program gave, in camelCase. */
  readonly properties: readonly string[];
  /** The outputs that it has where the program gave them, in camelCase. */
  readonly optional: readonly string[];
  /** The members of the primary identifier, in the schema's order. */
  readonly identifier: readonly string[];
}

/** Marks a class as one of ours, across copies of the package. */
const MARK = "__pulumiCloudControlType";
/** What a program gave to a resource, for what looks at resources within the same run. */
const GIVEN = "__pulumiCloudControlArguments";

/**
 * The base of all typed resources.
 *
 * @public
 */
export abstract class TypedResource extends RegisteredResource {
  /** The AWS region the resource lives in. */
  declare readonly region: pulumi.Output<string>;

  /** @internal */
  protected constructor(spec: TypeSpec, name: string, args: object | undefined, opts?: pulumi.CustomResourceOptions) {
    const given: Record<string, unknown> = { ...args };
    const isRead = opts?.id !== undefined;
    const fromId = spec.identifier.filter((key) => isRead || given[key] === undefined);
    const props: pulumi.Inputs = {};
    // Pulumi makes an output only for keys that are there. Each costs a tenth of a millisecond, so those that will most
    // probably stay empty are made when somebody reads them. A resource that is only read has all of them.
    const expected = isRead ? [...spec.properties, ...spec.optional] : spec.properties;
    // The account is no output for users, but previews compose ARNs with it.
    const isPreview = pulumi.runtime.isDryRun();
    const places = isPreview ? ["region", "account"] : ["region"];
    for (const key of [...expected, ...places]) if (!fromId.includes(key)) props[key] = undefined;
    const type = `pulumi-nodejs:dynamic/${spec.token}`;
    const own = isRead ? { __get: true } : { __identity: identityOf(type, name, opts?.parent, spec.typeName) };
    const hidden = { __provider: PROVIDER_STUB, __type: spec.typeName, ...secretsIn(given), ...own };
    Object.assign(props, given, hidden);
    for (const key of fromId) Reflect.deleteProperty(props, key);
    super(type, name, props, opts);
    // An id stays known in every preview, which an output that only AWS sets does not: a child that refers to it would
    // be shown as replaced whenever its parent is updated.
    laterMembers(this, fromId, (key) => this.id.apply((id) => identifierPart(spec.identifier, key, id)));
    laterMembers(this, spec.optional, shownBy(this, type, name, spec.optional));
    if (isPreview) foretell(this, spec.typeName, spec.identifier);
    Object.defineProperty(this, MARK, { value: spec.typeName, enumerable: false });
    Object.defineProperty(this, GIVEN, { value: given, enumerable: false });
  }

  /** @internal */
  protected static isOfType(value: unknown, typeName: string): boolean {
    return typeof value === "object" && value !== null && (value as Record<string, unknown>)[MARK] === typeName;
  }
}

/**
 * What the program gave to a resource of this package; undefined for others. Unlike the resource's outputs it is known
 * in a preview whenever the program knows it, and holds nothing that AWS filled in.
 *
 * @internal
 */
export function argumentsOf(resource: object): Readonly<Record<string, unknown>> | undefined {
  return (resource as { readonly [GIVEN]?: Readonly<Record<string, unknown>> })[GIVEN];
}

/** One part of a primary identifier. The last part takes what is left, as a value may hold a `|`. */
function identifierPart(identifier: readonly string[], key: string, id: string): string {
  const parts = id.split("|");
  const at = identifier.indexOf(key);
  // In a test with mocks an id may be anything; it then stands for each of its parts.
  if (parts.length < identifier.length) return id;
  return at === identifier.length - 1 ? parts.slice(at).join("|") : (parts[at] ?? id);
}
