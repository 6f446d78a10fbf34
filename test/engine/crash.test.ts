import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startEmulator, type Emulator, type Fault, type RequestRecord } from "../../emulator";
import type { Entry } from "../../provider/core/journal";
import { deployed, pair } from "../support/cut-off";
import { withStack, type EngineStack, type Operation } from "../support/engine";
import { providersOf, until } from "../support/processes";
import { upElsewhere, type ProgramElsewhere } from "../support/up-elsewhere";

const DEPLOYMENT = "AWS::ApiGateway::Deployment";
const LONG = { deadline: 90_000 };

const empty = async (): Promise<Record<string, unknown>> => Promise.resolve({});

/** What lies in the journal of a stack's folder. */
const journal = (stack: EngineStack): Entry[] => {
  const folder = join(stack.workDir, ".pulumi-cloudcontrol", "journal");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(folder, name), "utf8")) as Entry];
      } catch {
        return [];
      }
    });
};
const entryOf = (stack: EngineStack, typeName = DEPLOYMENT): Entry | undefined =>
  journal(stack).find((entry) => entry.typeName === typeName);
/** The package's command, in the stack's folder. The emulator runs in this process, so the command is not waited for. */
const command = async (
  stack: EngineStack,
  ...args: string[]
): Promise<{ readonly code: number | null; readonly text: string }> => {
  const main = join(__dirname, "..", "..", "dist", "cli", "main.js");
  const options = { cwd: stack.workDir, env: { ...process.env, ...stack.env }, timeout: 60_000 };
  const child = spawn(process.execPath, [main, "journal", ...args], options);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  return new Promise((resolve) =>
    child.on("close", (code) => {
      resolve({ code, text });
    }),
  );
};
/** Where another process finds the programs. */
const elsewhere = ({ name }: typeof deployed | typeof pair, ...args: readonly unknown[]): ProgramElsewhere => ({
  module: require.resolve("../support/cut-off"),
  name,
  args,
});
const said = ({ diagnostics }: Operation): string => diagnostics.map(({ message }) => message).join("\n");

interface Crash {
  readonly fault: Fault;
  /** The call after which the process is killed. */
  readonly after: (request: RequestRecord) => boolean;
  /** What the entry must hold by then. */
  readonly entry?: (entry: Entry) => boolean;
}

const create = { operation: "CreateResource", typeName: DEPLOYMENT } as const;
const handler = { operation: "CREATE", typeName: DEPLOYMENT } as const;
const STEPS: Readonly<Record<string, Crash>> = {
  "before AWS has the request": {
    fault: { kind: "lost-reply", when: "before", times: 1000, ...create },
    after: ({ operation, typeName }) => operation === "CreateResource" && typeName === DEPLOYMENT,
  },
  "after AWS has accepted it and before its answer": {
    fault: { kind: "lost-reply", when: "after", times: 1000, ...create },
    after: ({ operation, typeName }) => operation === "CreateResource" && typeName === DEPLOYMENT,
  },
  "while it waits": {
    fault: { kind: "slow", ms: 3000, ...handler },
    after: ({ operation, typeName, outcome }) =>
      operation === "CreateResource" && typeName === DEPLOYMENT && outcome === "ok",
    entry: ({ requestToken }) => requestToken !== undefined,
  },
  "when it reads the resource back": {
    fault: { kind: "eventual-read", reads: 3, typeName: DEPLOYMENT },
    after: ({ operation, typeName }) => operation === "GetResource" && typeName === DEPLOYMENT,
  },
};

// The local Cloud Control keeps a client token as AWS documents it; that AWS does so is not shown here.
describe("a create that is cut off", () => {
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    await emulator.close();
  });

  const made = (typeName = DEPLOYMENT): string[] =>
    emulator
      .resources()
      .filter((resource) => resource.typeName === typeName)
      .map(({ identifier }) => identifier);
  const tokens = (): Set<string | undefined> =>
    new Set(
      emulator
        .requests()
        .filter(({ operation, typeName }) => operation === "CreateResource" && typeName === DEPLOYMENT)
        .map(({ clientToken }) => clientToken),
    );

  /** Kills the provider, or its engine, at a step of the deployment's create by an `up`. */
  const crash = async (
    stack: EngineStack,
    { fault, after, entry: holds = () => true }: Crash,
    victim: "provider" | "engine" = "provider",
  ): Promise<Entry> => {
    const id = emulator.faults.add(fault);
    const running =
      victim === "engine" ? upElsewhere(stack, elsewhere(deployed, "v1")) : stack.up({ mayFail: true, ...LONG });
    await until(() => emulator.requests().some(after), "the step is reached");
    let entry: Entry | undefined;
    await until(() => (entry = entryOf(stack)) !== undefined && holds(entry), "the entry is written");
    if (!entry) throw new Error("unreachable");
    const { pid, address = "" } = entry.engine;
    for (const process_ of victim === "engine" ? [pid] : providersOf(address)) process.kill(process_, "SIGKILL");
    expect((await running).failed).to.equal(true);
    emulator.faults.clear(id);
    return entry;
  };

  const whole = async (stack: EngineStack): Promise<void> => {
    const ids = (await stack.resources()).filter(({ type }) => type.endsWith(":Deployment")).map(({ id }) => id);
    expect(ids).to.deep.equal(made());
    expect(made()).to.have.length(1);
    expect(made("AWS::ApiGateway::RestApi")).to.have.length(1);
    await stack.up({ expectNoChanges: true });
    expect(journal(stack)).to.deep.equal([]);
  };

  for (const [step, point] of Object.entries(STEPS)) {
    it(`by the death of the provider ${step} is gone on with by the next up: one resource exists`, async () => {
      await withStack({ program: deployed("v1"), env: emulator.env() }, async (stack) => {
        const { clientToken } = await crash(stack, point);
        const up = await stack.up(LONG);
        expect(said(up)).to.include("was cut off and is now gone on with");
        expect([...tokens()]).to.deep.equal([clientToken]);
        await whole(stack);
      });
    });
  }

  it("after its result was handed over, and whose state was lost, is gone on with as well", async () => {
    await withStack({ program: empty, env: emulator.env() }, async (stack) => {
      await stack.up();
      const before = await stack.exported();
      await stack.up({ program: deployed("v1"), ...LONG });
      expect(journal(stack).map(({ status }) => status)).to.deep.equal(["delivered", "delivered", "delivered"]);
      await stack.import(before);
      expect(said(await stack.up(LONG))).to.include("is now gone on with");
      await whole(stack);
    });
  });

  it("by the death of the engine is finished by the provider, which then ends, and taken over by the next up", async () => {
    await withStack({ program: deployed("v1"), env: emulator.env() }, async (stack) => {
      const { engine } = await crash(stack, STEPS["while it waits"]!, "engine");
      await until(() => providersOf(engine.address!).length === 0, "the provider has ended");
      const { status, id } = entryOf(stack)!;
      expect([status, id]).to.deep.equal(["open", made()[0]]);
      await stack.cancel();
      await stack.up(LONG);
      expect(tokens().size).to.equal(1);
      await whole(stack);
    });
  });

  it("just after its result was handed over to an engine that then died is reported by a destroy, and settled", async () => {
    const API = "AWS::ApiGateway::RestApi";
    await withStack({ program: pair(), env: emulator.env() }, async (stack) => {
      emulator.faults.add({ kind: "slow", ms: 3000, operation: "CREATE", typeName: API });
      const running = upElsewhere(stack, elsewhere(pair));
      await until(() => entryOf(stack, API)?.requestToken !== undefined, "AWS has the request");
      const { engine, name } = entryOf(stack, API)!;
      // It takes the answer no more, but has not died when the provider gives it.
      process.kill(engine.pid, "SIGSTOP");
      await until(() => entryOf(stack, API)?.status === "delivered", "the result is handed over");
      for (const pid of [engine.pid, ...providersOf(engine.address!)]) process.kill(pid, "SIGKILL");
      expect((await running).failed).to.equal(true);
      await stack.cancel();

      const destroyed = said(await stack.destroy(LONG));
      expect(destroyed).to.include(`npx pulumi-cloudcontrol journal delete ${name} --force`);
      expect(destroyed.split("\n").filter((line) => line.includes("when its engine died"))).to.have.length(1);
      expect(journal(stack).map((entry) => entry.name)).to.deep.equal([name]);
      expect(made(API)).to.have.length(1);
      expect(await command(stack, "delete", name, "--force")).to.deep.include({ code: 0 });
      expect([made(API), journal(stack)]).to.deep.equal([[], []]);
    });
  });

  it("and whose resource was deleted since is made anew", async () => {
    await withStack({ program: deployed("v1"), env: emulator.env() }, async (stack) => {
      await crash(stack, STEPS["when it reads the resource back"]!);
      const [identifier] = made();
      emulator.remove({ typeName: DEPLOYMENT, identifier: identifier! });
      await stack.up(LONG);
      expect(made()).to.have.length(1).and.not.to.include(identifier);
      await whole(stack);
    });
  });

  it("is reported by a create whose properties are others, and by a destroy", async () => {
    await withStack({ program: deployed("v1"), env: emulator.env() }, async (stack) => {
      const { name } = await crash(stack, STEPS["while it waits"]!);
      const edited = said(await stack.up({ program: deployed("v2"), ...LONG }));
      const lines = edited.split("\n").filter((line) => line.includes("the program was changed since"));
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include(`npx pulumi-cloudcontrol journal delete ${name}`).and.to.include(DEPLOYMENT);
      expect(tokens().size).to.equal(2);

      const destroyed = said(await stack.destroy(LONG));
      expect(destroyed).to.include(`npx pulumi-cloudcontrol journal adopt ${name}`);
      expect(journal(stack).map((entry) => entry.name)).to.deep.equal([name]);
    });
  });

  it("is taken over by another program once it is adopted, and is then brought to what that one says", async () => {
    await withStack({ program: deployed("v1"), env: emulator.env() }, async (stack) => {
      const { name } = await crash(stack, STEPS["while it waits"]!);
      expect((await command(stack, "list")).text)
        .to.include(name)
        .and.to.include(DEPLOYMENT)
        .and.to.include("cut off");
      const adopted = await command(stack, "adopt", name);
      expect(adopted).to.deep.include({ code: 0 });
      expect(adopted.text).to.include(`takes "${made()[0]!}" over`);
      await stack.up({ program: deployed("v2"), ...LONG });
      expect(tokens().size).to.equal(1);
      expect(emulator.resources().find(({ typeName }) => typeName === DEPLOYMENT)?.model.Description).to.equal("v2");
      await whole(stack);
    });
  });

  it("is settled by deleting what it made, and the entry with it", async () => {
    await withStack({ program: deployed("v1"), env: emulator.env() }, async (stack) => {
      const { name } = await crash(stack, STEPS["while it waits"]!);
      expect(await command(stack, "delete", name)).to.deep.include({ code: 0 });
      expect(made()).to.deep.equal([]);
      expect(entryOf(stack)).to.equal(undefined);
    });
  });

  it("leaves nothing of the desired state in the journal, which git is told to leave alone", async () => {
    await withStack({ program: deployed("s3cr3t-text"), env: emulator.env() }, async (stack) => {
      await crash(stack, STEPS["while it waits"]!);
      const folder = join(stack.workDir, ".pulumi-cloudcontrol");
      expect(readFileSync(join(folder, ".gitignore"), "utf8")).to.equal("*\n");
      for (const name of readdirSync(join(folder, "journal"))) {
        expect(readFileSync(join(folder, "journal", name), "utf8"))
          .to.not.include("s3cr3t")
          .and.not.include("shop");
      }
    });
  });
});
