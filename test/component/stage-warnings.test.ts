import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, apigateway, type ApiStageArgs } from "../../index";
import { MODES, run, valueOf, type Run } from "./mocked";

/** Two stages of a program, with these arguments. */
const both = (blue: Partial<ApiStageArgs>, green: Partial<ApiStageArgs>) => (): void => {
  new ApiStage("blue", { restApi: "a1", stageName: "blue", deploymentId: "d1", ...blue });
  new ApiStage("green", { restApi: "a1", stageName: "green", deploymentId: "d1", ...green });
};

const SHARED = [
  [
    "green",
    'documentation.version: "blue" makes the version "1" of the same API, and AWS has one of a name. Fix: keep it in "blue", and give it here as `documentationVersion`',
  ],
];

// Does not prove what AWS says to what is warned of.
describe("warnings about a stage", () => {
  for (const mode of MODES) {
    describe(mode.title, () => {
      it("say where two stages make the same version of one API's documentation", async () => {
        const documentation = { version: "1" };
        const later = { version: pulumi.output("1") };
        for (const [blue, green] of [
          [{ documentation }, { documentation }],
          [{ documentation }, { documentation: later, restApi: pulumi.output("a1") }],
          [{ documentation: later }, { documentation, restApi: { id: "a1" } }],
        ] as const) {
          expect((await run(mode, both(blue, green))).warnings).to.deep.equal(SHARED);
        }
      });

      it("say it once of an API that the program makes, of which a preview does not know the id", async () => {
        const ran = await run(mode, () => {
          const restApi = new apigateway.RestApi("api", { name: "pets" });
          both({ restApi, documentation: { version: "1" } }, { restApi, documentation: { version: "1" } })();
        });
        expect(ran.warnings).to.deep.equal(SHARED);
      });

      it("say nothing where the versions or the APIs are others, or one stage takes the other's", async () => {
        const [one, two] = [{ documentation: { version: "1" } }, { documentation: { version: "2" } }];
        const apart: readonly (() => void)[] = [
          both(one, two),
          both(one, { ...one, restApi: "a2" }),
          both(one, { documentationVersion: "1" }),
          () => {
            const [api, other] = ["api", "other"].map((name) => new apigateway.RestApi(name, { name }));
            both({ ...one, restApi: api }, { ...one, restApi: other })();
          },
        ];
        for (const program of apart) expect((await run(mode, program)).warnings).to.deep.equal([]);
        // The second program in a process is another one.
        const alone = (): unknown => new ApiStage("green", { restApi: "a1", deploymentId: "d1", ...one });
        await run(mode, both(one, two));
        expect((await run(mode, alone)).warnings).to.deep.equal([]);
      });

      it("are heeded by giving one stage the other's version, as an object", async () => {
        const ran = await run(mode, () => {
          const common = { restApi: "a1", deploymentId: "d1" };
          const blue = new ApiStage("blue", { ...common, stageName: "blue", documentation: { version: "1" } });
          const documentationVersion = blue.documentationVersion!;
          return new ApiStage("green", { ...common, stageName: "green", documentationVersion });
        });
        expect(ran.warnings).to.deep.equal([]);
        expect(ran.resources.filter(({ type }) => type.endsWith(":DocumentationVersion"))).to.have.length(1);
        const found = ran.resources.find(({ name, type }) => name === "green" && type.endsWith("apigateway:Stage"));
        expect(found!.inputs.documentationVersion).to.equal("1");
      });

      it("say that a limit of -1 is none, which the report of controls says as well", async () => {
        const told = async (limits: object): Promise<readonly [Run<ApiStage>["warnings"], unknown]> => {
          const methodSettings = { "*": { throttlingRateLimit: 5, throttlingBurstLimit: 5, ...limits } };
          const program = (): ApiStage => new ApiStage("pets", { restApi: "a1", deploymentId: "d1", methodSettings });
          const { result, warnings } = await run(mode, program);
          const findings = await valueOf(result.compliance);
          if (findings === "unknown") throw new Error("not known");
          const { status, reason } = findings.find(({ id }) => id === "APIGWDefaultThrottling")!;
          return [warnings, `${status}: ${reason}`];
        };
        for (const limit of ["throttlingRateLimit", "throttlingBurstLimit"]) {
          expect(await told({ [limit]: -1 })).to.deep.equal([
            [
              [
                "pets",
                `methodSettings: ${limit} -1 for all methods: Cloud Control has no word for no limit. Fix: leave it out, or where a preset sets a limit give the account's, such as 10000`,
              ],
            ],
            "not met: -1 is no limit",
          ]);
        }
        expect(await told({})).to.deep.equal([[], "met: 5 per second, burst 5"]);
      });
    });
  }
});
