import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, apigateway, logs, type ApiStageArgs } from "../../index";
import { MODES, only, run, valueOf } from "./mocked";

const COMPONENT = "pulumi-cloudcontrol:index:ApiStage";
const CHILD = `${COMPONENT}$pulumi-nodejs:dynamic`;

/** A program with an ApiStage named "pets" of the API "a1". */
const staged =
  (args: Partial<ApiStageArgs> = {}) =>
  () =>
    new ApiStage("pets", { restApi: "a1", ...args });

// Does not prove that AWS takes what is asked for: the engine tests do.
describe("ApiStage", () => {
  for (const mode of MODES) {
    const ifKnown = (value: unknown): unknown => (mode.preview ? "unknown" : value);

    describe(mode.title, () => {
      it("makes the stage and its deployment as children, and nothing else", async () => {
        const ran = await run(mode, staged({ stageName: "dev", description: "for tests" }));
        expect(ran.resources.map(({ name, path, inputs }) => [name, path, inputs])).to.have.deep.members([
          ["pets", COMPONENT, {}],
          ["pets-deployment", `${CHILD}/apigateway:Deployment`, { restApiId: "a1" }],
          [
            "pets",
            `${CHILD}/apigateway:Stage`,
            {
              restApiId: "a1",
              stageName: "dev",
              description: "for tests",
              deploymentId: ifKnown("pets-deployment-id"),
            },
          ],
        ]);
      });

      it("shows the stage's outputs", async () => {
        const { result } = await run(mode, staged({ stageName: "dev" }));
        expect(await valueOf(result.stageName)).to.equal("dev");
        expect(await valueOf(result.restApiId)).to.equal("a1");
        expect(await valueOf(result.deploymentId)).to.equal(ifKnown("pets-deployment-id"));
        expect(await valueOf(result.arn)).to.equal(ifKnown("arn:pets"));
        expect(await valueOf(result.invokeUrl)).to.equal(ifKnown("https://pets"));
        expect(await valueOf(result.executionArn)).to.equal(ifKnown("execution:pets"));
        expect(result.stage).to.be.instanceOf(apigateway.Stage);
        expect(result.deployment).to.be.instanceOf(apigateway.Deployment);
        expect(result.logGroup).to.equal(undefined);
      });

      it("names the stage after the stack", async () => {
        const ran = await run(mode, staged());
        expect(only(ran, ":Stage", "pets").inputs.stageName).to.equal("stack");
      });

      it("takes an API as an object or by its id, as text or as an output", async () => {
        const given = [{ id: "a1" }, { id: pulumi.output("a1") }, "a1", pulumi.output("a1"), Promise.resolve("a1")];
        for (const restApi of given) {
          const ran = await run(mode, staged({ restApi }));
          expect(only(ran, ":Stage", "pets").inputs.restApiId).to.equal("a1");
          expect(only(ran, ":Deployment", "pets-deployment").inputs.restApiId).to.equal("a1");
        }
      });

      it("takes a deployment as an object or by its id, and then makes none", async () => {
        const given: readonly Partial<ApiStageArgs>[] = [
          { deploymentId: "d1" },
          { deployment: "d1" },
          { deployment: { id: "d1" } },
          { deployment: { deploymentId: "d1" } },
          { deployment: { id: pulumi.output("d1|a1"), deploymentId: pulumi.output("d1") } },
          { deployment: { id: "d1|a1" } },
        ];
        for (const args of given) {
          const ran = await run(mode, staged(args));
          expect(ran.resources.map(({ type }) => type.split(":").at(-1))).to.deep.equal(["ApiStage", "Stage"]);
          expect(only(ran, ":Stage", "pets").inputs.deploymentId).to.equal("d1");
          expect(ran.result.deployment).to.equal(undefined);
          expect(await valueOf(ran.result.deploymentId)).to.equal("d1");
        }
      });

      it("takes this package's own resources", async () => {
        const ran = await run(mode, () => {
          const api = new apigateway.RestApi("api");
          const stable = new apigateway.Deployment("stable", { restApiId: api.restApiId });
          return new ApiStage("pets", { restApi: api, deployment: stable, stageName: "dev" });
        });
        expect(only(ran, ":Stage", "pets").inputs).to.deep.equal({
          restApiId: ifKnown("api123"),
          stageName: "dev",
          deploymentId: ifKnown("dep1"),
        });
      });

      it("takes tags as a map and as a list", async () => {
        const list = [
          { key: "team", value: "pets" },
          { key: "cost", value: "42" },
        ];
        const map = { team: "pets", cost: pulumi.output("42") };
        for (const tags of [list, map, pulumi.output(list), pulumi.output(map)]) {
          const ran = await run(mode, staged({ tags }));
          expect(only(ran, ":Stage", "pets").inputs.tags).to.deep.equal(list);
        }
      });

      it("hands all other settings of a stage through", async () => {
        const settings = {
          cacheClusterEnabled: true,
          cacheClusterSize: "0.5",
          canarySetting: { percentTraffic: 10 },
          clientCertificateId: "c1",
          documentationVersion: "1",
          methodSettings: [{ resourcePath: "/", httpMethod: "GET", metricsEnabled: true }],
          tracingEnabled: true,
          variables: { color: "blue" },
          adopt: true,
          timeouts: { create: "5m" },
        };
        const ran = await run(mode, staged({ ...settings, deploymentId: "d1", stageName: "dev" }));
        const expected = { ...settings, deploymentId: "d1", restApiId: "a1", stageName: "dev" };
        expect(only(ran, ":Stage", "pets").inputs).to.deep.equal(expected);
      });

      it("makes all its children in the same place, by the same role", async () => {
        const target = {
          region: "eu-west-1",
          profile: "pets",
          assumeRole: { roleArn: "arn:aws:iam::123456789012:role/deploy" },
          endpoint: "http://localhost:1",
        };
        const ran = await run(mode, staged({ ...target, adopt: true, accessLog: {} }));
        for (const name of ["pets-deployment", "pets-access-logs"]) {
          const { inputs } = ran.resources.find((one) => one.name === name)!;
          expect(inputs).to.deep.include(target).and.to.not.have.property("adopt");
        }
        expect(only(ran, ":Stage", "pets").inputs).to.deep.include({ ...target, adopt: true });
      });

      it("lives where its API does, unless the program says otherwise", async () => {
        const assumeRole = { roleArn: "arn:aws:iam::123456789012:role/deploy" };
        const ran = await run(mode, () => {
          const restApi = new apigateway.RestApi("api", { name: "pets", region: "eu-west-1", assumeRole, adopt: true });
          const args = { restApi, accessLog: {}, alarms: true, dashboard: true };
          return [new ApiStage("pets", args), new ApiStage("far", { ...args, region: "eu-west-2" })];
        });
        const children = ran.resources.filter(({ path }) => path.startsWith(CHILD));
        expect(children).to.have.length(2 * 9);
        for (const { name, inputs } of children) {
          expect(inputs).to.deep.include({ region: name.startsWith("far") ? "eu-west-2" : "eu-west-1", assumeRole });
          expect(inputs).to.not.have.property("adopt");
        }
      });

      it("makes a log group of its own for an access log without destination", async () => {
        const ran = await run(
          mode,
          staged({ stageName: "dev", deploymentId: "d1", accessLog: { format: "$context.requestId" } }),
        );
        const group = only(ran, ":LogGroup", "pets-access-logs");
        expect(group.path).to.equal(`${CHILD}/logs:LogGroup`);
        expect(group.inputs).to.deep.equal({ logGroupName: "API-Gateway-Access-Logs_a1/dev", retentionInDays: 90 });
        expect(only(ran, ":Stage", "pets").inputs.accessLogSetting).to.deep.equal({
          destinationArn: ifKnown("arn:aws:logs:us-east-1:123456789012:log-group:pets-access-logs"),
          format: "$context.requestId",
        });
        expect(ran.result.logGroup).to.be.instanceOf(logs.LogGroup);
      });

      it("takes a destination as an object or by its ARN, without the `:*` of some ARNs", async () => {
        const arn = "arn:aws:logs:us-east-1:123456789012:log-group:access";
        const given = [arn, `${arn}:*`, pulumi.output(`${arn}:*`), { arn: pulumi.output(`${arn}:*`) }, { arn }];
        for (const destination of given) {
          const ran = await run(mode, staged({ accessLog: { destination } }));
          const setting = only(ran, ":Stage", "pets").inputs.accessLogSetting as { destinationArn: string };
          expect(setting.destinationArn).to.equal(arn);
          expect(ran.result.logGroup).to.equal(undefined);
        }
      });

      it("writes JSON by default, with a request id and every value in quotes", async () => {
        const ran = await run(mode, staged({ accessLog: { retentionInDays: 7 } }));
        const { format } = only(ran, ":Stage", "pets").inputs.accessLogSetting as { format: string };
        const fields = JSON.parse(format) as Record<string, unknown>;
        expect(fields.requestId).to.equal("$context.requestId");
        expect(Object.values(fields).every((value) => /^\$context\.[A-Za-z.]+$/.test(String(value)))).to.equal(true);
        expect(only(ran, ":LogGroup", "pets-access-logs").inputs.retentionInDays).to.equal(7);
        expect(ran.warnings).to.deep.equal([]);
      });
    });
  }

  it("refuses a deployment given twice, an access log given twice, and no API, with what to do", async () => {
    const refused = async (args: Partial<ApiStageArgs>): Promise<string> => {
      try {
        await run({ preview: true }, staged(args));
        return "taken";
      } catch (error) {
        expect(pulumi.RunError.isInstance(error)).to.equal(true);
        return (error as Error).message;
      }
    };
    expect(await refused({ deployment: "d1", deploymentId: "d2" })).to.equal(
      "deployment: expected either `deployment` or `deploymentId`, got both. Fix: remove one of them",
    );
    expect(await refused({ accessLog: {}, accessLogSetting: {} })).to.equal(
      "accessLog: expected either `accessLog` or `accessLogSetting`, got both. Fix: remove one of them",
    );
    expect(await refused({ restApi: undefined })).to.equal(
      "restApi: expected the id of a REST API, or an object with an `id`, got nothing. Fix: set `restApi`",
    );
    expect(await refused({ restApi: {} as unknown as string })).to.equal(
      "restApi: expected the id of a REST API, or an object with an `id`, got a value of type object without it. Fix: set `restApi`",
    );
  });
});
