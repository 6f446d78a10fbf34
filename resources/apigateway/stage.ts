import * as pulumi from "@pulumi/pulumi";
import { Stage as GeneratedStage, type StageAccessLogSettingArgs, type StageArgs } from "../generated/apigateway/stage";
import { isLater } from "../later";
import { plainLogFormat } from "./log-format";
import { logFormatWarnings } from "./log-lint";

/**
 * A stage of a REST API: a name under which one of its deployments is reachable.
 *
 * AWS refuses a stage without a deployment, although its schema does not ask for one. The `ApiStage` component makes
 * the deployment when none is given.
 *
 * @example
 * ```ts
 * const stage = new apigateway.Stage("prod", {
 *   restApiId: api.id,
 *   deploymentId: deployment.deploymentId,
 *   stageName: "prod",
 *   tracingEnabled: true,
 * });
 * export const url = stage.invokeUrl;
 * ```
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
 * @public
 */
export class Stage extends GeneratedStage {
  constructor(name: string, args: StageArgs, opts?: pulumi.CustomResourceOptions) {
    const early: string[] = [];
    let warn = (text: string): void => void early.push(text);
    super(
      name,
      withPlainFormat(args, (text) => {
        warn(text);
      }),
      opts,
    );
    warn = (text) => void pulumi.log.warn(text, this);
    early.forEach(warn);
  }

  /**
   * Reads an existing stage by its primary identifier (`restApiId|stageName`) without managing it.
   *
   * @example
   * ```ts
   * const stage = apigateway.Stage.get("prod", "a1b2c3d4e5|prod");
   * ```
   */
  static override get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Stage {
    return new Stage(name, {} as StageArgs, { ...opts, id });
  }
}

/** Hands on what is to be told about a format. */
type Warn = (text: string) => void;

function withPlainFormat(args: StageArgs, warn: Warn): StageArgs {
  const setting = args.accessLogSetting;
  if (setting === undefined) return args;
  return { ...args, accessLogSetting: isLater(setting) ? laterSetting(setting, warn) : plainSetting(setting, warn) };
}

/** A setting whose leaves may be outputs: only the format is touched, so that the rest stays as known as it is. */
function plainSetting(setting: StageAccessLogSettingArgs, warn: Warn): StageAccessLogSettingArgs {
  if (setting.format === undefined) return setting;
  return {
    ...setting,
    format: isLater(setting.format) ? laterFormat(setting.format, warn) : plain(setting.format, warn),
  };
}

function laterSetting(
  setting: pulumi.Input<StageAccessLogSettingArgs>,
  warn: Warn,
): pulumi.Output<StageAccessLogSettingArgs> {
  const known = pulumi.output(setting);
  return known.apply(async ({ format, ...rest }) => {
    if (format === undefined) return rest;
    return { ...rest, format: plain(format, warn, await pulumi.isSecret(known)) };
  });
}

function laterFormat(format: pulumi.Input<string>, warn: Warn): pulumi.Output<string> {
  const known = pulumi.output(format);
  return known.apply(async (text) => plain(text, warn, await pulumi.isSecret(known)));
}

function plain(written: string, warn: Warn, isSecret = false): string {
  for (const text of logFormatWarnings(written, isSecret)) warn(text);
  return plainLogFormat(written).format;
}
