/*
 * API Gateway (REST). The classes are generated from the registry's schemas; Stage alone has a hand-written layer.
 */
export { Account, type AccountArgs } from "../generated/apigateway/account";
export { AccountRole, type AccountRoleArgs } from "./account-role";
export { BasePathMapping, type BasePathMappingArgs } from "../generated/apigateway/base-path-mapping";
export { ClientCertificate, type ClientCertificateArgs } from "../generated/apigateway/client-certificate";
export { Deployment, type DeploymentArgs } from "../generated/apigateway/deployment";
export { DocumentationVersion, type DocumentationVersionArgs } from "../generated/apigateway/documentation-version";
export { Method, type MethodArgs } from "../generated/apigateway/method";
export { Resource, type ResourceArgs } from "../generated/apigateway/resource";
export { RestApi, type RestApiArgs } from "../generated/apigateway/rest-api";
export type {
  StageAccessLogSettingArgs,
  StageArgs,
  StageCanarySettingArgs,
  StageMethodSettingArgs,
  StageTagArgs,
} from "../generated/apigateway/stage";
export { UsagePlan, type UsagePlanArgs } from "../generated/apigateway/usage-plan";
export { Stage } from "./stage";
