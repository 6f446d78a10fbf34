import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, DevStage, LoggingStage, presets, type ApiStageArgs, type LoggingStageArgs } from "../../index";
import { MODES, only, run, type Run } from "./mocked";

const ALL = { resourcePath: "/*", httpMethod: "*" };

const staged =
  (args: Partial<ApiStageArgs> = {}) =>
  () =>
    new ApiStage("pets", { restApi: "a1", stageName: "dev", deploymentId: "d1", ...args });

const texts = ({ warnings }: Run<unknown>): string[] => warnings.map(([, text]) => text);
const names = ({ resources }: Run<unknown>): string[] => resources.map(({ name }) => name).sort();

// Does not prove what API Gateway writes into a log group, nor that it takes the role: no test here can.
describe("the logs of a stage", () => {
  for (const mode of MODES) {
    describe(mode.title, () => {
      it("`dataTraceEnabled` alone asks for the execution log as well: its group and the role are made", async () => {
        const asking: readonly ApiStageArgs["methodSettings"][] = [
          { "*": { dataTraceEnabled: true } },
          { "*": { loggingLevel: "OFF", dataTraceEnabled: true } },
          { "GET /pets": { dataTraceEnabled: pulumi.output(true) } },
          [{ ...ALL, dataTraceEnabled: true }],
        ];
        for (const methodSettings of asking) {
          const ran = await run(mode, staged({ methodSettings }));
          expect(names(ran)).to.deep.equal(["pets", "pets", "pets-account-role", "pets-execution-logs"]);
          expect(only(ran, ":LogGroup", "pets-execution-logs").inputs).to.deep.equal({
            logGroupName: "API-Gateway-Execution-Logs_a1/dev",
            retentionInDays: 90,
            adopt: true,
          });
        }
        const silent = { "*": { dataTraceEnabled: false }, "/pets": { dataTraceEnabled: undefined } };
        expect(names(await run(mode, staged({ methodSettings: silent })))).to.deep.equal(["pets", "pets"]);
      });

      it("the role for logs is set, only looked for, left alone or given, by the word of `accountRole`", async () => {
        const inputsOf = async (args: Partial<ApiStageArgs>): Promise<unknown> => {
          const { resources, result } = await run(mode, staged(args));
          const role = resources.find(({ type }) => type.endsWith(":AccountRole"));
          expect(result.accountRole === undefined, "the public field").to.equal(role === undefined);
          return role?.inputs;
        };
        const logging = { accessLog: {} };
        expect(await inputsOf(logging)).to.deep.equal({});
        expect(await inputsOf({ accountRole: "ensure" })).to.deep.equal({});
        expect(await inputsOf({ ...logging, accountRole: "expect" })).to.deep.equal({ mode: "expect" });
        expect(await inputsOf({ accountRole: "expect" })).to.deep.equal({ mode: "expect" });
        expect(await inputsOf({ ...logging, accountRole: "ignore" })).to.equal(undefined);
        expect(await inputsOf({})).to.equal(undefined);
        expect(await inputsOf({ accountRole: { roleArn: "arn:role" } })).to.deep.equal({ roleArn: "arn:role" });
      });
    });
  }

  const destination = "arn:aws:logs:us-east-1:123456789012:log-group:ours";
  const logging = { "*": { loggingLevel: "ERROR" } };

  for (const [key, value] of [
    ["retentionInDays", 30],
    ["kmsKeyId", "arn:key"],
  ] as const) {
    const beside = { destination, [key]: value };
    const nobody = `accessLog.${key}: expected none beside \`destination\`, which is not the component's to change, got one. Fix: set it where the destination is made, or leave \`destination\` out`;

    it(`\`${key}\` beside a \`destination\` is for the execution log, which a warning says`, async () => {
      const args = { accessLog: beside, methodSettings: logging };
      for (const mode of MODES) {
        const ran = await run(mode, staged(args));
        expect(names(ran)).to.deep.equal(["pets", "pets", "pets-account-role", "pets-execution-logs"]);
        expect(only(ran, ":LogGroup", "pets-execution-logs").inputs).to.deep.include({ [key]: value });
        expect(texts(ran)).to.deep.equal([
          `accessLog.${key}: has an effect on the execution log alone, as \`destination\` is not the component's to change. Fix: write it as \`executionLog.${key}\`, and set it where the destination is made`,
        ]);
      }
    });

    it(`\`${key}\` beside a \`destination\` is refused where nothing uses it`, async () => {
      const wrong: readonly (() => unknown)[] = [
        staged({ accessLog: beside }),
        staged({ accessLog: beside, methodSettings: logging, executionLog: false }),
        staged({
          accessLog: beside,
          methodSettings: logging,
          executionLog: { retentionInDays: 7, kmsKeyId: "arn:own" },
        }),
      ];
      for (const program of wrong) {
        const failed = await run({ preview: true }, program).catch((error: unknown) => error);
        expect(pulumi.RunError.isInstance(failed)).to.equal(true);
        expect((failed as Error).message).to.equal(nobody);
      }
    });
  }

  it("a preset's retention and key are for the groups that the component makes, and a destination alone brings no warning", async () => {
    const keyed: LoggingStageArgs = { restApi: "a1", audit: true, kmsKeyId: "arn:key", accessLog: { destination } };
    for (const [make, how] of [
      [() => new DevStage("pets", { restApi: "a1", accessLog: { destination } }), { retentionInDays: 7 }],
      [() => new LoggingStage("pets", keyed), { retentionInDays: 365, kmsKeyId: "arn:key" }],
    ] as const) {
      const ran = await run({ preview: true }, make);
      const groups = ran.resources.filter(({ type }) => type.endsWith(":LogGroup"));
      expect(groups.map(({ name }) => name)).to.deep.equal(["pets-execution-logs"]);
      expect(groups[0]!.inputs).to.deep.include(how);
      expect(texts(ran)).to.deep.equal([]);
    }
  });

  it("`audit` and `kmsKeyId` of a LoggingStage are refused where the component makes no log group", () => {
    const none: readonly Partial<LoggingStageArgs>[] = [
      { accessLog: { destination }, executionLog: false },
      { accessLog: false, executionLog: false },
      { accessLogSetting: { destinationArn: destination }, executionLog: false },
    ];
    for (const args of none) {
      for (const [word, words] of [
        ["kmsKeyId", { kmsKeyId: "arn:key" }],
        ["audit", { audit: true }],
      ] as const) {
        expect(() => presets.logging({ restApi: "a1", ...args, ...words })).to.throw(
          pulumi.RunError,
          `${word}: expected a log group that the component makes, which it is for, got none. Fix: leave \`${word}\` out, or let the component make one: \`accessLog\` without \`destination\`, or \`executionLog\``,
        );
      }
      presets.logging({ restApi: "a1", ...args, audit: false });
      presets.logging({ restApi: "a1", ...args, executionLog: {}, audit: true, kmsKeyId: "arn:key" });
    }
    presets.logging({ restApi: "a1", executionLog: false, audit: true, kmsKeyId: "arn:key" });
  });
});
