import { spawn } from "node:child_process";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import path from "node:path";

import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";

import { TYPESCRIPT } from "../support/typescript";
import { openBench, refusal, type Bench } from "./bench";
import { raw as send, unsigned, type Raw } from "./wire";

const authorization = unsigned;

function raw(bench: Bench, headers: Record<string, string>, body = "{}", method = "POST", url = "/"): Promise<Raw> {
  return send(bench.emulator.port, headers, body, method, url);
}

function call(bench: Bench, operation: string, body: string, more: Record<string, string> = {}): Promise<Raw> {
  return raw(bench, { authorization, "x-amz-target": `CloudApiService.${operation}`, ...more }, body);
}

/** The wire. Does not prove: signatures (safety.test.ts). */
describe("The server", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  it("listens on loopback only", async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address && !address.internal && address.family === "IPv4");
    if (!outside) return;
    const reached = await new Promise((resolve) => {
      const socket = connect(bench.emulator.port, outside.address, () => {
        resolve(true);
        socket.destroy();
      });
      socket.on("error", () => {
        resolve(false);
      });
    });
    expect(reached).to.equal(false);
  });

  it("answers awsJson1.0 at any path, with a request id and epoch times", async () => {
    const headers = { authorization, "x-amz-target": "CloudApiService.CreateResource" };
    const body = JSON.stringify({ TypeName: "AWS::Logs::LogGroup", DesiredState: "{}" });
    const answer = await raw(bench, headers, body, "POST", "/any/path?Action=CreateResource&Version=2021-09-30");
    expect(answer.status).to.equal(200);
    expect(answer.headers["content-type"]).to.equal("application/x-amz-json-1.0");
    expect(answer.headers["x-amzn-requestid"]).to.match(/^[0-9a-f-]{36}$/);
    const { ProgressEvent } = JSON.parse(answer.body) as { ProgressEvent: { EventTime: unknown } };
    expect(ProgressEvent.EventTime).to.be.a("number").and.to.be.within(1.5e9, 3e9);
  });

  const errors: readonly (readonly [string, Record<string, string>, string, string, string])[] = [
    [
      "a target that is none",
      { authorization, "x-amz-target": "CloudApiService.Nope" },
      "{}",
      "com.amazon.coral.service#UnknownOperationException",
      "",
    ],
    [
      "another service's target",
      { authorization, "x-amz-target": "DynamoDB_20120810.ListTables" },
      "{}",
      "com.amazon.coral.service#UnknownOperationException",
      "",
    ],
    ["no target", { authorization }, "{}", "com.amazon.coral.service#UnknownOperationException", ""],
    [
      "no signature",
      { "x-amz-target": "CloudApiService.GetResource" },
      "{}",
      "com.amazon.coral.service#MissingAuthenticationTokenException",
      "Missing Authentication Token",
    ],
    [
      "a bearer token",
      { authorization: "Bearer x", "x-amz-target": "CloudApiService.GetResource" },
      "{}",
      "com.amazon.coral.service#IncompleteSignatureException",
      "Bearer",
    ],
    [
      "half a signature",
      { authorization: "AWS4-HMAC-SHA256 Credential=a/b", "x-amz-target": "CloudApiService.GetResource" },
      "{}",
      "com.amazon.coral.service#IncompleteSignatureException",
      "requires 'Signature' parameter.",
    ],
    [
      "no JSON",
      { authorization, "x-amz-target": "CloudApiService.GetResource" },
      "{",
      "com.amazon.coral.service#SerializationException",
      "",
    ],
    [
      "a JSON list",
      { authorization, "x-amz-target": "CloudApiService.GetResource" },
      "[]",
      "com.amazon.coral.service#SerializationException",
      "",
    ],
    [
      "a number for a text",
      { authorization, "x-amz-target": "CloudApiService.GetResource" },
      '{"TypeName":1}',
      "com.amazon.coral.service#SerializationException",
      "NUMBER_VALUE",
    ],
    [
      "a missing member",
      { authorization, "x-amz-target": "CloudApiService.GetResource" },
      "{}",
      "com.amazon.coral.validate#ValidationException",
      "2 validation errors detected: Value null at 'typeName' failed to satisfy constraint: Member must not be null; Value null at 'identifier'",
    ],
    [
      "a type name that is none",
      { authorization, "x-amz-target": "CloudApiService.GetResource" },
      '{"TypeName":"not-a-type","Identifier":"a"}',
      "com.amazon.coral.validate#ValidationException",
      "1 validation error detected: Value 'not-a-type' at 'typeName' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
    ],
    [
      "an unknown type",
      { authorization, "x-amz-target": "CloudApiService.GetResource" },
      '{"TypeName":"AWS::Not::There","Identifier":"a"}',
      "com.amazon.cloudapiservice#TypeNotFoundException",
      "The type 'AWS::Not::There' cannot be found.",
    ],
  ];
  for (const [what, headers, body, type, text] of errors) {
    it(`answers ${what} with ${type.split("#")[1]!}`, async () => {
      const answer = await raw(bench, headers, body);
      const error = JSON.parse(answer.body) as { __type: string; message?: string; Message?: string };
      expect([answer.status, error.__type]).to.deep.equal([400, type]);
      expect(error.message ?? "").to.include(text);
      expect(error.message).to.equal(error.Message);
    });
  }

  it("refuses a body that is too large, and lives on", async () => {
    const answer = await call(bench, "CreateResource", "x".repeat(3 * 1024 * 1024));
    expect(answer.status).to.equal(413);
    const DesiredState = JSON.stringify({ LogGroupName: "x".repeat(262_144) });
    const long = await call(bench, "CreateResource", JSON.stringify({ TypeName: "AWS::Logs::LogGroup", DesiredState }));
    expect(long.body).to.include("less than or equal to 262144").and.not.to.include("xxx");
  });

  it("survives whatever it is sent", async () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    const odd = ["", "null", "0", '"x"', deep, `{"a":${deep}}`, '{"__proto__":{"x":1}}', "\u0000", '{"TypeName":{}}'];
    const states = [
      "",
      "null",
      "[]",
      "1",
      '{"__proto__":{"polluted":1}}',
      '{"LogGroupName":{"a":[]}}',
      deep,
      "{",
      '{"constructor":1}',
    ];
    for (const state of states) odd.push(JSON.stringify({ TypeName: "AWS::Logs::LogGroup", DesiredState: state }));
    for (const path of ["/__proto__/x", "/constructor/prototype/x", "/~2", "//", "/Tags/-1", "/toString"]) {
      const PatchDocument = JSON.stringify([{ op: "add", path, value: 1 }]);
      odd.push(JSON.stringify({ TypeName: "AWS::Logs::LogGroup", Identifier: "odd", PatchDocument }));
    }
    for (const Identifier of ["{", "{}", '{"a":1}', "|", "a|b|c", '["x"]', "__proto__"]) {
      odd.push(JSON.stringify({ TypeName: "AWS::ApiGateway::Stage", Identifier, ResourceModel: Identifier }));
    }
    await bench.created("AWS::Logs::LogGroup", { LogGroupName: "odd" });
    const names = ["CreateResource", "UpdateResource", "DeleteResource", "GetResource", "ListResources"];
    const more = ["GetResourceRequestStatus", "ListResourceRequests", "CancelResourceRequest"];
    for (const name of [...names, ...more]) {
      for (const body of odd) {
        const answer = await call(bench, name, body);
        expect(answer.status, `${name} ${body.slice(0, 80)} ${answer.body}`).to.be.oneOf([200, 400]);
      }
    }
    bench.settle();
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
    await bench.created("AWS::Logs::LogGroup", { LogGroupName: "still-alive" });
  });

  it("says who calls, to STS clients", async () => {
    const credentials = { accessKeyId: "444444444444", secretAccessKey: "x" };
    const sts = new STSClient({ endpoint: bench.emulator.endpoint, region: "eu-west-1", credentials });
    const who = await sts.send(new GetCallerIdentityCommand({}));
    expect([who.Account, who.Arn]).to.deep.equal(["444444444444", "arn:aws:iam::444444444444:user/emulator"]);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await raw(bench, form, "Action=GetCallerIdentity")).body).to.include("MissingAuthenticationToken");
    expect((await raw(bench, { ...form, authorization }, "Action=<x>")).body).to.include("&#60;x&#62;");
    sts.destroy();
  });

  it("gives sessions in roles, whose account is the role's", async () => {
    const credentials = { accessKeyId: "444444444444", secretAccessKey: "x" };
    const at = { endpoint: bench.emulator.endpoint, region: "eu-west-1" };
    const sts = new STSClient({ ...at, credentials });
    const role = { RoleArn: "arn:aws:iam::555555555555:role/ops", RoleSessionName: "me" };
    const { Credentials: made, AssumedRoleUser: user } = await sts.send(new AssumeRoleCommand(role));
    expect(user?.Arn).to.equal("arn:aws:sts::555555555555:assumed-role/ops/me");
    const session = new STSClient({
      ...at,
      credentials: { accessKeyId: made?.AccessKeyId ?? "", secretAccessKey: made?.SecretAccessKey ?? "" },
    });
    expect((await session.send(new GetCallerIdentityCommand({}))).Account).to.equal("555555555555");
    expect(
      await refusal(sts.send(new AssumeRoleCommand({ ...role, RoleArn: "arn:aws:iam::5:role/ops-and-more" }))),
    ).to.match(/^ValidationError/);
    sts.destroy();
    session.destroy();
  });

  it("keeps a log of calls that holds no values", async () => {
    await bench.created("AWS::Logs::LogGroup", { LogGroupName: "logged", Tags: [{ Key: "k", Value: "confidential" }] });
    const [last] = bench.emulator
      .requests()
      .filter((r) => r.operation === "CreateResource")
      .slice(-1);
    expect(last).to.include({ typeName: "AWS::Logs::LogGroup", outcome: "ok", account: "000000000000", status: 200 });
    expect(last!.requestToken).to.match(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(bench.emulator.requests())).not.to.include("confidential");
  });
});

/** The admin calls, as another process uses them. */
describe("An admin call", () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench.close());

  const admin = async (method: string, url: string, body: unknown = {}, headers = {}): Promise<[number, unknown]> => {
    const answer = await raw(bench, headers, JSON.stringify(body), method, url);
    return [answer.status, JSON.parse(answer.body)];
  };
  const typeName = "AWS::Logs::LogGroup";

  it("is refused to web pages", async () => {
    expect((await admin("GET", "/_/health", {}, { origin: "http://localhost" }))[0]).to.equal(403);
    expect((await admin("GET", "/_/health", {}, { host: "attacker.example" }))[0]).to.equal(403);
    expect((await admin("GET", "/_/health"))[0]).to.equal(200);
  });

  it("seeds, shows, edits and removes resources", async () => {
    const place = { typeName, identifier: "seeded", account: "555555555555", region: "eu-west-1" };
    await admin("POST", "/_/resources", { ...place, model: { LogGroupName: "seeded", RetentionInDays: 1 } });
    const patch = [{ op: "replace", path: "/RetentionInDays", value: 3 }];
    expect((await admin("PATCH", "/_/resources", { ...place, patch }))[0]).to.equal(200);
    const there = bench.as("555555555555", "eu-west-1");
    expect((await there.read(typeName, "seeded")).RetentionInDays).to.equal(3);
    await admin("PUT", "/_/resources", { ...place, model: { LogGroupName: "seeded" } });
    expect(await there.read(typeName, "seeded")).to.deep.equal({ LogGroupName: "seeded" });
    expect(JSON.stringify(await admin("GET", "/_/resources"))).to.include('"identifier":"seeded"');
    await admin("DELETE", "/_/resources", place);
    expect(await refusal(there.read(typeName, "seeded"))).to.match(/^ResourceNotFoundException/);
    expect((await admin("DELETE", "/_/resources", place))[0]).to.equal(404);
  });

  it("arms and clears faults, and moves the clock", async () => {
    expect(await admin("POST", "/_/faults", { kind: "throttle" })).to.deep.equal([200, { id: 1 }]);
    expect((await admin("POST", "/_/faults", { kind: "nonsense" }))[0]).to.equal(400);
    await admin("DELETE", "/_/faults");
    expect(await admin("GET", "/_/faults")).to.deep.equal([200, []]);
    const before = bench.emulator.clock.now();
    await admin("POST", "/_/clock/advance", { ms: 1000 });
    expect(bench.emulator.clock.now()).to.equal(before + 1000);
  });

  it("that is unknown or broken is answered", async () => {
    expect((await admin("GET", "/_/nothing"))[0]).to.equal(404);
    expect((await raw(bench, {}, "{", "POST", "/_/faults")).status).to.equal(400);
    expect((await admin("POST", "/_/resources", { typeName, model: {} }))[0]).to.equal(400);
  });
});

/** The emulator as a process of its own. */
describe("The emulator's command", () => {
  it("prints where it is and what to export, and ends when it is told to", async () => {
    const main = path.resolve(__dirname, "../../cli/main.ts");
    const child = spawn(process.execPath, [...TYPESCRIPT, main, "emulator", "--seed", "1"], {
      cwd: path.resolve(__dirname, "../.."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const output = await new Promise<string>((resolve) => {
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("AWS_EC2_METADATA_DISABLED")) resolve(text);
      });
    });
    const [endpoint] = /http:\/\/127\.0\.0\.1:\d+/.exec(output)!;
    expect(output).to.include(`export AWS_ENDPOINT_URL=${endpoint}`);
    expect(((await (await fetch(`${endpoint}/_/health`)).json()) as { status: string }).status).to.equal("ok");
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.on("exit", resolve))).to.equal(0);
  });
});
