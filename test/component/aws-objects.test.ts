import * as aws from "@pulumi/aws/apigateway";
import { CompositeAlarm, LogGroup, MetricAlarm } from "@pulumi/aws/cloudwatch";
import { Role } from "@pulumi/aws/iam";
import { FirehoseDeliveryStream } from "@pulumi/aws/kinesis";
import { Key } from "@pulumi/aws/kms";
import { Topic } from "@pulumi/aws/sns";
import { WebAcl } from "@pulumi/aws/wafv2";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, CanaryStage, LoggingStage, type ApiStageArgs } from "../../index";
import { MODES, only, recordRequests, run, valueOf, type Mode, type Run } from "./mocked";

const arn = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;

/** What AWS fills in, as `@pulumi/aws` writes it into its outputs. */
const OUTPUTS = {
  api: { arn: "arn:aws:apigateway:eu-west-1::/restapis/api123", rootResourceId: "root" },
  lines: { arn: arn("logs", "log-group:lines") },
  starred: { arn: arn("logs", "log-group:starred:*") },
  stream: { arn: arn("firehose", "deliverystream/amazon-apigateway-lines") },
  key: { arn: arn("kms", "key/k1"), keyId: "k1" },
  certificate: { arn: "arn:aws:apigateway:eu-west-1::/clientcertificates/certificate-id" },
  plan: { arn: "arn:aws:apigateway:eu-west-1::/usageplans/plan-id" },
  acl: { arn: arn("wafv2", "regional/webacl/acl/w1") },
  topic: { arn: arn("sns", "topic"), name: "topic" },
  role: { arn: "arn:aws:iam::123456789012:role/logs" },
  "made-up": { arn: arn("cloudwatch", "alarm:made-up-f00"), name: "made-up-f00" },
};

const named = (): aws.RestApi => new aws.RestApi("api", { name: "Pets" });
/** The program and its run, with an API of `@pulumi/aws` unless the arguments say otherwise. */
const staged = (mode: Mode, args: (api: aws.RestApi) => Partial<ApiStageArgs>): Promise<Run<ApiStage>> =>
  run(
    mode,
    () => {
      const restApi = named();
      return new ApiStage("pets", { restApi, stageName: "dev", deploymentId: "d1", ...args(restApi) });
    },
    OUTPUTS,
  );

/** The trigger that makes a deployment anew when it changes; undefined where there is none. */
async function triggerOf(mode: Mode, program: () => unknown): Promise<unknown> {
  const { result: requests } = await run(
    mode,
    () => {
      const recorded = recordRequests("registerResource");
      program();
      return recorded;
    },
    OUTPUTS,
  );
  const made = requests.find((one) => one.getName() === "pets-deployment");
  return made?.getReplacementTrigger()?.toJavaScript();
}

// The objects are the package's own; what AWS fills in is written down here, as its plugin does not run.
describe("objects of @pulumi/aws", () => {
  for (const mode of MODES) {
    const ifKnown = (value: unknown): unknown => (mode.preview ? "unknown" : value);

    describe(mode.title, () => {
      it("an API gives its id to whatever belongs to it, and its name to the alarms", async () => {
        const ran = await run(
          mode,
          () =>
            new ApiStage("pets", {
              restApi: named(),
              stageName: "dev",
              accessLog: {},
              documentation: { version: "1" },
              usagePlan: {},
              basePath: { domainName: new aws.DomainName("domain", { domainName: "api.example.com" }) },
              alarms: { latencyP99: false, throttles: false },
            }),
          OUTPUTS,
        );
        const restApiId = ifKnown("api123");
        expect(only(ran, "apigateway:Deployment", "pets-deployment").inputs).to.deep.equal({ restApiId });
        expect(only(ran, "apigateway:Stage", "pets").inputs).to.deep.include({ restApiId, stageName: "dev" });
        expect(only(ran, "logs:LogGroup", "pets-access-logs").inputs).to.deep.equal({
          logGroupName: ifKnown("API-Gateway-Access-Logs_api123/dev"),
          retentionInDays: 90,
        });
        expect(only(ran, ":DocumentationVersion", "pets-documentation").inputs).to.deep.equal({
          restApiId,
          documentationVersion: "1",
        });
        expect(only(ran, ":UsagePlan", "pets-usage-plan").inputs).to.deep.equal({
          apiStages: [{ apiId: restApiId, stage: "dev" }],
        });
        expect(only(ran, ":BasePathMapping", "pets-base-path").inputs).to.deep.equal({
          domainName: "api.example.com",
          restApiId,
          stage: "dev",
        });
        expect(only(ran, ":Alarm", "pets-5xx").inputs.dimensions).to.deep.equal([
          { name: "ApiName", value: "Pets" },
          { name: "Stage", value: "dev" },
        ]);
        expect(ran.resources.some(({ name }) => name === "pets-api")).to.equal(false);
      });

      it("a deployment, a client certificate and a documentation version give their ids", async () => {
        const ran = await staged(mode, ({ id }) => ({
          deploymentId: undefined,
          deployment: new aws.Deployment("deployed", { restApi: id }),
          clientCertificateId: new aws.ClientCertificate("certificate"),
          documentationVersion: new aws.DocumentationVersion("documentation", { restApiId: id, version: "1.2" }),
        }));
        expect(only(ran, "apigateway:Stage", "pets").inputs).to.deep.equal({
          restApiId: ifKnown("api123"),
          stageName: "dev",
          deploymentId: ifKnown("deployed-id"),
          clientCertificateId: ifKnown("certificate-id"),
          documentationVersion: "1.2",
        });
        expect(ran.result.deployment).to.equal(undefined);
        const findings = await valueOf(ran.result.compliance);
        if (findings === "unknown") throw new Error("not known");
        expect(findings.find(({ id }) => id === "APIGateway.2")!.status).to.equal("met");
      });

      it("a log group and a Firehose stream give their ARNs as API Gateway takes them", async () => {
        const destinations = [
          [() => new LogGroup("lines"), "logs:eu-west-1:123456789012:log-group:lines"],
          [() => new LogGroup("starred"), "logs:eu-west-1:123456789012:log-group:starred"],
          [
            () => new FirehoseDeliveryStream("stream", { destination: "extended_s3", name: "amazon-apigateway-lines" }),
            "firehose:eu-west-1:123456789012:deliverystream/amazon-apigateway-lines",
          ],
        ] as const;
        for (const [make, told] of destinations) {
          const ran = await staged(mode, () => ({
            accessLog: { destination: make(), format: "$context.requestId" },
          }));
          expect(only(ran, "apigateway:Stage", "pets").inputs).to.deep.equal({
            restApiId: ifKnown("api123"),
            stageName: "dev",
            deploymentId: "d1",
            accessLogSetting: { destinationArn: ifKnown(`arn:aws:${told}`), format: "$context.requestId" },
          });
          expect(ran.result.logGroup).to.equal(undefined);
        }
      });

      it("a key, a role, a web ACL and topics give their ARNs", async () => {
        const ran = await run(
          mode,
          () => {
            const topic = new Topic("topic");
            return new LoggingStage("pets", {
              restApi: named(),
              stageName: "dev",
              deploymentId: "d1",
              kmsKeyId: new Key("key"),
              accountRole: { roleArn: new Role("role", { assumeRolePolicy: "{}" }) },
              webAcl: new WebAcl("acl", {
                scope: "REGIONAL",
                defaultAction: { allow: {} },
                visibilityConfig: { cloudwatchMetricsEnabled: false, metricName: "m", sampledRequestsEnabled: false },
              }),
              alarms: { actions: [topic], okActions: pulumi.output([topic.arn]), throttles: false },
            });
          },
          OUTPUTS,
        );
        const kmsKeyId = ifKnown(OUTPUTS.key.arn);
        const kept = { retentionInDays: 90, kmsKeyId, adopt: true };
        expect(only(ran, "logs:LogGroup", "pets-access-logs").inputs).to.deep.equal({
          logGroupName: ifKnown("API-Gateway-Access-Logs_api123/dev"),
          ...kept,
        });
        expect(only(ran, "logs:LogGroup", "pets-execution-logs").inputs).to.deep.equal({
          logGroupName: ifKnown("API-Gateway-Execution-Logs_api123/dev"),
          ...kept,
        });
        expect(only(ran, ":AccountRole", "pets-account-role").inputs).to.deep.equal({
          roleArn: ifKnown(OUTPUTS.role.arn),
        });
        expect(only(ran, ":WebACLAssociation", "pets-web-acl").inputs).to.deep.equal({
          resourceArn: ifKnown("arn:pets"),
          webACLArn: ifKnown(OUTPUTS.acl.arn),
        });
        for (const name of ["pets-5xx", "pets-latency"]) {
          const { alarmActions, okActions } = only(ran, ":Alarm", name).inputs;
          expect(alarmActions).to.deep.equal([ifKnown(OUTPUTS.topic.arn)]);
          expect(okActions).to.deep.equal(ifKnown([OUTPUTS.topic.arn]));
        }
      });

      it("alarms in a gate are asked for by their names, also by one that AWS made up", async () => {
        const metric = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 };
        const ran = await run(
          mode,
          () =>
            new CanaryStage("pets", {
              restApi: named(),
              stageName: "dev",
              phase: "shift",
              gate: {
                alarms: [
                  new MetricAlarm("errors", { name: "pets-errors", ...metric }),
                  new MetricAlarm("made-up", metric),
                  new CompositeAlarm("all", { alarmName: "pets-all", alarmRule: "ALARM(pets-errors)" }),
                ],
              },
            }),
          OUTPUTS,
        );
        const { release } = only(ran, "apigateway:Stage", "pets").inputs as { release: { gate: unknown } };
        expect(release.gate).to.deep.equal({ alarms: ["pets-errors", ifKnown("made-up-f00"), "pets-all"] });
      });

      it("deployments are the stable one and the candidate of a release, and of a plain canary", async () => {
        const make = (args: object) => (): CanaryStage => {
          const restApi = named();
          const [deployment, candidate] = ["blue", "green"].map((name) => new aws.Deployment(name, { restApi }));
          return new CanaryStage("pets", { restApi, stageName: "dev", deployment, candidate, ...args });
        };
        const [blue, green] = [ifKnown("blue-id"), ifKnown("green-id")];
        const plain = only(await run(mode, make({})), "apigateway:Stage", "pets").inputs;
        expect(plain).to.deep.include({ deploymentId: blue });
        expect(plain.canarySetting).to.deep.equal({ deploymentId: green, percentTraffic: 10, useStageCache: false });
        const released = only(await run(mode, make({ phase: "shift" })), "apigateway:Stage", "pets").inputs;
        expect(released.release).to.deep.equal({ candidate: green, initial: blue, phase: "shift" });
      });
    });
  }

  it("an API's body is a content: another body, another deployment; the same one, the same", async () => {
    const program = (body: string, description: string) => () =>
      new ApiStage("pets", { restApi: new aws.RestApi("api", { name: "Pets", body, description }), stageName: "dev" });
    for (const mode of MODES) {
      const [first, same, other] = [
        await triggerOf(mode, program('{"openapi":"3.0.1"}', "one")),
        await triggerOf(mode, program('{"openapi":"3.0.1"}', "two")),
        await triggerOf(mode, program('{"openapi":"3.0.2"}', "one")),
      ];
      expect(first).to.match(/^[0-9a-f]{64}$/);
      expect(same).to.equal(first);
      expect(other)
        .to.match(/^[0-9a-f]{64}$/)
        .and.not.to.equal(first);
    }
  });

  it("an API without a body shows no new deployment in a preview, which does not know that there is none", async () => {
    const program = (): ApiStage => new ApiStage("pets", { restApi: named(), stageName: "dev" });
    expect(await triggerOf({ preview: true }, program)).to.equal(null);
    expect(await triggerOf({ preview: false }, program)).to.match(/^[0-9a-f]{64}$/);
  });

  it("a method in `redeployOn` is a content, and is there before the deployment", async () => {
    const program = (httpMethod: string) => (): ApiStage => {
      const api = named();
      const common = { restApi: api.id, resourceId: api.rootResourceId };
      const method = new aws.Method("method", { ...common, httpMethod, authorization: "NONE" });
      return new ApiStage("pets", { restApi: api, stageName: "dev", redeployOn: [method] });
    };
    const update = { preview: false };
    expect(await triggerOf(update, program("GET"))).to.equal(await triggerOf(update, program("GET")));
    expect(await triggerOf(update, program("GET"))).to.not.equal(await triggerOf(update, program("POST")));
    const { result: requests } = await run(update, () => {
      const recorded = recordRequests("registerResource");
      program("GET")();
      return recorded;
    });
    const made = requests.find((one) => one.getName() === "pets-deployment")!;
    expect(made.getDependenciesList().map((urn) => urn.split("::").at(-1))).to.include.members(["method", "api"]);
  });

  it("a usage plan of another package takes the stage by the component's outputs", async () => {
    const tied = await run(
      { preview: false },
      () => {
        const stage = new ApiStage("pets", { restApi: named(), stageName: "dev", deploymentId: "d1" });
        return new aws.UsagePlan("plan", { apiStages: [{ apiId: stage.restApiId, stage: stage.stageName }] });
      },
      OUTPUTS,
    );
    expect(only(tied, ":UsagePlan", "plan").inputs.apiStages).to.deep.equal([{ apiId: "api123", stage: "dev" }]);
  });
});

/**
 * A resource as `@pulumi/aws-native` makes them, which is too large to be installed here: all outputs are there from the
 * beginning. The members below are those of its type declarations, version 1.79.0 (`apigateway/restApi.d.ts` and so on).
 */
class Native extends pulumi.CustomResource {
  constructor(type: string, name: string, outputs: readonly string[], inputs: object = {}) {
    const none = Object.fromEntries(outputs.map((key) => [key, undefined]));
    super(`aws-native:${type}`, name, { ...none, ...inputs });
  }
}

type Text = pulumi.Output<string>;
type MaybeText = pulumi.Output<string | undefined>;

/** A class of `@pulumi/aws-native`, by its outputs. */
const declared =
  <Outputs>(type: string, outputs: readonly (keyof Outputs & string)[]) =>
  (name: string, inputs: object = {}) =>
    new Native(type, name, outputs, inputs) as Native & Readonly<Outputs>;

const native = {
  RestApi: declared<{ body: pulumi.Output<unknown>; name: MaybeText; restApiId: Text }>("apigateway:RestApi", [
    "body",
    "name",
    "restApiId",
  ]),
  Deployment: declared<{ deploymentId: Text; restApiId: Text }>("apigateway:Deployment", ["deploymentId", "restApiId"]),
  ClientCertificate: declared<{ clientCertificateId: Text }>("apigateway:ClientCertificate", ["clientCertificateId"]),
  DocumentationVersion: declared<{ documentationVersion: Text }>("apigateway:DocumentationVersion", [
    "documentationVersion",
  ]),
  DomainName: declared<{ domainName: MaybeText; domainNameArn: Text }>("apigateway:DomainName", [
    "domainName",
    "domainNameArn",
  ]),
  LogGroup: declared<{ arn: Text; logGroupName: MaybeText }>("logs:LogGroup", ["arn", "logGroupName"]),
  Topic: declared<{ topicArn: Text; topicName: MaybeText }>("sns:Topic", ["topicArn", "topicName"]),
  Alarm: declared<{ alarmName: MaybeText; arn: Text }>("cloudwatch:Alarm", ["alarmName", "arn"]),
  /** `kinesisfirehose.DeliveryStream`, `kms.Key`, `wafv2.WebAcl`, `iam.Role`: of these only the ARN is looked at. */
  withArn: (type: string, name: string) => declared<{ arn: Text }>(type, ["arn"])(name),
};

/** What AWS fills in, as Cloud Control gives it. */
const NATIVE_OUTPUTS = {
  api: { restApiId: "api123" },
  stable: { deploymentId: "dep1" },
  candidate: { deploymentId: "dep2" },
  certificate: { clientCertificateId: "c1" },
  lines: { arn: `${arn("logs", "log-group:lines")}:*`, logGroupName: "lines" },
  stream: OUTPUTS.stream,
  key: OUTPUTS.key,
  acl: OUTPUTS.acl,
  role: OUTPUTS.role,
  topic: { topicArn: OUTPUTS.topic.arn },
  "made-up": { arn: OUTPUTS["made-up"].arn },
};

// Does not prove that the declarations stay what they are in other versions than that named above.
describe("objects of @pulumi/aws-native", () => {
  for (const mode of MODES) {
    const ifKnown = (value: unknown): unknown => (mode.preview ? "unknown" : value);

    it(`give their ids and ARNs wherever one is meant ${mode.title}`, async () => {
      const ran = await run(
        mode,
        () => {
          const restApi = native.RestApi("api", { name: "Pets", body: { openapi: "3.0.1" } });
          return new LoggingStage("pets", {
            restApi,
            stageName: "dev",
            deployment: native.Deployment("stable"),
            clientCertificateId: native.ClientCertificate("certificate"),
            documentationVersion: native.DocumentationVersion("documentation", { documentationVersion: "1.2" }),
            accessLog: { destination: native.LogGroup("lines"), format: "$context.requestId" },
            executionLog: { kmsKeyId: native.withArn("kms:Key", "key") },
            accountRole: { roleArn: native.withArn("iam:Role", "role") },
            webAcl: native.withArn("wafv2:WebAcl", "acl"),
            basePath: { domainName: native.DomainName("domain", { domainName: "api.example.com" }) },
            alarms: { actions: [native.Topic("topic")], latencyP99: false, throttles: false },
          });
        },
        NATIVE_OUTPUTS,
      );
      expect(only(ran, "dynamic/apigateway:Stage", "pets").inputs).to.deep.include({
        restApiId: ifKnown("api123"),
        deploymentId: ifKnown("dep1"),
        clientCertificateId: ifKnown("c1"),
        documentationVersion: "1.2",
        accessLogSetting: { destinationArn: ifKnown(arn("logs", "log-group:lines")), format: "$context.requestId" },
      });
      expect(only(ran, "dynamic/logs:LogGroup", "pets-execution-logs").inputs).to.deep.equal({
        logGroupName: ifKnown("API-Gateway-Execution-Logs_api123/dev"),
        retentionInDays: 90,
        kmsKeyId: ifKnown(OUTPUTS.key.arn),
        adopt: true,
      });
      expect(only(ran, ":AccountRole", "pets-account-role").inputs.roleArn).to.equal(ifKnown(OUTPUTS.role.arn));
      expect(only(ran, ":WebACLAssociation", "pets-web-acl").inputs.webACLArn).to.equal(ifKnown(OUTPUTS.acl.arn));
      expect(only(ran, ":BasePathMapping", "pets-base-path").inputs.domainName).to.equal("api.example.com");
      const { alarmActions, dimensions } = only(ran, ":Alarm", "pets-5xx").inputs;
      expect(alarmActions).to.deep.equal([ifKnown(OUTPUTS.topic.arn)]);
      expect(dimensions).to.deep.equal([
        { name: "ApiName", value: "Pets" },
        { name: "Stage", value: "dev" },
      ]);
    });

    it(`are what a release is made of, and a Firehose stream takes its log ${mode.title}`, async () => {
      const ran = await run(
        mode,
        () =>
          new CanaryStage("pets", {
            restApi: native.RestApi("api", { name: "Pets" }),
            stageName: "dev",
            deployment: native.Deployment("stable"),
            candidate: native.Deployment("candidate"),
            phase: "shift",
            gate: { alarms: [native.Alarm("errors", { alarmName: "pets-errors" }), native.Alarm("made-up", {})] },
            accessLog: { destination: native.withArn("kinesisfirehose:DeliveryStream", "stream") },
          }),
        NATIVE_OUTPUTS,
      );
      const { accessLogSetting, release } = only(ran, "dynamic/apigateway:Stage", "pets").inputs as {
        readonly accessLogSetting: { readonly destinationArn: string };
        readonly release: object;
      };
      expect(accessLogSetting.destinationArn).to.equal(ifKnown(OUTPUTS.stream.arn));
      expect(release).to.deep.equal({
        initial: ifKnown("dep1"),
        candidate: ifKnown("dep2"),
        phase: "shift",
        gate: { alarms: ["pets-errors", ifKnown("made-up-f00")] },
      });
    });

    it(`an API's body is a content, which brings another deployment when it is another ${mode.title}`, async () => {
      const program = (openapi: string) => (): ApiStage =>
        new ApiStage("pets", { restApi: native.RestApi("api", { body: { openapi } }), stageName: "dev" });
      const [first, same, other] = [
        await triggerOf(mode, program("3.0.1")),
        await triggerOf(mode, program("3.0.1")),
        await triggerOf(mode, program("3.0.2")),
      ];
      expect(first).to.match(/^[0-9a-f]{64}$/);
      expect(same).to.equal(first);
      expect(other)
        .to.match(/^[0-9a-f]{64}$/)
        .and.not.to.equal(first);
    });
  }
});

/** What the compiler says of objects where the component makes such a thing itself; nothing in it runs. */
export function objectsOfWhatTheComponentMakesDoNotCompile(restApi: aws.RestApi, plan: aws.UsagePlan): void {
  // @ts-expect-error a plan that is there takes the stage, not the other way round
  new ApiStage("a", { restApi, usagePlan: plan });
  // @ts-expect-error one that is there is given by `clientCertificateId`
  new ApiStage("a", { restApi, clientCertificate: new aws.ClientCertificate("a") });
  // @ts-expect-error one that is there is given by `documentationVersion`
  new ApiStage("a", { restApi, documentation: new aws.DocumentationVersion("a", { restApiId: "a1", version: "1" }) });
  // @ts-expect-error a log group that is there is a `destination`
  new ApiStage("a", { restApi, accessLog: new LogGroup("a") });
}
