import { expect } from "chai";
import { CanaryStage, apigateway, type CanaryStageArgs } from "../../index";
import { mockCloudControl, valueOf, type MockCloud } from "../../testing";

const DEPLOYMENT = "AWS::ApiGateway::Deployment";
const STAGE = "AWS::ApiGateway::Stage";

/** A released stage of an API with one method and one deployment, which is not the release's. */
const released = (args: (there: apigateway.Deployment) => Partial<CanaryStageArgs>) => (): CanaryStage => {
  const restApi = new apigateway.RestApi("pets", { name: "pets" });
  const { restApiId } = restApi;
  const integration = { type: "MOCK" };
  const method = { restApiId, httpMethod: "GET", authorizationType: "NONE", integration };
  const dependsOn = [new apigateway.Method("get", method)];
  const there = new apigateway.Deployment("there", { restApiId }, { dependsOn });
  return new CanaryStage("prod", { restApi, stageName: "prod", phase: "shift", ...args(there) });
};

/** What the run says, or that nothing failed; and the types that were made. */
async function outcome(
  cloud: MockCloud,
  args: (there: apigateway.Deployment) => Partial<CanaryStageArgs>,
): Promise<{ readonly said: string; readonly stages: number; readonly stage: CanaryStage | undefined }> {
  let said = "nothing failed";
  const stage = await cloud.run(released(args)).catch((error: unknown) => {
    said = (error as Error).message;
    return undefined;
  });
  return { said, stages: cloud.resources().filter(({ typeName }) => typeName === STAGE).length, stage };
}

const missing = (argument: string, id: string): RegExp =>
  new RegExp(
    `release of stage "prod": ${argument}: expected a deployment of the API (\\w+), got "${id}", which it does not have; nothing was changed\\. Fix: give one that is there \\(\`aws apigateway get-deployments --rest-api-id \\1\` lists them\\)`,
  );
const INSTEAD = /, or leave `candidate` out, so that the release makes one$/;

// The local Cloud Control shows a deployment as soon as it is made; what AWS may hide for a moment is made up by a fault.
describe("deployments that the program gives to a release", () => {
  it("fail before anything is made where they are not the API's, by the word that names them", async () => {
    const candidate = await outcome(mockCloudControl(), () => ({ candidate: "nobody" }));
    expect(candidate.said).to.match(missing("candidate", "nobody")).and.to.match(INSTEAD);
    expect(candidate.stages).to.equal(0);
    const beside = await outcome(mockCloudControl(), (there) => ({ deployment: there, candidate: "nobody" }));
    expect(beside.said).to.match(missing("candidate", "nobody")).and.to.match(INSTEAD);
    expect(beside.stages).to.equal(0);
    const stable = await outcome(mockCloudControl(), (there) => ({ deployment: "nowhere", candidate: there }));
    expect(stable.said).to.match(missing("deployment", "nowhere")).and.not.to.match(INSTEAD);
    expect(stable.stages).to.equal(0);
  });

  it("serve where they are the API's", async () => {
    const { said, stage } = await outcome(mockCloudControl(), (there) => ({ candidate: there }));
    expect(said).to.equal("nothing failed");
    expect(await valueOf(stage!.deploymentId)).to.equal(
      await valueOf(stage!.releaseState.apply((it) => it?.stable.id)),
    );
  });

  it("are not looked for where the candidate is to be taken back, unless it is all that there is to serve", async () => {
    const only = await outcome(mockCloudControl(), () => ({ candidate: "nobody", phase: "rollback" }));
    expect(only.said).to.match(missing("candidate", "nobody"));
    expect(only.stages).to.equal(0);
    const { said } = await outcome(mockCloudControl(), (there) => ({
      deployment: there,
      candidate: "gone",
      phase: "rollback",
    }));
    expect(said).to.equal("nothing failed");
  });

  it("are looked for again, as AWS may not show at once what was just made", async () => {
    const hidden = { kind: "exception", exception: "ResourceNotFoundException", typeName: DEPLOYMENT } as const;
    const late = mockCloudControl();
    // The first two reads are the create's own.
    late.faults.add({ ...hidden, operation: "GetResource", skip: 2, times: 2 });
    expect((await outcome(late, (there) => ({ candidate: there }))).said).to.equal("nothing failed");
  });

  it("are AWS's to judge where nobody may look", async () => {
    const cloud = mockCloudControl();
    const denied = { kind: "exception", exception: "AccessDeniedException", typeName: DEPLOYMENT } as const;
    cloud.faults.add({ ...denied, operation: "GetResource", skip: 1, times: 10 });
    const { said } = await outcome(cloud, () => ({ candidate: "nobody" }));
    expect(said).to.include("Deployment id does not exist");
  });
});
