import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { proxyWarning } from "../../provider/edge/proxy";
import { Proxy } from "../support/proxy";
import { failureOf, OneResource, ProviderBench } from "../support/provider";

const GROUP = "AWS::Logs::LogGroup";

// Where tunnels would lead is shown by the names that the SDK asks the proxy for; TLS itself is Node's and not tried.
describe("the way to AWS", () => {
  let bench: ProviderBench;
  let proxy: Proxy;
  let folder: string;
  let one: OneResource;

  beforeEach(async () => {
    bench = await ProviderBench.open();
    proxy = new Proxy(bench.emulator.endpoint);
    const url = await proxy.listen();
    folder = mkdtempSync(join(tmpdir(), "network-"));
    bench.setEnv({ HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: undefined, HOME: folder });
    one = new OneResource(bench, GROUP);
  });
  afterEach(async () => {
    await bench.close();
    await proxy.close();
    rmSync(folder, { recursive: true });
  });

  const hosts = (): string[] => [...new Set(proxy.seen.map((line) => line.replace(/^(CONNECT|POST) /, "")))];
  /** AWS's own endpoints, of which the proxy lets none through. */
  const real = (): void => {
    bench.setEnv({
      AWS_ENDPOINT_URL: undefined,
      AWS_ENDPOINT_URL_CLOUDCONTROL: undefined,
      AWS_ENDPOINT_URL_STS: undefined,
    });
    bench.config = { "aws:maxRetries": "0", ...bench.config };
  };
  const tried = async (): Promise<string[]> => {
    await failureOf(one.up({ logGroupName: "a" }));
    return hosts();
  };

  it("leads through the proxy of the environment", async () => {
    const endpoint = "http://cloudcontrol.corp.example";
    bench.config = { "aws:endpoints": JSON.stringify([{ cloudcontrol: endpoint, sts: endpoint }]) };
    bench.setEnv({ AWS_ENDPOINT_URL: undefined });
    expect(await one.up({ logGroupName: "a" })).to.equal("create");
    expect(await one.refresh()).to.equal("same");
    await one.destroy();
    expect(bench.live(GROUP)).to.deep.equal([]);
    expect(hosts()).to.deep.equal([`${endpoint}/`]);
  });

  it("leads past the proxy to this machine, and to what NO_PROXY names", async () => {
    expect(await one.up({ logGroupName: "a" })).to.equal("create");
    expect(proxy.seen).to.deep.equal([]);
    // Nobody listens there, but the proxy would have an answer.
    const endpoint = `http://127.0.0.2:${new URL(bench.emulator.endpoint).port}`;
    const other = new OneResource(bench, GROUP);
    bench.setEnv({ NO_PROXY: "127.0.0.2" });
    bench.config = { "aws:maxRetries": "0" };
    expect(await failureOf(other.up({ logGroupName: "b", endpoint }))).to.include("ECONNREFUSED 127.0.0.2");
    bench.setEnv({ NO_PROXY: undefined });
    expect(await other.up({ logGroupName: "b", endpoint })).to.equal("create");
  });

  it("says so where the proxy refuses, without the proxy's password", async () => {
    real();
    const message = await failureOf(one.up({ logGroupName: "a" }));
    expect(message).to.match(/failed with NoAnswer: Failed to establish tunnel to cloudcontrolapi\./);
    expect(message).to.include("Fix: check the network, the region and the endpoint");
    expect(message).to.not.match(/pa55word|someone/);
  });

  for (const [what, env, region, names] of [
    [
      "the usual endpoints",
      {},
      "eu-west-1",
      ["cloudcontrolapi.eu-west-1.amazonaws.com", "sts.eu-west-1.amazonaws.com"],
    ],
    [
      "FIPS endpoints",
      { AWS_USE_FIPS_ENDPOINT: "true" },
      "us-east-1",
      ["cloudcontrolapi-fips.us-east-1.amazonaws.com", "sts-fips.us-east-1.amazonaws.com"],
    ],
    [
      "dual-stack endpoints",
      { AWS_USE_DUALSTACK_ENDPOINT: "true" },
      "us-east-1",
      ["cloudcontrolapi.us-east-1.api.aws", "sts.us-east-1.api.aws"],
    ],
    [
      "the endpoints of China",
      {},
      "cn-north-1",
      ["cloudcontrolapi.cn-north-1.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn"],
    ],
  ] as const) {
    it(`leads to ${what}, as the SDK's own settings say`, async () => {
      bench.config = { "aws:region": region };
      real();
      bench.setEnv(env);
      expect((await tried()).sort()).to.deep.equal(names.map((name) => `${name}:443`));
    });
  }

  it("leads to FIPS and dual-stack endpoints where the stack's configuration says so", async () => {
    bench.config = { "aws:useFipsEndpoint": "true", "aws:useDualstackEndpoint": "true" };
    real();
    expect((await tried()).sort()).to.deep.equal([
      "cloudcontrolapi-fips.us-east-1.api.aws:443",
      "sts-fips.us-east-1.api.aws:443",
    ]);
  });

  it("leads to FIPS endpoints where the profile says so", async () => {
    real();
    writeFileSync(
      join(folder, "config"),
      "[profile corp]\nregion = us-west-2\nuse_fips_endpoint = true\naws_access_key_id = a\naws_secret_access_key = b\n",
    );
    bench.actAs(undefined);
    bench.setEnv({ AWS_CONFIG_FILE: join(folder, "config"), AWS_PROFILE: "corp", AWS_REGION: undefined });
    expect(await tried()).to.include("cloudcontrolapi-fips.us-west-2.amazonaws.com:443");
  });

  it("of a profile with SSO leads through the proxy as well", async () => {
    const config = `[profile sso]
region = us-west-2
sso_session = corp
sso_account_id = 111111111111
sso_role_name = ops
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
`;
    writeFileSync(join(folder, "config"), config);
    mkdirSync(join(folder, ".aws", "sso", "cache"), { recursive: true });
    const name = createHash("sha1").update("corp").digest("hex");
    const token = { accessToken: "t", expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
    writeFileSync(join(folder, ".aws", "sso", "cache", `${name}.json`), JSON.stringify(token));
    bench.actAs(undefined);
    bench.config = { "aws:profile": "sso" };
    real();
    bench.setEnv({ AWS_CONFIG_FILE: join(folder, "config") });
    expect(await tried()).to.deep.equal(["portal.sso.eu-west-1.amazonaws.com:443"]);
  });

  it("warns on a Node whose agents do not know proxies", () => {
    const env = { HTTPS_PROXY: "http://proxy.example:3128" };
    for (const version of ["v22.12.0", "v22.20.0", "v23.11.1", "v24.4.1"]) {
      expect(proxyWarning(env, version)).to.include("run Pulumi with Node 22.21, 24.5 or later");
    }
    for (const version of ["v22.21.0", "v24.5.0", "v24.21.0", "v26.0.0"]) {
      expect(proxyWarning(env, version)).to.equal(undefined);
    }
    expect(proxyWarning({ HTTPS_PROXY: "" }, "v22.12.0")).to.equal(undefined);
  });
});
