/**
 * Makes the states of the present format anew, by what can happen to a stack; see docs/reliability.md:
 *
 *     node scripts/engine-env.mjs mocha --timeout 100000 test/support/make-states.ts
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { format, resolveConfig } from "prettier";
import type { Emulator } from "../../emulator";
import { settled, settledBy, unfinished, unfinishedBy } from "./kept-programs";
import type { KeptState } from "./kept-states";
import { Releasing } from "./release";

const STATES = join(__dirname, "..", "fixtures", "states");
const GROUP = "AWS::Logs::LogGroup";

/** Writes a stack's state and what is live. */
async function keep({ stack, emulator }: Releasing, program: string, about: string): Promise<void> {
  const { stdout } = await stack.cli(["stack", "export", "--show-secrets"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { manifest: object; resources: readonly object[] } };
  const { manifest, resources } = deployment;
  const kept = {
    commit: execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
    about,
    program,
    // Who encrypted it does not matter, and where and when things stood in files is nobody's business.
    deployment: { manifest, resources: resources.map(withoutPlaces) },
    live: emulator.resources().map(placed),
  };
  const file = join(STATES, `newest-${program}.json`);
  const options = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(kept, null, 2), { ...options, filepath: file }));
}

const OF_FILES: readonly string[] = ["sourcePosition", "stackTrace", "created", "modified"];

const withoutPlaces = (resource: object): object =>
  Object.fromEntries(Object.entries(resource).filter(([key]) => !OF_FILES.includes(key)));

const placed = ({
  typeName,
  identifier,
  account,
  region,
  model,
}: ReturnType<Emulator["resources"]>[number]): KeptState["live"][number] & { identifier: string } => ({
  typeName,
  identifier,
  account,
  region,
  model,
});

async function made(make: (releasing: Releasing) => Promise<void>): Promise<void> {
  const releasing = await Releasing.open();
  try {
    await make(releasing);
  } finally {
    await releasing.close();
  }
}

const mustFail = ({ failed }: { readonly failed: boolean }): void => {
  if (!failed) throw new Error("this should have failed");
};

describe("makes the states of the present format", () => {
  it("with nothing left to do", async () => {
    await made(async (releasing) => {
      const { stack, emulator, traffic } = releasing;
      const found = { LogGroupName: "/shop/found", RetentionInDays: 30 };
      emulator.seed({
        typeName: GROUP,
        model: { ...found, Arn: "arn:aws:logs:us-east-1:000000000000:log-group:/shop/found:*" },
      });
      const tags = [{ Key: "cost-center", Value: "42" }];
      emulator.seed({ typeName: GROUP, model: { LogGroupName: "/shop/adopted", RetentionInDays: 30, Tags: tags } });
      const secretly = { phase: "shift", color: pulumi.secret("blue") } as const;
      await stack.up({ program: settledBy("first", { version: 1, ...secretly }) });
      const walking = stack.up({ program: settledBy("first", { version: 2, ...secretly }), mayFail: true });
      const isWalking = (): boolean =>
        traffic.now("beta").canary?.percent === 5 && emulator.clock.awaited() !== undefined;
      await releasing.passUntil(isWalking, "the candidate bakes");
      emulator.alarms.set("errors", "ALARM");
      mustFail(await releasing.passing(walking));
      await stack.up({ program: settled("first") });
      emulator.faults.add({ kind: "handler-failure", errorCode: "NotUpdatable", operation: "UPDATE" });
      mustFail(await stack.up({ program: settledBy("first", { version: 2, tenancy: "default" }), mayFail: true }));
      // Takes the engine's mark of the failure away, and leaves the provider's.
      await stack.refresh();
      await stack.up({ program: settled("first"), expectNoChanges: true });
      await keep(
        releasing,
        "settled",
        "What a release remembers stays encrypted, as the program once called a variable of it secret; with secrets, brought tags, a refused change, AWS's own spelling of a policy, a resource that is only read, one of another provider, a promoted and a refused candidate.",
      );
    });
  });

  it("with something that was cut off", async () => {
    await made(async (releasing) => {
      const { stack, emulator } = releasing;
      await stack.up({ program: unfinishedBy("first", 1) });
      const walking = stack.up({ program: unfinishedBy("first", 2), mayFail: true });
      await releasing.bakes(5);
      // The first step is passed, and the share of the second is refused.
      const ofStages = { typeName: "AWS::ApiGateway::Stage", operation: "UPDATE" } as const;
      emulator.faults.add({ kind: "handler-failure", errorCode: "AccessDenied", ...ofStages, times: 9 });
      mustFail(await releasing.passing(walking));
      emulator.faults.clear();
      const ofDeployments = { typeName: "AWS::ApiGateway::Deployment", operation: "DELETE" } as const;
      emulator.faults.add({ kind: "handler-failure", errorCode: "AccessDenied", ...ofDeployments, times: 9 });
      const lost = (await stack.resources()).find(({ urn }) => urn.endsWith("apigateway:Stage::lost"))!;
      await stack.up({ program: unfinishedBy("first", 2, { other: 3 }), targets: [lost.urn] });
      emulator.faults.clear();
      emulator.remove({ typeName: "AWS::ApiGateway::Stage", identifier: lost.id ?? "" });
      await stack.refresh();
      emulator.faults.add({ kind: "slow", ms: 300, typeName: GROUP, operation: "CREATE" });
      const denied = { kind: "exception", exception: "AccessDeniedException" } as const;
      emulator.faults.add({ ...denied, operation: "GetResourceRequestStatus", times: 9 });
      const late = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/logs:LogGroup::late";
      mustFail(await stack.up({ program: unfinished("first"), targets: [late], mayFail: true }));
      const isThere = (): boolean => emulator.resources().some(({ typeName }) => typeName === GROUP);
      await releasing.passUntil(isThere, "AWS shows the log group");
      await keep(
        releasing,
        "unfinished",
        "A release between two steps that its candidate knows; another whose stage is known to be gone, with a deployment that it could not delete; and a create whose end nobody saw.",
      );
    });
  });
});
