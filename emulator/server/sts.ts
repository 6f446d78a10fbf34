import { readSchema } from "../../schema/table";
import type { Service } from "../api/service";
import { authenticate, partitionOf, roleKey, roleSecret, sessionToken, type Caller } from "./auth";
import { failure, type Answer, type Call } from "./awsJson";
import { ApiError } from "./errors";

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

function xml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function response(service: Service, action: string, result: string): string {
  const metadata = `<ResponseMetadata><RequestId>${service.ids.uuid()}</RequestId></ResponseMetadata>`;
  return `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
}

/** A session in a role. Any role that has the form of one may be assumed, by anybody: policies are not emulated. */
function session(service: Service, parameters: URLSearchParams): string {
  const arn = parameters.get("RoleArn") ?? "";
  const name = parameters.get("RoleSessionName") ?? "";
  const [, partition = "", account, role = ""] = /^arn:([^:]+):iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
  if (account === undefined) throw new ApiError("ValidationError", `${arn} is invalid`);
  const seconds = Number(parameters.get("DurationSeconds") ?? 3600);
  const ends = service.clock.now() + seconds * 1000;
  const assumed = `arn:${partition}:sts::${account}:assumed-role/${role.split("/").at(-1) ?? ""}/${name}`;
  const key = roleKey(account);
  const keys = `<AccessKeyId>${key}</AccessKeyId><SecretAccessKey>${roleSecret(key)}</SecretAccessKey>`;
  return (
    `<Credentials>${keys}<SessionToken>${sessionToken(ends)}</SessionToken>` +
    `<Expiration>${new Date(ends).toISOString()}</Expiration></Credentials>` +
    `<AssumedRoleUser><AssumedRoleId>AROA:${xml(name)}</AssumedRoleId><Arn>${xml(assumed)}</Arn></AssumedRoleUser>`
  );
}

/** CloudFormation's registry, which speaks the same protocol: the type's schema as this emulator has it. */
function describeType(parameters: URLSearchParams): string {
  const typeName = parameters.get("TypeName") ?? "";
  const schema = readSchema(typeName);
  if (!schema) throw new ApiError("TypeNotFoundException", `The type '${typeName}' cannot be found.`);
  const text = xml(JSON.stringify(schema));
  return `<TypeName>${xml(typeName)}</TypeName><Type>RESOURCE</Type><ProvisioningType>FULLY_MUTABLE</ProvisioningType><Schema>${text}</Schema>`;
}

function identity(caller: Caller): string {
  const arn = `arn:${partitionOf(caller.region)}:iam::${caller.account}:user/emulator`;
  return `<Arn>${arn}</Arn><UserId>AIDA${caller.account}EMUL</UserId><Account>${caller.account}</Account>`;
}

function errorXml(service: Service, error: ApiError): string {
  const inner = `<Type>Sender</Type><Code>${xml(error.code)}</Code><Message>${xml(error.message)}</Message>`;
  return (
    `<ErrorResponse xmlns="${namespace}"><Error>${inner}</Error>` +
    `<RequestId>${service.ids.uuid()}</RequestId></ErrorResponse>`
  );
}

/** Answers STS and CloudFormation's DescribeType, as far as a Cloud Control client needs it: who am I, and a role's session (awsQuery in, XML out). @internal */
export function answerSts(service: Service, { authorization, text, refusal }: Call): Answer {
  const parameters = new URLSearchParams(text ?? "");
  const action = parameters.get("Action") ?? "";
  const role = parameters.get("RoleArn");
  const input = role === null ? undefined : { Identifier: role };
  const common = { operation: action || "Unknown", contentType: "text/xml", input };
  let caller: Caller | undefined;
  try {
    if (action !== "GetCallerIdentity" && action !== "AssumeRole" && action !== "DescribeType") {
      throw new ApiError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`);
    }
    caller = authenticate(authorization, service.settings);
    if (refusal) throw refusal;
    if (service.faults.throttles(action, undefined, caller)) throw new ApiError("Throttling", "Rate exceeded");
    const fault = service.faults.take("exception", action, undefined);
    if (fault) throw new ApiError(fault.exception, fault.message ?? "Injected exception");
    const result =
      action === "DescribeType"
        ? describeType(parameters)
        : action === "AssumeRole"
          ? session(service, parameters)
          : identity(caller);
    return { ...common, status: 200, body: response(service, action, result), outcome: "ok", caller };
  } catch (error) {
    const known = failure(error);
    return { ...common, status: known.status, body: errorXml(service, known), outcome: known.code, caller };
  }
}
