import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";

const root = join(__dirname, "..", "..");
const sandbox = pathToFileURL(join(root, "scripts", "sandbox.mjs")).href;

/** Calls two services with clients that are configured by nothing but their environment. */
const CALLS = `
  const { CloudControlClient, GetResourceCommand } = require("@aws-sdk/client-cloudcontrol");
  const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
  const options = { maxAttempts: 1 };
  const quiet = () => undefined;
  (async () => {
    await new CloudControlClient(options).send(new GetResourceCommand({ TypeName: "A::B::C", Identifier: "x" })).catch(quiet);
    await new STSClient(options).send(new GetCallerIdentityCommand({})).catch(quiet);
  })();`;

/** Runs the text above, or anything else, in the environment that the sandbox makes of this process's own. */
const SANDBOXED = `
  import(process.env.TEST_SANDBOX).then(({ sandboxEnv }) => {
    const env = sandboxEnv({ home: process.env.TEST_HOME, endpoint: process.env.TEST_ENDPOINT });
    require("node:child_process").spawnSync(process.execPath, ["-e", process.env.TEST_TEXT], { env, stdio: "inherit" });
  });`;

interface Listener {
  readonly url: string;
  /** "service, access key, region" of each request, from its signature. */
  readonly calls: string[];
  close(): void;
}

async function listen(): Promise<Listener> {
  const calls: string[] = [];
  const server: Server = createServer((request, response) => {
    const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? "");
    calls.push(scope ? `${scope[3]!}, ${scope[1]!}, ${scope[2]!}` : `unsigned ${request.url ?? ""}`);
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, close: () => server.close() };
}

function node(text: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", text], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", () => {
      resolve(output);
    });
  });
}

// Does not prove that the emulator answers, nor that a program with an endpoint of its own stays away from AWS.
describe("the sandbox of npm start and npm test", () => {
  let folder: string;
  let theirs: Listener;
  let ours: Listener;
  let hostile: NodeJS.ProcessEnv;

  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "sandbox-")));
    theirs = await listen();
    ours = await listen();
    const aws = join(folder, ".aws");
    mkdirSync(aws);
    const credentials = "aws_access_key_id = AKIATHEIRS\naws_secret_access_key = theirs\n";
    const settings = `region = eu-west-1\nendpoint_url = ${theirs.url}\n`;
    writeFileSync(join(aws, "credentials"), `[default]\n${credentials}[production]\n${credentials}`);
    writeFileSync(join(aws, "config"), `[default]\n${settings}[profile production]\n${settings}`);
    writeFileSync(join(folder, "preload.js"), "process.env.AWS_REGION = 'eu-west-1'; console.log('preloaded');");
    hostile = {
      PATH: process.env["PATH"],
      HOME: folder,
      AWS_PROFILE: "production",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: theirs.url,
      AWS_ENDPOINT_URL_CLOUDCONTROL: theirs.url,
      AWS_ENDPOINT_URL_STS: theirs.url,
      AWS_SESSION_TOKEN: "theirs",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/theirs",
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "token"),
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${theirs.url}/credentials`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: theirs.url,
      AMAZON_SOMETHING: "theirs",
      HTTPS_PROXY: theirs.url,
      http_proxy: theirs.url,
      ALL_PROXY: theirs.url,
      PULUMI_ACCESS_TOKEN: "theirs",
      PULUMI_BACKEND_URL: theirs.url,
      TEST_SANDBOX: sandbox,
      TEST_HOME: join(folder, "sandbox"),
      TEST_ENDPOINT: ours.url,
    };
  });

  beforeEach(() => {
    ours.calls.length = 0;
    theirs.calls.length = 0;
  });

  after(() => {
    ours.close();
    theirs.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("would be needed: without it the user's profile and endpoints are used", async () => {
    await node(CALLS, hostile);
    expect(theirs.calls).to.deep.equal(["cloudcontrolapi, AKIATHEIRS, eu-west-1", "sts, AKIATHEIRS, eu-west-1"]);
    expect(ours.calls).to.deep.equal([]);
  });

  it("sends every service to the local endpoint with our credentials and region", async () => {
    await node(SANDBOXED, { ...hostile, TEST_TEXT: CALLS });
    expect(theirs.calls).to.deep.equal([]);
    expect(ours.calls).to.deep.equal(["cloudcontrolapi, test, us-east-1", "sts, test, us-east-1"]);
  });

  it("does not preload what NODE_OPTIONS names", async () => {
    const preload = { NODE_OPTIONS: `--require ${join(folder, "preload.js")}` };
    const output = await node(SANDBOXED, { ...hostile, ...preload, TEST_TEXT: "console.log('child')" });
    // Once for the process that makes the sandbox, and not again inside.
    expect(output).to.equal("preloaded\nchild\n");
  });

  it("lets no variable of AWS, of a proxy or of the user's Pulumi account through", async () => {
    const text = "console.log(JSON.stringify(process.env))";
    const env = JSON.parse(await node(SANDBOXED, { ...hostile, TEST_TEXT: text })) as Record<string, string>;
    const about = (pattern: RegExp) =>
      Object.keys(env)
        .filter((name) => pattern.test(name))
        .sort();
    expect(about(/^(AWS|AMAZON)_/)).to.deep.equal([
      "AWS_ACCESS_KEY_ID",
      "AWS_CONFIG_FILE",
      "AWS_DEFAULT_REGION",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ENDPOINT_URL",
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SHARED_CREDENTIALS_FILE",
    ]);
    expect(about(/^(https?|all|no)_proxy$/i)).to.deep.equal([]);
    expect(env["PULUMI_ACCESS_TOKEN"]).to.equal(undefined);
    expect(env["PULUMI_BACKEND_URL"]).to.equal(`file://${join(folder, "sandbox", "state")}`);
    expect(Object.entries(env).filter(([, value]) => value.includes("theirs"))).to.deep.equal([]);
  });

  it("points at a closed port until somebody names the local endpoint, so that what forgets it fails", async () => {
    const text = "console.log(process.env.AWS_ENDPOINT_URL)";
    const env = { ...hostile, TEST_TEXT: text, TEST_ENDPOINT: undefined };
    expect(await node(SANDBOXED, env)).to.equal("http://127.0.0.1:1\n");
  });
});
