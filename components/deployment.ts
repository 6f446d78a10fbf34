import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "../resources/apigateway";
import type { Children } from "./children";
import { fingerprint } from "./fingerprint";
import { comesLater } from "./later";
import { toldOf, type RestApiReference } from "./references";

/** What of an API's own settings takes effect by a deployment only. */
const CONTENT = [
  "apiKeySourceType",
  "binaryMediaTypes",
  "body",
  "bodyS3Location",
  "disableExecuteApiEndpoint",
  "methods",
  "minimumCompressionSize",
  "parameters",
  "policy",
];

/** What a deployment is a snapshot of, as far as the program tells. */
interface Content {
  readonly values: readonly unknown[];
  /** Whether the values are outputs of which a preview may not know that they stay what they are. */
  readonly isForeign: boolean;
}

/**
 * Makes the deployment that the stage serves. A new snapshot needs a new deployment, as AWS never takes one anew: Pulumi
 * makes it before it deletes the old one, and in between the stage moves.
 */
export function makeDeployment(
  children: Children,
  restApi: RestApiReference,
  redeployOn: readonly unknown[] = [],
): Deployment {
  const api = contentOf(restApi);
  const values = api === undefined ? redeployOn : [...redeployOn, ...api.values];
  const opts: pulumi.CustomResourceOptions = {};
  if (values.length > 0) {
    const content = fingerprint(values);
    opts.replacementTrigger = api?.isForeign === true ? unlessUnknown(content) : content;
    const resources = resourcesIn([redeployOn, restApi]);
    opts.dependsOn = content.apply(() => resources);
  }
  return children.make("deployment", "-deployment", Deployment, { restApiId: children.place.restApiId }, opts);
}

/** One text for what a deployment would be a snapshot of, as far as the program tells. */
export function contentKey(restApi: RestApiReference, redeployOn: readonly unknown[] = []): pulumi.Output<string> {
  const content = fingerprint([...redeployOn, ...(contentOf(restApi)?.values ?? [])]);
  // Arguments are known before their resources are there, and a snapshot of an API without its methods is refused.
  const made = resourcesIn([redeployOn, restApi]).map(({ urn }) => urn);
  return pulumi.all([content, pulumi.all(made)]).apply(([key]) => key);
}

/**
 * An API that is given with its body or its methods is a content by itself. Of this package's own resources the
 * arguments are taken, which a preview knows; an output that nobody gave would be unknown in every preview that updates
 * the API, and show a new deployment that never comes.
 */
function contentOf(restApi: RestApiReference): Content | undefined {
  const told = toldOf(restApi);
  if (told === undefined) return undefined;
  const isForeign = pulumi.Resource.isInstance(told);
  const keys = isForeign ? ["body"] : CONTENT;
  const entries = keys.flatMap((key) => (told[key] === undefined ? [] : [[key, told[key]] as const]));
  // Settings alone are no content: without a body or methods nobody knows what a new snapshot would hold.
  const isWhole = entries.some(([key]) => key === "body" || key === "bodyS3Location" || key === "methods");
  return isWhole ? { values: [Object.fromEntries(entries)], isForeign } : undefined;
}

/** The engine takes no trigger for no change, so that a preview that cannot know says nothing. */
function unlessUnknown(content: pulumi.Output<string>): pulumi.Output<string | null> {
  const later = content as unknown as { readonly isKnown: Promise<boolean>; promise(): Promise<string> };
  const known = later.isKnown.then(async (isKnown) => {
    const text = isKnown ? await later.promise() : null;
    return { text: (await pulumi.isSecret(content)) ? pulumi.secret(text) : text };
  });
  return pulumi.output(known).text;
}

function resourcesIn(values: readonly unknown[]): pulumi.Resource[] {
  return values.flatMap((value) => {
    if (pulumi.Resource.isInstance(value)) return [value];
    if (Array.isArray(value)) return resourcesIn(value);
    const methods = typeof value === "object" && value !== null && !comesLater(value) && "methods" in value;
    return methods ? resourcesIn([value.methods]) : [];
  });
}
