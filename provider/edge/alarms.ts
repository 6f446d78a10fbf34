import { isObject, textOf, type JsonObject } from "../core/json";
import { CallError } from "../ports";
import { answered, clientConfig, type ClientOptions } from "./cloudcontrol";
import { withDebug } from "./debug";

type Sdk = typeof import("@aws-sdk/client-cloudwatch");

/** The alarms of CloudWatch in one region, with one set of credentials. */
export interface Alarms {
  /**
   * The states of alarms by their names: `OK`, `ALARM` or `INSUFFICIENT_DATA`. One that does not exist is not in it.
   *
   * @throws CallError
   */
  states(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

function stateOf({ AlarmName: name, StateValue: state }: JsonObject): [string, string] {
  return [textOf(name ?? ""), textOf(state ?? "INSUFFICIENT_DATA")];
}

const SDK = "@aws-sdk/client-cloudwatch";

/** Whether the SDK's client for CloudWatch is installed. Makes no calls. */
export function hasAlarms(): boolean {
  try {
    require.resolve(SDK);
    return true;
  } catch {
    return false;
  }
}

/**
 * CloudWatch through the AWS SDK, or undefined where the package for it, an optional peer, is not installed. It is
 * loaded only for a release with a gate.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function connectAlarms(options: ClientOptions): Alarms | undefined {
  if (!hasAlarms()) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const sdk = require(SDK) as Sdk;
  const client = withDebug(new sdk.CloudWatchClient(clientConfig(options)));
  return {
    states: async (names) => {
      const input = { AlarmNames: [...names], MaxRecords: 100 };
      // Composite alarms are shown only to those who ask for them.
      const types: ("MetricAlarm" | "CompositeAlarm")[] = ["MetricAlarm", "CompositeAlarm"];
      const answer = await answered(client.send(new sdk.DescribeAlarmsCommand({ ...input, AlarmTypes: types })));
      // The SDK takes over what the answer has, of whatever type it is.
      const lists: readonly unknown[] = [answer.MetricAlarms ?? [], answer.CompositeAlarms ?? []];
      if (!lists.every(Array.isArray))
        throw new CallError("NoAnswer", "the answer has no list of alarms", { cause: undefined });
      return new Map(lists.flat().filter(isObject).map(stateOf));
    },
  };
}
