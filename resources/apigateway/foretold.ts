import * as pulumi from "@pulumi/pulumi";
import { stageAddresses, type StageAddresses } from "../../schema/stage-addresses";
import type { Stage } from "./stage";

/** What a preview knows of any resource of the package, from its checked inputs. */
interface Placed {
  readonly region: pulumi.Output<string>;
  readonly account: pulumi.Output<string | undefined>;
}

/**
 * The addresses of a stage in a preview: in one, a changed or new resource shows its inputs and nothing else, and what
 * is unknown there would be shown as a replacement of everything that refers to the stage.
 */
export function foretoldAddresses(stage: Stage): { readonly [K in keyof StageAddresses]-?: pulumi.Output<string> } {
  const { region, account } = stage as Stage & Placed;
  const { restApiId, stageName, arn, invokeUrl, executionArn } = stage;
  const foretold = pulumi
    .all([restApiId, stageName, region])
    .apply(([api, name, place]) => stageAddresses(api, name, { region: place }));
  const execution = pulumi
    .all([restApiId, stageName, region, account])
    .apply(([api, name, place, owner]) => stageAddresses(api, name, { region: place, account: owner }).executionArn);
  return {
    arn: knownOr(
      arn,
      foretold.apply((known) => known.arn),
    ),
    invokeUrl: knownOr(
      invokeUrl,
      foretold.apply((known) => known.invokeUrl),
    ),
    executionArn: knownOr(executionArn, execution as pulumi.Output<string>),
  };
}

/** The SDK has no public way to look at an unknown output; where this one is missing, it stays unknown. */
function knownOr(shown: pulumi.Output<string>, foretold: pulumi.Output<string>): pulumi.Output<string> {
  const looked = shown as unknown as {
    apply(see: (value: unknown) => unknown, runWithUnknowns: true): pulumi.Output<string>;
  };
  return looked.apply((value) => (typeof value === "string" ? value : foretold), true);
}
