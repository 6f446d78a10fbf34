import type { Service } from "../api/service";
import { authenticate, partitionOf, type Caller } from "./auth";
import { failure, type Answer } from "./awsJson";
import { ApiError } from "./errors";

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

function xml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function identity(service: Service, caller: Caller): string {
  const arn = `arn:${partitionOf(caller.region)}:iam::${caller.account}:user/emulator`;
  const fields = `<Arn>${arn}</Arn><UserId>AIDA${caller.account}EMUL</UserId><Account>${caller.account}</Account>`;
  const metadata = `<ResponseMetadata><RequestId>${service.ids.uuid()}</RequestId></ResponseMetadata>`;
  return (
    `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>${fields}</GetCallerIdentityResult>` +
    `${metadata}</GetCallerIdentityResponse>`
  );
}

function errorXml(service: Service, error: ApiError): string {
  const inner = `<Type>Sender</Type><Code>${xml(error.code)}</Code><Message>${xml(error.message)}</Message>`;
  return (
    `<ErrorResponse xmlns="${namespace}"><Error>${inner}</Error>` +
    `<RequestId>${service.ids.uuid()}</RequestId></ErrorResponse>`
  );
}

/** Answers STS, as far as a Cloud Control client needs it: who am I (awsQuery in, XML out). @internal */
export function answerSts(service: Service, authorization: string | undefined, body: string): Answer {
  const action = new URLSearchParams(body).get("Action") ?? "";
  const common = { operation: action || "Unknown", contentType: "text/xml" };
  let caller: Caller | undefined;
  try {
    if (action !== "GetCallerIdentity") {
      throw new ApiError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`);
    }
    caller = authenticate(authorization, service.settings);
    const fault = service.faults.take("throttle", action, undefined);
    if (fault) throw new ApiError("Throttling", "Rate exceeded");
    return { ...common, status: 200, body: identity(service, caller), outcome: "ok", caller };
  } catch (error) {
    const known = failure(error);
    return { ...common, status: known.status, body: errorXml(service, known), outcome: known.code, caller };
  }
}
