import { connect } from "node:net";

import { paginateListResourceRequests } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";
import fc from "fast-check";

import { readSchema } from "../../schema/table";
import type { RegistrySchema, SchemaNode } from "../../schema/types";
import { patience, runs } from "../fuzz/runs";
import { openBench, type Bench } from "./bench";
import { raw, unsigned } from "./wire";

const operations = [
  "CreateResource",
  "UpdateResource",
  "DeleteResource",
  "GetResource",
  "ListResources",
  "GetResourceRequestStatus",
  "ListResourceRequests",
  "CancelResourceRequest",
];
const types = [
  "AWS::ApiGateway::Account",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Stage",
  "AWS::ApiGateway::UsagePlan",
  "AWS::ApiGateway::DomainName",
  "AWS::CloudWatch::Alarm",
  "AWS::IAM::Role",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::S3::Bucket",
  "AWS::SQS::Queue",
  "AWS::WAFv2::WebACL",
  "AWS::EC2::Instance",
  "__proto__",
  "constructor",
];

const traps = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "", "*", "~", "/", "-", "0"];
const word = fc.oneof(
  fc.constantFrom(...traps),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const scalar = fc.oneof(
  word,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("x".repeat(70_000), 1e308, -0, "arn:aws:iam::123456789012:role/x", "\ud800"),
);

/** JSON whose members are called as a type's properties are, half of the time, so that it comes past the first check. */
function modelFor(typeName: string): fc.Arbitrary<unknown> {
  const names = Object.keys(readSchema(typeName)?.properties ?? {});
  const name = names.length === 0 ? word : fc.oneof(fc.constantFrom(...names), word);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.array(fc.tuple(name, tie("tree")), { maxLength: 5 }).map(fromPairs),
    ),
  }));
  return fc.oneof(tree, fc.array(fc.tuple(name, tree), { maxLength: 6 }).map(fromPairs));
}

/** As JSON.parse makes it: `__proto__` is a member like any other. */
function fromPairs(pairs: readonly (readonly [string, unknown])[]): unknown {
  return Object.defineProperties(
    {},
    Object.fromEntries(pairs.map(([key, value]) => [key, { value, enumerable: true, configurable: true }])),
  );
}

/** Models of a type's own form, so that they come to its handler; texts are what a client may think of. */
function validFor(schema: RegistrySchema, node: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  const { $ref, type, enum: choices, items, properties = {}, required = [], minimum = 0, maximum = 1000 } = node;
  if ($ref !== undefined) {
    return validFor(schema, schema.definitions?.[$ref.replace("#/definitions/", "")] ?? {}, depth);
  }
  const kind = Array.isArray(type) ? (type as readonly string[])[0] : type;
  if (choices) return fc.constantFrom(...choices);
  if (kind === "boolean") return fc.boolean();
  if (kind === "integer" || kind === "number") return fc.integer({ min: minimum, max: Math.max(minimum, maximum) });
  if (kind === "array") return fc.array(depth > 3 ? word : validFor(schema, items ?? {}, depth + 1), { maxLength: 2 });
  if (kind === "object" || Object.keys(properties).length > 0) {
    const names = Object.keys(properties).filter((name) => depth < 4 || required.includes(name));
    const needed = required.filter((name) => Object.hasOwn(properties, name));
    // Few of the others: each is one more chance to be refused before the handler.
    const others = names.filter((name) => !needed.includes(name));
    return fc.subarray(others, { maxLength: Math.min(3, others.length) }).chain((chosen) => {
      const members = [...needed, ...chosen].map(
        (name) => [name, validFor(schema, properties[name]!, depth + 1)] as const,
      );
      return fc.record(Object.fromEntries(members));
    });
  }
  return fc.oneof(fc.constantFrom("seeded", "GET", "NONE", "prod", "arn:aws:iam::123456789012:role/x"), word);
}

function writableFor(typeName: string): fc.Arbitrary<unknown> {
  const schema = readSchema(typeName);
  if (!schema) return scalar;
  const readOnly = (schema.readOnlyProperties ?? []).map((path) => path.split("/")[2]);
  const writable = Object.entries(schema.properties).filter(([name]) => !readOnly.includes(name));
  return validFor(schema, { ...schema, properties: Object.fromEntries(writable) }, 0);
}

const pointer = fc.array(word, { maxLength: 4 }).map((steps) => steps.map((step) => `/${step}`).join(""));

function patchFor(typeName: string): fc.Arbitrary<unknown> {
  const names = Object.keys(readSchema(typeName)?.properties ?? { a: 1 });
  const path = fc.oneof(
    fc.constantFrom(...names).map((name) => `/${name}`),
    pointer,
    word,
  );
  const op = fc.record(
    {
      op: fc.oneof(fc.constantFrom("add", "remove", "replace", "move", "copy", "test"), word),
      path,
      from: path,
      value: modelFor(typeName),
    },
    { requiredKeys: [] },
  );
  return fc.oneof(fc.array(op, { maxLength: 6 }), scalar);
}

const identifiers = ["seeded", "a|b", "a|b|c", '{"LogGroupName":"seeded"}', "{", '{"__proto__":1}', "__proto__"];

function rarely(odd: fc.Arbitrary<unknown>, usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 1, arbitrary: odd }, { weight: 8, arbitrary: usual });
}

const input = fc.constantFrom(...types).chain((typeName) =>
  fc.record(
    {
      TypeName: fc.oneof({ weight: 8, arbitrary: fc.constant(typeName) }, { weight: 1, arbitrary: scalar }),
      Identifier: fc.oneof(fc.constantFrom(...identifiers), scalar),
      DesiredState: fc.oneof(
        { weight: 6, arbitrary: writableFor(typeName).map((model) => JSON.stringify(model)) },
        { weight: 3, arbitrary: modelFor(typeName).map((model) => JSON.stringify(model)) },
        { weight: 1, arbitrary: scalar },
      ),
      PatchDocument: fc.oneof(
        { weight: 8, arbitrary: patchFor(typeName).map((patch) => JSON.stringify(patch)) },
        { weight: 1, arbitrary: scalar },
      ),
      ResourceModel: fc.oneof(
        modelFor(typeName).map((model) => JSON.stringify(model)),
        scalar,
      ),
      RequestToken: rarely(scalar, fc.uuid()),
      ClientToken: rarely(scalar, fc.uuid()),
      RoleArn: rarely(scalar, fc.constant("arn:aws:iam::123456789012:role/x")),
      MaxResults: fc.oneof(fc.integer({ min: -5, max: 200 }), scalar),
      NextToken: rarely(scalar, fc.constant("ZnJvbToxMA==")),
      ResourceRequestStatusFilter: modelFor(typeName),
    },
    { requiredKeys: ["TypeName", "Identifier", "DesiredState", "PatchDocument"] },
  ),
);

/** Whatever is sent. Does not prove that each answer is AWS's, only that there is one and that no bug gave it. */
describe("The emulator, sent whatever comes up,", function () {
  this.timeout(patience(60_000));
  let bench: Bench;
  before(async () => {
    bench = await openBench({ requestTimeout: 500 });
    bench.emulator.seed({ typeName: "AWS::Logs::LogGroup", model: { LogGroupName: "seeded" } });
    const api = { RestApiId: "seeded", RootResourceId: "seeded", Name: "seeded" };
    bench.emulator.seed({ typeName: "AWS::ApiGateway::RestApi", model: api });
  });
  after(() => bench.close());

  const isWell = async (): Promise<void> => {
    const { status, body } = await raw(bench.emulator.port, {}, "", "GET", "/_/health");
    expect([status, body.includes('"ok"')]).to.deep.equal([200, true]);
    expect(Object.keys({}.constructor.prototype as object)).to.deep.equal([]);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  };

  const call = async (operation: string, body: string | Uint8Array): Promise<void> => {
    const headers = { authorization: unsigned, "x-amz-target": `CloudApiService.${operation}` };
    const answer = await raw(bench.emulator.port, headers, body);
    expect(answer.status, answer.body).to.be.oneOf([200, 400, 413]);
    JSON.parse(answer.body);
  };

  /** Handlers that ended in an error that is none of AWS's. */
  const bugs = async (): Promise<string[]> => {
    const ResourceRequestStatusFilter = { OperationStatuses: ["FAILED" as const] };
    const pages = paginateListResourceRequests({ client: bench.client }, { ResourceRequestStatusFilter });
    const found: string[] = [];
    for await (const { ResourceRequestStatusSummaries: all = [] } of pages) {
      const internal = all.filter(({ ErrorCode }) => ErrorCode === "InternalFailure");
      found.push(...internal.map(({ Operation, TypeName }) => `${Operation!} of ${TypeName!}`));
    }
    return found;
  };

  for (const operation of operations) {
    it(`answers ${operation} with a result or with an error of its own`, async () => {
      const property = fc.asyncProperty(input, async (sent) => {
        await call(operation, JSON.stringify(sent));
        // What was accepted is worked on now: no handler may end in a bug, either.
        bench.settle();
      });
      await fc.assert(property, runs(60));
      expect(await bugs()).to.deep.equal([]);
      await isWell();
    });
  }

  it("has let enough of it come to its handlers for the above to mean something", () => {
    const accepted = bench.emulator
      .requests()
      .filter(({ operation, outcome }) => operation === "CreateResource" && outcome === "ok");
    expect(new Set(accepted.map(({ typeName }) => typeName)).size).to.be.greaterThan(5);
  });

  it("answers JSON of any form, and what is none", async () => {
    const deep = fc.integer({ min: 1, max: 100_000 }).map((n) => '{"a":['.repeat(n / 2) + "]}".repeat(n / 2));
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      deep,
      fc.uint8Array({ maxLength: 300 }),
      fc.constant('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    );
    const property = fc.asyncProperty(fc.constantFrom(...operations, "Nope", "__proto__"), body, call);
    await fc.assert(property, runs(150));
    await isWell();
  });

  it("answers admin calls and the page with a result or a refusal", async () => {
    const routes = [
      "resources",
      "faults",
      "clock/advance",
      "alarms",
      "requests",
      "page/fault",
      "page/disarm",
      "resource",
    ];
    const member = fc.oneof(
      fc.constantFrom("typeName", "model", "identifier", "kind", "patch", "ms", "id", "times"),
      word,
    );
    const value = fc.oneof(scalar, fc.constantFrom(...types), modelFor("AWS::Logs::LogGroup"));
    const body = fc.oneof(
      fc.array(fc.tuple(member, value), { maxLength: 6 }).map((pairs) => JSON.stringify(fromPairs(pairs))),
      fc.string({ unit: "binary" }),
    );
    const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    const query = fc.webQueryParameters();
    const property = fc.asyncProperty(method, fc.constantFrom(...routes), query, body, async (how, route, q, sent) => {
      const answer = await raw(bench.emulator.port, {}, sent, how, `/_/${route}?${q}`);
      expect(answer.status, `${how} ${route} ${answer.body}`).to.be.oneOf([200, 303, 400, 404]);
    });
    await fc.assert(property, runs(150));
    bench.emulator.faults.clear();
    await isWell();
  });

  it("outlives what is no HTTP, is sent in pieces, one upon the other, or breaks off", async () => {
    const headers = `host: localhost\r\nauthorization: ${unsigned}\r\nx-amz-target: CloudApiService.ListResources\r\n`;
    const body = '{"TypeName":"AWS::Logs::LogGroup"}';
    const whole = `POST / HTTP/1.1\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
    const chunked = `POST / HTTP/1.1\r\n${headers}transfer-encoding: chunked\r\n\r\n5\r\n{"Typ\r\nzz\r\n`;
    const piece = fc.oneof(
      fc.constantFrom(
        whole,
        chunked,
        whole.slice(0, 40),
        whole.slice(0, -5),
        "GET /_/ HTTP/1.1\r\nhost: localhost\r\n\r\n",
      ),
      fc.constantFrom("POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\n\r\n", "\r\n\r\n"),
      fc.constant(`GET / HTTP/1.1\r\nx: ${"y".repeat(40_000)}\r\n\r\n`),
      fc.constant("GET /_/events HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
      fc.uint8Array({ maxLength: 200 }),
    );
    const property = fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (pieces, end) => {
        await new Promise<void>((resolve) => {
          const socket = connect(bench.emulator.port, "127.0.0.1");
          socket
            .on("error", () => undefined)
            .on("close", () => {
              resolve();
            });
          for (const part of pieces) socket.write(part);
          if (end) socket.end();
          setTimeout(() => socket.destroy(), 30);
        });
      },
    );
    await fc.assert(property, runs(60));
    await isWell();
  });

  it("answers pipelined calls in their order", async () => {
    const one = (token: string): string => {
      const body = JSON.stringify({ RequestToken: token });
      const head = `POST / HTTP/1.1\r\nhost: localhost\r\nauthorization: ${unsigned}\r\n`;
      return `${head}x-amz-target: CloudApiService.GetResourceRequestStatus\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    };
    const tokens = Array.from({ length: 50 }, (_, n) => `token-${n}`);
    const answers = await new Promise<string>((resolve) => {
      const socket = connect(bench.emulator.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(`${tokens.at(-1)!} was not found`) && text.endsWith("}")) socket.destroy();
      });
      socket.on("close", () => {
        resolve(text);
      });
      socket.write(tokens.map(one).join(""));
    });
    expect([...answers.matchAll(/"message":"Request with token (\S+) was/g)].map(([, token]) => token)).to.deep.equal(
      tokens,
    );
  });
});
