import { expect } from "chai";
import { announcement, nextStep, roleModel } from "../../../provider/core/account-role";
import type { DynamicProvider } from "../../../provider/dynamic";
import { KIND, Kinds } from "../../../provider/kinds";

const REGION = "us-east-1";
const ARN = "arn:aws:iam::123456789012:role/logs";

// The dispatch alone: what the providers behind it do is shown elsewhere.
describe("kinds of resources", () => {
  const named = (name: string) => ({
    ready: Promise.resolve(),
    check: async () => Promise.resolve({ inputs: { by: name } }),
    diff: async () => Promise.resolve({ replaces: [name] }),
    create: async () => Promise.resolve({ id: name }),
    read: async () => Promise.resolve({ id: name }),
    update: async () => Promise.resolve({ outs: { by: name } }),
    delete: async () => Promise.resolve(),
  });
  const kinds = new Kinds({
    plain: named("plain") as unknown as DynamicProvider,
    kinds: { special: named("special") },
    during: async (run) => run(),
  });

  it("are told apart by the hidden key, and without it are of the registry", async () => {
    for (const [bag, by] of [
      [{ [KIND]: "special" }, "special"],
      [{}, "plain"],
    ] as const) {
      expect((await kinds.check({}, bag)).inputs).to.deep.equal({ by });
      expect((await kinds.diff("id", {}, bag)).replaces).to.deep.equal([by]);
      expect((await kinds.create(bag)).id).to.equal(by);
      expect((await kinds.read("id", bag)).id).to.equal(by);
      expect((await kinds.update("id", {}, bag)).outs).to.deep.equal({ by });
    }
  });
});

// Pure: that AWS is really asked and really told is shown through the engine.
describe("API Gateway's role for logs, decided", () => {
  it("stays where one is set, whatever the program wishes", () => {
    for (const wish of [{ mode: "ensure" }, { mode: "expect" }, { mode: "ensure", roleArn: "arn:other" }] as const) {
      expect(nextStep(ARN, wish)).to.deep.equal({ kind: "stays", roleArn: ARN });
    }
  });

  it("is set, or made and set, where none is, and missed where the program only expects one", () => {
    expect(nextStep(undefined, { mode: "ensure", roleArn: ARN })).to.deep.equal({ kind: "set", roleArn: ARN });
    expect(nextStep(undefined, { mode: "ensure" })).to.deep.equal({ kind: "make" });
    expect(nextStep(undefined, { mode: "expect", roleArn: ARN })).to.deep.equal({ kind: "missing" });
  });

  it("is spoken of only where something changes or is not as wished", () => {
    expect(announcement({ kind: "stays", roleArn: ARN }, { mode: "ensure" }, REGION)).to.equal(undefined);
    expect(announcement({ kind: "stays", roleArn: ARN }, { mode: "ensure", roleArn: ARN }, REGION)).to.equal(undefined);
    expect(announcement({ kind: "set", roleArn: ARN }, { mode: "ensure", roleArn: ARN }, REGION)).to.equal(
      `API Gateway has no CloudWatch role in us-east-1, without which it refuses stages that log: ${ARN} is set for the region. It stays when the stack goes, as other APIs may need it by then`,
    );
  });

  it("is made with the managed policy of the region's partition", () => {
    expect(roleModel("cn-north-1").ManagedPolicyArns).to.deep.equal([
      "arn:aws-cn:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    ]);
  });
});
