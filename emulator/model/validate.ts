import { Ajv, type ValidateFunction } from "ajv";

import type { RegistrySchema } from "../../schema/types";
import type { JsonObject } from "../json";
import { everitMessage } from "./everit";

/** A regular expression as ajv wants it. */
type Matcher = RegExp | { test(text: string): boolean };

/**
 * Compiles a registry pattern. AWS's are Java's or Python's: `\Z` and `\A` are translated, and a pattern that
 * JavaScript cannot compile matches everything, because refusing what AWS takes is worse than the reverse.
 */
function compilePattern(pattern: string): Matcher {
  const translated = pattern.replace(/\\[zZ]/g, "$").replace(/\\A/g, "^");
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(translated, flags);
    } catch {
      // Try the looser dialect, then give up.
    }
  }
  return { test: () => true };
}

const engine = Object.assign((pattern: string) => compilePattern(pattern), { code: "new RegExp" });

const validators = new WeakMap<RegistrySchema, ValidateFunction>();

function compile(schema: RegistrySchema): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    verbose: true,
    validateSchema: false,
    // cfn-lint writes formats of its own into the schemas; AWS's validator does not know them.
    validateFormats: false,
    addUsedSchema: false,
    logger: false,
    code: { regExp: engine },
  });
  const { properties, definitions, required, additionalProperties, patternProperties, oneOf, anyOf, allOf } = schema;
  const node = { properties, definitions, required, additionalProperties, patternProperties, oneOf, anyOf, allOf };
  const present = Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined));
  return ajv.compile({ type: "object", ...present });
}

/**
 * Validates a model against its registry schema.
 *
 * @returns AWS's error text, or undefined when the model is valid.
 * @internal
 */
export function validateModel(schema: RegistrySchema, model: JsonObject): string | undefined {
  let validate = validators.get(schema);
  if (!validate) {
    try {
      validate = compile(schema);
    } catch {
      // A schema that the validator cannot take must not make its type unusable.
      validate = Object.assign(() => true, { errors: null }) as unknown as ValidateFunction;
    }
    validators.set(schema, validate);
  }
  if (validate(model)) return undefined;
  return everitMessage(validate.errors ?? []);
}
