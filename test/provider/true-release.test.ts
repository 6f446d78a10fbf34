import { expect } from "chai";
import { OneResource, ProviderBench } from "../support/provider";

const STAGE = "AWS::ApiGateway::Stage";
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The engine hands plain values to a provider. */
function unsealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsealed);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return unsealed((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unsealed(one)]));
}

describe("the state of a release that stays true", () => {
  let bench: ProviderBench;
  let stage: OneResource;
  beforeEach(async () => {
    bench = await ProviderBench.open({ seed: 1 });
    const { emulator } = bench;
    const api = { RestApiId: "api", RootResourceId: "root", Name: "a" };
    emulator.seed({ typeName: "AWS::ApiGateway::RestApi", model: api });
    const method = { RestApiId: "api", ResourceId: "root", HttpMethod: "GET", AuthorizationType: "NONE" };
    emulator.seed({ typeName: "AWS::ApiGateway::Method", model: { ...method, Integration: { Type: "MOCK" } } });
    stage = new OneResource(bench, STAGE);
  });
  afterEach(async () => bench.close());

  it("keeps a secret override out of sight where leaving the release fails, in the error and in the state", async () => {
    const words = { phase: "shift", stageVariableOverrides: { pw: "s3cr3t-text" } };
    const args = (content: string) => ({
      restApiId: "api",
      stageName: "prod",
      __kind: "release",
      __secrets: ["release"],
      release: { ...words, content },
    });
    const plainly = (): void => {
      stage.state = unsealed(stage.state) as NonNullable<typeof stage.state>;
    };
    await stage.up(args("A"));
    plainly();
    await stage.up(args("B"));
    plainly();
    const fault = { kind: "handler-failure", errorCode: "InvalidRequest", operation: "UPDATE" } as const;
    bench.emulator.faults.add({ ...fault, message: "bad s3cr3t-text" });
    const deploymentId = (stage.state!.outputs as { deploymentId: string }).deploymentId;
    const left = stage.up({ restApiId: "api", stageName: "prod", deploymentId });
    const error = (await left.catch((one: unknown) => one)) as Error & {
      properties: Record<string, unknown>;
      reasons: string[];
    };
    expect([error.message, ...error.reasons].join()).to.not.include("s3cr3t-text");
    // `release` itself the engine marks again, as an input of this name was secret.
    for (const [key, value] of Object.entries(error.properties).filter(([key]) => key !== "release")) {
      const text = JSON.stringify(value);
      expect(text.includes(SIGNATURE) || !text.includes("s3cr3t-text"), `${key} in clear: ${text}`).to.equal(true);
    }
  });

  it("makes a stage again with the deployment that the state knows, whatever somebody has made of its description", async () => {
    const words = { restApiId: "api", stageName: "prod", __kind: "release", release: { content: "A", phase: "shift" } };
    await stage.up(words);
    const typeName = "AWS::ApiGateway::Deployment";
    const deployments = (): unknown[] => bench.live(typeName).map(({ DeploymentId }) => DeploymentId);
    const [id] = deployments();
    const patch = [{ op: "add" as const, path: "/Description", value: "blessed" }];
    bench.emulator.edit({ typeName, identifier: `${String(id)}|api`, patch });
    bench.emulator.remove({ typeName: STAGE, identifier: "api|prod" });
    expect([await stage.refresh(), await stage.up(words)]).to.deep.equal(["changed", "update"]);
    expect(deployments()).to.deep.equal([id]);
    await stage.destroy();
    expect(deployments()).to.deep.equal([]);
  });

  it("sees a canary that somebody adds before the first trial, and ends it", async () => {
    const words = { restApiId: "api", stageName: "prod", __kind: "release", release: { content: "A", phase: "shift" } };
    bench.emulator.seed({
      typeName: "AWS::ApiGateway::Deployment",
      model: { DeploymentId: "theirs", RestApiId: "api" },
    });
    await stage.up(words);
    expect(await stage.refresh(), "a release that never had a canary").to.equal("same");
    const value = { DeploymentId: "theirs", PercentTraffic: 50, UseStageCache: false };
    bench.emulator.edit({
      typeName: STAGE,
      identifier: "api|prod",
      patch: [{ op: "add", path: "/CanarySetting", value }],
    });
    expect([await stage.refresh(), await stage.up(words)]).to.deep.equal(["changed", "update"]);
    const { PercentTraffic: share = 0 } = (bench.live(STAGE)[0]?.CanarySetting ?? {}) as { PercentTraffic?: number };
    expect(share).to.equal(0);
    expect([await stage.refresh(), await stage.up(words)]).to.deep.equal(["same", "same"]);
  });
});
