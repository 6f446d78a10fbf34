/**
 * What the classes say and do beyond the registry's schema. Properties are named as CloudFormation names them; texts
 * are TSDoc as it stands in the class, so they escape what TSDoc wants escaped. A text here wins over the schema's.
 */
export interface TypeOverlay {
  readonly typeName: string;
  /** The text on the class. */
  readonly doc?: string;
  /** Texts by property. A line that begins with `@defaultValue` closes a text. */
  readonly docs?: Docs;
  readonly definitions?: Readonly<Record<string, DefinitionOverlay>>;
  /** Properties that our arguments require though the schema does not. */
  readonly required?: readonly string[];
  /** Properties that the schema requires and the provider fills when they are left out; as outputs they are always set. */
  readonly optional?: readonly string[];
  /** Outputs that the provider adds, by camelCase name. */
  readonly outputs?: Readonly<Record<string, Addition>>;
}

/** The same for an object inside the type. */
export interface DefinitionOverlay {
  readonly doc?: string;
  readonly docs?: Docs;
  /** Inputs that the provider resolves to others, by camelCase name. */
  readonly inputs?: Readonly<Record<string, Addition>>;
}

/** A property that the schema does not have. */
export interface Addition {
  readonly type: "string" | "number" | "boolean";
  readonly doc: string;
}

export type Docs = Readonly<Record<string, string>>;
