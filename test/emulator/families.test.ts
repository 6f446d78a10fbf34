import { expect } from "chai";

import { deployedApi, mockMethod, openBench, plain, refusal, type Bench, type Model } from "./bench";

const gateway = (kind: string): string => `AWS::ApiGateway::${kind}`;
const envelope = (status: number): string =>
  ` (Service: ApiGateway, Status Code: ${status}, Request ID: <uuid>) (SDK Attempt Count: 1)`;

/** What a delete that is refused says. */
async function kept(bench: Bench, type: string, identifier: string): Promise<string> {
  const event = await bench.outcome(await bench.remove(type, identifier));
  return `${event.ErrorCode ?? event.OperationStatus!}: ${plain(event.StatusMessage ?? "")}`;
}

/**
 * The lesser members of the API Gateway family: what they need, what they get, who holds them.
 * Does not prove: AWS's words where the comment at the rule says that they are inferred.
 */
describe("API Gateway's lesser types", () => {
  let bench: Bench;
  let RestApiId: string;
  let root: string;
  let DeploymentId: string;

  before(async () => {
    bench = await openBench();
    [RestApiId, root, DeploymentId] = await deployedApi(bench);
    await bench.created(gateway("Stage"), { RestApiId, DeploymentId, StageName: "dev" });
  });
  after(() => bench.close());

  it("a usage plan names stages that exist, in the recorded words, and loses one that goes", async () => {
    const missing = { ApiId: RestApiId, Stage: "fakestagename" };
    expect(await bench.refused(gateway("UsagePlan"), { ApiStages: [missing] })).to.match(
      /^NotFound: Invalid API Stage \{api: [a-z0-9]{10}, stage: fakestagename\} specified for usageplan [a-z0-9]{6} \(Service/,
    );
    expect(await bench.refused(gateway("UsagePlan"), { ApiStages: [{ ApiId: RestApiId }] })).to.equal(
      `InvalidRequest: Invalid API Stage specified${envelope(400)}`,
    );
    await bench.created(gateway("Stage"), { RestApiId, DeploymentId, StageName: "short" });
    const Quota = { Limit: 5000, Period: "MONTH" };
    const plan = await bench.created(gateway("UsagePlan"), {
      ApiStages: [{ ApiId: RestApiId, Stage: "short" }],
      Quota,
    });
    await bench.outcome(await bench.remove(gateway("Stage"), `${RestApiId}|short`));
    expect(await bench.read(gateway("UsagePlan"), plan)).to.deep.equal({
      Id: plan,
      ApiStages: [],
      Quota: { ...Quota, Offset: 0 },
    });
    expect(await bench.refused(gateway("UsagePlan"), { Quota: { ...Quota, Offset: 28 } })).to.match(/range of 0-27/);
  });

  it("a key in a plan needs both, is there once, and goes with either", async () => {
    const plan = await bench.created(gateway("UsagePlan"), {});
    const key = await bench.created(gateway("ApiKey"), { Name: "k" });
    const read = await bench.read(gateway("ApiKey"), key);
    expect(read).to.include({ APIKeyId: key, Name: "k", Enabled: false });
    expect(read.Value).to.match(/^[A-Za-z0-9]{40}$/);
    const member = { KeyId: key, KeyType: "API_KEY", UsagePlanId: plan };
    expect(await bench.refused(gateway("UsagePlanKey"), { ...member, UsagePlanId: "nope" })).to.equal(
      `NotFound: Invalid Usage Plan ID specified${envelope(404)}`,
    );
    const id = await bench.created(gateway("UsagePlanKey"), member);
    expect(id).to.equal(`${key}:${plan}`);
    expect(await bench.refused(gateway("UsagePlanKey"), member)).to.match(/^AlreadyExists: /);
    await bench.outcome(await bench.remove(gateway("ApiKey"), key));
    expect(await bench.list(gateway("UsagePlanKey"), { UsagePlanId: plan })).to.deep.equal([]);
    expect(await bench.refused(gateway("ApiKey"), { Value: "too short" })).to.match(/at least 20 characters/);
  });

  it("a base path is mapped once, to a domain and a stage that exist, and holds its API", async () => {
    const mapping = gateway("BasePathMapping");
    const wanted = { DomainName: "a.example.com", RestApiId, Stage: "dev" };
    expect(await bench.refused(mapping, wanted)).to.match(/^NotFound: Invalid domain name identifier specified/);
    const certificate = "arn:aws:acm:us-east-1:000000000000:certificate/x";
    await bench.created(gateway("DomainName"), { DomainName: "a.example.com", CertificateArn: certificate });
    expect(await bench.refused(mapping, { ...wanted, Stage: "none" })).to.match(/^InvalidRequest: Invalid stage/);
    const id = await bench.created(mapping, wanted);
    expect(id, "AWS writes the empty base path like that").to.equal("a.example.com|(none)");
    for (const form of [id, "a.example.com|", '{"DomainName":"a.example.com","BasePath":""}']) {
      expect(await bench.read(mapping, form), form).to.deep.equal({ ...wanted, BasePath: "" });
    }
    expect(await bench.list(mapping, { DomainName: "a.example.com" })).to.deep.equal([id]);
    expect(await bench.refused(mapping, { ...wanted, BasePath: "(none)" })).to.equal(
      `AlreadyExists: Base path already exists for this domain name${envelope(409)}`,
    );
    expect(await kept(bench, gateway("RestApi"), RestApiId)).to.equal(
      `InvalidRequest: Deleting RestApi ${RestApiId} failed. Please remove all base path mappings related to the RestApi in your domains: a.example.com${envelope(400)}`,
    );
    await bench.outcome(await bench.remove(gateway("DomainName"), "a.example.com"));
    expect(await refusal(bench.read(mapping, id))).to.match(/^ResourceNotFoundException/);
  });

  it("an edge-optimised domain has a distribution, a regional one a zone of its region", async () => {
    const domain = gateway("DomainName");
    const CertificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/x";
    const edge = await bench.read(domain, await bench.created(domain, { DomainName: "e.example.com", CertificateArn }));
    expect(edge.DistributionDomainName).to.match(/^d[a-z0-9]{13}\.cloudfront\.net$/);
    expect(edge).not.to.have.any.keys("RegionalDomainName", "RegionalHostedZoneId");
    expect(edge).to.deep.include({
      DistributionHostedZoneId: "Z2FDTNDATAQYW2",
      EndpointConfiguration: { IpAddressType: "ipv4", Types: ["EDGE"] },
      SecurityPolicy: "TLS_1_2",
    });
    const tagged = await bench.updated(domain, "e.example.com", [
      { op: "add", path: "/Tags", value: [{ Key: "a", Value: "b" }] },
    ]);
    expect(tagged.DistributionDomainName).to.equal(edge.DistributionDomainName);
    const same = await bench.refused(domain, { DomainName: "e.example.com", CertificateArn });
    expect(same).to.match(/^AlreadyExists: The domain name you provided already exists\./);
  });

  it("private domains are known by their ARN, and so are their mappings", async () => {
    const DomainNameArn = await bench.created(gateway("DomainNameV2"), { DomainName: "p.example.com" });
    expect(DomainNameArn).to.match(
      /^arn:aws:apigateway:us-east-1:000000000000:\/domainnames\/p\.example\.com\+[a-z0-9]{10}$/,
    );
    const mapping = await bench.created(gateway("BasePathMappingV2"), { DomainNameArn, RestApiId, BasePath: "v1" });
    expect(mapping).to.equal(`${DomainNameArn}/basepathmappings/v1`);
  });

  it("documentation is found by its location, which is there once, and a version in use stays", async () => {
    const part = gateway("DocumentationPart");
    const Location = { Type: "METHOD", Path: "/a", Method: "GET" };
    const wanted = { RestApiId, Location, Properties: '{"description":"d"}' };
    const id = await bench.created(part, wanted);
    expect(await bench.read(part, id)).to.deep.equal({ ...wanted, DocumentationPartId: id.split("|")[0] });
    expect(await bench.refused(part, wanted)).to.match(/^AlreadyExists: Documentation part already exists/);
    expect(await bench.refused(part, { ...wanted, Properties: "no" })).to.match(/valid JSON object/);
    expect(await bench.refused(part, { ...wanted, Location: { Type: "API", Path: "/a" } })).to.match(
      /allow the field Path/,
    );
    const version = gateway("DocumentationVersion");
    const made = await bench.created(version, { RestApiId, DocumentationVersion: "v123" });
    expect(made).to.equal(`v123|${RestApiId}`);
    const patch = [{ op: "add", path: "/Description", value: "doc version new" }];
    expect(await bench.updated(version, made, patch)).to.deep.equal({
      RestApiId,
      DocumentationVersion: "v123",
      Description: "doc version new",
    });
    await bench.created(gateway("Stage"), { RestApiId, DeploymentId, StageName: "doc", DocumentationVersion: "v123" });
    expect(await kept(bench, version, made)).to.match(/^InvalidRequest: /);
  });

  it("an authorizer has what its type needs, a name of its own, and is held by its methods", async () => {
    const authorizer = gateway("Authorizer");
    const wanted = { RestApiId, Name: "a", Type: "COGNITO_USER_POOLS", ProviderARNs: ["arn:aws:cognito-idp:x"] };
    const id = await bench.created(authorizer, wanted);
    expect(await bench.read(authorizer, id)).to.deep.equal({
      ...wanted,
      AuthorizerId: id.split("|")[1],
      AuthType: "cognito_user_pools",
    });
    expect(await bench.refused(authorizer, wanted)).to.match(/^AlreadyExists: Authorizer name must be unique/);
    expect(await bench.refused(authorizer, { RestApiId, Name: "b", Type: "TOKEN" })).to.match(/Invalid Authorizer URI/);
    const secured = { ...mockMethod(RestApiId, root, "PUT"), AuthorizationType: "COGNITO_USER_POOLS" };
    await bench.created(gateway("Method"), { ...secured, AuthorizerId: id.split("|")[1] });
    expect(await kept(bench, authorizer, id)).to.match(/^ResourceConflict: /);
  });

  it("models, validators and responses are filled up and checked", async () => {
    const model = await bench.created(gateway("Model"), { RestApiId, Name: "Pet", Schema: '{"type":"object"}' });
    expect((await bench.read(gateway("Model"), model)).ContentType).to.equal("application/json");
    expect(await bench.refused(gateway("Model"), { RestApiId, Name: "Pet" })).to.match(/^AlreadyExists: Model name/);
    expect(await bench.refused(gateway("Model"), { RestApiId, Name: "a-b" })).to.match(/alphanumeric/);
    const validator = await bench.created(gateway("RequestValidator"), { RestApiId, Name: "v" });
    expect(await bench.read(gateway("RequestValidator"), validator)).to.include({
      ValidateRequestBody: false,
      ValidateRequestParameters: false,
    });
    expect(await bench.refused(gateway("GatewayResponse"), { RestApiId, ResponseType: "NOPE" })).to.match(
      /Invalid response type/,
    );
    const certificate = await bench.created(gateway("ClientCertificate"), {});
    const StageName = "certified";
    await bench.created(gateway("Stage"), { RestApiId, DeploymentId, StageName, ClientCertificateId: certificate });
    expect(await kept(bench, gateway("ClientCertificate"), certificate)).to.match(/^InvalidRequest: /);
    expect(await bench.refused(gateway("VpcLink"), { Name: "l", TargetArns: ["a", "b"] })).to.match(/one target ARN/);
  });

  it("an integration has the method and the address that its kind needs", async () => {
    const refused = async (Integration: Model): Promise<string> =>
      (await bench.refused(gateway("Method"), { ...mockMethod(RestApiId, root, "PATCH"), Integration })).split(
        " (",
      )[0]!;
    const Uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations";
    expect(await refused({ Type: "AWS_PROXY", Uri })).to.equal(
      "InvalidRequest: Enumeration value for HttpMethod must be non-empty",
    );
    const post = { IntegrationHttpMethod: "POST" };
    expect(await refused({ ...post, Type: "HTTP", Uri: "nowhere" })).to.match(
      /Invalid HTTP endpoint specified for URI$/,
    );
    expect(await refused({ ...post, Type: "AWS", Uri: "nowhere" })).to.match(/Invalid ARN specified in the request$/);
    expect(await refused({ ...post, Type: "AWS", Uri: "arn:aws:lambda:us-east-1:0:function:f" })).to.match(
      /path or action$/,
    );
    const Integration = { ...post, Type: "AWS_PROXY", Uri };
    await bench.created(gateway("Method"), { ...mockMethod(RestApiId, root, "PATCH"), Integration });
  });

  it("a policy's short resources read back with the whole ARN", async () => {
    const Statement = [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: ["execute-api:/*"] }];
    const id = await bench.created(gateway("RestApi"), { Name: "p", Policy: { Version: "2012-10-17", Statement } });
    const policy = JSON.parse((await bench.read(gateway("RestApi"), id)).Policy as string) as { Statement: Model[] };
    expect(policy.Statement[0]!.Resource).to.deep.equal([`arn:aws:execute-api:us-east-1:000000000000:${id}/*`]);
    expect(policy.Statement[0]!.Action).to.equal("execute-api:Invoke");
  });

  it("AWS's own tags are kept where they are, and taken from nobody", async () => {
    const own = { Key: "aws:cloudformation:stack-name", Value: "s" };
    const text = "aws: prefixed tag key names are not allowed for external use.";
    expect(await bench.refused(gateway("RestApi"), { Name: "t", Tags: [own] })).to.equal(
      `InvalidRequest: ${text}${envelope(400)}`,
    );
    const model = { RestApiId, StageName: "stacked", DeploymentId, Tags: [own] };
    bench.emulator.seed({ typeName: gateway("Stage"), model });
    const changed = [own, { Key: "a", Value: "b" }];
    const patch = [{ op: "add", path: "/Tags", value: changed }];
    expect((await bench.updated(gateway("Stage"), `${RestApiId}|stacked`, patch)).Tags).to.deep.equal(changed);
  });

  it("what is only inferred lets pass when its switch is off", async () => {
    const other = await openBench({ quirks: { inferredRefusals: false } });
    const [api, , deployment] = await deployedApi(other);
    const id = await other.created(gateway("ClientCertificate"), {});
    const stage = { RestApiId: api, DeploymentId: deployment, StageName: "s", ClientCertificateId: id };
    await other.created(gateway("Stage"), stage);
    expect(await kept(other, gateway("ClientCertificate"), id)).to.equal("SUCCESS: ");
    await other.close();
  });

  it("a private API takes both address families and TLS 1.2", async () => {
    const model = { Name: "p", EndpointConfiguration: { Types: ["PRIVATE"] } };
    const id = await bench.created(gateway("RestApi"), model);
    expect(await bench.read(gateway("RestApi"), id)).to.deep.include({
      SecurityPolicy: "TLS_1_2",
      EndpointConfiguration: { IpAddressType: "dualstack", Types: ["PRIVATE"] },
    });
  });
});

/** API Gateway's call rates. Does not prove: how long AWS's handlers try again before they give up. */
describe("API Gateway's control-plane rates", () => {
  it("let one deployment pass in five seconds, for each account and region, while they are switched on", async () => {
    const bench = await openBench({ quirks: { controlPlaneRates: true, accountRoleChecked: false } });
    const deploy = async (RestApiId: string): Promise<string> => {
      const event = await bench.create(gateway("Deployment"), { RestApiId });
      bench.emulator.clock.advance(100);
      const { ErrorCode, StatusMessage = "", OperationStatus } = await bench.status(event.RequestToken!);
      return ErrorCode === undefined ? OperationStatus! : `${ErrorCode}: ${plain(StatusMessage)}`;
    };
    const [RestApiId] = await deployedApi(bench);
    expect([await deploy(RestApiId), await deploy(RestApiId)]).to.deep.equal([
      "SUCCESS",
      `Throttling: Too Many Requests${envelope(429)}`,
    ]);
    bench.emulator.clock.advance(5000);
    expect(await deploy(RestApiId)).to.equal("SUCCESS");
    const elsewhere = bench.as("test", "eu-west-1");
    const [other] = await deployedApi(elsewhere);
    const event = await elsewhere.create(gateway("Deployment"), { RestApiId: other });
    expect((await elsewhere.outcome(event)).OperationStatus, "another region").to.equal("SUCCESS");
    await bench.close();
  });
});

/** Other services' types. Does not prove: permissions, or anything that only traffic would show. */
describe("Types beside API Gateway", () => {
  let bench: Bench;

  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  it("an inline policy is part of its role, as long as it exists", async () => {
    const trust = { Version: "2012-10-17", Statement: [] };
    await bench.created("AWS::IAM::Role", { RoleName: "r", AssumeRolePolicyDocument: trust });
    const PolicyDocument = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
    const id = await bench.created("AWS::IAM::RolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument });
    const policies = async (): Promise<unknown> => (await bench.read("AWS::IAM::Role", "r")).Policies;
    expect(await policies()).to.deep.equal([{ PolicyName: "p", PolicyDocument }]);
    await bench.outcome(await bench.remove("AWS::IAM::RolePolicy", id));
    expect(await policies()).to.equal(undefined);
    expect(await bench.refused("AWS::IAM::RolePolicy", { RoleName: "x", PolicyName: "p", PolicyDocument })).to.match(
      /^NotFound: The role with name x cannot be found/,
    );
  });

  it("a metric filter needs its log group, and goes with it", async () => {
    const type = "AWS::Logs::MetricFilter";
    const MetricTransformations = [{ MetricName: "m", MetricNamespace: "n", MetricValue: "1" }];
    const wanted = { LogGroupName: "/g", FilterName: "f", FilterPattern: "", MetricTransformations };
    expect(await bench.refused(type, wanted)).to.match(/^NotFound: The specified log group does not exist\./);
    await bench.created("AWS::Logs::LogGroup", { LogGroupName: "/g" });
    const id = await bench.created(type, wanted);
    expect(await bench.read(type, id)).to.deep.equal(wanted);
    await bench.outcome(await bench.remove("AWS::Logs::LogGroup", "/g"));
    expect(await refusal(bench.read(type, id))).to.match(/^ResourceNotFoundException/);
  });

  it("a protected log group stays", async () => {
    await bench.created("AWS::Logs::LogGroup", { LogGroupName: "/p", DeletionProtectionEnabled: true });
    expect(await kept(bench, "AWS::Logs::LogGroup", "/p")).to.match(/^InvalidRequest: .*deletion protection/);
  });

  it("an alarm has one metric or a list of them, and a period CloudWatch knows", async () => {
    const type = "AWS::CloudWatch::Alarm";
    const wanted = { ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1, Threshold: 1, Namespace: "n" };
    expect(await bench.refused(type, { ...wanted, MetricName: "m", Period: 45 })).to.match(/^InvalidRequest: Period/);
    const both = { ...wanted, MetricName: "m", Metrics: [{ Id: "a", Expression: "1" }] };
    expect(await bench.refused(type, both)).to.match(/^InvalidRequest: Metrics list must be null/);
    const id = await bench.created(type, { ...wanted, AlarmName: "a", MetricName: "m", Period: 60, Statistic: "Sum" });
    expect((await bench.read(type, id)).Arn).to.equal("arn:aws:cloudwatch:us-east-1:000000000000:alarm:a");
  });

  it("a dashboard's body is JSON", async () => {
    const type = "AWS::CloudWatch::Dashboard";
    expect(await bench.refused(type, { DashboardName: "d", DashboardBody: "no" })).to.match(
      /dashboard body is invalid/,
    );
    const model = { DashboardName: "d", DashboardBody: '{"widgets":[]}' };
    expect(await bench.read(type, await bench.created(type, model))).to.deep.equal(model);
  });

  it("a web ACL counts its capacity, and stays while it protects something", async () => {
    const type = "AWS::WAFv2::WebACL";
    const visible = { CloudWatchMetricsEnabled: true, MetricName: "m", SampledRequestsEnabled: true };
    const rate = { RateBasedStatement: { Limit: 2000, AggregateKeyType: "IP" } };
    const rule = { Name: "r", Priority: 0, Statement: rate, Action: { Block: {} }, VisibilityConfig: visible };
    const model = { Name: "acl", Scope: "REGIONAL", DefaultAction: { Allow: {} }, VisibilityConfig: visible };
    const id = await bench.created(type, { ...model, Rules: [rule] });
    const read = await bench.read(type, id);
    const uuid = id.split("|")[1];
    expect(id).to.equal(`acl|${uuid}|REGIONAL`);
    expect(read).to.deep.equal({
      ...model,
      Rules: [rule],
      Id: uuid,
      Arn: `arn:aws:wafv2:us-east-1:000000000000:regional/webacl/acl/${uuid}`,
      Capacity: 2,
      LabelNamespace: "awswaf:000000000000:webacl:acl:",
      OnSourceDDoSProtectionConfig: { ALBLowReputationMode: "ACTIVE_UNDER_DDOS" },
    });
    const ResourceArn = "arn:aws:apigateway:us-east-1::/restapis/abc/stages/dev";
    const association = { ResourceArn, WebACLArn: read.Arn };
    await bench.created("AWS::WAFv2::WebACLAssociation", association);
    expect(await kept(bench, type, id)).to.match(/^ResourceConflict: AWS WAF couldn’t perform/);
    const strict = await openBench({ quirks: { associationEndsChecked: true } });
    expect(await strict.refused("AWS::WAFv2::WebACLAssociation", association)).to.match(/^NotFound: AWS WAF couldn’t/);
    await strict.close();
  });

  it("a permission gets the id of its statement", async () => {
    const model = { FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" };
    const id = await bench.created("AWS::Lambda::Permission", model);
    expect(await bench.read("AWS::Lambda::Permission", id)).to.deep.equal({ ...model, Id: id.split("|")[1] });
  });

  it("a bucket has a name S3 takes, and today's settings when they are asked for", async () => {
    expect(await bench.refused("AWS::S3::Bucket", { BucketName: "192.168.1.1" })).to.match(/^InvalidRequest: /);
    const today = await openBench({ quirks: { bucketDefaults: true } });
    const read = await today.read("AWS::S3::Bucket", await today.created("AWS::S3::Bucket", { BucketName: "today" }));
    expect(read).to.deep.include({
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    await today.close();
  });
});

/** AWS's habits, on request. Does not prove: which type has which of them. */
describe("A read with AWS's habits", () => {
  const queue = "AWS::SQS::Queue";

  async function readWith(quirks: object, type: string, model: Model): Promise<Model> {
    const bench = await openBench({ quirks });
    const read = await bench.read(type, await bench.created(type, model));
    await bench.close();
    return read;
  }

  it("fills in the defaults", async () => {
    const read = await readWith({ defaultsFilledIn: true }, queue, { QueueName: "q", DelaySeconds: 5 });
    expect(read).to.include({ QueueName: "q", DelaySeconds: 5, VisibilityTimeout: 30, MessageRetentionPeriod: 345600 });
    expect(await readWith({}, queue, { QueueName: "q" })).not.to.have.property("VisibilityTimeout");
  });

  it("turns lists around whose order means nothing, and only those", async () => {
    const Tags = [1, 2, 3].map((n) => ({ Key: `k${n}`, Value: "v" }));
    const read = await readWith({ listsReordered: true }, "AWS::Logs::LogGroup", { LogGroupName: "l", Tags });
    expect(read.Tags).to.deep.equal([...Tags].reverse());
  });

  it("gives numbers as texts where their type is open", async () => {
    const Content = { schemaVersion: 2.2, steps: [1] };
    const read = await readWith({ numbersAsStrings: true }, "AWS::SSM::Document", { Name: "doc", Content });
    expect(read.Content).to.deep.equal({ schemaVersion: "2.2", steps: ["1"] });
  });
});
