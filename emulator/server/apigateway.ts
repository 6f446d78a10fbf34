import type { Service } from "../api/service";
import { accountRole } from "../handlers/apigateway/account";
import { authenticate, type Caller } from "./auth";
import { failure, type Answer, type Call } from "./awsJson";
import { ApiError } from "./errors";

/**
 * API Gateway's own GetAccount (`GET /account`), which tells the role that logs are written by: Cloud Control gives the
 * setting only by the id that it made up for it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html
 * @internal
 */
export function answerGetAccount(service: Service, { authorization, refusal }: Call): Answer {
  const common = { operation: "GetAccount", contentType: "application/json" };
  let caller: Caller | undefined;
  try {
    caller = authenticate(authorization, service.settings);
    if (refusal) throw refusal;
    if (service.faults.throttles("GetAccount", undefined, caller)) {
      throw new ApiError("TooManyRequestsException", "Too Many Requests", 429);
    }
    const fault = service.faults.take("exception", "GetAccount", undefined);
    if (fault) throw new ApiError(fault.exception, fault.message ?? "Injected exception");
    const cloudwatchRoleArn = accountRole(service.world.view(caller.account, caller.region));
    const throttleSettings = { burstLimit: 5000, rateLimit: 10000 };
    const body = JSON.stringify({ cloudwatchRoleArn, throttleSettings, features: ["UsagePlans"], apiKeyVersion: "4" });
    return { ...common, status: 200, body, outcome: "ok", caller };
  } catch (error) {
    const known = failure(error);
    return { ...common, status: known.status, body: known.body(), outcome: known.code, caller };
  }
}
