import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancelResourceRequestCommand, CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";
import type { Entry } from "../../provider/core/journal";
import { failureOf, OneResource, ProviderBench } from "../support/provider";
import { until } from "../support/processes";

const API = "AWS::ApiGateway::RestApi";
const GROUP = "AWS::Logs::LogGroup";

// Each provider stands for a process of its own, whose engine is gone when the next one begins. Killed processes are in
// test/engine/crash.
describe("a create that an earlier run has lost sight of", () => {
  let bench: ProviderBench;
  let folder: string;
  let one: OneResource;

  const open = async (quirks: object = {}): Promise<void> => {
    bench = await ProviderBench.open({ quirks });
    folder = mkdtempSync(join(tmpdir(), "replay-"));
    bench.keepJournal(folder);
    bench.config = { "aws:maxRetries": "0" };
    one = new OneResource(bench, API);
  };
  afterEach(async () => {
    await bench.close();
    rmSync(folder, { recursive: true });
  });

  const args = { name: "shop", __identity: "shop/dev/apigateway:RestApi::api" };
  const entries = (): Entry[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Entry);
  /** The answer never comes, so that nobody knows what became of the request. */
  const lose = async (wanted: Readonly<Record<string, unknown>> = args): Promise<Entry> => {
    const id = bench.emulator.faults.add({
      kind: "lost-reply",
      when: "after",
      operation: "CreateResource",
      times: 99,
    });
    expect(await failureOf(one.up(wanted))).to.include("failed with NoAnswer");
    bench.emulator.faults.clear(id);
    const [entry] = entries();
    if (!entry) throw new Error("no entry");
    return entry;
  };
  const tokens = (): Set<string | undefined> =>
    new Set(
      bench.emulator
        .requests()
        .filter(({ operation }) => operation === "CreateResource")
        .map(({ clientToken }) => clientToken),
    );
  const whole = async (): Promise<void> => {
    expect(bench.live(API).map(({ RestApiId }) => RestApiId)).to.deep.equal([one.state?.id]);
    expect(await one.up(args)).to.equal("same");
    // The engine's next question does not wait for it.
    await until(() => entries().length === 0, "the entry is taken out");
  };

  it("and that succeeded is taken over with the same client token", async () => {
    await open();
    const { clientToken } = await lose();
    expect(await one.up(args)).to.equal("create");
    expect([...tokens()]).to.deep.equal([clientToken]);
    await whole();
  });

  it("and that somebody has changed since is brought to what the program says", async () => {
    await open();
    await lose();
    const [api] = bench.emulator.resources().filter(({ typeName }) => typeName === API);
    if (!api) throw new Error("no API");
    const { identifier, region } = api;
    bench.emulator.edit({
      typeName: API,
      identifier,
      region,
      patch: [{ op: "add", path: "/Name", value: "somebody's" }],
    });
    expect(await one.up(args)).to.equal("create");
    expect(bench.live(API).map(({ Name }) => Name)).to.deep.equal(["shop"]);
    await whole();
  });

  for (const failedRequestReplayed of [true, false]) {
    const then = failedRequestReplayed ? "repeats the failure" : "begins anew";
    it(`and that failed meanwhile is tried once more, where AWS ${then} on the old token`, async () => {
      await open({ failedRequestReplayed });
      bench.emulator.faults.add({ kind: "handler-failure", errorCode: "GeneralServiceException", operation: "CREATE" });
      const { clientToken } = await lose();
      expect(await one.up(args)).to.equal("create");
      expect(tokens()).to.include(clientToken);
      expect(tokens().size).to.equal(failedRequestReplayed ? 2 : 1);
      await whole();
    });
  }

  it("and that succeeded is taken over by its request token, where AWS refuses to take a client token twice", async () => {
    await open();
    const { clientToken } = await lose();
    const [{ requestToken } = { requestToken: undefined }] = bench.emulator
      .requests()
      .filter(({ operation }) => operation === "CreateResource");
    bench.emulator.faults.add({
      kind: "exception",
      exception: "ClientTokenConflictException",
      message: `ClientToken ${clientToken} is already associated with an existing operation with RequestToken ${requestToken ?? ""}`,
      operation: "CreateResource",
      times: 99,
    });
    expect(await one.up(args)).to.equal("create");
    expect([...tokens()]).to.deep.equal([clientToken]);
    await whole();
  });

  it("and that somebody cancelled is tried once more with a new client token", async () => {
    await open();
    bench.emulator.faults.add({ kind: "stuck", operation: "CREATE" });
    const { clientToken } = await lose();
    const { endpoint } = bench.emulator;
    const client = new CloudControlClient({ endpoint });
    for (const { requestToken } of bench.emulator.requests()) {
      if (requestToken !== undefined) {
        await client.send(new CancelResourceRequestCommand({ RequestToken: requestToken })).catch(() => undefined);
      }
    }
    client.destroy();
    expect(await one.up(args)).to.equal("create");
    expect(tokens().size).to.equal(2);
    expect(tokens()).to.include(clientToken);
    await whole();
  });

  it("and that fails again for the same reason fails with that reason, and leaves no entry", async () => {
    await open();
    bench.emulator.faults.add({
      kind: "handler-failure",
      errorCode: "InvalidRequest",
      message: "no such name",
      operation: "CREATE",
      times: 2,
    });
    await lose();
    expect(await failureOf(one.up(args))).to.include("failed with InvalidRequest: no such name");
    expect(entries()).to.deep.equal([]);
    expect(bench.live(API)).to.deep.equal([]);
  });

  it("and that left a remnant which somebody has changed since, stays in the journal, and the failure says how to go on", async () => {
    await open();
    one = new OneResource(bench, GROUP);
    const group = { logGroupName: "a", retentionInDays: 7, __identity: "shop/dev/logs:LogGroup::a" };
    bench.emulator.faults.add({
      kind: "handler-failure",
      errorCode: "NotStabilized",
      operation: "CREATE",
      remnant: true,
    });
    const { name } = await lose(group);
    bench.emulator.edit({
      typeName: GROUP,
      identifier: "a",
      patch: [{ op: "add", path: "/RetentionInDays", value: 30 }],
    });
    const message = await failureOf(one.up(group));
    expect(message).to.include("failed with NotStabilized").and.include("npx pulumi-cloudcontrol journal list");
    expect(one.state).to.equal(undefined);
    expect(entries().map((entry) => [entry.name, entry.status, entry.id])).to.deep.equal([[name, "open", "a"]]);
  });

  for (const by of ["the SDK", "this package"] as const) {
    it(`and that was refused when ${by} sent it again, as its first answer was lost, stays in the journal`, async () => {
      await open();
      bench.config = { "aws:maxRetries": by === "the SDK" ? "2" : "0" };
      bench.emulator.faults.add({ kind: "lost-reply", when: "after", operation: "CreateResource", times: 1 });
      bench.emulator.faults.add({
        kind: "exception",
        exception: "AccessDeniedException",
        operation: "CreateResource",
        skip: 1,
      });
      expect(await failureOf(one.up(args))).to.include("failed with AccessDeniedException");
      expect(entries().map(({ status }) => status)).to.deep.equal(["open"]);
      expect(await one.up(args)).to.equal("create");
      await whole();
    });
  }
});
