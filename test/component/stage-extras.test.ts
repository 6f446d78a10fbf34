import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, LoggingStage, apigateway, cloudwatch, logs, type ApiStageArgs } from "../../index";
import { MODES, only, run, valueOf, type Run } from "./mocked";

const CHILD = "pulumi-cloudcontrol:index:ApiStage$pulumi-nodejs:dynamic";
const ALL = { resourcePath: "/*", httpMethod: "*" };

const staged =
  (args: Partial<ApiStageArgs> = {}) =>
  () =>
    new ApiStage("pets", { restApi: "a1", stageName: "dev", deploymentId: "d1", ...args });

const names = ({ resources }: Run<unknown>): string[] => resources.map(({ name }) => name).sort();
const texts = ({ warnings }: Run<unknown>): string[] => warnings.map(([, text]) => text);

// Does not prove that AWS takes what is asked for: the engine tests do.
describe("what an ApiStage brings along", () => {
  for (const mode of MODES) {
    const ifKnown = (value: unknown): unknown => (mode.preview ? "unknown" : value);

    describe(mode.title, () => {
      it("method settings by path, in AWS's own encoding, plain or as outputs", async () => {
        const map = {
          "*": { metricsEnabled: true },
          "GET /pets/{id}": { throttlingRateLimit: 5 },
          "/pets": { loggingLevel: "OFF" },
          "/": { metricsEnabled: true },
          "POST *": { metricsEnabled: false },
          "GET /~users/{proxy+}/": { metricsEnabled: true },
        };
        const list = [
          { ...ALL, metricsEnabled: true },
          { resourcePath: "/~1pets~1{id}", httpMethod: "GET", throttlingRateLimit: 5 },
          { resourcePath: "/~1pets", httpMethod: "*", loggingLevel: "OFF" },
          { resourcePath: "/", httpMethod: "*", metricsEnabled: true },
          { resourcePath: "/*", httpMethod: "POST", metricsEnabled: false },
          { resourcePath: "/~1~0users~1{proxy+}", httpMethod: "GET", metricsEnabled: true },
        ];
        for (const methodSettings of [map, pulumi.output(map), list, pulumi.output(list)]) {
          const ran = await run(mode, staged({ methodSettings, accountRole: "ignore", executionLog: false }));
          expect(only(ran, ":Stage", "pets").inputs.methodSettings).to.deep.equal(list);
        }
      });

      it("a log group for executions before the stage, where a method logs them, taken over if it is there", async () => {
        const ran = await run(mode, staged({ methodSettings: { "GET /pets": { loggingLevel: "ERROR" } } }));
        const group = only(ran, ":LogGroup", "pets-execution-logs");
        expect(group.path).to.equal(`${CHILD}/logs:LogGroup`);
        expect(group.inputs).to.deep.equal({
          logGroupName: "API-Gateway-Execution-Logs_a1/dev",
          retentionInDays: 90,
          adopt: true,
        });
        expect(ran.result.executionLogGroup).to.be.instanceOf(logs.LogGroup);
        expect(only(ran, ":AccountRole", "pets-account-role").path).to.equal(`${CHILD}/apigateway:AccountRole`);
        const silent = await run(
          mode,
          staged({ methodSettings: { "*": { loggingLevel: "OFF", metricsEnabled: true } } }),
        );
        expect(names(silent)).to.deep.equal(["pets", "pets"]);
        const apart = await run(
          mode,
          staged({ methodSettings: { "*": { loggingLevel: "INFO" } }, executionLog: false }),
        );
        expect(names(apart)).to.deep.equal(["pets", "pets", "pets-account-role"]);
      });

      it("groups for the requests of a canary, with the same retention and key", async () => {
        const ran = await run(
          mode,
          staged({
            canarySetting: { percentTraffic: 5 },
            accessLog: { retentionInDays: 30, kmsKeyId: "arn:key" },
            methodSettings: { "*": { loggingLevel: "ERROR" } },
          }),
        );
        const groups = ran.resources.filter(({ type }) => type.endsWith(":LogGroup"));
        const how = { retentionInDays: 30, kmsKeyId: "arn:key" };
        expect(Object.fromEntries(groups.map(({ name, inputs }) => [name, inputs]))).to.deep.equal({
          "pets-access-logs": { logGroupName: "API-Gateway-Access-Logs_a1/dev", ...how },
          "pets-canary-logs": { logGroupName: "API-Gateway-Access-Logs_a1/dev/Canary", ...how, adopt: true },
          "pets-execution-logs": { logGroupName: "API-Gateway-Execution-Logs_a1/dev", ...how, adopt: true },
          "pets-canary-execution-logs": {
            logGroupName: "API-Gateway-Execution-Logs_a1/dev/Canary",
            ...how,
            adopt: true,
          },
        });
      });

      it("web ACL, certificate, documentation, usage plan and base path", async () => {
        const ran = await run(
          mode,
          staged({
            webAcl: { arn: "arn:acl" },
            clientCertificate: true,
            documentation: { version: "1.0", description: "first" },
            usagePlan: {
              usagePlanName: "free",
              quota: { limit: 10, period: "DAY" },
              methodThrottle: { "/pets/GET": { rateLimit: 1 } },
            },
            basePath: { domainName: { domainName: "api.example.com" }, basePath: "v1" },
          }),
        );
        const inputs = (type: string, name: string): unknown => only(ran, type, name).inputs;
        expect(inputs(":WebACLAssociation", "pets-web-acl")).to.deep.equal({
          resourceArn: ifKnown("arn:pets"),
          webACLArn: "arn:acl",
        });
        expect(inputs(":ClientCertificate", "pets-certificate")).to.deep.equal({ description: "pets" });
        expect(inputs(":DocumentationVersion", "pets-documentation")).to.deep.equal({
          restApiId: "a1",
          documentationVersion: "1.0",
          description: "first",
        });
        expect(inputs(":UsagePlan", "pets-usage-plan")).to.deep.equal({
          usagePlanName: "free",
          quota: { limit: 10, period: "DAY" },
          apiStages: [{ apiId: "a1", stage: "dev", throttle: { "/pets/GET": { rateLimit: 1 } } }],
        });
        expect(inputs(":BasePathMapping", "pets-base-path")).to.deep.equal({
          domainName: "api.example.com",
          basePath: "v1",
          restApiId: "a1",
          stage: "dev",
        });
        expect(inputs(":Stage", "pets")).to.deep.include({
          clientCertificateId: ifKnown("pets-certificate-id"),
          documentationVersion: "1.0",
        });
        const { webAclAssociation, clientCertificate, documentationVersion, usagePlan, basePathMapping } = ran.result;
        const made = [webAclAssociation, clientCertificate, documentationVersion, usagePlan, basePathMapping];
        expect(made.every((child) => child !== undefined)).to.equal(true);
      });

      it("alarms on the API's name and the stage, and on what is counted in the access log", async () => {
        const restApi = { id: "a1", name: "Pets" };
        const ran = await run(
          mode,
          staged({ restApi, accessLog: {}, alarms: { actions: ["arn:topic"], throttles: 3 } }),
        );
        const common = {
          period: 60,
          evaluationPeriods: 5,
          comparisonOperator: "GreaterThanThreshold",
          treatMissingData: "notBreaching",
          alarmActions: ["arn:topic"],
        };
        const dimensions = [
          { name: "ApiName", value: "Pets" },
          { name: "Stage", value: "dev" },
        ];
        const alarm = (name: string): Record<string, unknown> => {
          const { alarmDescription, ...inputs } = only(ran, ":Alarm", name).inputs;
          expect(alarmDescription).to.be.a("string");
          return inputs;
        };
        expect(alarm("pets-5xx")).to.deep.equal({
          ...common,
          alarmName: "API-Gateway_a1/dev_5xx",
          namespace: "AWS/ApiGateway",
          metricName: "5XXError",
          statistic: "Average",
          threshold: 0.05,
          dimensions,
        });
        expect(alarm("pets-latency")).to.deep.equal({
          ...common,
          alarmName: "API-Gateway_a1/dev_latency",
          namespace: "AWS/ApiGateway",
          metricName: "Latency",
          extendedStatistic: "p99",
          threshold: 3000,
          dimensions,
        });
        expect(alarm("pets-throttles")).to.deep.equal({
          ...common,
          alarmName: "API-Gateway_a1/dev_throttles",
          namespace: "ApiGatewayStages",
          metricName: "Throttled_a1/dev",
          statistic: "Sum",
          threshold: 3,
        });
        expect(only(ran, ":MetricFilter", "pets-throttled").inputs).to.deep.equal({
          logGroupName: "API-Gateway-Access-Logs_a1/dev",
          filterName: "throttled",
          filterPattern: '{ $.status = "429" }',
          metricTransformations: [
            {
              metricNamespace: "ApiGatewayStages",
              metricName: "Throttled_a1/dev",
              metricValue: "1",
              defaultValue: 0,
            },
          ],
        });
        expect(ran.result.alarms.map((one) => one instanceof cloudwatch.Alarm)).to.deep.equal([true, true, true]);
        expect(texts(ran)).to.deep.equal([]);
      });

      it("the dashboard's address in China's console and in GovCloud's", async () => {
        for (const [region, host] of [
          ["cn-north-1", "console.amazonaws.cn"],
          ["us-gov-west-1", "console.amazonaws-us-gov.com"],
        ] as const) {
          const args = { restApi: "api123", stageName: "dev", deploymentId: "d1", dashboard: true, region };
          const ran = await run(mode, () => new ApiStage("pets", args));
          expect(await valueOf(ran.result.dashboardUrl)).to.include(`https://${region}.${host}/cloudwatch/`);
        }
      });

      it("a dashboard with the same dimensions, and its address", async () => {
        const api = (): apigateway.RestApi => new apigateway.RestApi("api", { name: "Pets" });
        const ran = await run(mode, () => {
          const args = { stageName: "dev", deploymentId: "d1", dashboard: true, region: "eu-west-1" };
          return new ApiStage("pets", { restApi: api(), ...args });
        });
        const { dashboardName, dashboardBody } = only(ran, ":Dashboard", "pets-dashboard").inputs;
        expect(dashboardName).to.equal(ifKnown("API-Gateway_api123_dev"));
        expect(await valueOf(ran.result.dashboardUrl)).to.equal(
          ifKnown(
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/API-Gateway_api123_dev",
          ),
        );
        if (mode.preview) return;
        const { widgets } = JSON.parse(String(dashboardBody)) as {
          widgets: { properties: { region: string; metrics: unknown[][] } }[];
        };
        expect(widgets.map(({ properties }) => properties.region)).to.deep.equal(Array(4).fill("eu-west-1"));
        const series = widgets.flatMap(({ properties }) => properties.metrics.map((metric) => metric.slice(2, 6)));
        const expected = ["ApiName", "Pets", "Stage", "dev"];
        expect(series).to.have.length(8);
        expect(series.every((one) => JSON.stringify(one) === JSON.stringify(expected))).to.equal(true);
      });

      it("the last word of transform on every child", async () => {
        const seen: string[] = [];
        const mark = ({ name, args, opts }: { name: string; args: object; opts: pulumi.CustomResourceOptions }) => {
          seen.push(name);
          return { name, args: { ...args, profile: "changed" }, opts };
        };
        const ran = await run(mode, () => {
          const args: ApiStageArgs = {
            restApi: { id: "a1", name: "Pets" },
            stageName: "dev",
            accessLog: {},
            methodSettings: { "*": { loggingLevel: "ERROR" } },
            webAcl: "arn:acl",
            clientCertificate: {},
            documentation: { version: "1" },
            usagePlan: {},
            basePath: { domainName: "api.example.com" },
            alarms: true,
            dashboard: true,
            transform: {
              stage: { profile: "changed", description: "changed" },
              ...Object.fromEntries(
                [
                  "deployment",
                  "logGroup",
                  "accountRole",
                  "webAclAssociation",
                  "clientCertificate",
                  "documentationVersion",
                  "usagePlan",
                  "basePathMapping",
                  "metricFilter",
                  "alarm",
                  "dashboard",
                ].map((kind) => [kind, mark]),
              ),
            },
          };
          return new ApiStage("pets", args);
        });
        const children = ran.resources.filter(({ type }) => type.startsWith("pulumi-nodejs"));
        expect(children).to.have.length(15);
        expect(children.every(({ inputs }) => inputs.profile === "changed")).to.equal(true);
        expect(seen).to.have.length(14);
        expect(only(ran, "apigateway:Stage", "pets").inputs.description).to.equal("changed");
      });
    });
  }

  it("encrypts what is cached, unless the program says otherwise", async () => {
    const cached = { resourcePath: "/~1pets", httpMethod: "GET", cachingEnabled: true };
    const bare = { resourcePath: "/~1owners", httpMethod: "GET", metricsEnabled: true };
    const open = { ...ALL, cacheDataEncrypted: false };
    const settingsOf = async (args: Partial<ApiStageArgs>): Promise<unknown> =>
      only(await run({ preview: true }, staged(args)), "apigateway:Stage", "pets").inputs.methodSettings;
    const cache = { cacheClusterEnabled: true, cacheClusterSize: "0.5" };
    for (const methodSettings of [[bare, cached], pulumi.output([bare, cached]), [bare, pulumi.output(cached)]]) {
      expect(await settingsOf({ ...cache, methodSettings })).to.deep.equal([
        bare,
        { ...cached, cacheDataEncrypted: true },
      ]);
      expect(await settingsOf({ methodSettings })).to.deep.equal([bare, cached]);
    }
    expect(await settingsOf({ ...cache, methodSettings: [open, cached] })).to.deep.equal([open, cached]);
    const own = { ...cached, cacheDataEncrypted: false };
    expect(await settingsOf({ ...cache, methodSettings: [own] })).to.deep.equal([own]);
  });

  it("looks for server errors in the access log by the name that the format gives the status, where it has one", async () => {
    const queryOf = async (format: string): Promise<unknown> => {
      const args = { restApi: { id: "a1", name: "Pets" }, dashboard: true, region: "us-east-1", accessLog: { format } };
      const ran = await run({ preview: false }, staged(args));
      const body = String(only(ran, ":Dashboard", "pets-dashboard").inputs.dashboardBody);
      const { widgets } = JSON.parse(body) as {
        widgets: { type: string; properties: { region: string; query?: string } }[];
      };
      expect(new Set(widgets.map(({ properties }) => properties.region))).to.deep.equal(new Set(["us-east-1"]));
      return widgets.find(({ type }) => type === "log")?.properties.query;
    };
    const query = (field: string): string =>
      `SOURCE 'API-Gateway-Access-Logs_a1/dev' | fields @timestamp, @message | filter ${field} like /^5/ | sort @timestamp desc | limit 50`;
    expect(await queryOf('{"id":"$context.requestId","status":"$context.status"}')).to.equal(query("status"));
    expect(await queryOf('{"id":"$context.requestId","http-status":"$context.status"}')).to.equal(
      query("`http-status`"),
    );
    expect(await queryOf("$context.requestId $context.status")).to.equal(undefined);
  });

  it("takes objects wherever an id or an ARN is meant, of this package or of another", async () => {
    const arn = (name: string): { readonly arn: pulumi.Output<string> } => ({ arn: pulumi.output(`arn:${name}`) });
    const ran = await run({ preview: true }, () => {
      const topics = [
        arn("topic"),
        { topicArn: pulumi.output("arn:native-topic") },
        "arn:text",
        pulumi.output("arn:later"),
      ];
      const domain: { domainName: pulumi.Output<string | undefined> } = {
        domainName: pulumi.output("api.example.com"),
      };
      return new LoggingStage("pets", {
        restApi: { id: pulumi.output("a1"), name: pulumi.output("Pets") },
        deployment: { id: pulumi.output("d1") },
        stageName: "dev",
        kmsKeyId: arn("key"),
        executionLog: { kmsKeyId: arn("execution-key") },
        accountRole: { roleArn: arn("role") },
        alarms: { actions: topics, okActions: pulumi.output(["arn:text"]) },
        webAcl: arn("acl"),
        basePath: { domainName: domain },
      });
    });
    expect(only(ran, ":LogGroup", "pets-access-logs").inputs.kmsKeyId).to.equal("arn:key");
    expect(only(ran, ":LogGroup", "pets-execution-logs").inputs.kmsKeyId).to.equal("arn:execution-key");
    expect(only(ran, ":AccountRole", "pets-account-role").inputs.roleArn).to.equal("arn:role");
    expect(only(ran, ":Alarm", "pets-5xx").inputs).to.deep.include({
      alarmActions: ["arn:topic", "arn:native-topic", "arn:text", "arn:later"],
      okActions: ["arn:text"],
    });
    expect(only(ran, ":WebACLAssociation", "pets-web-acl").inputs.webACLArn).to.equal("arn:acl");
    expect(only(ran, ":BasePathMapping", "pets-base-path").inputs.domainName).to.equal("api.example.com");
  });

  it("asks AWS for the API's name where the program does not tell it", async () => {
    const ran = await run({ preview: false }, staged({ alarms: { latencyP99: false, throttles: false } }));
    const api = ran.resources.find(({ name }) => name === "pets-api");
    expect(api?.type).to.equal("pulumi-nodejs:dynamic/apigateway:RestApi");
    expect(api?.raw).to.include({ __get: true });
    const told = await run(
      { preview: false },
      staged({ alarms: { apiName: "Pets", latencyP99: false, throttles: false } }),
    );
    expect(names(told)).to.deep.equal(["pets", "pets", "pets-5xx"]);
  });

  it("counts throttled requests by the name that the format gives the status, and says where it cannot", async () => {
    const format = (text: string): Partial<ApiStageArgs> => ({
      accessLog: { format: text },
      alarms: { apiName: "Pets" },
    });
    const own = await run({ preview: true }, staged(format('{"id":"$context.requestId","code":"$context.status"}')));
    expect(only(own, ":MetricFilter", "pets-throttled").inputs.filterPattern).to.equal('{ $.code = "429" }');
    const braced = await run({ preview: true }, staged(format('{"id":"$context.requestId","s":"${context.status}"}')));
    expect(only(braced, ":MetricFilter", "pets-throttled").inputs.filterPattern).to.equal('{ $.s = "429" }');
    for (const args of [format("$context.requestId $context.status"), { alarms: { apiName: "Pets" } }]) {
      const ran = await run({ preview: true }, staged(args));
      expect(ran.resources.some(({ type }) => type.endsWith(":MetricFilter"))).to.equal(false);
      expect(texts(ran)).to.deep.equal([
        "alarms.throttles: left out: API Gateway has no metric for throttled requests, and they can only be counted in a JSON access log. Fix: turn `accessLog` on with its own log group and a JSON format that has $context.status, or set it to false",
      ]);
    }
  });

  it("keeps log groups where the program says so, and takes them over when the stage comes back", async () => {
    const ran = await run({ preview: true }, () => new LoggingStage("pets", { restApi: "a1", stageName: "dev" }));
    for (const name of ["pets-access-logs", "pets-execution-logs"]) {
      expect(only(ran, ":LogGroup", name).inputs.adopt).to.equal(true);
    }
  });

  it("warns of what AWS takes and hardly anybody means", async () => {
    const warned = async (args: Partial<ApiStageArgs>): Promise<string[]> =>
      texts(await run({ preview: true }, staged({ accountRole: "ignore", executionLog: false, ...args })));
    expect(await warned({ methodSettings: { "GET /pets": { throttlingRateLimit: 0 } } })).to.deep.equal([
      "methodSettings: throttlingRateLimit 0 for GET /pets answers every request with 429. Fix: leave it out for no limit",
    ]);
    expect(await warned({ methodSettings: [{ ...ALL, throttlingBurstLimit: pulumi.output(0) }] })).to.deep.equal([
      "methodSettings: throttlingBurstLimit 0 for all methods answers every request with 429. Fix: leave it out for no limit",
    ]);
    expect(await warned({ methodSettings: { "*": { dataTraceEnabled: true } } })).to.deep.equal([
      "methodSettings: dataTraceEnabled for all methods writes whole requests and responses into the log, personal data and secrets included. Fix: switch it off when you have seen what you need",
    ]);
    expect(await warned({ cacheClusterEnabled: true })).to.deep.equal([
      'cacheClusterEnabled: a cache without `cacheClusterSize`: AWS takes the size it likes. Fix: set `cacheClusterSize`, for example to "0.5"',
    ]);
    const caching = { methodSettings: { "GET /": { cachingEnabled: true } } };
    for (const off of [{}, { cacheClusterEnabled: false }, { cacheClusterEnabled: pulumi.output(false) }]) {
      expect(await warned({ ...caching, ...off })).to.deep.equal([
        "methodSettings: cachingEnabled has no effect, as the stage has no cache. Fix: set `cacheClusterEnabled` and `cacheClusterSize`",
      ]);
    }
    expect(await warned({ cacheClusterSize: "0.5" })).to.deep.equal([
      "cacheClusterSize: a size alone makes no cache: AWS keeps it switched off. Fix: set `cacheClusterEnabled: true` as well",
    ]);
    expect(await warned({ ...caching, cacheClusterEnabled: true, cacheClusterSize: "0.5" })).to.deep.equal([]);
    expect(await warned({ cacheClusterEnabled: false, cacheClusterSize: "0.5" })).to.deep.equal([]);
    expect(await warned({ methodSettings: { "*": { throttlingRateLimit: 1 } } })).to.deep.equal([]);
  });

  it("holds the paths of method settings against the API's document", async () => {
    const body = { openapi: "3.0.1", paths: { "/pets/{id}": {}, "/owners": {} } };
    const warned = async (document: unknown, key: string, parameters?: Record<string, string>): Promise<string[]> =>
      texts(
        await run({ preview: true }, () => {
          const more = parameters === undefined ? {} : { parameters };
          const restApi = new apigateway.RestApi("api", { body: document as string, ...more });
          return new ApiStage("pets", {
            restApi,
            stageName: "dev",
            methodSettings: { [key]: { metricsEnabled: true } },
          });
        }),
      );
    for (const document of [body, JSON.stringify(body), pulumi.output(body)]) {
      for (const key of ["*", "/", "GET /pets", "GET /pets/{id}", "/owners"]) {
        expect(await warned(document, key), key).to.deep.equal([]);
      }
      expect(await warned(document, "GET /pet/{id}")).to.deep.equal([
        'methodSettings: the API has no path "/pet/{id}", so these settings apply to nothing. Did you mean "/pets/{id}"?',
      ]);
    }
    expect(await warned("openapi: 3.0.1", "GET /pet/{id}")).to.deep.equal([]);
    // A base path may be put in front of the document's paths.
    expect(await warned(body, "GET /v1/pets", { basepath: "prepend" })).to.deep.equal([]);
  });

  it("holds the paths of method settings against the API's methods, where all are of this package", async () => {
    const warned = async (key: string, ...others: readonly unknown[]): Promise<string[]> =>
      texts(
        await run({ preview: true }, () => {
          const api = new apigateway.RestApi("api", { name: "pets" });
          const resource = (name: string, pathPart: string, parentId: pulumi.Input<string>): apigateway.Resource =>
            new apigateway.Resource(name, { restApiId: api.id, parentId, pathPart });
          const pet = resource("pet", "{id}", resource("pets", "pets", api.rootResourceId).resourceId);
          const rest = { restApiId: api.id, httpMethod: "GET", integration: { type: "MOCK" } };
          const methods = [
            new apigateway.Method("get", { ...rest, resourceId: pet.resourceId }),
            new apigateway.Method("root", { ...rest, resourceId: api.rootResourceId }),
            ...others,
          ];
          const restApi = { id: api.id, methods };
          return new ApiStage("s", { restApi, stageName: "dev", methodSettings: { [key]: { metricsEnabled: true } } });
        }),
      );
    for (const key of ["*", "/", "GET /pets", "GET /pets/{id}"]) expect(await warned(key), key).to.deep.equal([]);
    expect(await warned("GET /pet/{id}")).to.deep.equal([
      'methodSettings: the API has no path "/pet/{id}", so these settings apply to nothing. Did you mean "/pets/{id}"?',
    ]);
    expect(await warned("GET /pet/{id}", { path: "unknown" })).to.deep.equal([]);
  });

  it("refuses keys that are no paths, with what was meant", async () => {
    const refused = async (key: string): Promise<string> => {
      try {
        await run({ preview: true }, staged({ methodSettings: { [key]: {} } }));
        return "taken";
      } catch (error) {
        expect(pulumi.RunError.isInstance(error)).to.equal(true);
        return /got .*$/.exec((error as Error).message)?.[0] ?? "";
      }
    };
    expect(await refused("get /pets")).to.equal('got "get /pets". Fix: write "GET /pets"');
    expect(await refused("GET pets")).to.equal('got "GET pets". Fix: write "GET /pets"');
    expect(await refused("pets")).to.equal('got "pets". Fix: write "/pets"');
    expect(await refused("FETCH /pets")).to.match(/^got "FETCH \/pets"/);
  });

  it("refuses a certificate and a documentation version that are given twice", async () => {
    const args: readonly Partial<ApiStageArgs>[] = [
      { clientCertificate: true, clientCertificateId: "c1" },
      { documentation: { version: "1" }, documentationVersion: "1" },
    ];
    for (const one of args) {
      const failed = await run({ preview: true }, staged(one)).catch((error: unknown) => error as Error);
      expect((failed as Error).message).to.match(
        /^(\w+): expected either `\1` or `\w+`, got both\. Fix: remove one of them$/,
      );
    }
  });
});
