import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CanaryStage, apigateway, cloudwatch, type CanaryStageArgs } from "../../index";
import { MODES, only, run, valueOf } from "./mocked";

const COMPONENT = "pulumi-cloudcontrol:index:CanaryStage";
const CHILD = `${COMPONENT}$pulumi-nodejs:dynamic`;
const STAGE = { restApiId: "a1", stageName: "prod" };
const NAMESPACE = "ApiGatewayCanaries";
const ALARM = {
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
};
/** What stands in the state for nothing that the program told of the API: the SHA-256 of `[]`. */
const NOTHING = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

/** A program with a CanaryStage named "pets" of the API "a1". */
const released =
  (args: Partial<CanaryStageArgs> = {}) =>
  () =>
    new CanaryStage("pets", { restApi: "a1", stageName: "prod", ...args });

/** The names of all resources, each with the end of its type. */
function made({ resources }: { resources: readonly { type: string; name: string }[] }): string[] {
  return resources.map(({ type, name }) => `${type.split(/[:/]/).at(-1)} ${name}`);
}

// Does not prove that the provider walks the steps, nor that an alarm takes a candidate back: the engine tests do.
describe("CanaryStage that makes releases", () => {
  for (const mode of MODES) {
    const ifKnown = (value: unknown): unknown => (mode.preview ? "unknown" : value);

    describe(mode.title, () => {
      it("has with `phase` one child, the stage, whose provider makes the deployments", async () => {
        const ran = await run(mode, released({ phase: "shift" }));
        expect(ran.resources.map(({ name, path, inputs }) => [name, path, inputs])).to.deep.equal([
          ["pets", COMPONENT, {}],
          ["pets", `${CHILD}/apigateway:Stage`, { ...STAGE, release: { content: NOTHING, phase: "shift" } }],
        ]);
        expect(only(ran, "apigateway:Stage", "pets").raw.__kind).to.equal("release");
        expect(ran.result.deployment).to.equal(undefined);
        expect(ran.result.canaryAlarms).to.equal(undefined);
        expect(ran.warnings).to.deep.equal([]);
      });

      it("hands the words of a release to the provider, and the stage's own settings to the stage", async () => {
        const words = {
          phase: "promote",
          percentTraffic: 0.5,
          stageVariableOverrides: { on: "true" },
          keepDeployments: 3,
          retryCandidate: true,
        } as const;
        const ran = await run(mode, released({ ...words, variables: { on: "false" }, tracingEnabled: true }));
        expect(only(ran, "apigateway:Stage", "pets").inputs).to.deep.equal({
          ...STAGE,
          variables: { on: "false" },
          tracingEnabled: true,
          release: { content: NOTHING, ...words },
        });
      });

      it("takes `steps` instead of a phase, as they are", async () => {
        const steps = [
          { percent: 5, bake: "5m" },
          { percent: pulumi.output(50), bake: pulumi.output("10m") },
        ];
        const ran = await run(mode, released({ steps }));
        expect(only(ran, "apigateway:Stage", "pets").inputs.release).to.deep.equal({
          content: NOTHING,
          steps: [
            { percent: 5, bake: "5m" },
            { percent: 50, bake: "10m" },
          ],
        });
        expect(made(ran)).to.deep.equal(["CanaryStage pets", "Stage pets"]);
      });

      it("serves a given deployment until the given candidate is stable, both by their ids alone", async () => {
        const ran = await run(mode, () => {
          const api = new apigateway.RestApi("api");
          const stable = new apigateway.Deployment("stable", { restApiId: api.restApiId });
          const candidate = new apigateway.Deployment("candidate", { restApiId: api.restApiId });
          const args = { restApi: api, stageName: "prod", deployment: stable, candidate, phase: "shift" } as const;
          return new CanaryStage("pets", args);
        });
        expect(only(ran, "apigateway:Stage", "pets").inputs).to.deep.equal({
          restApiId: ifKnown("api123"),
          stageName: "prod",
          release: { candidate: ifKnown("dep2"), initial: ifKnown("dep1"), phase: "shift" },
        });
      });

      it("has another content as soon as `redeployOn` changes, and the same for other orders of keys", async () => {
        const contentOf = async (redeployOn: unknown[]): Promise<unknown> => {
          const ran = await run(mode, released({ phase: "shift", redeployOn }));
          return (only(ran, "apigateway:Stage", "pets").inputs.release as { content: unknown }).content;
        };
        const content = await contentOf([{ a: 1, b: 2 }]);
        expect(content).to.match(/^[0-9a-f]{64}$/);
        expect(await contentOf([{ b: 2, a: 1 }])).to.equal(content);
        expect(await contentOf([{ a: 1, b: 3 }])).to.not.equal(content);
      });

      it("has the groups of the canary's logs from the first release on", async () => {
        const args = { phase: "shift", accessLog: {}, methodSettings: { "*": { loggingLevel: "ERROR" } } } as const;
        const ran = await run(mode, released(args));
        const groups = ran.resources.filter(({ type }) => type.endsWith(":LogGroup"));
        const group = { retentionInDays: 90 };
        const access = "API-Gateway-Access-Logs_a1/prod";
        const execution = "API-Gateway-Execution-Logs_a1/prod";
        expect(groups.map(({ name, path, inputs }) => [name, path, inputs])).to.have.deep.members([
          ["pets-access-logs", `${CHILD}/logs:LogGroup`, { ...group, logGroupName: access }],
          ["pets-canary-logs", `${CHILD}/logs:LogGroup`, { ...group, logGroupName: `${access}/Canary`, adopt: true }],
          ["pets-execution-logs", `${CHILD}/logs:LogGroup`, { ...group, logGroupName: execution, adopt: true }],
          [
            "pets-canary-execution-logs",
            `${CHILD}/logs:LogGroup`,
            { ...group, logGroupName: `${execution}/Canary`, adopt: true },
          ],
        ]);
      });

      it("knows given alarms by name, by ARN and as objects, and makes none", async () => {
        const arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:p99: slow";
        const ran = await run(mode, () => {
          const own = new cloudwatch.Alarm("own", {
            alarmName: "errors",
            comparisonOperator: "GreaterThanThreshold",
            evaluationPeriods: 1,
          });
          const metricAlarm = { name: pulumi.output("c"), arn: pulumi.output("") };
          const unnamed = { alarmName: pulumi.output<string | undefined>(undefined), arn };
          const alarms = ["a", arn, pulumi.output(arn), { arn }, { alarmName: "b" }, own, metricAlarm, unnamed];
          return released({ steps: [{ percent: 5, bake: "5m" }], gate: { alarms } })();
        });
        const { gate } = only(ran, "apigateway:Stage", "pets").inputs.release as { gate: unknown };
        expect(gate).to.deep.equal({
          alarms: ["a", "p99: slow", "p99: slow", "p99: slow", "b", "errors", "c", "p99: slow"],
        });
        expect(made(ran)).to.have.members(["CanaryStage pets", "Alarm own", "Stage pets"]);
        expect(ran.result.canaryAlarms).to.equal(undefined);
      });

      it("takes an alarm's ARN where AWS makes up its name", async () => {
        const ran = await run(mode, () => {
          const settings = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 };
          const gate = { alarms: [new cloudwatch.Alarm("own", settings)] };
          return released({ steps: [{ percent: 5, bake: "5m" }], gate })();
        });
        const { gate } = only(ran, "apigateway:Stage", "pets").inputs.release as { gate: unknown };
        expect(gate).to.deep.equal({ alarms: [ifKnown("own")] });
      });

      it("makes alarms that watch the canary's log alone, and has the gate ask for them beside given ones", async () => {
        const gate = { canary: true, alarms: ["given"] };
        const ran = await run(mode, released({ phase: "shift", accessLog: {}, gate }));
        const metric = (suffix: string): string => `${suffix}_a1/prod`;
        const filters = ran.resources.filter(({ type }) => type.endsWith(":MetricFilter"));
        const filter = (suffix: string, filterPattern: string, metricValue = "1"): unknown[] => [
          `pets-canary-${suffix.toLowerCase()}`,
          `${CHILD}/logs:MetricFilter`,
          {
            logGroupName: "API-Gateway-Access-Logs_a1/prod/Canary",
            filterName: suffix,
            filterPattern,
            metricTransformations: [{ metricNamespace: NAMESPACE, metricName: metric(suffix), metricValue }],
          },
        ];
        expect(filters.map(({ name, path, inputs }) => [name, path, inputs])).to.have.deep.members([
          filter("Requests", '{ $.status = "*" }'),
          filter("Errors", '{ $.status = "5*" }'),
          filter("Latency", '{ $.responseLatency = "*" }', "$.responseLatency"),
          filter("Throttles", '{ $.status = "429" }'),
        ]);
        const sum = (id: string, suffix: string): object => ({
          id,
          metricStat: { metric: { namespace: NAMESPACE, metricName: metric(suffix) }, period: 60, stat: "Sum" },
          returnData: false,
        });
        const alarms = ran.resources.filter(({ type }) => type.endsWith(":Alarm"));
        expect(alarms.map(({ name, path, inputs }) => [name, path, inputs])).to.have.deep.members([
          [
            "pets-canary-errors-alarm",
            `${CHILD}/cloudwatch:Alarm`,
            {
              ...ALARM,
              alarmName: "API-Gateway_a1/prod_canary-errors",
              alarmDescription: "The share of the canary's requests that fail by the server's fault (5xx).",
              threshold: 0.05,
              metrics: [
                sum("requests", "Requests"),
                sum("errors", "Errors"),
                { id: "ratio", expression: "FILL(errors, 0) / requests", label: "5xx ratio", returnData: true },
              ],
            },
          ],
          [
            "pets-canary-latency-alarm",
            `${CHILD}/cloudwatch:Alarm`,
            {
              ...ALARM,
              alarmName: "API-Gateway_a1/prod_canary-latency",
              alarmDescription:
                "The time within which 99 of 100 of the canary's requests are answered, in milliseconds.",
              namespace: NAMESPACE,
              metricName: metric("Latency"),
              extendedStatistic: "p99",
              period: 60,
              threshold: 3000,
            },
          ],
          [
            "pets-canary-throttles-alarm",
            `${CHILD}/cloudwatch:Alarm`,
            {
              ...ALARM,
              alarmName: "API-Gateway_a1/prod_canary-throttles",
              alarmDescription: "The canary's requests a minute that are throttled (429).",
              namespace: NAMESPACE,
              metricName: metric("Throttles"),
              statistic: "Sum",
              period: 60,
              threshold: 10,
            },
          ],
        ]);
        const { release } = only(ran, "apigateway:Stage", "pets").inputs as { release: { gate: unknown } };
        expect(release.gate).to.deep.equal({
          alarms: [
            "given",
            "API-Gateway_a1/prod_canary-errors",
            "API-Gateway_a1/prod_canary-latency",
            "API-Gateway_a1/prod_canary-throttles",
          ],
        });
        expect(ran.result.canaryAlarms?.alarms).to.have.length(3);
        expect(ran.result.canaryAlarms?.metricFilters).to.have.length(4);
        expect(ran.result.alarms).to.deep.equal([]);
      });

      it("makes only the alarms of the canary that have a limit", async () => {
        const gate = { canary: { errorRatio: false, latencyP99: 500, throttles: false, minutes: 2 } } as const;
        const ran = await run(mode, released({ phase: "shift", accessLog: {}, gate }));
        const { inputs } = only(ran, ":Alarm", "pets-canary-latency-alarm");
        expect(inputs).to.include({ threshold: 500, evaluationPeriods: 2 });
        expect(made(ran)).to.have.members([
          "CanaryStage pets",
          "LogGroup pets-access-logs",
          "LogGroup pets-canary-logs",
          "AccountRole pets-account-role",
          "MetricFilter pets-canary-latency",
          "Alarm pets-canary-latency-alarm",
          "Stage pets",
        ]);
      });

      it("shows what the stage remembers and serves, which a preview does not know", async () => {
        const { result } = await run(mode, released({ phase: "shift", accessLog: {} }));
        expect(await valueOf(result.stageName)).to.equal("prod");
        expect(await valueOf(result.restApiId)).to.equal("a1");
        expect(await valueOf(result.arn)).to.equal(ifKnown("arn:pets"));
        expect(await valueOf(result.invokeUrl)).to.equal(ifKnown("https://pets"));
        expect(await valueOf(result.logGroupName)).to.equal("API-Gateway-Access-Logs_a1/prod");
        expect(await valueOf(result.alarmArns)).to.deep.equal([]);
        // The mocks run no provider, so in an update there is nothing that a release would have made.
        expect(await valueOf(result.releaseState)).to.equal(ifKnown(undefined));
        expect(await valueOf(result.deploymentId)).to.equal(ifKnown(""));
        expect(await valueOf(result.canaryDeploymentId)).to.equal(ifKnown(undefined));
      });

      it("remembers nothing where the stage makes no releases", async () => {
        const { result } = await run(mode, released({ deploymentId: "d1", candidate: "d2" }));
        expect(await valueOf(result.releaseState)).to.equal(undefined);
        expect(await valueOf(result.deploymentId)).to.equal("d1");
        expect(await valueOf(result.canaryDeploymentId)).to.equal("d2");
      });
    });
  }

  const refused = async (args: Partial<CanaryStageArgs>): Promise<string> => {
    try {
      await run({ preview: true }, released(args));
      return "taken";
    } catch (error) {
      expect(pulumi.RunError.isInstance(error)).to.equal(true);
      return (error as Error).message;
    }
  };

  it("refuses a word of a release without `phase` or `steps`", async () => {
    const words = { gate: { alarms: ["a"] }, keepDeployments: 2, retryCandidate: true };
    for (const [word, value] of Object.entries(words)) {
      expect(await refused({ [word]: value })).to.equal(
        `${word}: expected \`phase\` or \`steps\` beside it, which make the deployments releases, got neither. Fix: add \`phase: "shift"\``,
      );
    }
  });

  it("refuses a canarySetting beside a release, which decides it", async () => {
    expect(await refused({ phase: "shift", canarySetting: { percentTraffic: 10 } })).to.equal(
      "canarySetting: expected none in a release, which decides it, got one. Fix: use `percentTraffic` and `stageVariableOverrides`",
    );
  });

  it("refuses a deployment without a candidate, by either word", async () => {
    for (const args of [{ deployment: "d1" }, { deploymentId: "d1" }]) {
      expect(await refused({ phase: "shift", ...args })).to.equal(
        "deployment: expected a `candidate` beside it in a release, got none. Fix: give what is to be served as `candidate`, or leave both out, so that the release makes deployments",
      );
    }
  });

  it("refuses alarms of the canary where no log of its requests can be counted", async () => {
    const message =
      "gate.canary: expected an access log in JSON with `status` and `responseLatency`, which the component keeps itself, as its lines are counted, got none. Fix: set `accessLog: {}`, or give `gate.alarms` of your own";
    const logs: readonly Partial<CanaryStageArgs>[] = [
      {},
      { accessLog: false },
      { accessLog: { destination: "arn:aws:logs:us-east-1:123456789012:log-group:other" } },
      { accessLog: {}, canaryLogs: false },
      { accessLog: { format: "$context.requestId $context.status" } },
      { accessLog: { format: '{"status":"$context.status"}' } },
    ];
    for (const log of logs) {
      expect(await refused({ phase: "shift", gate: { canary: true }, ...log })).to.equal(message);
    }
    expect(await refused({ phase: "shift", gate: { canary: false } })).to.equal("taken");
  });

  it("refuses an alarm that is none, by its place in the list", async () => {
    const alarms = ["a", {} as unknown as string];
    expect(await refused({ phase: "shift", gate: { alarms } })).to.equal(
      "gate.alarms[1]: expected an alarm's name or ARN, or an object with an `alarmName` or `arn`, got something else. Fix: give the alarm itself",
    );
  });
});
