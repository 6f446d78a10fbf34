/*
 * The package's door for programs. (`pulumi-cloudcontrol/provider` is the other door, for Pulumi's provider process.)
 */
export { ApiStage } from "./components/api-stage";
export type { ApiStageArgs } from "./components/api-stage-args";
export type { AccessLogArgs, ExecutionLogArgs } from "./components/access-log";
export type { StageAlarmsArgs } from "./components/alarms";
export type { Child, Transform, Transforms } from "./components/children";
export type { ControlFinding, ControlId } from "./components/compliance";
export type { BasePathArgs, DocumentationArgs, StageUsagePlanArgs, WebAclReference } from "./components/extras";
export type { MethodLeaves, MethodSettingsInput } from "./components/method-settings";
export type { CanaryAlarms, CanaryAlarmsArgs } from "./components/canary-alarms";
export { CanaryStage, type CanaryStageArgs, type ReleaseGateArgs } from "./components/canary-stage";
export { DevStage, type DevStageArgs } from "./components/dev-stage";
export { LoggingStage, type LoggingStageArgs } from "./components/logging-stage";
export * as presets from "./components/presets";
export type {
  ActionReference,
  ArnReference,
  ClientCertificateReference,
  DeploymentReference,
  DocumentationVersionReference,
  LogDestination,
  RestApiObject,
  RestApiReference,
} from "./components/references";
export type {
  AlarmReference,
  ReleasedDeployment,
  ReleasePhase,
  ReleaseState,
  ReleaseStepArgs,
} from "./components/release";
export type { TagsInput } from "./components/tags";
export * as apigateway from "./resources/apigateway";
export * as logFormat from "./resources/apigateway/log-formats";
export type { AssumeRoleArgs, JsonInput, ResourceArgs, TimeoutsArgs } from "./resources/base";
export { CloudControlProvider, type CloudControlProviderArgs, type IgnoreTagsArgs } from "./resources/provider";
export { CloudControlResource, type CloudControlResourceArgs } from "./resources/cloudcontrol";
export * as cloudwatch from "./resources/cloudwatch";
export * as iam from "./resources/iam";
export * as logs from "./resources/logs";
export * as wafv2 from "./resources/wafv2";
