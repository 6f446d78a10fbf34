import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { run as importCommand } from "../../cli/import";
import { startEmulator, type Emulator } from "../../emulator";
import { apigateway } from "../../index";
import { withStack } from "../support/engine";
import { Outside } from "../support/outside";

const STAGE = "AWS::ApiGateway::Stage";

interface Api {
  readonly restApiId: string;
  readonly deploymentId: string;
}

// The way into @pulumi/aws itself is not shown: its plugin is not here.
describe("leaving Pulumi, and coming in, without a change in AWS", () => {
  let emulator: Emulator;
  let outside: Outside;
  let api: Api;

  beforeEach(async () => {
    emulator = await startEmulator();
    outside = new Outside(emulator.endpoint, emulator.env());
    const restApiId = await outside.create("AWS::ApiGateway::RestApi", { Name: "theirs" });
    const root = (await outside.model("AWS::ApiGateway::RestApi", restApiId))?.RootResourceId;
    const method = { RestApiId: restApiId, ResourceId: root, HttpMethod: "GET", AuthorizationType: "NONE" };
    await outside.create("AWS::ApiGateway::Method", { ...method, Integration: { Type: "MOCK" } });
    const deployment = await outside.create("AWS::ApiGateway::Deployment", { RestApiId: restApiId });
    api = { restApiId, deploymentId: deployment.split("|")[0] ?? "" };
  });
  afterEach(async () => {
    outside.close();
    await emulator.close();
  });

  const program =
    (opts?: pulumi.CustomResourceOptions, more: Partial<apigateway.StageArgs> = {}) =>
    async (): Promise<Record<string, unknown>> => {
      const args = { ...api, stageName: "prod", description: "theirs", ...more };
      return Promise.resolve({ id: new apigateway.Stage("prod", args, opts).id });
    };
  const empty = async (): Promise<Record<string, unknown>> => Promise.resolve({});
  const mutations = (): number =>
    emulator.requests().filter(({ operation }) => /^(Create|Update|Delete)Resource$/.test(operation)).length;

  it("with `retainOnDelete` a stage that leaves the program stays in AWS", async () => {
    await withStack({ program: program({ retainOnDelete: true }), env: emulator.env() }, async (stack) => {
      await stack.up();
      const before = mutations();
      await stack.up({ program: empty });
      expect(await stack.resources()).to.deep.equal([]);
      expect(mutations()).to.equal(before);
      expect(await outside.model(STAGE, `${api.restApiId}|prod`)).to.deep.include({ Description: "theirs" });
    });
  });

  it("`pulumi state delete` forgets a stage and leaves it in AWS", async () => {
    await withStack({ program: program(), env: emulator.env() }, async (stack) => {
      await stack.up();
      const urn = (await stack.resources())[0]?.urn ?? "";
      const done = await stack.cli(["state", "delete", urn, "--yes"]);
      expect(done.code, done.stderr).to.equal(0);
      expect(await stack.resources()).to.deep.equal([]);
      expect(await outside.model(STAGE, `${api.restApiId}|prod`)).to.not.equal(undefined);
    });
  });

  it("an existing stage comes in by `importId`, in either spelling, and only what differs is changed", async () => {
    const settings = { RestApiId: api.restApiId, DeploymentId: api.deploymentId, StageName: "prod" };
    await outside.create(STAGE, { ...settings, Description: "theirs", Variables: { a: "1" }, TracingEnabled: true });
    for (const importId of [`${api.restApiId}/prod`, `${api.restApiId}|prod`]) {
      const before = mutations();
      await withStack(
        { program: program({ retainOnDelete: true }, { importId }), env: emulator.env() },
        async (stack) => {
          expect((await stack.up()).changes).to.deep.equal({ create: 2 });
          expect(mutations()).to.equal(before);
          await stack.up({ program: program({ retainOnDelete: true }), expectNoChanges: true, refresh: true });
        },
      );
    }
    const live = await outside.model(STAGE, `${api.restApiId}|prod`);
    expect(live).to.deep.include({ Description: "theirs", Variables: { a: "1" }, TracingEnabled: true });
  });

  it("existing stages come in by `pulumi import --file`, unchanged", async () => {
    const settings = { RestApiId: api.restApiId, DeploymentId: api.deploymentId, StageName: "prod" };
    await outside.create(STAGE, { ...settings, Description: "theirs" });
    const printed = await underEnvironment(emulator.env(), async () => {
      const lines: string[] = [];
      expect(await importCommand([STAGE, `prod=${api.restApiId}/prod`], (line) => lines.push(line))).to.equal(0);
      return lines.join("\n");
    });
    await withStack({ program: empty, env: emulator.env() }, async (stack) => {
      await stack.up();
      const before = mutations();
      const file = join(stack.workDir, "stages.json");
      writeFileSync(file, printed);
      const done = await stack.cli(["import", "--file", file, "--yes", "--protect=false", "--generate-code=false"]);
      expect(done.code, done.stdout + done.stderr).to.equal(0);
      await stack.up({ program: program(), expectNoChanges: true });
      await stack.up({ refresh: true, expectNoChanges: true });
      expect(mutations()).to.equal(before);
      await stack.destroy();
      expect(await outside.model(STAGE, `${api.restApiId}|prod`)).to.equal(undefined);
    });
  });
});

/** The command reads AWS's settings from its environment, as a user gives them. */
async function underEnvironment<T>(env: Readonly<Record<string, string>>, use: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await use();
  } finally {
    process.env = before;
  }
}
