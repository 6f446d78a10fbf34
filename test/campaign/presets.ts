/** Stages with more to them: what the presets of the campaign are given, and what the stage must then have. */
import type { ApiStageArgs, LoggingStageArgs } from "../../index";
import type { Slot } from "./plan";
import type { Model } from "./slots";

interface Preset<Args> {
  readonly args: Partial<Args>;
  readonly owned: Model;
}

const ERRORS = { LoggingLevel: "ERROR", MetricsEnabled: true, DataTraceEnabled: false, ThrottlingRateLimit: 1000 };

const LOGGING: readonly Preset<LoggingStageArgs>[] = [
  { args: {}, owned: { MethodSettings: [ERRORS], CacheClusterEnabled: false } },
  { args: { audit: true, tags: { team: "pets" } }, owned: { Tags: [{ Key: "team", Value: "pets" }] } },
  {
    args: { alarms: { throttles: false }, variables: { color: "blue" } },
    owned: { MethodSettings: [ERRORS], Variables: { color: "blue" } },
  },
  {
    args: { cacheClusterSize: "0.5", methodSettings: { "GET /": { throttlingRateLimit: 0.5 } } },
    owned: {
      CacheClusterSize: "0.5",
      MethodSettings: [
        { ...ERRORS, CacheDataEncrypted: true },
        { ResourcePath: "/", HttpMethod: "GET", ThrottlingRateLimit: 0.5 },
      ],
    },
  },
];

const PLAIN: readonly Preset<ApiStageArgs>[] = [
  {
    args: { methodSettings: { "GET /": { loggingLevel: "INFO" }, "*": { throttlingBurstLimit: 7 } } },
    owned: {
      MethodSettings: [
        { ResourcePath: "/", HttpMethod: "GET", LoggingLevel: "INFO" },
        { ResourcePath: "/*", HttpMethod: "*", ThrottlingBurstLimit: 7 },
      ],
    },
  },
  { args: { accessLog: { retentionInDays: 7 }, tracingEnabled: true }, owned: { TracingEnabled: true } },
  {
    args: { alarms: true, dashboard: true, tags: { team: "cats" } },
    owned: { Tags: [{ Key: "team", Value: "cats" }] },
  },
  {
    args: { usagePlan: {}, clientCertificate: true, description: "with a plan" },
    owned: { Description: "with a plan" },
  },
];

/** Of a `LoggingStage`. */
export const loggingOf = ({ variant }: Slot): Preset<LoggingStageArgs> => LOGGING[variant] ?? LOGGING[0]!;
/** Of an `ApiStage`. */
export const plainOf = ({ variant }: Slot): Preset<ApiStageArgs> => PLAIN[variant] ?? PLAIN[0]!;
