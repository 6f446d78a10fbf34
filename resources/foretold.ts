import * as pulumi from "@pulumi/pulumi";
import { addressesOf } from "../schema/addresses";

type Members = Record<string, pulumi.Output<unknown> | undefined>;

/**
 * Composes in a preview what follows from a resource's identifier and place: there, a new or changed resource shows its
 * checked inputs and nothing else, and an unknown ARN would be shown as a change of everything that refers to it.
 *
 * @param identifier - the members of the primary identifier, in the schema's order
 */
export function foretell(resource: pulumi.CustomResource, typeName: string, identifier: readonly string[]): void {
  const addresses = addressesOf(typeName);
  if (!addresses) return;
  const members = resource as unknown as Members;
  const parts = pulumi.all(identifier.map((key) => members[key])) as pulumi.Output<string[]>;
  const region = members.region as pulumi.Output<string>;
  const account = members.account as pulumi.Output<string>;
  for (const name of addresses.names) {
    const isFree = name in addresses.compose([], { region: "" });
    const composed = isFree
      ? pulumi.all([parts, region]).apply(([ids, place]) => addresses.compose(ids, { region: place })[name])
      : pulumi
          .all([parts, region, account])
          .apply(([ids, place, owner]) => addresses.compose(ids, { region: place, account: owner })[name]);
    members[name] = knownOr(members[name], composed);
  }
}

/** The SDK has no public way to look at an unknown output; where this one is missing, it stays unknown. */
function knownOr(
  shown: pulumi.Output<unknown> | undefined,
  composed: pulumi.Output<unknown>,
): pulumi.Output<unknown> | undefined {
  const looked = shown as unknown as
    { apply(see: (value: unknown) => unknown, runWithUnknowns: true): pulumi.Output<unknown> } | undefined;
  return looked?.apply((value) => (typeof value === "string" ? value : composed), true);
}
