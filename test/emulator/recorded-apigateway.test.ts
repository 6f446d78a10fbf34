import { expect } from "chai";

import { describeRecordings } from "../support/fixtures";
import { deployedApi, mockMethod, openBench, plain, type Bench, type Model } from "./bench";

type Content = Record<string, Record<string, unknown> & { readonly Error?: { readonly Message: string } }>;

const gateway = (kind: string): string => `AWS::ApiGateway::${kind}`;
const envelope = (status: number): string =>
  ` (Service: ApiGateway, Status Code: ${status}, Request ID: <uuid>) (SDK Attempt Count: 1)`;

/** The leaves of a recorded method setting that Cloud Control shows, by their names there. */
const leaves: Readonly<Record<string, string>> = {
  cacheDataEncrypted: "CacheDataEncrypted",
  cacheTtlInSeconds: "CacheTtlInSeconds",
  cachingEnabled: "CachingEnabled",
  dataTraceEnabled: "DataTraceEnabled",
  metricsEnabled: "MetricsEnabled",
  throttlingBurstLimit: "ThrottlingBurstLimit",
  throttlingRateLimit: "ThrottlingRateLimit",
};

/** Recorded method settings as Cloud Control writes them: `test/GET` is the path `/test` and the method GET. */
function methodSettings(recorded: unknown): Model[] {
  return Object.entries(recorded as Record<string, Model>).map(([key, values]) => {
    const [path, HttpMethod] = [key.slice(0, key.lastIndexOf("/")), key.slice(key.lastIndexOf("/") + 1)];
    const shown = Object.entries(leaves).map(([theirs, ours]) => [ours, values[theirs]] as const);
    return { ResourcePath: `/${path}`, HttpMethod, ...Object.fromEntries(shown) };
  });
}

/**
 * API Gateway's own recorded answers, as far as a handler of Cloud Control passes them on.
 * Does not prove: what the cases at the end need, which is not to be had through Cloud Control.
 */
describeRecordings("Recorded answers of API Gateway", (fixtures) => {
  const files = ["common", "basic"].map((name) => `localstack/test_apigateway_${name}.snapshot.json`);
  const all = new Map<string, Content>();
  for (const file of files) {
    for (const [name, recorded] of Object.entries(
      fixtures.read(file) as Record<string, { "recorded-content": Content }>,
    )) {
      all.set(name.split("::").slice(1).join("::"), recorded["recorded-content"]);
    }
  }
  const reached: string[] = [];
  let bench: Bench;
  let RestApiId: string;
  let root: string;
  let DeploymentId: string;

  beforeEach(async () => {
    bench = await openBench();
    [RestApiId, root, DeploymentId] = await deployedApi(bench);
  });
  afterEach(() => bench.close());

  /** One recorded case, by its name in the file. */
  function case_(name: string, run: (recorded: Content) => Promise<void>): void {
    reached.push(name);
    it(name, () => run(all.get(name)!));
  }
  const stage = (more: Model): Promise<string> =>
    bench.created(gateway("Stage"), { RestApiId, StageName: "s1", ...more });
  const said = async (type: string, identifier: string): Promise<string> => {
    const event = await bench.outcome(await bench.remove(type, identifier));
    return event.OperationStatus === "SUCCESS" ? "SUCCESS" : plain(event.StatusMessage!);
  };
  const text = (recorded: Content, name: string, status: number): string =>
    recorded[name]!.Error!.Message + envelope(status);

  for (const name of ["[True]", "[False]"]) {
    case_(`TestDeployments::test_create_delete_deployments${name}`, async (recorded) => {
      const id = await stage({ DeploymentId });
      let current = DeploymentId;
      for (const n of [0, 1, 2]) {
        const refused = await said(gateway("Deployment"), `${current}|${RestApiId}`);
        expect(refused).to.equal(text(recorded, `delete-deployment-error-${n}`, 400));
        const next = (await bench.created(gateway("Deployment"), { RestApiId })).split("|")[0]!;
        await bench.updated(gateway("Stage"), id, [{ op: "replace", path: "/DeploymentId", value: next }]);
        expect(await said(gateway("Deployment"), `${current}|${RestApiId}`)).to.equal("SUCCESS");
        current = next;
      }
    });
  }

  case_("TestDeployments::test_create_update_deployments", async (recorded) => {
    const id = await stage({ DeploymentId });
    const first = `${DeploymentId}|${RestApiId}`;
    expect(await bench.read(gateway("Stage"), id)).to.deep.equal({
      RestApiId,
      StageName: "s1",
      DeploymentId,
      CacheClusterEnabled: false,
      TracingEnabled: false,
    });
    expect(await said(gateway("Deployment"), first)).to.equal(text(recorded, "delete-deployment-error", 400));
    const second = await bench.created(gateway("Deployment"), { RestApiId });
    const value = second.split("|")[0];
    await bench.updated(gateway("Stage"), id, [{ op: "replace", path: "/DeploymentId", value }]);
    expect(await said(gateway("Deployment"), first)).to.equal("SUCCESS");
    expect(await said(gateway("Deployment"), second)).to.equal(text(recorded, "delete-deployment-2-error", 400));
  });

  case_("TestAPIGateway::test_update_rest_api_deployment", async (recorded) => {
    const { description: value } = recorded["after-update"]!;
    const patch = [{ op: "add", path: "/Description", value }];
    const id = `${DeploymentId}|${RestApiId}`;
    expect(await bench.updated(gateway("Deployment"), id, patch)).to.deep.equal({
      RestApiId,
      DeploymentId,
      Description: value,
    });
  });

  case_("TestDocumentations::test_documentation_parts_and_versions", async (recorded) => {
    const made = recorded["create-part-response"]!;
    const wanted = {
      RestApiId,
      Location: { Type: (made.location as Model).type },
      Properties: JSON.stringify(made.properties),
    };
    const part = await bench.created(gateway("DocumentationPart"), wanted);
    expect(await bench.read(gateway("DocumentationPart"), part)).to.include({ Properties: wanted.Properties });
    const DocumentationVersion = recorded["create-version-response"]!.version;
    const version = await bench.created(gateway("DocumentationVersion"), { RestApiId, DocumentationVersion });
    expect(await bench.read(gateway("DocumentationVersion"), version)).to.deep.equal({
      RestApiId,
      DocumentationVersion,
    });
    const value = recorded["update-version-response"]!.description;
    const patch = [{ op: "add", path: "/Description", value }];
    const after = recorded["get-version-response"]!;
    expect(await bench.updated(gateway("DocumentationVersion"), version, patch)).to.deep.equal({
      RestApiId,
      DocumentationVersion: after.version,
      Description: after.description,
    });
  });

  async function documentedStage(recorded: Content): Promise<string> {
    const { description: Description, documentationVersion: DocumentationVersion } = recorded["create-stage"]!;
    await bench.created(gateway("DocumentationVersion"), { RestApiId, DocumentationVersion });
    return stage({ DeploymentId, Description, DocumentationVersion });
  }

  case_("TestStages::test_create_update_stages", async (recorded) => {
    const id = await documentedStage(recorded);
    const shown = (name: string): Model => {
      const { description, documentationVersion, tracingEnabled, cacheClusterEnabled, variables } = recorded[name]!;
      const settings = methodSettings(recorded[name]!.methodSettings);
      return {
        RestApiId,
        StageName: "s1",
        DeploymentId,
        Description: description,
        DocumentationVersion: documentationVersion,
        TracingEnabled: tracingEnabled,
        CacheClusterEnabled: cacheClusterEnabled,
        ...(variables === undefined ? {} : { Variables: variables }),
        ...(settings.length === 0 ? {} : { MethodSettings: settings }),
      };
    };
    expect(await bench.read(gateway("Stage"), id)).to.deep.equal(shown("create-stage"));
    const one = (ThrottlingBurstLimit: number): Model[] => [
      { ResourcePath: "/*", HttpMethod: "*", CachingEnabled: true, ThrottlingBurstLimit },
      { ResourcePath: "/test", HttpMethod: "GET", ThrottlingBurstLimit: 124 },
    ];
    const { description, tracingEnabled, variables } = recorded["update-stage"]!;
    const patch = [
      { op: "replace", path: "/Description", value: description },
      { op: "replace", path: "/TracingEnabled", value: tracingEnabled },
      { op: "add", path: "/Variables", value: variables },
      { op: "add", path: "/MethodSettings", value: one(123) },
    ];
    expect(await bench.updated(gateway("Stage"), id, patch)).to.deep.equal(shown("update-stage"));
    const override = [{ op: "add", path: "/MethodSettings", value: one(100) }];
    // What holds for all changed; the entry that had been made with it keeps what it took over.
    const [all_, entry] = (await bench.updated(gateway("Stage"), id, override)).MethodSettings as Model[];
    const [theirs] = shown("update-stage-override").MethodSettings as Model[];
    expect(all_).to.deep.equal(theirs);
    expect(entry).to.include({ ResourcePath: "/test", ThrottlingBurstLimit: 124 });
    const list = (message: string): string => /Must be one of: (\[.*\])/.exec(message)![1]!;
    const MethodSettings = [{ ResourcePath: "x", HttpMethod: "GET", MetricsEnabled: true }];
    const refused = await bench.refused(gateway("Stage"), { RestApiId, DeploymentId, StageName: "a", MethodSettings });
    for (const name of ["error-update-doc-version", "error-update-tags"]) {
      expect(list(refused)).to.equal(list(recorded[name]!.Error!.Message));
    }
  });

  case_("TestStages::test_update_stage_remove_wildcard", async (recorded) => {
    const id = await documentedStage(recorded);
    const all_ = { ResourcePath: "/*", HttpMethod: "*", CachingEnabled: true };
    const set = await bench.updated(gateway("Stage"), id, [{ op: "add", path: "/MethodSettings", value: [all_] }]);
    expect(set.MethodSettings).to.deep.equal(methodSettings(recorded["update-stage"]!.methodSettings));
    const reset = await bench.updated(gateway("Stage"), id, [{ op: "remove", path: "/MethodSettings" }]);
    expect(methodSettings(recorded["update-stage-reset"]!.methodSettings)).to.deep.equal([]);
    expect(reset).not.to.have.property("MethodSettings");
  });

  case_("TestUsagePlans::test_usage_plan_crud", async (recorded) => {
    await bench.created(gateway("Stage"), { RestApiId, DeploymentId, StageName: "dev" });
    const ApiStages = [{ ApiId: RestApiId, Stage: "dev" }];
    const plan = await bench.created(gateway("UsagePlan"), { UsagePlanName: "n", Description: "d", ApiStages });
    expect(await bench.read(gateway("UsagePlan"), plan)).to.deep.equal({
      Id: plan,
      UsagePlanName: "n",
      Description: "d",
      ApiStages,
    });
    const { quota, throttle } = recorded["get-usage-plan-after-update"]! as Record<string, Model>;
    const { burstLimit: BurstLimit, rateLimit: RateLimit } = throttle!;
    const { limit: Limit, period: Period, offset: Offset } = quota!;
    const changed = await bench.updated(gateway("UsagePlan"), plan, [
      { op: "add", path: "/Throttle", value: { BurstLimit, RateLimit } },
      { op: "add", path: "/Quota", value: { Limit, Period } },
    ]);
    expect(changed).to.deep.include({ Throttle: { BurstLimit, RateLimit }, Quota: { Limit, Period, Offset } });
    const refused = async (ApiStage: Model): Promise<string> => {
      const patch = [{ op: "add", path: "/ApiStages", value: [ApiStage] }];
      const event = await bench.outcome(await bench.update(gateway("UsagePlan"), plan, patch));
      return plain(event.StatusMessage!);
    };
    const named = (name: string): string =>
      text(recorded, name, 404).replace("<api-id:1>", RestApiId).replace("<id:1>", plan);
    expect(await refused({ ApiId: RestApiId })).to.equal(text(recorded, "update-wrong-api-stages-no-value", 400));
    expect(await refused({ ApiId: `${RestApiId}b`, Stage: "dev" })).to.equal(
      named("update-wrong-api-stages-wrong-api"),
    );
    expect(await refused({ ApiId: RestApiId, Stage: "fakestagename" })).to.equal(
      named("update-wrong-api-stages-wrong-stage"),
    );
    expect(await said(gateway("UsagePlan"), "wrong")).to.equal(text(recorded, "update-wrong-id", 404));
  });

  case_("TestUsagePlans::test_api_key_required_for_methods", async (recorded) => {
    const { quota, tags } = recorded["create-usage-plan"]! as Record<string, Model>;
    const { limit: Limit, period: Period, offset: Offset } = quota!;
    const Tags = Object.entries(tags!).map(([Key, Value]) => ({ Key, Value }));
    const plan = await bench.created(gateway("UsagePlan"), { Quota: { Limit, Period }, Tags });
    expect(await bench.read(gateway("UsagePlan"), plan)).to.deep.include({ Quota: { Limit, Period, Offset }, Tags });
    const key = await bench.created(gateway("ApiKey"), { Name: "k", Enabled: recorded["create-api-key"]!.enabled });
    const member = { KeyId: key, KeyType: recorded["create-usage-plan-key"]!.type, UsagePlanId: plan };
    await bench.created(gateway("UsagePlanKey"), member);
    const value = recorded["update-api-key-disabled"]!.enabled;
    const off = await bench.updated(gateway("ApiKey"), key, [{ op: "replace", path: "/Enabled", value }]);
    expect(off.Enabled).to.equal(value);
  });

  case_("TestAPIGateway::test_apigateway_with_custom_authorization_method", async (recorded) => {
    const { authType: AuthType, identitySource: IdentitySource, name: Name, type: Type } = recorded.authorizer!;
    const AuthorizerUri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations";
    const wanted = { RestApiId, Name, Type, AuthorizerUri, IdentitySource };
    const id = await bench.created(gateway("Authorizer"), wanted);
    const AuthorizerId = id.split("|")[1];
    const read = await bench.read(gateway("Authorizer"), id);
    // Cloud Control shows a list of providers where API Gateway shows none (fixtures/cdk-real-drift).
    expect(read).to.deep.equal({ ...wanted, AuthorizerId, AuthType, ProviderARNs: [] });
    const { apiKeyRequired: ApiKeyRequired, authorizationType: AuthorizationType } = recorded["put-method-response"]!;
    const method = { ...mockMethod(RestApiId, root, "PUT"), ApiKeyRequired, AuthorizationType, AuthorizerId };
    const made = await bench.read(gateway("Method"), await bench.created(gateway("Method"), method));
    expect(made).to.include({ ApiKeyRequired, AuthorizationType, AuthorizerId });
  });

  case_("TestApiGatewayCommon::test_api_gateway_request_validator", async (recorded) => {
    const theirs = recorded["change-request-path-names"]! as Model & { methodIntegration: Model };
    const validator = await bench.created(gateway("RequestValidator"), { RestApiId, Name: "v" });
    const RequestValidatorId = validator.split("|")[1];
    const { apiKeyRequired: ApiKeyRequired, authorizationType: AuthorizationType } = theirs;
    const { requestParameters: RequestParameters, requestModels: RequestModels } = theirs;
    const { httpMethod, type: Type, uri: Uri, passthroughBehavior, timeoutInMillis } = theirs.methodIntegration;
    const Integration = { Type, Uri, IntegrationHttpMethod: httpMethod, IntegrationResponses: [{ StatusCode: "200" }] };
    const MethodResponses = [{ StatusCode: "200" }];
    const method = { RestApiId, ResourceId: root, HttpMethod: theirs.httpMethod, MethodResponses, RequestValidatorId };
    const wanted = { ...method, RequestParameters, RequestModels, Integration };
    const read = await bench.read(gateway("Method"), await bench.created(gateway("Method"), wanted));
    expect(read).to.deep.equal({
      ...wanted,
      ApiKeyRequired,
      AuthorizationType,
      Integration: {
        ...Integration,
        CacheNamespace: root,
        PassthroughBehavior: passthroughBehavior,
        TimeoutInMillis: timeoutInMillis,
        ResponseTransferMode: "BUFFERED",
      },
    });
  });

  for (const name of ["with_ref_models", "with_ref_one_ofmodels"]) {
    case_(`TestApiGatewayCommon::test_api_gateway_request_validator_${name}`, async (recorded) => {
      const theirs = recorded["get-models-with-ref"]!.items as Model[];
      const own = theirs.filter((model) => model.name === "Empty" || model.name === "Error");
      expect(await bench.list(gateway("Model"), { RestApiId })).to.deep.equal(
        own.map((model) => `${RestApiId}|${model.name as string}`),
      );
      for (const { name: Name, contentType: ContentType, description: Description, schema } of own) {
        const model = await bench.read(gateway("Model"), `${RestApiId}|${Name as string}`);
        expect(model).to.deep.equal({ RestApiId, Name, ContentType, Description, Schema: schema });
      }
    });
  }

  it("the other cases call a deployed API, which is nothing that Cloud Control does", () => {
    const rest = [...all.keys()].filter((name) => !reached.includes(name));
    const calls = /::test_(mock_integration|api_gateway_mock|apigw_test_invoke|input_|invocation_|routing_)/;
    expect(rest.filter((name) => !calls.test(name))).to.deep.equal([]);
  });
});
