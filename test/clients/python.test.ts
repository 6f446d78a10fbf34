import path from "node:path";

import { expect } from "chai";

import { startEmulator, type Emulator } from "../../emulator";
import { pythonClients, runPython } from "../support/python";

type Json = Record<string, unknown>;
type Results = Record<string, Record<string, unknown>>;

const api = "abcdefghij";
const stage = "AWS::ApiGateway::Stage";

/** One life each; `createOnly` is a patch that AWS must refuse. */
const plans = [
  {
    name: "stage",
    type: stage,
    desired: { RestApiId: api, StageName: "prod", DeploymentId: "dep123" },
    identifier: `${api}|prod`,
    patch: [{ op: "add", path: "/Description", value: "by boto3" }],
    createOnly: [{ op: "replace", path: "/StageName", value: "other" }],
    scope: { RestApiId: api },
  },
  {
    name: "logGroup",
    type: "AWS::Logs::LogGroup",
    desired: { LogGroupName: "/boto3/group", RetentionInDays: 7 },
    identifier: "/boto3/group",
    patch: [{ op: "replace", path: "/RetentionInDays", value: 14 }],
    createOnly: [{ op: "replace", path: "/LogGroupName", value: "other" }],
  },
  {
    name: "bucket",
    type: "AWS::S3::Bucket",
    desired: { BucketName: "boto3-bucket" },
    identifier: "boto3-bucket",
    patch: [{ op: "add", path: "/Tags", value: [{ Key: "made", Value: "here" }] }],
    createOnly: [{ op: "replace", path: "/BucketName", value: "other" }],
  },
];

/** Texts without the ids that differ from run to run. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<uuid>")) as unknown;
}

function seed(emulator: Emulator): void {
  emulator.seed({ typeName: "AWS::ApiGateway::RestApi", model: { RestApiId: api, RootResourceId: "root", Name: "a" } });
  emulator.seed({ typeName: "AWS::ApiGateway::Deployment", model: { RestApiId: api, DeploymentId: "dep123" } });
  for (const n of [1, 2]) {
    emulator.seed({ typeName: stage, model: { RestApiId: api, StageName: `s${n}`, DeploymentId: "dep123" } });
    emulator.seed({ typeName: "AWS::Logs::LogGroup", model: { LogGroupName: `/seeded/${n}` } });
    emulator.seed({ typeName: "AWS::S3::Bucket", model: { BucketName: `seeded-${n}` } });
  }
}

/**
 * boto3 and the AWS CLI, which know nothing of us, against the local Cloud Control: their parsers, error classes,
 * waiters and paginators. Does not prove: anything about clients in other languages (`npm run conformance`).
 */
describe("The AWS clients of Python", () => {
  let emulator: Emulator;
  let results: Results;
  let bin: string | undefined;

  before(async function () {
    this.timeout(300_000);
    const python = pythonClients();
    if ("missing" in python) {
      if (process.env.CI === "true") throw new Error(`CI needs python3 with venv and pip: ${python.missing}`);
      console.log(`      left out: ${python.missing}`);
      this.skip();
    }
    bin = python.bin;
    emulator = await startEmulator({ seed: 3, latency: { create: 5, update: 5, delete: 5 } });
    seed(emulator);
    emulator.faults.add({ kind: "stuck", operation: "CREATE", typeName: "AWS::Logs::LogGroup", skip: 2 });
    emulator.faults.add({
      kind: "throttle",
      operation: "ListResources",
      typeName: "AWS::Logs::LogGroup",
      skip: 2,
      times: 9,
    });
    const script = path.join(__dirname, "python", "drive.py");
    const run = await runPython(
      path.join(python.bin, "python"),
      [script, emulator.endpoint, JSON.stringify(plans)],
      emulator.env(),
    );
    expect(run.code, run.stderr).to.equal(0);
    results = plain(JSON.parse(run.stdout)) as Results;
  });
  after(async () => {
    if (bin !== undefined) await emulator.close();
  });

  for (const { name, type, identifier, desired } of plans) {
    describe(`boto3 with ${type}`, () => {
      const event = (Operation: string, more: Json = {}): Json => {
        return { TypeName: type, Identifier: identifier, Operation, OperationStatus: "SUCCESS", ...more };
      };
      const said = (key: string): unknown => results[name]![key];

      it("creates, waits, reads, and is given the same request for the same token", () => {
        expect(said("created")).to.deep.equal(event("CREATE"));
        expect(said("read")).to.include(desired);
        expect(said("replayed")).to.deep.equal(event("CREATE"));
      });

      it("lists page by page", () => {
        const { pages, identifiers } = said("listed") as { pages: number; identifiers: string[] };
        expect(pages).to.equal(2);
        expect(identifiers).to.have.length(3).and.to.include(identifier);
      });

      it("updates and reads again", () => {
        expect(said("updated")).to.deep.equal(event("UPDATE"));
        expect(said("reread")).not.to.deep.equal(said("read"));
      });

      it("deletes, and then finds nothing", () => {
        expect(said("deleted")).to.deep.equal(event("DELETE"));
        expect(said("gone")).to.include({ class: "ResourceNotFoundException", status: 400 });
        expect(said("deletedTwice")).to.include({ class: "WaiterError", code: "NotFound" });
      });

      it("is refused in the classes that it has for it", () => {
        expect(said("duplicate")).to.include({ class: "WaiterError", code: "AlreadyExists" });
        expect(said("conflict")).to.deep.equal({
          class: "ClientTokenConflictException",
          code: "ClientTokenConflictException",
          message: `ClientToken token-${name} is already associated with an existing operation with RequestToken <uuid>`,
          status: 400,
        });
        expect(said("createOnly")).to.include({ class: "NotUpdatableException", status: 400 });
        expect(said("unknownProperty")).to.deep.equal({
          class: "ClientError",
          code: "ValidationException",
          message: "Model validation failed (#: extraneous key [Nope] is not permitted)",
          status: 400,
        });
      });
    });
  }

  it("boto3 tells apart what has nothing to do with a type", () => {
    expect(results.general).to.deep.equal({
      unknownType: {
        class: "TypeNotFoundException",
        code: "TypeNotFoundException",
        message: "The type 'AWS::Nope::Nope' cannot be found.",
        status: 400,
      },
      unknownRequest: {
        class: "RequestTokenNotFoundException",
        code: "RequestTokenNotFoundException",
        message: "Request with token nope was not found",
        status: 400,
      },
      deletions: plans.map(({ type }) => type).reverse(),
      concurrent: {
        class: "ConcurrentOperationException",
        code: "ConcurrentOperationException",
        message:
          "Another operation on the resource AWS::Logs::LogGroup with identifier stuck is in progress. RequestToken <uuid>",
        status: 400,
      },
      cancelled: {
        TypeName: "AWS::Logs::LogGroup",
        Identifier: "stuck",
        Operation: "CREATE",
        OperationStatus: "CANCEL_COMPLETE",
      },
      cancelledWait: "CANCEL_COMPLETE",
      throttled: { class: "ThrottlingException", code: "ThrottlingException", message: "Rate exceeded", status: 400 },
      scopeless: {
        class: "InvalidRequestException",
        code: "InvalidRequestException",
        message:
          "Missing or invalid ResourceModel property in AWS::ApiGateway::Stage list handler request input.Required property: (#: required key [RestApiId] not found)",
        status: 400,
      },
      parameters: {
        class: "ClientError",
        code: "ValidationException",
        message:
          "1 validation error detected: Value 'AWS::Not_A::Type' at 'typeName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}",
        status: 400,
      },
    });
    const lists = emulator.requests().filter((r) => r.operation === "ListResources" && r.outcome !== "ok");
    expect(
      lists.filter((r) => r.outcome === "ThrottlingException"),
      "tried three times",
    ).to.have.length(3);
  });

  describe("the AWS CLI", () => {
    const aws = async (...args: string[]): Promise<{ code: number | null; out: unknown; stderr: string }> => {
      const program = path.join(bin!, "python");
      const all = [path.join(bin!, "aws"), "cloudcontrol", "--endpoint-url", emulator.endpoint, "--output", "json"];
      const run = await runPython(program, [...all, ...args], { ...emulator.env(), AWS_MAX_ATTEMPTS: "1" });
      return {
        code: run.code,
        out: run.stdout.trim() === "" ? undefined : JSON.parse(run.stdout),
        stderr: run.stderr.trim(),
      };
    };

    before(() => {
      emulator.faults.clear();
    });

    it("lives a log group's life, its waiter included", async function () {
      this.timeout(120_000);
      const type = ["--type-name", "AWS::Logs::LogGroup"];
      const id = ["--identifier", "/cli"];
      const created = await aws("create-resource", ...type, "--desired-state", '{"LogGroupName":"/cli"}');
      const { ProgressEvent: event } = created.out as { ProgressEvent: { RequestToken: string; EventTime: number } };
      expect(event.EventTime, "seconds since the epoch, as on the wire").to.be.within(1.7e9, 2.5e9);
      expect((await aws("wait", "resource-request-success", "--request-token", event.RequestToken)).code).to.equal(0);
      const read = await aws("get-resource", ...type, ...id);
      const { Properties } = (read.out as { ResourceDescription: { Properties: string } }).ResourceDescription;
      expect((JSON.parse(Properties) as Json).Arn).to.equal("arn:aws:logs:us-east-1:000000000000:log-group:/cli:*");
      const patch = '[{"op":"add","path":"/RetentionInDays","value":1}]';
      expect((await aws("update-resource", ...type, ...id, "--patch-document", patch)).code).to.equal(0);
      const listed = await aws("list-resources", ...type, "--max-items", "1", "--query", "NextToken");
      expect(listed.out, "the CLI's own pagination").to.be.a("string");
      expect((await aws("delete-resource", ...type, ...id)).code).to.equal(0);
      const gone = await aws("get-resource", ...type, ...id);
      expect([gone.code, plain(gone.stderr)]).to.deep.equal([
        255,
        `An error occurred (ResourceNotFoundException) when calling the GetResource operation: AWS::Logs::LogGroup Handler returned status FAILED: Resource of type 'AWS::Logs::LogGroup' with identifier '{"/properties/LogGroupName":"/cli"}' was not found. (HandlerErrorCode: NotFound, RequestToken: <uuid>)`,
      ]);
    });
  });
});
