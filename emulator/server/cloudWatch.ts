import type { Service } from "../api/service";
import { isObject, parseJson, str, type JsonObject } from "../json";
import type { View } from "../state/world";
import { authenticate, partitionOf, type Caller } from "./auth";
import { failure, type Answer, type Call } from "./awsJson";
import { ApiError } from "./errors";

/** What an alarm can be in. @public */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** An alarm as the emulator knows it. @public */
export interface AlarmSnapshot {
  readonly name: string;
  readonly state: AlarmState;
}

const STATES: readonly string[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];
const METRIC = "AWS::CloudWatch::Alarm";
const COMPOSITE = "AWS::CloudWatch::CompositeAlarm";
/** Where an account keeps the states that were set, by the alarms' names. */
const SETTING = "cloudwatch:alarms";

const prefix = "GraniteServiceVersion20100801.";

/** Whether a call is for CloudWatch. @internal */
export function isForCloudWatch(target: string | undefined): boolean {
  return target?.startsWith(prefix) === true;
}

function statesOf(store: View): JsonObject {
  const states = store.settings.get(SETTING);
  return isObject(states) ? states : {};
}

/** Sets the state of an alarm, of a managed one or of one that is nobody's resource. @internal */
export function setAlarm(store: View, name: string, state: string): void {
  if (name === "" || !STATES.includes(state)) {
    throw new ApiError("BadRequest", `an alarm needs a name and a state of ${STATES.join(", ")}`);
  }
  store.settings.set(SETTING, { ...statesOf(store), [name]: state });
}

/** Forgets the state of an alarm; one that is nobody's resource is gone with it. @internal */
export function removeAlarm(store: View, name: string): void {
  const rest = Object.entries(statesOf(store)).filter(([other]) => other !== name);
  store.settings.set(SETTING, Object.fromEntries(rest));
}

/** The alarms of one account and region: managed ones, and those whose state was set. @internal */
export function alarmsIn(store: View): (AlarmSnapshot & { readonly composite: boolean })[] {
  const states = statesOf(store);
  const composites = store.list(COMPOSITE).map(({ identifier }) => identifier);
  const managed = [...store.list(METRIC).map(({ identifier }) => identifier), ...composites];
  return [...new Set([...managed, ...Object.keys(states)])].map((name) => ({
    name,
    // A new alarm has seen no data yet [D].
    state: (str(states[name]) ?? "INSUFFICIENT_DATA") as AlarmState,
    composite: composites.includes(name),
  }));
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** DescribeAlarms: an alarm that does not exist is left out without a word [D]; metric alarms only, unless asked [D]. */
function describeAlarms(service: Service, caller: Caller, input: JsonObject): JsonObject {
  const names = strings(input.AlarmNames);
  if (names.length > 100) throw new ApiError("ValidationError", "Member must have length less than or equal to 100");
  const types = input.AlarmTypes === undefined ? ["MetricAlarm"] : strings(input.AlarmTypes);
  const found = alarmsIn(service.world.view(caller.account, caller.region)).filter(
    ({ name }) => input.AlarmNames === undefined || names.includes(name),
  );
  const arn = `arn:${partitionOf(caller.region)}:cloudwatch:${caller.region}:${caller.account}:alarm:`;
  const shown = (composite: boolean): JsonObject[] =>
    found
      .filter((alarm) => alarm.composite === composite)
      .map(({ name, state }) => ({ AlarmName: name, AlarmArn: arn + name, StateValue: state }));
  return {
    ...(types.includes("MetricAlarm") ? { MetricAlarms: shown(false) } : {}),
    ...(types.includes("CompositeAlarm") ? { CompositeAlarms: shown(true) } : {}),
  };
}

/**
 * Answers CloudWatch's DescribeAlarms, in the awsJson1.0 that the SDK 3.1142.0 speaks (seen on the wire). Numbers and
 * thresholds are not evaluated: a state is what was set.
 *
 * @internal
 */
export function answerCloudWatch(service: Service, call: Call): Answer {
  const operation = call.target?.slice(prefix.length) ?? "Unknown";
  const common = { operation, contentType: "application/x-amz-json-1.0" };
  let caller: Caller | undefined;
  try {
    if (operation !== "DescribeAlarms") throw new ApiError("UnknownOperationException", "");
    caller = authenticate(call.authorization, service.settings);
    if (call.refusal) throw call.refusal;
    if (service.faults.throttles(operation, undefined, caller))
      throw new ApiError("ThrottlingException", "Rate exceeded");
    const fault = service.faults.take("exception", operation, undefined);
    if (fault) throw new ApiError(fault.exception, fault.message ?? "Injected exception");
    const input = parseJson(call.text ?? "");
    if (!isObject(input)) throw new ApiError("SerializationException", "");
    const body = JSON.stringify(describeAlarms(service, caller, input));
    return { ...common, status: 200, body, outcome: "ok", caller };
  } catch (error) {
    const known = failure(error);
    return { ...common, status: known.status, body: known.body(), outcome: known.code, caller };
  }
}
