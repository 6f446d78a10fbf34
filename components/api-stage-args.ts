import type * as pulumi from "@pulumi/pulumi";
import type { StageArgs } from "../resources/apigateway";
import type { AccessLogArgs, ExecutionLogArgs } from "./access-log";
import type { StageAlarmsArgs } from "./alarms";
import type { Transforms } from "./children";
import type { ControlId } from "./compliance";
import type { BasePathArgs, DocumentationArgs, StageUsagePlanArgs, WebAclReference } from "./extras";
import type { MethodSettingsInput } from "./method-settings";
import type {
  ArnReference,
  ClientCertificateReference,
  DeploymentReference,
  DocumentationVersionReference,
  RestApiReference,
} from "./references";
import type { TagsInput } from "./tags";

/**
 * The arguments of an `ApiStage`: all of a `Stage`, with an API in place of its id, and what goes with a stage.
 *
 * @public
 */
export interface ApiStageArgs extends Omit<
  StageArgs,
  "restApiId" | "stageName" | "tags" | "methodSettings" | "clientCertificateId" | "documentationVersion"
> {
  /**
   * The REST API: an object of this package, of `@pulumi/aws` or of `@pulumi/aws-native`, or its id. An API that is given
   * with its `body` or its `methods` is deployed anew when these change: a `RestApi` with a `body` as it is, others as
   * `{ id: api.id, methods: [getPets] }`. The stage lives where a `RestApi` of this package does, unless `region` and the like
   * say otherwise.
   */
  readonly restApi: RestApiReference;
  /**
   * The stage's name, which is part of its URL: letters, digits, `-` and `_`. A change replaces the stage.
   *
   * @defaultValue the name of the Pulumi stack, so that one program serves `dev` and `prod`
   */
  readonly stageName?: pulumi.Input<string>;
  /**
   * The deployment that the stage serves, as an object or by its id.
   *
   * @defaultValue a deployment that the component makes, as AWS refuses a stage without one
   */
  readonly deployment?: DeploymentReference;
  /**
   * What the deployment contains beside the API's own body: methods and integrations, or any values, such as a version.
   * A deployment is a snapshot, so the component makes it after these resources, and makes a new one whenever one of
   * them or one of the values changes. The stage moves to the new deployment, then the old one is deleted.
   *
   * Where neither this nor the API's body or methods are given, a deployment is made once and never renewed.
   *
   * @example
   * ```ts
   * new ApiStage("dev", { restApi: api, redeployOn: [getPets, postPets] });
   * ```
   */
  readonly redeployOn?: readonly unknown[];
  /** Settings of methods, by path (`{ "GET /pets/{id}": { … }, "*": { … } }`) or as AWS's list. */
  readonly methodSettings?: MethodSettingsInput;
  /**
   * Turns the access log on, with a log group of its own unless a destination is given; `false` turns off what a preset
   * turned on. Not together with `accessLogSetting`, which is the same in AWS's words.
   */
  readonly accessLog?: AccessLogArgs | false;
  /**
   * The log group of executions, which API Gateway would make by itself and keep for ever; `false` leaves it to API
   * Gateway.
   *
   * @defaultValue a group with a retention, wherever a method's `loggingLevel` or `dataTraceEnabled` asks for the log
   */
  readonly executionLog?: ExecutionLogArgs | false;
  /**
   * Whether log groups for a canary are made as well: API Gateway writes its requests to groups of their own, with
   * `/Canary` behind the name.
   *
   * @defaultValue whether there is a `canarySetting`
   */
  readonly canaryLogs?: boolean;
  /**
   * Whether log groups and their lines go with the stage (`delete`), or stay in AWS when the stack goes (`keep`). Groups
   * that stayed are taken over again when the stage comes back.
   *
   * @defaultValue `delete`
   */
  readonly logsOnDelete?: "delete" | "keep";
  /**
   * The role by which API Gateway writes logs, one for the whole account and region. `ensure` sets one where there is
   * none and leaves it there when the stack goes; one that is set is never overwritten. `expect` only looks, and says at
   * preview what AWS would refuse. `ignore` does nothing. An object gives the role to set where there is none.
   *
   * @defaultValue `ensure` where `accessLog` or `methodSettings` turn a log on, else `ignore`
   */
  readonly accountRole?: "ensure" | "expect" | "ignore" | { readonly roleArn: ArnReference };
  /** Tags on the stage, as a map or as AWS's list. */
  readonly tags?: TagsInput;
  /** A web ACL of AWS WAF that protects the stage. */
  readonly webAcl?: WebAclReference;
  /**
   * A client certificate that the component makes, by which backends can tell API Gateway's calls from others. One that
   * is there already is given by `clientCertificateId`.
   */
  readonly clientCertificate?: true | { readonly description?: pulumi.Input<string> };
  /** A client certificate that is there already, as an object or by its id. */
  readonly clientCertificateId?: ClientCertificateReference;
  /**
   * A version of the API's documentation that the component makes. One that is there already is given by
   * `documentationVersion`.
   */
  readonly documentation?: DocumentationArgs;
  /** A version of the API's documentation that is there already, as an object or by its name. */
  readonly documentationVersion?: DocumentationVersionReference;
  /** A usage plan that opens the stage to holders of API keys. */
  readonly usagePlan?: StageUsagePlanArgs;
  /** A path of a custom domain name that leads to the stage. */
  readonly basePath?: BasePathArgs;
  /** Alarms on errors, latency and throttled requests; `true` for those with the defaults. */
  readonly alarms?: StageAlarmsArgs | boolean;
  /**
   * A CloudWatch dashboard of the stage.
   *
   * @defaultValue `false`; AWS bills a dashboard by the month
   */
  readonly dashboard?: boolean;
  /** Why a control of `compliance` that the stage does not meet need not be met, by the control's id. */
  readonly waivers?: Readonly<Partial<Record<ControlId, string>>>;
  /** A last word on each kind of child that the component makes. */
  readonly transform?: Transforms;
}
