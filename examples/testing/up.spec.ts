import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator } from "pulumi-cloudcontrol/testing";
import { program } from "./program";

describe("the program, brought up by the real engine", () => {
  it("comes up, stays as it is, goes on after an error, and goes away", async () => {
    // Inside the project: from here the provider's process looks for the package.
    const workDir = mkdtempSync(join(__dirname, ".stack-"));
    await using cloud = await startEmulator();
    try {
      const stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "test", projectName: "pets", program: async () => Promise.resolve(program()) },
        {
          workDir,
          envVars: { ...cloud.env(), PULUMI_BACKEND_URL: `file://${workDir}`, PULUMI_CONFIG_PASSPHRASE: "test" },
        },
      );

      // The first create of a stage fails as if API Gateway had a bad moment: the provider tries again.
      cloud.faults.add({
        kind: "handler-failure",
        typeName: "AWS::ApiGateway::Stage",
        errorCode: "ServiceInternalError",
      });
      const { outputs } = await stack.up();
      expect(outputs.url?.value).to.match(/^https:\/\/\w{10}\.execute-api\.us-east-1\.amazonaws\.com\/dev$/);
      const stages = (): number => cloud.resources().filter(({ typeName }) => typeName.endsWith("::Stage")).length;
      expect(stages()).to.equal(1);

      await stack.up({ expectNoChanges: true });
      await stack.destroy();
      expect(stages()).to.equal(0);
    } finally {
      rmSync(workDir, { recursive: true, force: true, maxRetries: 3 });
    }
  });
});
