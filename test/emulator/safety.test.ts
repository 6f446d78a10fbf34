import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { hostname, networkInterfaces } from "node:os";

import { CloudControlClient, ListResourcesCommand } from "@aws-sdk/client-cloudcontrol";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";

import { startEmulator, type Emulator } from "../../emulator";
import { refusal } from "./bench";
import { raw, unsigned, type Raw } from "./wire";

const key = "AKIDEXAMPLE";
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

interface Signing {
  /** Minutes by which the client's clock is off. */
  readonly off?: number;
  readonly key?: string;
  readonly secret?: string;
  readonly signed?: readonly string[];
  /** The date of the credential's scope. */
  readonly date?: string;
  readonly headers?: Record<string, string>;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const mac = (by: string | Buffer, text: string): Buffer => createHmac("sha256", by).update(text).digest();

/** Signs by AWS's own description, so that no code is shared with what checks it. */
function sign(port: number, body: string, given: Signing = {}): Record<string, string> {
  const { off = 0, signed = ["host", "x-amz-date", "x-amz-target"] } = given;
  const time = new Date(Date.now() + off * 60_000).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = given.date ?? time.slice(0, 8);
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    "x-amz-date": time,
    "x-amz-target": "CloudApiService.ListResources",
    ...given.headers,
  };
  const lines = signed.map((name) => `${name}:${headers[name] ?? ""}\n`).join("");
  const canonical = ["POST", "/", "", lines, signed.join(";"), hash(body)].join("\n");
  const scope = `${date}/us-east-1/cloudcontrolapi/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", time, scope, hash(canonical)].join("\n");
  const steps = [date, "us-east-1", "cloudcontrolapi", "aws4_request"];
  const signer = steps.reduce<string | Buffer>((by, step) => mac(by, step), `AWS4${given.secret ?? secret}`);
  const signature = mac(signer, toSign).toString("hex");
  const credential = `Credential=${given.key ?? key}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${signed.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
}

const body = '{"TypeName":"AWS::Logs::LogGroup"}';

function said(answer: Raw): string {
  const { __type, message } = JSON.parse(answer.body) as { __type?: string; message?: string };
  return __type === undefined ? "ok" : `${__type.split("#")[1]!}: ${message ?? ""}`;
}

/** Signatures. Does not prove that AWS words its errors so for Cloud Control; the texts are those of its other services. */
describe("A signature, where a secret is configured,", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator({ secrets: { [key]: secret } });
  });
  after(() => emulator.close());

  const ask = async (given: Signing = {}, sent = body): Promise<string> => {
    const headers = sign(emulator.port, body, given);
    return said(await raw(emulator.port, headers, sent));
  };

  it("that is right is taken, from a signer that knows AWS's description only and from the SDK", async () => {
    expect(await ask()).to.equal("ok");
    const credentials = { accessKeyId: key, secretAccessKey: secret };
    const client = new CloudControlClient({ endpoint: emulator.endpoint, region: "eu-west-1", credentials });
    const answer = await client.send(new ListResourcesCommand({ TypeName: "AWS::Logs::LogGroup" }));
    expect(answer.ResourceDescriptions).to.deep.equal([]);
    client.destroy();
  });

  it("by another secret is refused", async () => {
    expect(await ask({ secret: "another" })).to.match(
      /^InvalidSignatureException: The request signature we calculated/,
    );
  });

  it("by a key that nobody has is refused", async () => {
    expect(await ask({ key: "AKIDOTHER" })).to.equal(
      "UnrecognizedClientException: The security token included in the request is invalid.",
    );
  });

  it("of another body is refused, also where a signed header says what the body is", async () => {
    const other = body.replace("LogGroup", "LogStream");
    expect(await ask({}, other)).to.match(/^InvalidSignatureException/);
    const signed = ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-target"];
    const headers = { "x-amz-content-sha256": hash(body) };
    expect(await ask({ signed, headers })).to.equal("ok");
    expect(await ask({ signed, headers }, other)).to.match(/^InvalidSignatureException/);
  });

  it("whose headers were changed on the way is refused", async () => {
    const headers = sign(emulator.port, body);
    headers["x-amz-target"] = "CloudApiService.GetResource";
    expect(said(await raw(emulator.port, headers, body))).to.match(/^InvalidSignatureException/);
  });

  it("that is stale or of the future is refused with both times", async () => {
    expect(await ask({ off: -14 })).to.equal("ok");
    expect(await ask({ off: -16 })).to.match(
      /^InvalidSignatureException: Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/,
    );
    expect(await ask({ off: 16 })).to.match(
      /^InvalidSignatureException: Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z/,
    );
    expect(await ask({ date: "20200101" })).to.match(/Date in Credential scope does not match/);
  });

  it("that does not cover host or date is refused", async () => {
    expect(await ask({ signed: ["x-amz-date"] })).to.equal(
      "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
    expect(await ask({ signed: ["host"] })).to.match(/^IncompleteSignatureException/);
  });

  it("is asked of role sessions and STS calls, too", async () => {
    const at = { endpoint: emulator.endpoint, region: "us-east-1" };
    const sts = new STSClient({ ...at, credentials: { accessKeyId: key, secretAccessKey: secret } });
    const role = { RoleArn: "arn:aws:iam::555555555555:role/ops", RoleSessionName: "me" };
    const { Credentials: made } = await sts.send(new AssumeRoleCommand(role));
    const accessKeyId = made!.AccessKeyId!;
    const right = { accessKeyId, secretAccessKey: made!.SecretAccessKey!, sessionToken: made!.SessionToken! };
    const session = new STSClient({ ...at, credentials: right });
    expect((await session.send(new GetCallerIdentityCommand({}))).Account).to.equal("555555555555");
    const forged = new STSClient({ ...at, credentials: { ...right, secretAccessKey: "secret" } });
    expect(await refusal(forged.send(new GetCallerIdentityCommand({})))).to.match(/signature/i);
    for (const client of [sts, session, forged]) client.destroy();
  });

  it("is what env() gives", () => {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: of } = emulator.env();
    expect([id, of]).to.deep.equal([key, secret]);
  });
});

/** Sessions. Does not prove how AWS words it for STS itself. */
describe("A session in a role", () => {
  it("is refused once it is over, by its own end and not by the machine's time", async () => {
    const emulator = await startEmulator();
    const at = { endpoint: emulator.endpoint, region: "us-east-1" };
    const sts = new STSClient({ ...at, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
    const role = { RoleArn: "arn:aws:iam::555555555555:role/ops", RoleSessionName: "me", DurationSeconds: 900 };
    const { Credentials: made } = await sts.send(new AssumeRoleCommand(role));
    const own = { accessKeyId: made!.AccessKeyId!, secretAccessKey: made!.SecretAccessKey! };
    const client = new CloudControlClient({ ...at, credentials: { ...own, sessionToken: made!.SessionToken! } });
    const list = async (): Promise<unknown> =>
      client.send(new ListResourcesCommand({ TypeName: "AWS::Logs::LogGroup" }));
    emulator.clock.advance(899_000 - 5_000);
    await list();
    emulator.clock.advance(10_000);
    expect(await refusal(list())).to.match(
      /^ExpiredTokenException: The security token included in the request is expired/,
    );
    for (const one of [sts, client]) one.destroy();
    await emulator.close();
  });
});

/** The addresses at which somebody on this machine listens on a port; undefined where the kernel does not tell. */
function listening(port: number): string[] | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  try {
    return ["tcp", "tcp6"].flatMap((file) =>
      readFileSync(`/proc/net/${file}`, "utf8")
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = "", , state]) => local.endsWith(`:${wanted}`) && state === "0A")
        .map(([, local = ""]) => {
          const [address = ""] = local.split(":");
          // An IPv4 address stands there with its last byte first.
          return address.length === 8
            ? (address.match(/../g) ?? [])
                .map((byte) => parseInt(byte, 16))
                .reverse()
                .join(".")
            : address;
        }),
    );
  } catch {
    return undefined;
  }
}

/** Who may reach it. Does not prove what browsers do with the answers (page.test.ts). */
describe("The emulator keeps out", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator({ allowedHosts: ["cloud.test"], requestTimeout: 400 });
  });
  after(() => emulator.close());

  const health = async (headers: Record<string, string>, method = "GET"): Promise<number> =>
    (await raw(emulator.port, headers, "", method, "/_/health")).status;

  /** An address of this machine by which others reach it. */
  const lan = Object.values(networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.family === "IPv4")?.address;

  const reached = async (host: string, port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, host);
      socket.once("connect", () => {
        resolve(true);
      });
      socket.once("error", () => {
        resolve(false);
      });
      socket.once("close", () => socket.destroy());
      socket.setTimeout(2000, () => {
        socket.destroy();
        resolve(false);
      });
    });

  it("other machines, unless that was asked for", async () => {
    const hosts = [
      "0.0.0.0",
      "::",
      "[::]",
      "0",
      "",
      "::ffff:0.0.0.0",
      "192.0.2.1",
      ...(/localhost$/i.test(hostname()) ? [] : [hostname()]),
      "example.com",
      lan ?? "10.0.0.1",
    ];
    for (const host of hosts) {
      expect(await refusal(startEmulator({ host })), host).to.match(/reached by other machines.*Fix:/);
    }
    const open = await startEmulator({ host: "0.0.0.0", allowRemote: true });
    expect(open.endpoint).to.equal(`http://127.0.0.1:${open.port}`);
    if (lan !== undefined) expect(await reached(lan, open.port)).to.equal(true);
    await open.close();
  });

  it("what comes by another address than this machine's own, as long as nobody says where to listen", async () => {
    const started = await startEmulator();
    expect(await reached("127.0.0.1", started.port)).to.equal(true);
    if (lan !== undefined) expect(await reached(lan, started.port)).to.equal(false);
    expect(listening(started.port) ?? ["127.0.0.1"]).to.deep.equal(["127.0.0.1"]);
    await started.close();
  });

  it("names that a web page may have rebound to this machine", async () => {
    for (const host of ["attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example"]) {
      expect(await health({ host }), host).to.equal(403);
    }
    for (const host of ["localhost", "LOCALHOST:1", "a.localhost", "[::1]:80", "127.0.0.1", "cloud.test:80"]) {
      expect(await health({ host }), host).to.equal(200);
    }
  });

  it("pages of other sites, and lets its own page in", async () => {
    const host = `localhost:${emulator.port}`;
    for (const origin of ["http://localhost", "https://evil.example", "null", `http://127.0.0.1:${emulator.port}`]) {
      expect(await health({ host, origin }), origin).to.equal(403);
    }
    expect(await health({ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).to.equal(403);
    expect(await health({ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).to.equal(200);
    expect(await health({ host, origin: `http://${host}`, "sec-fetch-site": "same-origin" })).to.equal(200);
  });

  it("calls of the API that come from any page, and answers no preflight", async () => {
    const headers = { authorization: unsigned, "x-amz-target": "CloudApiService.ListResources" };
    const origin = `http://localhost:${emulator.port}`;
    expect(said(await raw(emulator.port, { ...headers, origin }, body))).to.match(/^AccessDeniedException/);
    const preflight = { origin, "access-control-request-method": "POST" };
    const answer = await raw(emulator.port, preflight, "", "OPTIONS");
    expect(answer.status).to.equal(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).to.deep.equal([]);
    expect(said(await raw(emulator.port, headers, body))).to.equal("ok");
  });

  it("bodies that are no UTF-8, as what AWS cannot read", async () => {
    const headers = { authorization: unsigned, "x-amz-target": "CloudApiService.ListResources" };
    const bad = Buffer.concat([Buffer.from('{"TypeName":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(said(await raw(emulator.port, headers, bad))).to.equal("SerializationException: ");
  });

  it("clients that never come to an end of their call", async () => {
    const socket = connect(emulator.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.write("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{");
    await new Promise((resolve) => socket.on("close", resolve));
    expect(answer).to.match(/^HTTP\/1\.1 408 /);
    expect(await health({ host: "localhost" })).to.equal(200);
  });
});
