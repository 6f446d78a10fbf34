import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudControlClient, CreateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";

const root = join(__dirname, "..", "..");

/** Sends a path as it is: fetch would tidy it up. */
function ask(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => {
      resolve(answer);
    });
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  });
}

// Node's permission model takes every file away from the process but the package's own, to read, and the data's folder.
// Does not prove that it could not read files of the package: they are public.
describe("the emulator's command, which may touch nothing but the package and the folder of its data,", () => {
  let home: string;
  let data: string;
  let child: ChildProcess;
  let output = "";
  let port: number;

  before(async () => {
    home = realpathSync(mkdtempSync(join(tmpdir(), "confined-")));
    data = join(home, "data");
    mkdirSync(data);
    writeFileSync(join(home, "secret.txt"), "s3cr3t");
    const permissions = ["--permission", `--allow-fs-read=${root}`, `--allow-fs-read=${data}`];
    const args = [...permissions, `--allow-fs-write=${data}`, join(root, "dist", "cli", "main.js")];
    child = spawn(process.execPath, [...args, "emulator", "--data", join(data, "cloud.log")], {
      cwd: data,
      stdio: ["ignore", "pipe", "pipe"],
    });
    port = await new Promise<number>((resolve, reject) => {
      child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.once("exit", () => {
        reject(new Error(output));
      });
      child.stdout?.on("data", (chunk: Buffer) => {
        const [, found] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(chunk.toString()) ?? [];
        if (found !== undefined) resolve(Number(found));
      });
    });
  });
  after(async () => {
    if (child.exitCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    }
    rmSync(home, { recursive: true, force: true });
  });

  it("works: it keeps what is made in its data, and shows its page", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = new CloudControlClient({ endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", credentials });
    const DesiredState = JSON.stringify({ LogGroupName: "../../secret.txt" });
    await client.send(new CreateResourceCommand({ TypeName: "AWS::Logs::LogGroup", DesiredState }));
    client.destroy();
    expect(await ask(port, "/_/")).to.match(/^HTTP\/1\.1 200 /);
    expect(readFileSync(join(data, "cloud.log"), "utf8")).to.include("AWS::Logs::LogGroup");
  });

  it("gives no file for any path, and writes none beside its data", async () => {
    const up = ["../", "..%2f", "%2e%2e/", "..\\", "....//"].map((step) => step.repeat(12));
    const paths = up.flatMap((way) => [`/_/${way}${home.slice(1)}/secret.txt`, `/_/page.css/${way}etc/passwd`]);
    for (const path of [...paths, `/_/${home}/secret.txt`, `//${home}/secret.txt`, "file:///etc/passwd"]) {
      const answer = await ask(port, path);
      expect(answer, path).to.match(/^HTTP\/1\.1 (301|400|403|404) /);
      expect(answer, path).not.to.match(/s3cr3t|root:/);
    }
    expect(readdirSync(home).sort()).to.deep.equal(["data", "secret.txt"]);
    for (const name of readdirSync(data)) expect(name).to.match(/^cloud\.log/);
  });
});
