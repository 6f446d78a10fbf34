import { reason, type Failure } from "../failures";
import { isObject, type JsonObject, type JsonValue } from "../json";
import { parseArn } from "../place";
import { didYouMean } from "../suggest";
import { hasUnknown } from "../unknown";
import type { CheckContext } from "./family";
import { wrongMethodPath } from "./method-path";

/*
 * What API Gateway refuses about a stage and the registry schema lets through, so that a preview says it.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html
 */

const CACHE_SIZES = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];
const LOGGING_LEVELS = ["OFF", "ERROR", "INFO"];
/** Members of a method setting that say where it applies; the rest are settings. */
const SETTING_KEYS = new Set(["HttpMethod", "ResourcePath", "ResourceId"]);

type Path = readonly (string | number)[];
type Report = (path: Path, text: string) => void;

/** Holds a stage's desired state against API Gateway's own rules. */
export function checkStage(desired: JsonObject, context: CheckContext): Failure[] {
  const failures: Failure[] = [];
  const report: Report = (path, text) => failures.push({ property: context.names(path), reason: text });
  checkNames(desired, report);
  checkVariables(desired.Variables, ["Variables"], report);
  checkCanary(desired, report);
  checkAccessLog(desired.AccessLogSetting, context, report);
  checkSettings(desired.MethodSettings, report);
  return failures;
}

function known(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && !hasUnknown(value);
}

function checkNames(desired: JsonObject, report: Report): void {
  const { StageName: name, DeploymentId: deployment, CacheClusterSize: size } = desired;
  if (name === undefined) report(["StageName"], reason("a name, as it is part of the URL", "nothing", "set it"));
  if (typeof name === "string" && known(name) && !/^[A-Za-z0-9_-]{1,128}$/.test(name)) {
    const fix = `write "${name.replaceAll(/[^A-Za-z0-9_-]+/g, "-").slice(0, 128) || "dev"}"`;
    report(["StageName"], reason('1 to 128 letters, digits, "-" or "_"', `"${name.slice(0, 140)}"`, fix));
  }
  if (deployment === undefined || deployment === "") {
    const fix =
      "give the `deploymentId` of a Deployment, or use the `ApiStage` component, which makes a deployment when none is given";
    const expected =
      "the id of a deployment (AWS refuses a stage without one, although its schema does not ask for it)";
    report(["DeploymentId"], reason(expected, "nothing", fix));
  }
  if (typeof size === "string" && known(size)) choose(CACHE_SIZES, size, ["CacheClusterSize"], report);
}

function choose(choices: readonly string[], value: string, path: Path, report: Report): void {
  if (choices.includes(value)) return;
  report(path, reason(`one of ${choices.join(", ")}`, `"${value.slice(0, 40)}"`) + didYouMean(value, choices));
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html */
function checkVariables(variables: JsonValue | undefined, path: Path, report: Report): void {
  if (!isObject(variables)) return;
  for (const [key, value] of Object.entries(variables)) {
    if (!/^\w{1,64}$/.test(key)) {
      report([...path, key], reason('a name of 1 to 64 letters, digits or "_"', "another", "rename the variable"));
    }
    // The value may be secret, so it is described and never quoted.
    if (typeof value === "string" && known(value) && !/^[A-Za-z0-9\-._~:/?#&=,]{0,512}$/.test(value)) {
      const expected = "up to 512 of the characters A-Z a-z 0-9 - . _ ~ : / ? # & = ,";
      report([...path, key], reason(expected, `a value of ${value.length} characters with others`, "encode it"));
    }
  }
}

function checkCanary(desired: JsonObject, report: Report): void {
  const canary = desired.CanarySetting;
  if (!isObject(canary)) return;
  checkVariables(canary.StageVariableOverrides, ["CanarySetting", "StageVariableOverrides"], report);
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
function checkAccessLog(setting: JsonValue | undefined, context: CheckContext, report: Report): void {
  if (!isObject(setting)) return;
  const { DestinationArn: destination, Format: format } = setting;
  if (typeof destination === "string" && known(destination)) {
    const wrong = wrongDestination(destination, context.region);
    if (wrong !== undefined) report(["AccessLogSetting", "DestinationArn"], wrong);
  }
  if (typeof format === "string" && known(format)) {
    const wrong = wrongFormat(format);
    if (wrong !== undefined) report(["AccessLogSetting", "Format"], wrong);
  }
}

function wrongDestination(destination: string, region: string | undefined): string | undefined {
  const expected = "the ARN of a CloudWatch log group or of a Firehose stream";
  const arn = parseArn(destination);
  const got = `"${destination.slice(0, 160)}"`;
  const example = `write it as arn:aws:logs:${region ?? "REGION"}:123456789012:log-group:NAME (a LogGroup's \`arn\`)`;
  if (!arn) return reason(expected, got, example);
  if (arn.service === "firehose") {
    const rule = "a Firehose stream whose name begins with amazon-apigateway-";
    const named = arn.resource.startsWith("deliverystream/amazon-apigateway-");
    if (!named) return reason(rule, got, "rename the stream");
  } else if (arn.service !== "logs" || !arn.resource.startsWith("log-group:")) {
    return reason(expected, got, example);
  }
  if (region !== undefined && arn.region !== region) {
    const fix = "use a log group of the stage's region, or move the stage";
    return reason(`a destination in the stage's region ${region}`, `one in ${arn.region || "no region"}`, fix);
  }
  return undefined;
}

function wrongFormat(format: string): string | undefined {
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    const braces = /\$\{context\./.test(format) ? " and write variables as $context.x, without braces" : "";
    return reason(
      "a format that holds $context.requestId or $context.extendedRequestId",
      "one without either",
      `add $context.requestId${braces}`,
    );
  }
  if (/[\r\n]/.test(format.replace(/\r?\n$/, ""))) {
    return reason("a single line", "a format of several lines", "join the lines; one line break may stand at the end");
  }
  return undefined;
}

function checkSettings(settings: JsonValue | undefined, report: Report): void {
  if (!Array.isArray(settings)) return;
  const seen = new Map<string, number>();
  settings.forEach((setting, i) => {
    if (!isObject(setting)) return;
    const path: Path = ["MethodSettings", i];
    checkSettingPlace(setting, path, report);
    checkSettingValues(setting, path, report);
    const place = [setting.ResourcePath ?? setting.ResourceId, setting.HttpMethod].map(String).join(" ");
    const first = seen.get(place);
    if (first !== undefined && known(place)) {
      report(path, reason("one entry for each path and method", `the same as entry ${first}`, "merge the two"));
    }
    seen.set(place, i);
  });
}

function checkSettingPlace(setting: JsonObject, path: Path, report: Report): void {
  const { ResourcePath: at, ResourceId: id, HttpMethod: method } = setting;
  if (method === undefined) {
    report([...path, "HttpMethod"], reason('an HTTP method, or "*" for all', "nothing", 'set it, for example to "*"'));
  }
  if (at === undefined && id === undefined) {
    const fix = 'set `resourcePath` (for example "/*" for all, "/~1pets" for /pets) or `resourceId`';
    report([...path, "ResourcePath"], reason("a path or the id of an API Gateway resource", "neither", fix));
  } else if (at !== undefined && id !== undefined) {
    report([...path, "ResourceId"], reason("either a path or a resource id", "both", "remove one"));
  }
  if (typeof at === "string" && known(at)) {
    const wrong = wrongMethodPath(at);
    if (wrong) report([...path, "ResourcePath"], reason(wrong.expected, `"${at}"`, wrong.fix));
  }
  if (typeof id === "string" && known(id) && id.includes("/")) {
    const fix = "use a Resource's `resourceId` output, or give the path as `resourcePath`";
    report([...path, "ResourceId"], reason("the id of an API Gateway resource", `the path "${id}"`, fix));
  }
}

function checkSettingValues(setting: JsonObject, path: Path, report: Report): void {
  const { LoggingLevel: level, CacheTtlInSeconds: ttl } = setting;
  if (Object.keys(setting).every((key) => SETTING_KEYS.has(key))) {
    // AWS drops such an entry without a word, which then shows as drift for ever.
    report(path, reason("at least one setting beside path and method", "none", "add one or remove the entry"));
  }
  if (typeof level === "string" && known(level)) choose(LOGGING_LEVELS, level, [...path, "LoggingLevel"], report);
  if (typeof ttl === "number" && (ttl < 0 || ttl > 3600)) {
    report([...path, "CacheTtlInSeconds"], reason("0 to 3600 seconds", `${ttl}`));
  }
}
