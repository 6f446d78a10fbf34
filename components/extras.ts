import * as pulumi from "@pulumi/pulumi";
import {
  BasePathMapping,
  ClientCertificate,
  DocumentationVersion,
  UsagePlan,
  type Stage,
  type StageArgs,
  type UsagePlanArgs,
} from "../resources/apigateway";
import { WebACLAssociation } from "../resources/wafv2";
import type { Children } from "./children";
import { given } from "./later";
import {
  clientCertificateIdOf,
  documentationVersionOf,
  memberOf,
  type ClientCertificateReference,
  type DocumentationVersionReference,
} from "./references";

/**
 * A web ACL of AWS WAF, by its ARN or as an object that has one.
 *
 * @public
 */
export type WebAclReference = pulumi.Input<string> | { readonly arn: pulumi.Input<string> };

/**
 * A path of a custom domain name that leads to the stage.
 *
 * @public
 */
export interface BasePathArgs {
  /** The custom domain name, or an object that has it; it has to exist already. */
  readonly domainName: pulumi.Input<string> | { readonly domainName: pulumi.Input<string | undefined> };
  /**
   * The path below the domain name, without slashes at its ends.
   *
   * @defaultValue none: the whole domain leads to the stage
   */
  readonly basePath?: pulumi.Input<string>;
}

/**
 * A version of the API's documentation that the component makes, so that the stage refers to it.
 *
 * @public
 */
export interface DocumentationArgs {
  /** The version's name, such as `1.0.0`. */
  readonly version: pulumi.Input<string>;
  /** What is new in it, in your words. */
  readonly description?: pulumi.Input<string>;
}

/**
 * A usage plan that opens the stage to holders of API keys. It counts only for methods with `apiKeyRequired`.
 *
 * @public
 */
export interface StageUsagePlanArgs extends Pick<
  UsagePlanArgs,
  "usagePlanName" | "description" | "quota" | "throttle" | "tags"
> {
  /** Limits of single methods, by `/path/METHOD`, such as `/pets/GET`. */
  readonly methodThrottle?: pulumi.Input<
    Record<
      string,
      pulumi.Input<{ readonly burstLimit?: pulumi.Input<number>; readonly rateLimit?: pulumi.Input<number> }>
    >
  >;
}

/** What a stage refers to, and what therefore is there before it. */
export interface Before {
  readonly clientCertificate: ClientCertificate | undefined;
  readonly documentationVersion: DocumentationVersion | undefined;
  /** How the stage refers to them, or to those that are there already. */
  readonly members: Pick<StageArgs, "clientCertificateId" | "documentationVersion">;
}

/** What refers to a stage, and what therefore comes after it. */
export interface After {
  readonly webAclAssociation: WebACLAssociation | undefined;
  readonly usagePlan: UsagePlan | undefined;
  readonly basePathMapping: BasePathMapping | undefined;
}

/** Makes what the stage refers to. */
export function makeBefore(
  children: Children,
  args: {
    readonly clientCertificate?: true | { readonly description?: pulumi.Input<string> } | undefined;
    readonly clientCertificateId?: ClientCertificateReference | undefined;
    readonly documentation?: DocumentationArgs | undefined;
    readonly documentationVersion?: DocumentationVersionReference | undefined;
  },
): Before {
  const { clientCertificate: certificate, clientCertificateId, documentation, documentationVersion: version } = args;
  const { name, restApiId } = children.place;
  const description = certificate === true ? name : (certificate?.description ?? name);
  const clientCertificate =
    certificate && children.make("clientCertificate", "-certificate", ClientCertificate, { description });
  const documentationVersion =
    documentation &&
    children.make("documentationVersion", "-documentation", DocumentationVersion, {
      restApiId,
      documentationVersion: documentation.version,
      ...given({ description: documentation.description }),
    });
  const thereAlready = {
    clientCertificateId: clientCertificateId === undefined ? undefined : clientCertificateIdOf(clientCertificateId),
    documentationVersion: version === undefined ? undefined : documentationVersionOf(version),
  };
  const made = {
    clientCertificateId: clientCertificate?.clientCertificateId,
    documentationVersion: documentationVersion?.documentationVersion,
  };
  const members = { ...given(thereAlready), ...given(made) };
  return { clientCertificate, documentationVersion, members };
}

/** Makes what refers to the stage. */
export function makeAfter(
  children: Children,
  stage: Stage,
  args: {
    readonly webAcl?: WebAclReference | undefined;
    readonly usagePlan?: StageUsagePlanArgs | undefined;
    readonly basePath?: BasePathArgs | undefined;
  },
): After {
  const { webAcl, usagePlan, basePath } = args;
  const { restApiId, stageName } = stage;
  return {
    webAclAssociation:
      webAcl === undefined
        ? undefined
        : children.make("webAclAssociation", "-web-acl", WebACLAssociation, {
            resourceArn: stage.arn,
            webACLArn: memberOf(webAcl, ["arn"], "webAcl", "the ARN of a web ACL, or an object with `arn`"),
          }),
    usagePlan: usagePlan && makeUsagePlan(children, stage, usagePlan),
    basePathMapping:
      basePath &&
      children.make("basePathMapping", "-base-path", BasePathMapping, {
        domainName: memberOf(
          basePath.domainName,
          ["domainName"],
          "basePath.domainName",
          "a custom domain name, or an object with `domainName`",
        ),
        ...given({ basePath: basePath.basePath }),
        restApiId,
        stage: stageName,
      }),
  };
}

function makeUsagePlan(
  children: Children,
  { restApiId, stageName }: Stage,
  { methodThrottle, ...plan }: StageUsagePlanArgs,
): UsagePlan {
  const apiStages = [{ apiId: restApiId, stage: stageName, ...given({ throttle: methodThrottle }) }];
  return children.make("usagePlan", "-usage-plan", UsagePlan, { ...given(plan), apiStages });
}
