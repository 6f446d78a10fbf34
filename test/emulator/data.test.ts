import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";

import {
  CloudControlClient,
  CreateResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourceRequestsCommand,
} from "@aws-sdk/client-cloudcontrol";
import { expect } from "chai";

import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator";
import { TYPESCRIPT } from "../support/typescript";
import { openBench, refusal, type Bench } from "./bench";

const typeName = "AWS::Logs::LogGroup";
const root = path.resolve(__dirname, "../..");

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pulumi-cloudcontrol-data-"));
  file = path.join(folder, "cloud.log");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(options: EmulatorOptions = {}): Promise<Bench> {
  return openBench({ data: file, ...options });
}

const sealed = (json: string): string => `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;

/** What stays. Does not prove: a power cut, which would have to be real. */
describe("With a data file", () => {
  it("resources, settings, requests and client tokens are as they were after a restart", async () => {
    let bench = await open();
    const account = await bench.created("AWS::ApiGateway::Account", {});
    await bench.created(typeName, { LogGroupName: "kept", RetentionInDays: 7 });
    await bench.updated(typeName, "kept", [{ op: "replace", path: "/RetentionInDays", value: 3 }]);
    const done = await bench.outcome(await bench.create(typeName, { LogGroupName: "tokened" }, "token"));
    await bench.as("555555555555", "eu-west-1").created(typeName, { LogGroupName: "elsewhere" });
    await bench.outcome(await bench.remove(typeName, "tokened"));
    const before = bench.emulator.resources();
    const time = bench.emulator.clock.now();
    await bench.close();

    bench = await open();
    expect(bench.emulator.resources()).to.deep.equal(before);
    expect(bench.emulator.clock.now()).to.be.at.least(time);
    expect((await bench.read(typeName, "kept")).RetentionInDays).to.equal(3);
    expect((await bench.status(done.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    const again = await bench.create(typeName, { LogGroupName: "tokened" }, "token");
    expect(again.RequestToken).to.equal(done.RequestToken);
    expect(await refusal(bench.create(typeName, { LogGroupName: "other" }, "token"))).to.match(
      /^ClientTokenConflictException/,
    );
    await bench.outcome(await bench.remove("AWS::ApiGateway::Account", account));
    expect(await bench.created("AWS::ApiGateway::Account", {}), "the account's id is a setting").to.equal(account);
    await bench.close();
  });

  it("requests in flight go on, hold their lock, and never repeat an id", async () => {
    let bench = await open({ latency: { create: 30_000, update: 30_000, delete: 30_000 } });
    await bench.created(typeName, { LogGroupName: "old" });
    const create = await bench.create(typeName, { LogGroupName: "new" });
    const update = await bench.update(typeName, "old", [{ op: "add", path: "/RetentionInDays", value: 5 }]);
    await bench.close();

    bench = await open();
    expect((await bench.status(create.RequestToken!)).OperationStatus).to.equal("IN_PROGRESS");
    expect(await refusal(bench.remove(typeName, "old"))).to.match(/^ConcurrentOperationException/);
    expect((await bench.outcome(create)).OperationStatus).to.equal("SUCCESS");
    expect((await bench.status(update.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    expect((await bench.read(typeName, "old")).RetentionInDays).to.equal(5);
    expect((await bench.read(typeName, "new")).LogGroupName).to.equal("new");
    const later = await bench.remove(typeName, "old");
    expect([create.RequestToken, update.RequestToken]).not.to.include(later.RequestToken);
    await bench.close();
  });

  it("a stuck request stays stuck and can still be cancelled", async () => {
    let bench = await open();
    bench.emulator.faults.add({ kind: "stuck" });
    const stuck = await bench.create(typeName, { LogGroupName: "stuck" });
    await bench.close();
    bench = await open();
    expect((await bench.outcome(stuck)).OperationStatus).to.equal("IN_PROGRESS");
    expect((await bench.cancel(stuck.RequestToken!)).OperationStatus).to.equal("CANCEL_COMPLETE");
    await bench.close();
  });

  it("what admin calls seed, edit and remove is kept", async () => {
    let bench = await open();
    const place = { typeName, account: "000000000000", region: "us-east-1" };
    for (const name of ["a", "b"]) bench.emulator.seed({ ...place, model: { LogGroupName: name } });
    bench.emulator.edit({ ...place, identifier: "a", model: { LogGroupName: "a", RetentionInDays: 1 } });
    bench.emulator.remove({ ...place, identifier: "b" });
    await bench.close();
    bench = await open();
    expect(bench.emulator.resources().map(({ model }) => model)).to.deep.equal([
      { LogGroupName: "a", RetentionInDays: 1 },
    ]);
    await bench.close();
  });

  it("a disk that takes nothing makes calls fail, and nothing is lost when it takes something again", async () => {
    let bench = await open();
    const probe = await openFile(file, "r");
    // The one place where a full disk can be had without one.
    const handles = Object.getPrototypeOf(probe) as { datasync(): Promise<void> };
    await probe.close();
    const datasync: () => Promise<void> = Reflect.get(handles, "datasync");
    handles.datasync = () => Promise.reject(new Error("ENOSPC: no space left on device"));
    try {
      expect(await refusal(bench.create(typeName, { LogGroupName: "a" }, "token"))).to.match(
        /^InternalFailure: The data file cannot be written: ENOSPC/,
      );
    } finally {
      handles.datasync = datasync;
    }
    const again = await bench.create(typeName, { LogGroupName: "a" }, "token");
    expect((await bench.outcome(again)).OperationStatus).to.equal("SUCCESS");
    await bench.close();
    bench = await open();
    expect((await bench.status(again.RequestToken!)).OperationStatus).to.equal("SUCCESS");
    expect(await bench.list(typeName)).to.deep.equal(["a"]);
    await bench.close();
  });

  it("the log is written anew before it is far longer than what it says", async () => {
    let bench = await open();
    bench.emulator.seed({ typeName, model: { LogGroupName: "a" } });
    for (let n = 0; n < 60; n++) {
      const Tags = [{ Key: "k", Value: `${n}`.padEnd(100_000, "x") }];
      bench.emulator.edit({ typeName, identifier: "a", model: { LogGroupName: "a", Tags } });
      await bench.list(typeName);
    }
    expect(readFileSync(file).length).to.be.lessThan(5_000_000);
    await bench.close();
    bench = await open();
    expect(JSON.stringify(await bench.read(typeName, "a"))).to.include('"59xxx');
    await bench.close();
    expect(readdirSync(folder)).to.deep.equal(["cloud.log"]);
  });
});

/** Files that are not whole. */
describe("A data file", () => {
  const write = async (): Promise<Buffer> => {
    const bench = await open();
    for (const name of ["first", "second"]) await bench.created(typeName, { LogGroupName: name });
    await bench.close();
    return readFileSync(file);
  };
  const names = (emulator: Emulator): string[] => emulator.resources().map(({ identifier }) => identifier);

  it("that was cut off within its last line loses that line only, wherever the cut is", async function () {
    this.timeout(60_000);
    const whole = await write();
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let cut = lastLine; cut < whole.length; cut += 7) {
      writeFileSync(file, whole.subarray(0, cut));
      const emulator = await startEmulator({ data: file, clock: "virtual" });
      expect(names(emulator), `cut at ${cut} of ${whole.length}`).to.deep.equal(["first"]);
      emulator.clock.advance(60_000);
      expect(names(emulator)).to.deep.equal(["first", "second"]);
      await emulator.close();
    }
  });

  it("that was cut off within its first line is a new one", async () => {
    const whole = await write();
    writeFileSync(file, whole.subarray(0, 20));
    const emulator = await startEmulator({ data: file });
    expect(names(emulator)).to.deep.equal([]);
    await emulator.close();
  });

  const broken: readonly (readonly [string, (whole: Buffer) => string | Buffer, RegExp])[] = [
    [
      "with a byte changed in its middle",
      (whole) => {
        const copy = Buffer.from(whole);
        copy[Math.floor(copy.length / 2)]! ^= 1;
        return copy;
      },
      /is damaged before line \d+\. Fix:/,
    ],
    [
      "of a later version",
      () => sealed('{"format":"pulumi-cloudcontrol emulator","version":2}'),
      /in version 2 of its/,
    ],
    ["of another program", () => sealed('{"format":"something else","version":1}'), /is no data file of the emulator/],
    ["that is a text", () => "Dear diary,\n", /is no data file of the emulator/],
    [
      "with a change that is not known",
      (whole) => Buffer.concat([whole, Buffer.from(sealed('{"now":1,"ids":1,"changes":[{"kind":"weather"}]}'))]),
      /line \d+ of .* cannot be read: it holds a change of a form that is not known \(weather\)\. Fix:/,
    ],
    [
      "with a change that lacks something",
      (whole) => Buffer.concat([whole, Buffer.from(sealed('{"now":1,"ids":1,"changes":[{"kind":"stored"}]}'))]),
      /cannot be read/,
    ],
  ];
  for (const [what, make, message] of broken) {
    it(`${what} is refused and left as it is`, async () => {
      const content = make(await write());
      writeFileSync(file, content);
      expect(await refusal(startEmulator({ data: file }))).to.match(message);
      expect(readFileSync(file).equals(Buffer.from(content))).to.equal(true);
      expect(readdirSync(folder)).to.deep.equal(["cloud.log"]);
    });
  }

  it("is taken as a plain file only: no link, no folder, no folder that is not there", async () => {
    const other = path.join(folder, "other");
    writeFileSync(other, "mine");
    symlinkSync(other, file);
    expect(await refusal(startEmulator({ data: file }))).to.match(/is no regular file/);
    expect(readFileSync(other, "utf8")).to.equal("mine");
    expect(await refusal(startEmulator({ data: folder }))).to.match(/is no regular file/);
    expect(await refusal(startEmulator({ data: path.join(folder, "no", "x") }))).to.match(
      /cannot be opened \(ENOENT\)/,
    );
  });

  it("serves one emulator at a time", async () => {
    const emulator = await startEmulator({ data: file });
    expect(await refusal(startEmulator({ data: file }))).to.match(/in use by process \d+/);
    await emulator.close();
    await (await startEmulator({ data: file })).close();
  });

  it("is free again when the port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    expect(await refusal(startEmulator({ data: file, port }))).to.match(/port \d+ is taken/);
    await (await startEmulator({ data: file })).close();
    server.close();
  });
});

interface Process {
  readonly child: ChildProcess;
  readonly client: CloudControlClient;
}

async function launch(): Promise<Process> {
  const main = path.join(root, "cli/main.ts");
  const args = [...TYPESCRIPT, main, "emulator", "--data", file, "--latency", "10-150"];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.once("exit", () => {
      reject(new Error(`the emulator ended: ${text}`));
    });
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const [, found] = /at (http:\S+)\n/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return { child, client: new CloudControlClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 }) };
}

async function kill({ child, client }: Process): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  client.destroy();
}

async function requestsThatAre(client: CloudControlClient, status: "FAILED" | "IN_PROGRESS"): Promise<number> {
  const filter = { OperationStatuses: [status] };
  const list = new ListResourceRequestsCommand({ ResourceRequestStatusFilter: filter, MaxResults: 100 });
  return (await client.send(list)).ResourceRequestStatusSummaries!.length;
}

/** Waits until no request is in flight; the test's own deadline bounds it. */
async function settled(client: CloudControlClient): Promise<void> {
  while ((await requestsThatAre(client, "IN_PROGRESS")) > 0) await sleep(20);
}

/** Real kills. Does not prove that the disk keeps what it was told to keep. */
describe("An emulator that is killed at any moment", () => {
  it("knows, when it is back, every request that it had answered for, and ends each truthfully", async function () {
    this.timeout(240_000);
    const accepted = new Map<string, string>();
    let sent = 0;
    for (let round = 0; round < 3; round++) {
      const running = await launch();
      let alive = true;
      const lane = async (): Promise<void> => {
        while (alive) {
          const name = `group-${sent++}`;
          const input = { TypeName: typeName, DesiredState: `{"LogGroupName":"${name}"}`, ClientToken: name };
          const answer = await running.client.send(new CreateResourceCommand(input)).catch(() => undefined);
          if (answer) accepted.set(name, answer.ProgressEvent!.RequestToken!);
          else return;
        }
      };
      let open = 6;
      const lanes = Array.from({ length: open }, () => lane().finally(() => open--));
      // After so many answers and not after so much time: how fast the machine is plays no part.
      const enough = accepted.size + 5 + Math.floor(Math.random() * 40);
      while (accepted.size < enough && open > 0) await sleep(1);
      await sleep(Math.random() * 20);
      await kill(running);
      alive = false;
      await Promise.all(lanes);
    }
    const running = await launch();
    try {
      const { client } = running;
      await settled(client);
      expect(new Set(accepted.values()).size, "no token is given twice").to.equal(accepted.size);
      for (const [name, RequestToken] of accepted) {
        const { ProgressEvent: event } = await client.send(new GetResourceRequestStatusCommand({ RequestToken }));
        expect([event!.OperationStatus, event!.Identifier]).to.deep.equal(["SUCCESS", name]);
      }
      // What got no answer may have been accepted or not: the same client token gives one group either way.
      for (let n = 0; n < sent; n++) {
        const name = `group-${n}`;
        const input = { TypeName: typeName, DesiredState: `{"LogGroupName":"${name}"}`, ClientToken: name };
        const { ProgressEvent: event } = await client.send(new CreateResourceCommand(input));
        if (accepted.has(name)) expect(event!.RequestToken).to.equal(accepted.get(name));
      }
      await settled(client);
      expect(await requestsThatAre(client, "FAILED")).to.equal(0);
    } finally {
      await kill(running);
    }
  });
});
