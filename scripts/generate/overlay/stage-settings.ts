import type { Docs } from "./overlay";

/** What Stage and Deployment say alike of the settings of methods. */
export const methodLeaves: Docs = {
  CacheDataEncrypted: "Whether cached responses are encrypted.\n@defaultValue `false`",
  CacheTtlInSeconds:
    "How long a response stays in the cache, in seconds; `0` switches caching off. At most 3600.\n@defaultValue `300`",
  CachingEnabled:
    "Whether responses are cached. It takes effect only while the stage has a cache cluster (`cacheClusterEnabled`), which AWS bills by the hour.\n@defaultValue `false`",
  DataTraceEnabled:
    "Whether whole requests and responses are written to the execution log, bodies included: they may hold personal data and secrets, so keep it off in production. It needs the account's CloudWatch role (`Account`).\n@defaultValue `false`",
  LoggingLevel:
    "How much of each execution is logged: `OFF`, `ERROR` or `INFO`. Anything but `OFF` needs the account's CloudWatch role (`Account`), else AWS refuses the stage.\n@defaultValue `OFF`",
  MetricsEnabled:
    "Whether CloudWatch gets metrics per method beside those of the stage. AWS bills them as custom metrics.\n@defaultValue `false`",
  ThrottlingBurstLimit:
    "How many requests may come at once before API Gateway answers 429. When it is left out, AWS fills in the account's limit of the region, usually 5000.",
  ThrottlingRateLimit:
    "How many requests per second are let through on average. When it is left out, AWS fills in the account's limit of the region, usually 10000.",
};

/** Which methods an entry of the method settings is for. */
export const methodTarget: Docs = {
  HttpMethod:
    "The HTTP method the entry is for, such as `GET`, or `*` for all. AWS wants it in every entry, beside the resource's path.",
  ResourcePath:
    "The resource the entry is for, in the encoding of the registry: a slash, then the path with each of its own slashes written `~1`, so `/pets/{id}` becomes `/~1pets~1{id}`. The root is `/`, all resources are `/*`.",
};

export const canaryLeaves: Docs = {
  PercentTraffic:
    "The share of requests that the canary gets, in percent, with decimals if need be.\n@defaultValue `0`",
  StageVariableOverrides:
    "Stage variables that have another value, or exist only, in the canary. The keys are the variables' names and stay as you write them.",
  UseStageCache:
    "Whether the canary shares the cache of the stage. A shared cache can answer canary requests with responses of the stable deployment.\n@defaultValue `false`",
};

export const accessLog: Docs = {
  DestinationArn:
    "The ARN of the CloudWatch log group, or of the Firehose stream (its name must begin with `amazon-apigateway-`), that gets the access log. A log group's ARN may end in `:*`; AWS returns it without.",
  Format:
    "One line with `$context` variables that becomes the log record, in JSON, CLF, CSV or XML. It must contain `$context.requestId` or `$context.extendedRequestId`.",
};

export const tag: Docs = {
  Key: "The tag's name. Names that begin with `aws:` belong to AWS and are refused.",
  Value: "The tag's value; it may be empty.",
};

export const cacheClusterSize =
  "The size of the stage's cache in GB: `0.5`, `1.6`, `6.1`, `13.5`, `28.4`, `58.2`, `118` or `237`, as a string. It needs `cacheClusterEnabled`. A change rebuilds the cluster, which takes some minutes and empties the cache.";
export const cacheClusterEnabled =
  "Whether the stage has a cache cluster. AWS bills it by the hour from the moment it exists, and creating it takes some minutes.\n@defaultValue `false`";
export const clientCertificateId =
  "The id of the client certificate that API Gateway shows to HTTP backends, so that these can tell its calls from others.";
export const tracingEnabled = "Whether requests are sampled for AWS X-Ray.\n@defaultValue `false`";
export const documentationVersion =
  "The version of the API's documentation that belongs to what the stage serves. The version has to exist.";
export const stageVariables =
  "Stage variables, which integrations read as `${stageVariables.name}`. The names are letters, digits and `_`, and stay as you write them; the values may hold letters, digits and `-._~:/?#&=,`. They are not secret: everyone who may read the stage sees them.";
