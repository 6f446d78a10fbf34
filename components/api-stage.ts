import * as pulumi from "@pulumi/pulumi";
import { Deployment, Stage, type StageArgs } from "../resources/apigateway";
import type { LogGroup } from "../resources/logs";
import { makeAccessLog, type AccessLog, type AccessLogArgs, type StagePlace } from "./access-log";
import { fingerprint } from "./fingerprint";
import { deploymentIdOf, restApiIdOf, type DeploymentReference, type RestApiReference } from "./references";
import { tagList, type TagsInput } from "./tags";
import { targetOf } from "./target";

/**
 * The arguments of an {@link ApiStage}: all of a `Stage`, with an API in place of its id, and what goes with a stage.
 *
 * @public
 */
export interface ApiStageArgs extends Omit<StageArgs, "restApiId" | "stageName" | "tags"> {
  /** The REST API: an object of this package, of `@pulumi/aws` or of `@pulumi/aws-native`, or its id. */
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
   * What the deployment contains: the API's methods and integrations, or any values, such as an OpenAPI text. A
   * deployment is a snapshot, so the component makes it after these resources, and makes a new one whenever one of them
   * or one of the values changes. The stage moves to the new deployment, then the old one is deleted.
   *
   * Without it a deployment is made once, perhaps before the API has all its methods, and never renewed. An API that is
   * given as an object with its `body` is best named here as well.
   *
   * @example
   * ```ts
   * new ApiStage("dev", { restApi: api, redeployOn: [getPets, postPets] });
   * ```
   */
  readonly redeployOn?: readonly unknown[];
  /**
   * Turns the access log on, with a log group of its own unless a destination is given. Not together with
   * `accessLogSetting`, which is the same in AWS's words.
   */
  readonly accessLog?: AccessLogArgs;
  /** Tags on the stage, as a map or as AWS's list. */
  readonly tags?: TagsInput;
}

/**
 * A stage of a REST API together with what it cannot do without: the deployment it serves and, where asked for, the log
 * group it writes to. It adds no settings of its own; `DevStage`, `CanaryStage` and `LoggingStage` do.
 *
 * Children: the stage under the component's own name, `{name}-deployment`, `{name}-access-logs`.
 *
 * @example
 * ```ts
 * const stage = new ApiStage("pets", {
 *   restApi: api,
 *   stageName: "dev",
 *   redeployOn: [getPets],
 *   tags: { team: "pets" },
 * });
 * export const url = stage.invokeUrl;
 * ```
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 * @public
 */
export class ApiStage extends pulumi.ComponentResource {
  /** The stage itself. */
  readonly stage: Stage;
  /** The deployment that the component made; undefined where one was given. */
  readonly deployment: Deployment | undefined;
  /** The log group that the component made; undefined where the stage has no access log or one goes elsewhere. */
  readonly logGroup: LogGroup | undefined;
  /** `arn:aws:apigateway:{region}::/restapis/{api}/stages/{stage}`, as WAF and tagging take it. */
  readonly arn: pulumi.Output<string>;
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, without a slash at the end. */
  readonly invokeUrl: pulumi.Output<string>;
  /** `arn:aws:execute-api:{region}:{account}:{api}/{stage}`; add `/GET/pets` for an IAM policy. */
  readonly executionArn: pulumi.Output<string>;
  /** The stage's name. */
  readonly stageName: pulumi.Output<string>;
  /** The id of the API. */
  readonly restApiId: pulumi.Output<string>;
  /** The id of the deployment that the stage serves. */
  readonly deploymentId: pulumi.Output<string>;

  /**
   * @param token - the end of the component's type in the state; only the presets give another
   */
  constructor(name: string, args: ApiStageArgs, opts?: pulumi.ComponentResourceOptions, token = "ApiStage") {
    // No inputs are registered: resources among them would stand in the state a second time.
    super(`pulumi-cloudcontrol:index:${token}`, name, {}, opts);
    const { restApi, stageName = pulumi.getStack(), deployment, redeployOn, accessLog, tags, ...settings } = args;
    refuseBoth(args, "deployment", "deploymentId");
    refuseBoth(args, "accessLog", "accessLogSetting");
    const place = { name, restApiId: restApiIdOf(restApi), stageName, target: targetOf(args), parent: this };
    const log: AccessLog | undefined = accessLog && makeAccessLog(accessLog, place);
    const served = deployment === undefined ? args.deploymentId : deploymentIdOf(deployment, "deployment");
    this.deployment = served === undefined ? makeDeployment(place, redeployOn) : undefined;
    this.logGroup = log?.logGroup;
    const deploymentId = this.deployment?.deploymentId ?? served;
    const stageArgs: StageArgs = {
      ...settings,
      restApiId: place.restApiId,
      stageName,
      ...(deploymentId === undefined ? {} : { deploymentId }),
      ...(log === undefined ? {} : { accessLogSetting: log.setting }),
      ...(tags === undefined ? {} : { tags: tagList(tags) }),
    };
    this.stage = new Stage(name, stageArgs, { parent: this });
    this.arn = this.stage.arn;
    this.invokeUrl = this.stage.invokeUrl;
    this.executionArn = this.stage.executionArn;
    this.stageName = this.stage.stageName;
    this.restApiId = this.stage.restApiId;
    this.deploymentId = pulumi.output(deploymentId ?? "");
    this.registerOutputs({
      arn: this.arn,
      invokeUrl: this.invokeUrl,
      executionArn: this.executionArn,
      stageName: this.stageName,
      restApiId: this.restApiId,
      deploymentId: this.deploymentId,
    });
  }
}

function refuseBoth(args: ApiStageArgs, one: keyof ApiStageArgs, other: keyof ApiStageArgs): void {
  if (args[one] === undefined || args[other] === undefined) return;
  throw new pulumi.RunError(`${one}: expected either \`${one}\` or \`${other}\`, got both. Fix: remove one of them`);
}

function makeDeployment(place: StagePlace, redeployOn: readonly unknown[] = []): Deployment {
  const { name, restApiId, target, parent } = place;
  const content = fingerprint(redeployOn);
  const opts: pulumi.CustomResourceOptions = { parent };
  if (redeployOn.length > 0) {
    // A new snapshot needs a new deployment, as AWS never takes one anew. Pulumi makes it before it deletes the old one,
    // and in between the stage moves.
    opts.replacementTrigger = content;
    opts.dependsOn = content.apply(() => redeployOn.filter((one) => pulumi.Resource.isInstance(one)));
  }
  return new Deployment(`${name}-deployment`, { ...target, restApiId }, opts);
}
