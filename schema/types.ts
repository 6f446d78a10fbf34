/** A JSON value, as it travels on Cloud Control's wire. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON-schema node of a resource type, as the CloudFormation registry writes it (draft-07 with additions). */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly default?: JsonValue;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  /** `false`: the order of the array carries no meaning and AWS may change it. */
  readonly insertionOrder?: boolean;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly description?: string;
}

/** What one handler of a resource type needs. */
export interface SchemaHandler {
  /** IAM actions the caller must be allowed. */
  readonly permissions?: readonly string[];
  readonly timeoutInMinutes?: number;
  /** Which properties `ListResources` must be given in its ResourceModel. */
  readonly handlerSchema?: SchemaNode;
}

/**
 * A resource type's schema in the CloudFormation registry. Paths are JSON pointers that start with `/properties/`;
 * `*` stands for the items of an array.
 *
 * @see https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
export interface RegistrySchema extends SchemaNode {
  readonly typeName: string;
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
  readonly primaryIdentifier: readonly string[];
  readonly additionalIdentifiers?: readonly (readonly string[])[];
  readonly createOnlyProperties?: readonly string[];
  readonly conditionalCreateOnlyProperties?: readonly string[];
  readonly readOnlyProperties?: readonly string[];
  readonly writeOnlyProperties?: readonly string[];
  readonly deprecatedProperties?: readonly string[];
  readonly propertyTransform?: Readonly<Record<string, string>>;
  readonly replacementStrategy?: string;
  readonly handlers?: Readonly<Partial<Record<"create" | "read" | "update" | "delete" | "list", SchemaHandler>>>;
  readonly tagging?: {
    readonly taggable?: boolean;
    readonly tagOnCreate?: boolean;
    readonly tagUpdatable?: boolean;
    readonly tagProperty?: string;
    readonly permissions?: readonly string[];
  };
}
