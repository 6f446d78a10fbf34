import { account } from "./apigateway/account";
import { deployment } from "./apigateway/deployment";
import { method } from "./apigateway/method";
import { resource } from "./apigateway/resource";
import { restApi } from "./apigateway/restApi";
import { stage } from "./apigateway/stage";
import { bucket } from "./bucket";
import { generic } from "./generic";
import { logGroup } from "./logGroup";
import { role } from "./role";
import type { TypeHandler } from "./types";

const handlers: Readonly<Partial<Record<string, TypeHandler>>> = {
  "AWS::ApiGateway::Account": account,
  "AWS::ApiGateway::Deployment": deployment,
  "AWS::ApiGateway::Method": method,
  "AWS::ApiGateway::Resource": resource,
  "AWS::ApiGateway::RestApi": restApi,
  "AWS::ApiGateway::Stage": stage,
  "AWS::IAM::Role": role,
  "AWS::Logs::LogGroup": logGroup,
  "AWS::S3::Bucket": bucket,
};

/** The handler of a type: its own, or the one that goes by the schema. @internal */
export function handlerOf(typeName: string): TypeHandler {
  return handlers[typeName] ?? generic;
}
