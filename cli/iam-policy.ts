import { parseArgs } from "node:util";
import { didYouMean } from "../provider/core/suggest";
import { readSchema, typeNames } from "../schema/table";
import type { RegistrySchema } from "../schema/types";

/** What the command prints about itself. */
export const help = `pulumi-cloudcontrol iam-policy [--read-only] <type> [<type> ...]

Prints the least-privilege IAM policy for managing resources of these types through Cloud Control:
the calls of Cloud Control itself and what the types' handlers need by the registry's schemas.

  --read-only   only what a preview and a refresh need

Example: pulumi-cloudcontrol iam-policy AWS::ApiGateway::Stage AWS::Logs::LogGroup`;

/** One statement of an IAM policy. */
interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: "*";
}

/** An IAM policy document. */
export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

const READ_CALLS = ["cloudformation:GetResource"];
const WRITE_CALLS = [
  "cloudformation:CancelResourceRequest",
  "cloudformation:CreateResource",
  "cloudformation:DeleteResource",
  "cloudformation:GetResourceRequestStatus",
  "cloudformation:ListResourceRequests",
  "cloudformation:UpdateResource",
];

/** Types whose resources the provider reads while it manages another type: method settings and children at the root. */
const LOOKED_UP: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::Stage": ["AWS::ApiGateway::Resource"],
  "AWS::ApiGateway::Resource": ["AWS::ApiGateway::RestApi"],
  "AWS::ApiGateway::Method": ["AWS::ApiGateway::RestApi"],
};

/**
 * The policy for some types. Cloud Control calls a type's handlers with the caller's own permissions, so these are
 * needed beside the calls of Cloud Control itself.
 *
 * @see https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/security.html
 */
export function policyFor(schemas: readonly RegistrySchema[], options: { readonly readOnly: boolean }): Policy {
  const calls = options.readOnly ? READ_CALLS : [...READ_CALLS, ...WRITE_CALLS];
  const statements = schemas.flatMap((schema): Statement[] => {
    const actions = actionsOf(schema, options.readOnly);
    const sid = schema.typeName.replaceAll(/[^A-Za-z0-9]/g, "");
    return actions.length === 0 ? [] : [{ Sid: sid, Effect: "Allow", Action: actions, Resource: "*" }];
  });
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "CloudControl", Effect: "Allow", Action: sorted([...calls, "sts:GetCallerIdentity"]), Resource: "*" },
      ...statements,
    ],
  };
}

function actionsOf(schema: RegistrySchema, readOnly: boolean): string[] {
  const handlers = readOnly ? (["read"] as const) : (["create", "read", "update", "delete"] as const);
  const own = handlers.flatMap((handler) => schema.handlers?.[handler]?.permissions ?? []);
  const tagging = readOnly ? [] : (schema.tagging?.permissions ?? []);
  const looked = (LOOKED_UP[schema.typeName] ?? []).flatMap(
    (typeName) => readSchema(typeName)?.handlers?.read?.permissions ?? [],
  );
  return sorted([...own, ...tagging, ...looked]);
}

function sorted(actions: readonly string[]): string[] {
  return [...new Set(actions)].sort((a, b) => (a < b ? -1 : 1));
}

/** Runs the command; returns the exit code. */
export function run(args: readonly string[], print: (line: string) => void): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "read-only": { type: "boolean", default: false } },
  });
  if (positionals.length === 0) {
    print(help);
    return 2;
  }
  const schemas: RegistrySchema[] = [];
  for (const typeName of new Set(positionals)) {
    const schema = readSchema(typeName);
    if (!schema) {
      print(`unknown type "${typeName}".${didYouMean(typeName, typeNames())} Fix: correct the name`);
      return 2;
    }
    schemas.push(schema);
  }
  print(JSON.stringify(policyFor(schemas, { readOnly: values["read-only"] }), null, 2));
  return 0;
}
