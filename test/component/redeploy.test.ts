import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, CanaryStage, apigateway, type ApiStageArgs } from "../../index";
import { MODES, only, recordRequests, run, type Mode, type Request } from "./mocked";

const SHA256 = /^[0-9a-f]{64}$/;
const UPDATE: Mode = { preview: false };

interface Asked {
  readonly deployment: Request;
  readonly stage: Request;
  /** Changes when the deployment is to be made anew; undefined where it is made once. */
  readonly trigger: unknown;
}

/** What the engine is asked for by a program with an ApiStage. */
async function asked(mode: Mode, args: () => Partial<ApiStageArgs> = () => ({})): Promise<Asked> {
  const { result: requests } = await run(mode, () => {
    const recorded = recordRequests("registerResource");
    new ApiStage("pets", { restApi: "a1", stageName: "dev", ...args() });
    return recorded;
  });
  const find = (end: string): Request => requests.find((one) => one.getType().endsWith(end))!;
  const deployment = find("apigateway:Deployment");
  const stage = find("apigateway:Stage");
  return { deployment, stage, trigger: deployment.getReplacementTrigger()?.toJavaScript() };
}

const namesIn = (request: Request): string[] =>
  request
    .getDependenciesList()
    .map((urn) => urn.split("::").at(-1) ?? "")
    .sort();

/** The program's API with one setting in another way; the first two are the same content, the third another. */
const CONTENTS: Readonly<Record<string, (value: string) => Partial<ApiStageArgs>>> = {
  "the document of an API of this package": (value) => ({
    restApi: new apigateway.RestApi("api", { name: "pets", body: { openapi: value } }),
  }),
  "the document of an API of this package in S3": (value) => ({
    restApi: new apigateway.RestApi("api", { name: "pets", bodyS3Location: { bucket: "b", key: value } }),
  }),
  "what goes with the document": (value) => ({
    restApi: new apigateway.RestApi("api", { name: "pets", body: {}, binaryMediaTypes: [value] }),
  }),
  "the document of an API that is given as an object": (value) => ({ restApi: { id: "a1", body: value } }),
  "a document that is known later": (value) => ({ restApi: { id: "a1", body: pulumi.output({ openapi: value }) } }),
  "the methods of an API": (value) => ({
    restApi: {
      id: "a1",
      methods: [new apigateway.Method("get", { restApiId: "a1", httpMethod: value, authorizationType: "NONE" })],
    },
  }),
  "a resource in `redeployOn`": (value) => ({
    redeployOn: [new apigateway.Method("get", { restApiId: "a1", httpMethod: value, authorizationType: "NONE" })],
  }),
  "a value in `redeployOn`": (value) => ({ redeployOn: [{ version: value }] }),
};

// Does not prove what the engine makes of a trigger: test/engine/components.test.ts does.
describe("the deployment that a stage component makes", () => {
  for (const mode of MODES) {
    for (const [what, args] of Object.entries(CONTENTS)) {
      it(`is made anew when ${what} changes, and only then, ${mode.title}`, async () => {
        const [first, same, other] = [
          (await asked(mode, () => args("GET"))).trigger,
          (await asked(mode, () => args("GET"))).trigger,
          (await asked(mode, () => args("PUT"))).trigger,
        ];
        expect(first).to.match(SHA256);
        expect(same).to.equal(first);
        expect(other).to.match(SHA256).and.not.to.equal(first);
      });
    }

    it(`is made once where the program tells nothing of what it holds, ${mode.title}`, async () => {
      const silent: readonly (() => Partial<ApiStageArgs>)[] = [
        () => ({}),
        () => ({ restApi: { id: "a1" } }),
        () => ({ restApi: { id: "a1", name: "pets" } }),
        () => ({ restApi: new apigateway.RestApi("api", { name: "pets", binaryMediaTypes: ["image/png"] }) }),
      ];
      for (const args of silent) expect((await asked(mode, args)).trigger).to.equal(undefined);
    });
  }

  it("is no new one when what a deployment does not hold changes: the API's name, description and tags", async () => {
    const api = (args: apigateway.RestApiArgs) => (): Partial<ApiStageArgs> => ({
      restApi: new apigateway.RestApi("api", { body: {}, ...args }),
    });
    const { trigger } = await asked(UPDATE, api({ name: "pets" }));
    expect(trigger).to.match(SHA256);
    const changed = { name: "other", description: "new", tags: [{ key: "a", value: "b" }] };
    expect((await asked(UPDATE, api(changed))).trigger).to.equal(trigger);
  });

  it("is there before the old one goes, as the stage moves in between: it refers to it, and nothing is deleted first", async () => {
    const { deployment, stage } = await asked(UPDATE, () => ({ redeployOn: ["one"] }));
    expect(deployment.getDeletebeforereplace()).to.equal(false);
    expect(namesIn(stage)).to.deep.equal(["pets-deployment"]);
  });

  it("is made after the API and its methods, which are what it holds", async () => {
    const { deployment } = await asked(UPDATE, () => {
      const restApi = new apigateway.RestApi("api", { name: "pets" });
      const common = { restApiId: restApi.restApiId, authorizationType: "NONE" };
      const get = new apigateway.Method("get", { ...common, httpMethod: "GET" });
      const put = new apigateway.Method("put", { ...common, httpMethod: "PUT" });
      return { restApi: { id: restApi.id, methods: [get] }, redeployOn: [[put]] };
    });
    expect(namesIn(deployment)).to.include.members(["api", "get", "put"]);
  });
});

describe("the content of a release", () => {
  for (const [what, args] of Object.entries(CONTENTS)) {
    it(`is another when ${what} changes, and only then`, async () => {
      const contentOf = async (value: string): Promise<string> => {
        const program = (): unknown =>
          new CanaryStage("pets", { restApi: "a1", stageName: "dev", phase: "shift", ...args(value) });
        const { inputs } = only(await run(UPDATE, program), "apigateway:Stage", "pets");
        return (inputs.release as { readonly content: string }).content;
      };
      const [first, same, other] = [await contentOf("GET"), await contentOf("GET"), await contentOf("PUT")];
      expect(first).to.match(SHA256);
      expect(same).to.equal(first);
      expect(other).to.match(SHA256).and.not.to.equal(first);
    });
  }
});
