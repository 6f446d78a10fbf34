import type { CustomResourceOptions } from "@pulumi/pulumi";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { ApiStage, apigateway, type ApiStageArgs } from "../../index";
import { withStack, type Operation } from "../support/engine";
import { Outside } from "../support/outside";
import { petsApi } from "../support/pets";

const STAGE = "AWS::ApiGateway::Stage";
const DEPLOYMENT = "AWS::ApiGateway::Deployment";
const said = ({ diagnostics }: Operation): string => diagnostics.map(({ message }) => message).join("\n");

/** What a program has before it moves: an API, its deployment, and a stage by a resource of its own. */
function old(parts: { readonly stage?: boolean; readonly deployment?: boolean }, move?: (made: Made) => void) {
  return async (): Promise<Record<string, unknown>> => {
    const { restApi, method } = petsApi();
    const within: CustomResourceOptions = { dependsOn: [method] };
    const deployment = parts.deployment
      ? new apigateway.Deployment("old", { restApiId: restApi.restApiId }, within)
      : undefined;
    if (parts.stage && deployment) {
      const { restApiId, deploymentId } = deployment;
      new apigateway.Stage("old", { restApiId, deploymentId, stageName: "prod", ...SETTINGS });
    }
    move?.({ restApi, method, deployment });
    return Promise.resolve({ restApiId: restApi.restApiId });
  };
}

interface Made {
  readonly restApi: apigateway.RestApi;
  readonly method: apigateway.Method;
  readonly deployment: apigateway.Deployment | undefined;
}

const SETTINGS = { description: "theirs", variables: { a: "1" } };

// The steps of docs/migrate-from-*.md. The plugins of @pulumi/aws and @pulumi/aws-native are not here: a stage of a
// resource of its own stands for theirs, and one that was made outside for those of Alchemy and CDK. That their state or
// stack lets go of it is theirs to show.
describe("moving an existing stage", () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await emulator.close();
  });

  const stages = (): unknown[] =>
    emulator
      .resources()
      .filter(({ typeName }) => typeName === STAGE)
      .map(({ model }) => model);
  const written = (): string[] =>
    emulator
      .requests()
      .filter(({ operation }) => /^(Create|Update|Delete)Resource$/.test(operation))
      .map(({ operation, typeName }) => `${operation} ${String(typeName)}`);
  const deployments = (): number => emulator.resources().filter(({ typeName }) => typeName === DEPLOYMENT).length;

  it("from another resource of the program: `importId`, preview, `pulumi state delete`, up, and then without its deployment", async () => {
    await withStack({ program: old({ stage: true, deployment: true }), env: emulator.env() }, async (stack) => {
      await stack.up();
      const { restApiId } = await stack.outputs();
      const [before] = stages();
      const taken = (args: Partial<ApiStageArgs>, separator: string) => (made: Made) => {
        const importId = `${String(restApiId?.value)}${separator}prod`;
        const { restApi, deployment } = made;
        new ApiStage("pets", { restApi, stageName: "prod", importId, ...(deployment ? { deployment } : {}), ...args });
      };
      // 1 and 2: the component beside the old resource, until the preview says what is wanted.
      const other = { ...SETTINGS, description: "ours" };
      const first = await stack.preview({ program: old({ stage: true, deployment: true }, taken(other, "/")) });
      expect(said(first)).to.include('prod": changes on it: description');
      const same = old({ deployment: true }, taken(SETTINGS, "/"));
      // 3
      const urn = (await stack.resources()).find(({ type }) => type.endsWith("apigateway:Stage"))?.urn ?? "";
      const gone = await stack.cli(["state", "delete", urn, "--yes"]);
      expect(gone.code, gone.stderr).to.equal(0);
      // 4
      const calls = written().length;
      await stack.up({ program: same });
      expect(written().slice(calls)).to.deep.equal([]);
      expect(stages()).to.deep.equal([before]);
      await stack.preview({ program: same, refresh: true, expectNoChanges: true });

      const own = old({}, (made) => {
        taken({ ...SETTINGS, redeployOn: [made.method] }, "|")(made);
      });
      await stack.up({ program: own });
      expect(written().slice(calls)).to.deep.equal([
        `CreateResource ${DEPLOYMENT}`,
        `UpdateResource ${STAGE}`,
        `DeleteResource ${DEPLOYMENT}`,
      ]);
      expect(deployments()).to.equal(1);
      await stack.up({ program: own, refresh: true, expectNoChanges: true });
    });
  });

  for (const way of ["importId", "adopt"] as const) {
    it(`from outside by \`${way}\`: tags of CloudFormation and what the program does not set stay`, async () => {
      const outside = new Outside(emulator.endpoint, emulator.env());
      try {
        await withStack({ program: old({}), env: emulator.env() }, async (stack) => {
          await stack.up();
          const id = String((await stack.outputs()).restApiId?.value);
          const deployment = await outside.create(DEPLOYMENT, { RestApiId: id });
          const [deploymentId] = deployment.split("|");
          const identity = { RestApiId: id, StageName: "prod", DeploymentId: deploymentId };
          await outside.create(STAGE, {
            ...identity,
            Description: "theirs",
            Variables: { a: "1" },
            TracingEnabled: true,
          });
          const tags = [{ Key: "aws:cloudformation:stack-name", Value: "theirs" }];
          emulator.edit({
            typeName: STAGE,
            identifier: `${id}|prod`,
            patch: [{ op: "add", path: "/Tags", value: tags }],
          });
          const calls = written().length;
          const program = old({}, ({ restApi, method }) => {
            const taken = way === "adopt" ? { adopt: true } : { importId: `${id}|prod` };
            new ApiStage("pets", { restApi, stageName: "prod", description: "ours", redeployOn: [method], ...taken });
          });
          const change = "changes on it: description; not known yet: deploymentId";
          expect(said(await stack.preview({ program }))).to.include(`adopting ${STAGE} "${id}|prod": ${change}`);
          await stack.up({ program });
          expect(written().slice(calls)).to.deep.equal([
            `CreateResource ${DEPLOYMENT}`,
            // AWS is asked for a stage first, and refuses.
            ...(way === "adopt" ? [`CreateResource ${STAGE}`] : []),
            `UpdateResource ${STAGE}`,
          ]);
          const [now] = stages();
          expect(now).to.deep.include({ Description: "ours", Variables: { a: "1" }, TracingEnabled: true, Tags: tags });
          await stack.preview({ refresh: true, expectNoChanges: true });
        });
      } finally {
        outside.close();
      }
    });
  }
});
