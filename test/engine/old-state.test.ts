import type { OpMap } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { startEmulator, type Emulator } from "../../emulator";
import { withStack, type EngineStack } from "../support/engine";
import { components, early, KEY, resources, settled, unfinished, type Saying } from "../support/kept-programs";
import { bagsOf, isNewest, keptState, keptStates, recordIn, type KeptState } from "../support/kept-states";
import { environmentOf, said, whileTimePasses } from "../support/release";

const STAGE = "AWS::ApiGateway::Stage";
const GROUP = "AWS::Logs::LogGroup";
const VPC = "AWS::EC2::VPC";

type Model = Readonly<Record<string, unknown>>;

/** What becomes of a state of which nothing is left to do. */
interface Play {
  readonly of: Saying;
  /** What an up does that changes nothing: a resource that is only read is read again where its inputs have changed. */
  readonly same: OpMap;
  /** What an up does with a program that says something else. */
  readonly changed: OpMap;
  /** The calls of that one which change something. */
  readonly sent: readonly string[];
  /** What is live then, each by a type and the beginning of its model. */
  readonly live: readonly (readonly [typeName: string, model: Model])[];
  /** What outlives a destroy. */
  readonly left: readonly string[];
}

const DEV: Model = { StageName: "dev", Description: "second" };
const UPDATED = [`UpdateResource ${STAGE}`];

const PLAYS: Readonly<Record<string, Play>> = {
  resources: {
    of: resources,
    same: { same: 6 },
    changed: { same: 5, update: 1 },
    sent: UPDATED,
    live: [[STAGE, { ...DEV, Variables: { color: "blue" } }]],
    left: [],
  },
  components: {
    of: components,
    same: { same: 12 },
    changed: { same: 11, update: 1 },
    sent: UPDATED,
    live: [[STAGE, { StageName: "logged", Description: "second" }]],
    left: ["AWS::ApiGateway::Account", "AWS::IAM::Role", GROUP, GROUP],
  },
  early: {
    of: early,
    same: { same: 8, read: 1 },
    changed: { same: 7, update: 1 },
    sent: UPDATED,
    live: [[STAGE, { ...DEV, Variables: { key: KEY } }]],
    left: [GROUP],
  },
  settled: {
    of: settled,
    same: { same: 16 },
    // AWS has refused this tenancy in place, so that it is not tried again.
    changed: { same: 13, update: 2, replace: 1 },
    sent: [`CreateResource ${VPC}`, `DeleteResource ${VPC}`, `UpdateResource ${STAGE}`, `UpdateResource ${GROUP}`],
    live: [
      [STAGE, { ...DEV, Variables: { key: KEY } }],
      [VPC, { CidrBlock: "10.0.0.0/16", InstanceTenancy: "default" }],
      // The tag that it brought along stays.
      [
        GROUP,
        {
          LogGroupName: "/shop/adopted",
          RetentionInDays: 14,
          Tags: [
            { Key: "team", Value: "shop" },
            { Key: "cost-center", Value: "42" },
          ],
        },
      ],
    ],
    left: [GROUP],
  },
};

/** The calls since that change something. */
const sentTo = (emulator: Emulator, since = 0): string[] =>
  emulator
    .requests()
    .slice(since)
    .filter(({ operation }) => /^(Create|Update|Delete)Resource$/.test(operation))
    .map(({ operation, typeName }) => `${operation} ${typeName ?? ""}`)
    .sort();

const typesLeft = (emulator: Emulator): string[] =>
  emulator
    .resources()
    .map(({ typeName }) => typeName)
    .sort();

const idsOf = (emulator: Emulator, typeName: string): (string | undefined)[] =>
  emulator
    .resources()
    .filter((one) => one.typeName === typeName)
    .map(({ identifier }) => identifier.split("|")[0]);

/** The live model of a type that begins like this. */
function liveOf(emulator: Emulator, typeName: string, model: Model): Model | undefined {
  const [[key, value] = ["", undefined]] = Object.entries(model);
  return emulator.resources().find((one) => one.typeName === typeName && one.model[key] === value)?.model;
}

async function played(
  { deployment, live }: KeptState,
  of: Saying,
  play: (stack: EngineStack, emulator: Emulator) => Promise<void>,
): Promise<void> {
  const emulator = await startEmulator();
  try {
    for (const resource of live) emulator.seed(resource);
    await withStack({ program: of("first"), env: environmentOf(emulator) }, async (stack) => {
      await stack.import(deployment);
      await play(stack, emulator);
    });
  } finally {
    await emulator.close();
  }
}

/** The state is what the present format writes: whoever changes that has to keep the state under another name. */
async function isAsWritten(stack: EngineStack, { deployment }: KeptState, leftOut: readonly string[]): Promise<void> {
  const written = bagsOf(await stack.resources(), leftOut);
  expect(written, "what the present format writes").to.deep.equal(bagsOf(deployment.resources, leftOut));
}

/** A state of which nothing is left to do: no drift, no change, an update, a destroy. */
async function readAsItIs(kept: KeptState, play: Play, isNew: boolean): Promise<void> {
  await played(kept, play.of, async (stack, emulator) => {
    // What the present format wrote is no other after a refresh.
    if (!isNew) {
      const seen = await stack.preview({ refresh: true, expectNoChanges: true });
      expect(seen.changes, "a preview after a refresh").to.deep.equal(play.same);
    }
    const same = await stack.up({ expectNoChanges: true, refresh: isNew });
    expect(same.changes, "an up of the same program").to.deep.equal(play.same);
    expect(sentTo(emulator)).to.deep.equal([]);
    if (isNew) await isAsWritten(stack, kept, []);
    const before = emulator.requests().length;
    expect((await stack.up({ program: play.of("second") })).changes).to.deep.equal(play.changed);
    expect(sentTo(emulator, before)).to.deep.equal(play.sent);
    for (const [typeName, model] of play.live) {
      expect(liveOf(emulator, typeName, model), typeName).to.deep.include(model);
    }
    expect(JSON.stringify(await stack.exported())).not.to.include(KEY);
    await stack.destroy();
    expect(typesLeft(emulator)).to.deep.equal(play.left);
  });
}

/** A state of which something was cut off: a walk, a stage that is gone, a create whose end nobody saw. */
async function goneOnWith(kept: KeptState, isNew: boolean): Promise<void> {
  expect(kept.program).to.equal("unfinished");
  const [walked, lost] = ["walked", "lost"].map((name) => recordIn(kept, name));
  await played(kept, unfinished, async (stack, emulator) => {
    const refreshed = isNew ? await stack.refresh() : await stack.preview({ refresh: true });
    expect(said(refreshed)).to.include('release of stage "beta": the stage is gone');
    expect(refreshed.changes).to.deep.equal({ same: 6, update: 2 });
    expect(sentTo(emulator)).to.deep.equal([]);
    // The token of a create is forgotten as soon as AWS shows what it made.
    if (isNew) await isAsWritten(stack, kept, ["late"]);
    const up = await whileTimePasses(emulator, stack.up({ program: unfinished("second"), refresh: !isNew }));
    expect(up.changes).to.deep.equal({ same: 6, update: 2 });
    expect(said(up)).to.include("step 2 of 2 (50 %) bakes 1m").and.not.to.include("step 1 of 2");
    const prod = liveOf(emulator, STAGE, { StageName: "prod" });
    expect(prod).to.deep.include({ Description: "second", DeploymentId: walked?.candidate?.id });
    expect(prod?.CanarySetting).to.include({ PercentTraffic: 0 });
    const beta = liveOf(emulator, STAGE, { StageName: "beta" });
    expect(beta).to.include({ DeploymentId: lost?.candidate?.id }).and.not.to.have.property("CanarySetting");
    // The former stable one is kept; of the stage that was made anew there is no former one.
    const known = [walked?.stable.id, walked?.candidate?.id, lost?.candidate?.id];
    expect(idsOf(emulator, "AWS::ApiGateway::Deployment")).to.have.members(known).and.to.have.length(known.length);
    expect(idsOf(emulator, GROUP)).to.deep.equal(["/shop/late"]);
    await stack.destroy();
    expect(typesLeft(emulator)).to.deep.equal([]);
  });
}

// Each file in the folder is a state as some commit wrote it, with what was live then: see docs/reliability.md. What is
// live is the local Cloud Control's; which states AWS's own answers have made is not shown here.
describe("a state that was kept", () => {
  for (const file of keptStates()) {
    const kept = keptState(file);
    const play = PLAYS[kept.program];
    if (play) {
      it(`(${file}) is read as it is: nothing to do, no drift, an update, a destroy`, async () =>
        readAsItIs(kept, play, isNewest(file)));
    } else {
      it(`(${file}) is gone on with: a walk where it was, a stage that is gone, a create whose end nobody saw`, async () =>
        goneOnWith(kept, isNewest(file)));
    }
  }
});
