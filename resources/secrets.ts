import * as pulumi from "@pulumi/pulumi";

/**
 * The names of the arguments that hold a secret anywhere, for the provider: the engine hands it plain values, so that it
 * could not know which outputs that follow from them (an ARN, AWS's attributes, an error's text) give a secret away.
 * Nothing is added to the inputs where there is none.
 */
export function secretsIn(args: object): { readonly __secrets?: pulumi.Output<string[] | undefined> } {
  const candidates = Object.entries(args).filter(([, value]) => holdsOutput(value));
  if (candidates.length === 0) return {};
  const named = candidates.map(async ([name, value]) =>
    (await pulumi.isSecret(pulumi.output(value as unknown))) ? [name] : [],
  );
  const names = Promise.all(named).then((found) => found.flat());
  return { __secrets: pulumi.output(names.then((found) => (found.length === 0 ? undefined : found))) };
}

function holdsOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsOutput);
}
