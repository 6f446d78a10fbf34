import * as pulumi from "@pulumi/pulumi";
import type { JsonInput, ResourceArgs } from "./base";
import { identityOf } from "./identity";
import { RegisteredResource } from "./registered";
import { secretsIn } from "./secrets";
import { PROVIDER_STUB } from "./stub";

const TYPE = "pulumi-nodejs:dynamic/cloudcontrol:Resource";

/**
 * The arguments of a {@link CloudControlResource}.
 *
 * @public
 */
export interface CloudControlResourceArgs extends ResourceArgs {
  /** The registry's name of the type, such as `AWS::SQS::Queue`. A change replaces the resource. */
  readonly typeName: pulumi.Input<string>;
  /** The properties as CloudFormation writes them, such as `{ QueueName: "jobs" }`. */
  readonly properties: pulumi.Input<{ readonly [key: string]: pulumi.Input<JsonInput> }>;
}

/**
 * A resource of any type that AWS Cloud Control can manage, checked against the type's registry schema at preview.
 * Properties keep CloudFormation's casing. Only the paths that are set are managed: what AWS fills in is no drift.
 *
 * @example
 * ```ts
 * const queue = new CloudControlResource("jobs", {
 *   typeName: "AWS::SQS::Queue",
 *   properties: { QueueName: "jobs", VisibilityTimeout: 60 },
 * });
 * export const arn = queue.attribute("Arn");
 * ```
 *
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/supported-resources.html
 * @public
 */
export class CloudControlResource extends RegisteredResource {
  /** The registry's name of the type. */
  declare readonly typeName: pulumi.Output<string>;
  /** The managed properties, in CloudFormation's casing. */
  declare readonly properties: pulumi.Output<Readonly<Record<string, unknown>>>;
  /** What only AWS sets (the schema's read-only properties), in CloudFormation's casing. */
  declare readonly attributes: pulumi.Output<Readonly<Record<string, unknown>>>;
  /** The region the resource lives in. */
  declare readonly region: pulumi.Output<string>;

  constructor(name: string, args: CloudControlResourceArgs, opts?: pulumi.CustomResourceOptions) {
    const isRead = opts?.id !== undefined;
    const props = {
      region: undefined,
      ...args,
      attributes: undefined,
      __provider: PROVIDER_STUB,
      ...secretsIn({ ...args }),
      ...(isRead ? { __get: true } : { __identity: identityOf(TYPE, name, opts?.parent) }),
    };
    super(TYPE, name, props, opts);
  }

  /**
   * Reads an existing resource without managing it; `properties` is then its whole live model.
   *
   * @param typeName - the registry's name of the type
   * @param id - the primary identifier, its parts joined by `|`
   */
  static get(
    name: string,
    typeName: pulumi.Input<string>,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
  ): CloudControlResource {
    return new CloudControlResource(name, { typeName, properties: {} }, { ...opts, id });
  }

  /** One of the {@link CloudControlResource.attributes}, such as `Arn`; undefined where AWS does not set it. */
  attribute(name: string): pulumi.Output<unknown> {
    return this.attributes.apply((attributes) => attributes[name]);
  }
}
