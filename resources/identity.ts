import * as pulumi from "@pulumi/pulumi";
import { tokenOf } from "../schema/names";

const STACK = "pulumi:pulumi:Stack";
/** What all types of the package begin with, and what therefore says nothing. */
const DYNAMIC = "pulumi-nodejs:dynamic/";

/**
 * What a resource is called across runs: `project/stack/parent types$type::name`, as its URN says it. No URN reaches a
 * dynamic provider, so the class hands this one over, and a create that was cut off is found again by it.
 *
 * It stands in the state of every resource, so a type that follows from the registry's is left out.
 *
 * @param typeName - the registry's name of the type, where the provider knows it from the inputs
 * @internal
 */
export function identityOf(type: string, name: string, parent: pulumi.Resource | undefined, typeName?: string): string {
  const types = [type.replace(DYNAMIC, "")];
  for (let above = parent; above; above = parentOf(above)) {
    const of = typeOf(above);
    if (of !== undefined && of !== STACK) types.unshift(of.replace(DYNAMIC, ""));
  }
  const path = types.join("$");
  const isImplied = typeName !== undefined && path === tokenOf(typeName);
  return `${pulumi.getProject()}/${pulumi.getStack()}/${isImplied ? "" : path}::${name}`;
}

/** The SDK has no public way to ask for these; where they are missing, the name alone has to do. */
function parentOf(resource: pulumi.Resource): pulumi.Resource | undefined {
  return (resource as unknown as { readonly __parentResource?: pulumi.Resource }).__parentResource;
}

function typeOf(resource: pulumi.Resource): string | undefined {
  return (resource as unknown as { readonly __pulumiType?: string }).__pulumiType;
}
