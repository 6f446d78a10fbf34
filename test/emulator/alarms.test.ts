import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";

// The states are what a test sets; that CloudWatch evaluates thresholds is not imitated and not shown.
describe("DescribeAlarms of the emulator, by AWS's own client", () => {
  let emulator: Emulator;
  let client: CloudWatchClient;

  beforeEach(async () => {
    emulator = await startEmulator({ seed: 1 });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    client = new CloudWatchClient({ endpoint: emulator.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await emulator.close();
  });

  const states = async (...names: string[]): Promise<Record<string, string | undefined>> => {
    const types = { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] as const };
    const answer = await client.send(
      new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: [...types.AlarmTypes] }),
    );
    const all = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
    return Object.fromEntries(all.map(({ AlarmName, StateValue }) => [AlarmName ?? "", StateValue]));
  };

  it("shows the states that were set, and leaves out without a word what does not exist", async () => {
    emulator.alarms.set("errors", "OK");
    emulator.alarms.set("latency", "ALARM");
    expect(await states("errors", "latency", "none")).to.deep.equal({ errors: "OK", latency: "ALARM" });
    emulator.alarms.remove("errors");
    expect(await states("errors")).to.deep.equal({});
  });

  it("shows a managed alarm that nobody has set as INSUFFICIENT_DATA, and no more once it is deleted", async () => {
    const model = { AlarmName: "errors", ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1 };
    const identifier = emulator.seed({ typeName: "AWS::CloudWatch::Alarm", model });
    expect(await states("errors")).to.deep.equal({ errors: "INSUFFICIENT_DATA" });
    emulator.remove({ typeName: "AWS::CloudWatch::Alarm", identifier });
    expect(await states("errors")).to.deep.equal({});
  });

  it("shows composite alarms only to those who ask for them", async () => {
    emulator.seed({ typeName: "AWS::CloudWatch::CompositeAlarm", model: { AlarmName: "all", AlarmRule: "TRUE" } });
    expect(await states("all")).to.deep.equal({ all: "INSUFFICIENT_DATA" });
    const { MetricAlarms: shown } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ["all"] }));
    expect(shown).to.deep.equal([]);
  });

  it("takes states by its admin call, and faults as every call", async () => {
    const body = JSON.stringify({ name: "errors", state: "ALARM" });
    expect((await fetch(`${emulator.endpoint}/_/alarms`, { method: "PUT", body })).status).to.equal(200);
    expect(await states("errors")).to.deep.equal({ errors: "ALARM" });
    emulator.faults.add({ kind: "throttle", operation: "DescribeAlarms", times: 1 });
    const error = await states("errors").catch((caught: unknown) => caught as Error);
    expect((error as Error).name).to.equal("ThrottlingException");
  });
});
