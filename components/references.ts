import * as pulumi from "@pulumi/pulumi";
import { argumentsOf } from "../resources/base";
import { isLater } from "../resources/later";
import { comesLater, mapInput } from "./later";

/**
 * A REST API as an object that has its id: this package's `RestApi`, or one of `@pulumi/aws` or `@pulumi/aws-native`, or
 * one that you write.
 *
 * @public
 */
export interface RestApiObject {
  readonly id: pulumi.Input<string>;
  /** The API's name, which CloudWatch keeps its metrics under. */
  readonly name?: pulumi.Input<string | undefined>;
  /** The OpenAPI document that describes the API; the stage is deployed anew when it changes. */
  readonly body?: unknown;
  /** The API's methods and integrations; the stage is deployed after them, and anew when they change. */
  readonly methods?: readonly unknown[];
}

/**
 * A REST API, by its id or as an object that has it.
 *
 * @public
 */
export type RestApiReference = pulumi.Input<string> | RestApiObject;

/**
 * A deployment, by its id or as an object that has it: this package's `Deployment`, or one of `@pulumi/aws` or
 * `@pulumi/aws-native`.
 *
 * @public
 */
export type DeploymentReference =
  pulumi.Input<string> | { readonly deploymentId: pulumi.Input<string> } | { readonly id: pulumi.Input<string> };

/**
 * A client certificate, by its id or as an object that has it: this package's `ClientCertificate`, or one of `@pulumi/aws`
 * or `@pulumi/aws-native`.
 *
 * @public
 */
export type ClientCertificateReference =
  pulumi.Input<string> | { readonly clientCertificateId: pulumi.Input<string> } | { readonly id: pulumi.Input<string> };

/**
 * A version of an API's documentation, by its name or as an object that has it: this package's `DocumentationVersion`, or
 * one of `@pulumi/aws` or `@pulumi/aws-native`.
 *
 * @public
 */
export type DocumentationVersionReference =
  | pulumi.Input<string>
  | { readonly documentationVersion: pulumi.Input<string> }
  | { readonly version: pulumi.Input<string> };

/**
 * Where access logs go, by ARN or as an object that has one: a log group, or a Firehose stream whose name begins with
 * `amazon-apigateway-`.
 *
 * @public
 */
export type LogDestination = pulumi.Input<string> | { readonly arn: pulumi.Input<string> };

/**
 * What has an ARN, such as a KMS key or a role: as an object of this package, of `@pulumi/aws` or of
 * `@pulumi/aws-native`, or by the ARN.
 *
 * @public
 */
export type ArnReference = pulumi.Input<string> | { readonly arn: pulumi.Input<string> };

/**
 * What an alarm tells, by its ARN or as an object that has one; `@pulumi/aws-native` calls that of a topic `topicArn`.
 *
 * @public
 */
export type ActionReference = ArnReference | { readonly topicArn: pulumi.Input<string> };

/**
 * What the program tells of an API beside its id. Of this package's own resources these are the arguments, of others the
 * outputs; of an id nothing.
 */
export function toldOf(reference: RestApiReference): Readonly<Record<string, unknown>> | undefined {
  if (typeof reference !== "object" || comesLater(reference)) return undefined;
  const members: object = reference;
  return argumentsOf(members) ?? (members as Readonly<Record<string, unknown>>);
}

/** The id of a REST API. */
export function restApiIdOf(reference: RestApiReference): pulumi.Input<string> {
  return memberOf(reference, ["id"], "restApi", "the id of a REST API, or an object with an `id`");
}

/** The id of a deployment. */
export function deploymentIdOf(reference: DeploymentReference, argument: string): pulumi.Input<string> {
  // `deploymentId` comes first: the Pulumi ids of Cloud Control's deployments hold the API's id as well.
  const expected = "the id of a deployment, or a Deployment";
  return mapInput(memberOf(reference, ["deploymentId", "id"], argument, expected), (id) => id.split("|")[0] ?? id);
}

/** The id of a client certificate. */
export function clientCertificateIdOf(reference: ClientCertificateReference): pulumi.Input<string> {
  const expected = "the id of a client certificate, or a ClientCertificate";
  return memberOf(reference, ["clientCertificateId", "id"], "clientCertificateId", expected);
}

/** The name of a version of the documentation. */
export function documentationVersionOf(reference: DocumentationVersionReference): pulumi.Input<string> {
  const expected = "the name of a version, or a DocumentationVersion";
  return memberOf(reference, ["documentationVersion", "version"], "documentationVersion", expected);
}

/** The ARN of a log destination, as API Gateway takes it. */
export function destinationArnOf(reference: LogDestination): pulumi.Input<string> {
  const expected = "the ARN of a log group or a Firehose stream, or an object with an `arn`";
  // A log group's ARN ends in `:*` in some places and not in others; API Gateway wants it without.
  return mapInput(memberOf(reference, ["arn"], "accessLog.destination", expected), (arn) => arn.replace(/:\*$/, ""));
}

/** An ARN. */
export function arnOf(reference: ArnReference, argument: string): pulumi.Input<string> {
  return memberOf(reference, ["arn"], argument, "an ARN, or an object with an `arn`");
}

/** The ARNs of what alarms tell. */
export function actionsOf(
  actions: pulumi.Input<readonly ActionReference[]> | undefined,
  argument: string,
): pulumi.Input<pulumi.Input<string>[]> | undefined {
  if (actions === undefined) return undefined;
  return mapInput(actions as pulumi.Input<ActionReference[]>, (list) =>
    list.map((one) => memberOf(one, ["arn", "topicArn"], argument, "ARNs, or objects with an `arn`")),
  );
}

/** A text, or one of these members of an object that stands for it; throws where it is neither. */
export function memberOf(
  reference: unknown,
  keys: readonly string[],
  argument: string,
  expected: string,
): pulumi.Input<string> {
  // An output is asked first: by lifting it seems to have every member.
  if (typeof reference === "string" || isLater(reference)) return reference as pulumi.Input<string>;
  if (typeof reference === "object" && reference !== null) {
    const members = reference as Record<string, pulumi.Input<string> | undefined>;
    const found = keys.map((key) => members[key]).find((value) => value !== undefined);
    if (found !== undefined) return found;
  }
  const got = reference === undefined ? "nothing" : `a value of type ${typeof reference} without it`;
  throw new pulumi.RunError(`${argument}: expected ${expected}, got ${got}. Fix: set \`${argument}\``);
}
