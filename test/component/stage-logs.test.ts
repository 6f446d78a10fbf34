import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, type ApiStageArgs } from "../../index";
import { MODES, only, run, type Run } from "./mocked";

const ALL = { resourcePath: "/*", httpMethod: "*" };

const staged =
  (args: Partial<ApiStageArgs> = {}) =>
  () =>
    new ApiStage("pets", { restApi: "a1", stageName: "dev", deploymentId: "d1", ...args });

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
});
