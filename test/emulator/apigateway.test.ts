import { expect } from "chai";

import { deployedApi, mockMethod, openBench, plain, refusal, type Bench, type Model } from "./bench";

const envelope = (status: number): string =>
  ` (Service: ApiGateway, Status Code: ${status}, Request ID: <uuid>) (SDK Attempt Count: 1)`;

const api = "AWS::ApiGateway::RestApi";
const resource = "AWS::ApiGateway::Resource";
const method = "AWS::ApiGateway::Method";
const deployment = "AWS::ApiGateway::Deployment";
const stage = "AWS::ApiGateway::Stage";
const account = "AWS::ApiGateway::Account";

/** The rules of API Gateway's types other than Stage. Does not prove: what an API answers when it is called. */
describe("API Gateway", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const newApi = async (model: Model = { Name: "api" }): Promise<[string, string]> => {
    const id = await bench.created(api, model);
    return [id, (await bench.read(api, id)).RootResourceId as string];
  };

  it("an API's identifier is known only when it exists, and its root is a readable resource", async () => {
    const event = await bench.create(api, { Name: "api" });
    expect(event).not.to.have.property("Identifier");
    const id = (await bench.outcome(event)).Identifier!;
    const ResourceId = (await bench.read(api, id)).RootResourceId as string;
    expect(await bench.read(resource, `${id}|${ResourceId}`)).to.deep.equal({ RestApiId: id, ResourceId });
  });

  it("an API's policy reads back as text, its write-only properties not at all", async () => {
    const [id] = await newApi({ Name: "api", Policy: { Version: "2012-10-17" }, FailOnWarnings: true, Mode: "merge" });
    const live = await bench.read(api, id);
    expect(live.Policy).to.equal('{"Version":"2012-10-17"}');
    expect(live).not.to.have.any.keys("FailOnWarnings", "Mode");
    const patch = [{ op: "add", path: "/Policy/Version", value: "x" }];
    expect(await refusal(bench.update(api, id, patch))).to.match(/parent is not a container/);
  });

  it("an API needs a name, its own or its body's", async () => {
    expect(await bench.refused(api, {})).to.match(/^InvalidRequest: /);
    const [id] = await newApi({ Body: { openapi: "3.0.1", info: { title: "from body", version: "1" }, paths: {} } });
    expect((await bench.read(api, id)).Name).to.equal("from body");
  });

  it("an OpenAPI body brings resources and methods, so that it can be deployed", async () => {
    const integration = { type: "mock", requestTemplates: { "application/json": '{"statusCode":200}' } };
    const get = { "x-amazon-apigateway-integration": integration };
    const Body = { openapi: "3.0.1", info: { title: "pets" }, paths: { "/": { get }, "/pets/{id}": { get } } };
    const [id, root] = await newApi({ Body });
    const paths = await bench.list(resource, { RestApiId: id });
    expect(paths).to.have.length(3);
    expect((await bench.read(method, `${id}|${root}|GET`)).Integration).to.include({ Type: "MOCK" });
    await bench.created(deployment, { RestApiId: id });
  });

  it("deleting an API takes everything below it along", async () => {
    const [id, , DeploymentId] = await deployedApi(bench);
    await bench.created(stage, { RestApiId: id, DeploymentId, StageName: "dev" });
    await bench.outcome(await bench.remove(api, id));
    expect(bench.emulator.resources()).to.deep.equal([]);
  });

  it("a resource needs its API, its parent, and a path part of its own", async () => {
    const [RestApiId, ParentId] = await newApi();
    const wanted = { RestApiId, ParentId, PathPart: "pets" };
    expect(await bench.refused(resource, { ...wanted, RestApiId: "nope" })).to.equal(
      `NotFound: Invalid API identifier specified 000000000000:nope${envelope(404)}`,
    );
    expect(await bench.refused(resource, { ...wanted, ParentId: "nope" })).to.equal(
      `NotFound: Invalid Resource identifier specified${envelope(404)}`,
    );
    await bench.created(resource, wanted);
    expect(await bench.refused(resource, wanted)).to.match(/^AlreadyExists: Another resource with the same parent/);
    expect(await bench.refused(resource, { ...wanted, PathPart: "a/b" })).to.match(/^InvalidRequest: Resource's path/);
    await bench.created(resource, { ...wanted, PathPart: "{id}" });
    expect(await bench.refused(resource, { ...wanted, PathPart: "{other+}" })).to.match(/^InvalidRequest: A sibling/);
  });

  it("deleting a resource takes its children and methods along; the root stays", async () => {
    const [RestApiId, root] = await newApi();
    const pets = await bench.created(resource, { RestApiId, ParentId: root, PathPart: "pets" });
    const ParentId = pets.split("|")[1]!;
    const child = await bench.created(resource, { RestApiId, ParentId, PathPart: "{id}" });
    await bench.created(method, mockMethod(RestApiId, child.split("|")[1]!));
    await bench.outcome(await bench.remove(resource, pets));
    expect(await bench.list(resource, { RestApiId })).to.deep.equal([`${RestApiId}|${root}`]);
    expect(bench.emulator.resources().map((r) => r.typeName)).not.to.include(method);
    const refusedRoot = await bench.outcome(await bench.remove(resource, `${RestApiId}|${root}`));
    expect(refusedRoot.ErrorCode).to.equal("InvalidRequest");
  });

  it("a method needs its resource, a verb and, when it says so, an authorizer", async () => {
    const [RestApiId, root] = await newApi();
    expect(await bench.refused(method, mockMethod(RestApiId, "nope"))).to.match(
      /^NotFound: Invalid Resource identifier/,
    );
    expect(await bench.refused(method, mockMethod(RestApiId, root, "FETCH"))).to.match(/^InvalidRequest: Invalid HTTP/);
    await bench.created(method, mockMethod(RestApiId, root));
    expect(await bench.refused(method, mockMethod(RestApiId, root))).to.equal(
      `AlreadyExists: Method already exists for this resource${envelope(409)}`,
    );
    const custom = { ...mockMethod(RestApiId, root, "POST"), AuthorizationType: "CUSTOM" };
    expect(await bench.refused(method, custom)).to.match(/^InvalidRequest: Invalid authorizer ID/);
  });

  it("an API without methods is not deployed, nor one whose method has no integration", async () => {
    const [RestApiId, root] = await newApi();
    expect(await bench.refused(deployment, { RestApiId })).to.equal(
      `InvalidRequest: The REST API doesn't contain any methods${envelope(400)}`,
    );
    await bench.created(method, { RestApiId, ResourceId: root, HttpMethod: "GET", AuthorizationType: "NONE" });
    expect(await bench.refused(deployment, { RestApiId })).to.match(/^InvalidRequest: No integration defined/);
  });

  it("a deployment's identifier begins with its own id; its write-only properties do not read back", async () => {
    const [RestApiId] = await deployedApi(bench);
    const id = await bench.created(deployment, {
      RestApiId,
      Description: "d",
      StageName: "made",
      StageDescription: { Description: "by the deployment", MetricsEnabled: true },
    });
    const [DeploymentId, second] = id.split("|");
    expect(second).to.equal(RestApiId);
    expect(await bench.read(deployment, id)).to.deep.equal({ DeploymentId, RestApiId, Description: "d" });
    const made = await bench.read(stage, `${RestApiId}|made`);
    expect(made).to.include({ DeploymentId, Description: "by the deployment" });
    expect((made.MethodSettings as Model[])[0]).to.include({ ResourcePath: "/*", MetricsEnabled: true });
    expect(await bench.refused(stage, { RestApiId, DeploymentId, StageName: "made" })).to.match(/^AlreadyExists/);
  });

  it("a plain deployment does not go to a stage with a canary", async () => {
    const [RestApiId, , DeploymentId] = await deployedApi(bench);
    await bench.created(stage, { RestApiId, DeploymentId, StageName: "v1", CanarySetting: { PercentTraffic: 5 } });
    expect(await bench.refused(deployment, { RestApiId, StageName: "v1" })).to.equal(
      `InvalidRequest: Invalid deployment content specified.Non canary deployment not supported on stage v1 because Canary is enabled. Provide CanarySettings in deploymentInput.${envelope(400)}`,
    );
    expect(await bench.refused(deployment, { RestApiId, DeploymentCanarySettings: {} })).to.match(
      /non empty stageName/,
    );
    expect(await bench.refused(deployment, { RestApiId, StageName: "none", DeploymentCanarySettings: {} })).to.match(
      /Stage none must already be created/,
    );
  });

  it("a stage's description needs a stage", async () => {
    const [RestApiId] = await deployedApi(bench);
    expect(await bench.refused(deployment, { RestApiId, StageDescription: {} })).to.equal(
      "InvalidRequest: StageDescription cannot be specified when stage name is empty",
    );
  });

  it("a deployment whose stage is refused its settings leaves both behind", async () => {
    const [RestApiId] = await deployedApi(bench);
    const StageDescription = { LoggingLevel: "INFO" };
    const event = await bench.outcome(
      await bench.create(deployment, { RestApiId, StageName: "half", StageDescription }),
    );
    expect(event.StatusMessage).to.match(/^CloudWatch Logs role ARN must be set/);
    const [DeploymentId] = event.Identifier!.split("|");
    expect(await bench.read(stage, `${RestApiId}|half`)).to.include({ DeploymentId });
    expect(await bench.list(deployment, { RestApiId })).to.include(event.Identifier);
  });

  it("what belongs to an API needs the API", async () => {
    expect(await bench.refused("AWS::ApiGateway::RequestValidator", { RestApiId: "nope", Name: "v" })).to.match(
      /^NotFound: Invalid API identifier/,
    );
  });

  it("the account takes a role that trusts API Gateway only, and is one thing per region", async () => {
    const trust = (Service: string): Model => ({
      AssumeRolePolicyDocument: { Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }] },
    });
    const arnOf = async (model: Model): Promise<unknown> =>
      (await bench.read("AWS::IAM::Role", await bench.created("AWS::IAM::Role", model))).Arn;
    const wrong = { CloudWatchRoleArn: await arnOf(trust("lambda.amazonaws.com")) };
    expect(await bench.refused(account, wrong)).to.match(/^InvalidRequest: The role ARN does not have required perm/);
    const right = { CloudWatchRoleArn: await arnOf(trust("apigateway.amazonaws.com")) };
    const id = await bench.created(account, right);
    expect(await bench.created(account, right)).to.equal(id);
    expect(await bench.read(account, id)).to.deep.equal({ Id: id, ...right });
    await bench.outcome(await bench.remove(account, id));
    expect(await refusal(bench.read(account, id))).to.match(/^ResourceNotFoundException/);
  });

  it("a role that does not exist is taken when the check is switched off", async () => {
    const lax = await openBench({ quirks: { accountRoleChecked: false } });
    await lax.created(account, { CloudWatchRoleArn: "arn:aws:iam::000000000000:role/none" });
    await lax.close();
  });
});

/** The types beside API Gateway that have handlers of their own. Does not prove: what their services do. */
describe("Log groups, roles and buckets", () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  it("a log group says in its handler's words that it exists, and that it does not", async () => {
    const type = "AWS::Logs::LogGroup";
    const who = `Resource of type 'AWS::Logs::LogGroup' with identifier '{"/properties/LogGroupName":"/a"}'`;
    await bench.created(type, { LogGroupName: "/a" });
    expect(await bench.refused(type, { LogGroupName: "/a" })).to.equal(`AlreadyExists: ${who} already exists.`);
    await bench.outcome(await bench.remove(type, "/a"));
    expect(await refusal(bench.read(type, "/a"))).to.include(`${who} was not found.`);
  });

  it("a log group's retention changes and goes", async () => {
    const id = await bench.created("AWS::Logs::LogGroup", { RetentionInDays: 7 });
    const patch = (op: string, value?: number): Model[] => [{ op, path: "/RetentionInDays", value }];
    expect((await bench.updated("AWS::Logs::LogGroup", id, patch("replace", 14))).RetentionInDays).to.equal(14);
    expect(await bench.updated("AWS::Logs::LogGroup", id, patch("remove"))).not.to.have.property("RetentionInDays");
  });

  it("a role's documents may be texts, its ARN holds its path, and it is seen from every region", async () => {
    const document = { Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }] };
    const model = { RoleName: "r", Path: "/p/", AssumeRolePolicyDocument: JSON.stringify(document) };
    await bench.created("AWS::IAM::Role", model);
    const elsewhere = bench.as("test", "eu-west-1");
    expect(await elsewhere.read("AWS::IAM::Role", "r")).to.deep.include({
      AssumeRolePolicyDocument: document,
      Arn: "arn:aws:iam::000000000000:role/p/r",
    });
    expect(plain(await elsewhere.refused("AWS::IAM::Role", model))).to.match(
      /^AlreadyExists: Role with name r already exists\. \(Service: Iam, Status Code: 409/,
    );
  });

  it("a bucket's name is taken in the whole world", async () => {
    await bench.created("AWS::S3::Bucket", { BucketName: "mine-only" });
    const other = bench.as("222222222222", "eu-west-1");
    expect(await other.refused("AWS::S3::Bucket", { BucketName: "mine-only" })).to.equal(
      "AlreadyExists: The bucket Already Exists",
    );
  });
});
