import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const folder = join(__dirname, "..", "..", "tools", "engine", "bin");

// Does not prove that the stand-ins work with the engine: the engine and package suites do.
describe("the stand-ins for the engine's Node plugins", () => {
  let elsewhere: string;
  before(() => {
    elsewhere = mkdtempSync(join(tmpdir(), "stand-ins-"));
  });
  after(() => {
    rmSync(elsewhere, { recursive: true, force: true });
  });

  const run = (name: string) => {
    const env = { PATH: process.env["PATH"] };
    return spawnSync(join(folder, name), ["127.0.0.1:1"], { cwd: elsewhere, env, encoding: "utf8", timeout: 20_000 });
  };

  it("end with an error where @pulumi/pulumi cannot be found, because the engine waits for ever after a 0", () => {
    const { status, stderr } = run("pulumi-resource-pulumi-nodejs");
    expect(status).to.equal(1);
    expect(stderr).to.contain("Fix: run npm install");
  });

  it("end with an error where nothing says which program the language host is", () => {
    const { status, stderr } = run("pulumi-language-nodejs");
    expect(status).to.equal(1);
    expect(stderr).to.contain("Fix: use the official Pulumi CLI");
  });
});
