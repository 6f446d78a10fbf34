import type { AccessLogArgs } from "./access-log";
import type { ApiStageArgs } from "./api-stage-args";
import { given } from "./later";

/** What is given over the defaults, member by member; `false` turns the whole off. */
export function merged<T extends object>(args: T | false | undefined, defaults: Partial<T>): T | false {
  return args === false ? false : ({ ...defaults, ...given(args ?? {}) } as T);
}

/** Defaults under an access log. A destination that is there already, or a setting in AWS's words, takes none of them. */
export function accessLogUnder(
  { accessLog, accessLogSetting }: ApiStageArgs,
  defaults: Partial<AccessLogArgs>,
): Pick<ApiStageArgs, "accessLog"> {
  if (accessLogSetting !== undefined) return {};
  const hasDestination = typeof accessLog === "object" && accessLog.destination !== undefined;
  return { accessLog: hasDestination ? accessLog : merged(accessLog, defaults) };
}
