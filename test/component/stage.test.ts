import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { apigateway } from "../../index";
import { MODES, only, run, valueOf } from "./mocked";

const WRITTEN = "${context.requestId} - ${context.identity.sourceIp}";
const SENT = "$context.requestId - $context.identity.sourceIp";
const DESTINATION = "arn:aws:logs:us-east-1:123456789012:log-group:access";

const stageWith = (accessLogSetting: apigateway.StageArgs["accessLogSetting"]) => () =>
  new apigateway.Stage("prod", {
    restApiId: "a1",
    stageName: "prod",
    deploymentId: "d1",
    ...(accessLogSetting === undefined ? {} : { accessLogSetting }),
  });

/** Every way to hand over the same format. */
const WAYS: Readonly<Record<string, () => apigateway.StageArgs["accessLogSetting"]>> = {
  "a string": () => ({ destinationArn: DESTINATION, format: WRITTEN }),
  "an output": () => ({ destinationArn: DESTINATION, format: pulumi.output(WRITTEN) }),
  "a promise": () => ({ destinationArn: DESTINATION, format: Promise.resolve(WRITTEN) }),
  "part of an output": () => pulumi.output({ destinationArn: DESTINATION, format: WRITTEN }),
  "part of a promise": () => Promise.resolve({ destinationArn: DESTINATION, format: WRITTEN }),
};

// Says nothing about what the provider sends: the engine tests read it back.
describe("the access-log format of a Stage", () => {
  for (const mode of MODES) {
    describe(mode.title, () => {
      for (const [way, setting] of Object.entries(WAYS)) {
        it(`loses its braces as ${way}, with one warning on the stage`, async () => {
          const ran = await run(mode, () => stageWith(setting())());
          expect(only(ran, "apigateway:Stage", "prod").inputs).to.deep.equal({
            restApiId: "a1",
            stageName: "prod",
            deploymentId: "d1",
            accessLogSetting: { destinationArn: DESTINATION, format: SENT },
          });
          expect(ran.warnings).to.deep.equal([
            [
              "prod",
              `accessLogSetting.format: AWS writes variables without braces ($context.requestId, not \${context.requestId}). The format is sent as: ${SENT}`,
            ],
          ]);
        });
      }

      it("stays as it is in AWS's own form, without a warning", async () => {
        const ran = await run(mode, stageWith({ destinationArn: DESTINATION, format: SENT }));
        const { inputs } = only(ran, "apigateway:Stage", "prod");
        expect(inputs.accessLogSetting).to.deep.equal({ destinationArn: DESTINATION, format: SENT });
        expect(ran.warnings).to.deep.equal([]);
      });

      it("stays secret, and the warning quotes nothing of it", async () => {
        const ran = await run(mode, () => stageWith({ destinationArn: DESTINATION, format: pulumi.secret(WRITTEN) })());
        // Pulumi marks the whole property as secret, in the form in which secrets go over the wire.
        expect(only(ran, "apigateway:Stage", "prod").inputs.accessLogSetting).to.deep.equal({
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          value: { destinationArn: DESTINATION, format: SENT },
        });
        expect(ran.warnings).to.have.length(1);
        expect(ran.warnings[0]![1]).to.not.include("sourceIp");
      });

      it("is looked at even where the destination is not known yet", async () => {
        const ran = await run(mode, () => {
          const destinationArn = new apigateway.RestApi("api").rootResourceId;
          return stageWith({ destinationArn, format: WRITTEN })();
        });
        const { inputs } = only(ran, "apigateway:Stage", "prod");
        expect((inputs.accessLogSetting as { format: string }).format).to.equal(SENT);
        expect(ran.warnings).to.have.length(1);
      });

      it("may be missing", async () => {
        for (const setting of [{ destinationArn: DESTINATION }, pulumi.output({ destinationArn: DESTINATION })]) {
          const ran = await run(mode, () => stageWith(setting)());
          const { inputs } = only(ran, "apigateway:Stage", "prod");
          expect(inputs.accessLogSetting).to.deep.equal({ destinationArn: DESTINATION });
          expect(ran.warnings).to.deep.equal([]);
        }
      });
    });
  }
});

describe("Stage.get", () => {
  for (const mode of MODES) {
    it(`reads by id ${mode.title}, as the same class, and gives the parts of the id`, async () => {
      const { result, resources } = await run(mode, () => apigateway.Stage.get("found", "a1|prod"));
      expect(result).to.be.instanceOf(apigateway.Stage);
      expect(apigateway.Stage.isInstance(result)).to.equal(true);
      expect(resources.map(({ inputs }) => inputs)).to.deep.equal([{ __get: true }]);
      expect(await valueOf(result.id)).to.equal("a1|prod");
      expect(await valueOf(result.restApiId)).to.equal("a1");
      expect(await valueOf(result.stageName)).to.equal("prod");
    });
  }
});
