// Finds the Pulumi engine (the CLI), or gets one: PATH, then the npm package `pulumi`, then a build from Go modules.
// Only node built-ins and Node 20: this runs before anything is installed.
import { constants, existsSync, realpathSync } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { heartbeat, run, say, seconds } from "./lib/say.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The engine that is built or installed when the machine has none; tools/engine/go.mod pins the same one. */
const VERSION = "3.255.0";
/** `read` may return inputs since this version; the provider's refresh relies on it. */
const MINIMUM = [3, 216];
const BUILT = "built from Go modules";

const exe = process.platform === "win32" ? "pulumi.exe" : "pulumi";
const cacheRoot = () => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-cloudcontrol", "engine");
const builtEngine = () => join(cacheRoot(), `${VERSION}-${process.platform}-${process.arch}`, exe);
const npmFolder = () => join(cacheRoot(), `npm-${VERSION}`);

/** The version a binary answers with, or undefined when it does not run. */
async function versionOf(path) {
  const { code, stdout } = await run(path, ["version"], {
    deadline: 60_000,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return code === 0 ? /v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] : undefined;
}

const newEnough = (version) => {
  const [major, minor] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
};

async function onPath(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    // `npm run` puts node_modules/.bin first: what stands there is the npm package, not the machine's own CLI.
    if (!folder || folder.includes("node_modules")) continue;
    const path = join(folder, name);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

async function candidate(path, origin, print) {
  const version = await versionOf(path);
  if (version === undefined) {
    print(`Pulumi engine: ${path} (${origin}) does not run; looking further.`);
    return undefined;
  }
  if (!newEnough(version)) {
    print(`Pulumi engine: ${path} (${origin}) is ${version}, older than ${MINIMUM.join(".")}; looking further.`);
    return undefined;
  }
  return { path: realpathSync(path), version, origin };
}

/**
 * The engine that is there already, or undefined. Nothing is downloaded or built.
 * PULUMI_CLOUDCONTROL_ENGINE names a binary and then nothing else is tried.
 */
export async function findEngine({ print = () => undefined } = {}) {
  const named = process.env.PULUMI_CLOUDCONTROL_ENGINE;
  if (named) {
    const engine = await candidate(named, "PULUMI_CLOUDCONTROL_ENGINE", print);
    if (!engine) throw new Error(`PULUMI_CLOUDCONTROL_ENGINE=${named} is not a Pulumi CLI ≥ ${MINIMUM.join(".")}`);
    return engine;
  }
  const places = [
    [await onPath(exe), "PATH"],
    [join(root, "node_modules", ".bin", exe), "npm package pulumi"],
    [join(npmFolder(), "node_modules", ".bin", exe), "npm package pulumi"],
    [builtEngine(), BUILT],
  ];
  for (const [path, origin] of places) {
    if (!path || !existsSync(path)) continue;
    const engine = await candidate(path, origin, print);
    if (!engine) continue;
    if (origin === BUILT) await putStandInsBeside(engine.path);
    return engine;
  }
  return undefined;
}

/**
 * The official CLI has its Node plugins beside itself; the built one gets stand-ins there. On PATH alone they would work
 * too, but the engine then warns about each of them in every operation.
 */
async function putStandInsBeside(enginePath) {
  const from = join(root, "tools", "engine", "bin");
  for (const name of await readdir(from)) {
    const text = await readFile(join(from, name), "utf8");
    const target = join(dirname(enginePath), name);
    if ((await readFile(target, "utf8").catch(() => "")) === text) continue;
    await writeFile(`${target}.${process.pid}`, text, { mode: 0o755 });
    await rename(`${target}.${process.pid}`, target);
  }
}

/** The npm package downloads the official CLI, language hosts included; behind a firewall it cannot. */
async function fromNpm(print) {
  print(`Pulumi engine: none on this machine. Trying the npm package pulumi@${VERSION} (usually under a minute) …`);
  const folder = npmFolder();
  await mkdir(folder, { recursive: true });
  const install = run("npm", ["install", "--prefix", folder, "--no-save", "--loglevel=error", `pulumi@${VERSION}`], {
    deadline: 180_000,
  });
  const { code } = await heartbeat("installing the npm package pulumi", install, { print });
  const path = join(folder, "node_modules", ".bin", exe);
  const engine =
    code === 0 && existsSync(path)
      ? await heartbeat("the npm package downloads the CLI", candidate(path, "npm package pulumi", print), { print })
      : undefined;
  if (!engine) {
    // Left in place it would be asked, and fail, before every run.
    await rm(folder, { recursive: true, force: true });
    print("Pulumi engine: the npm package could not fetch the CLI from here.");
  }
  return engine;
}

async function fromGo(print) {
  const go = await run("go", ["version"], { deadline: 20_000 });
  const found = /go(\d+)\.(\d+)/.exec(go.stdout);
  // Go 1.21 and newer fetch the toolchain that go.mod asks for; older ones cannot.
  if (go.code !== 0 || !found || (found[1] === "1" && Number(found[2]) < 21)) {
    throw new Error(
      `No Pulumi engine, and ${found ? `Go ${found[1]}.${found[2]} is too old to build one` : "no Go to build one with"}. ` +
        "Fix: install the Pulumi CLI (https://www.pulumi.com/docs/install/) or Go 1.25 or newer (https://go.dev/dl/), then run this again.",
    );
  }
  const target = builtEngine();
  const temporary = `${target}.${process.pid}`;
  await mkdir(dirname(target), { recursive: true });
  print(`Pulumi engine: building ${VERSION} from Go modules into ${dirname(target)}`);
  print("  usually 8 minutes on two cores, once; it downloads about 400 MB of Go modules first");
  const started = Date.now();
  const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${VERSION}`;
  const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
  // -v names each package as it is compiled, and Go names each module as it is downloaded: that is the progress shown.
  const last = { line: "starting", packages: 0 };
  const build = run("go", ["build", "-v", "-buildvcs=false", "-ldflags", flags, "-o", temporary, command], {
    cwd: join(root, "tools", "engine"),
    deadline: 45 * 60_000,
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off", GOTOOLCHAIN: "auto" },
    onLine: (line) => {
      if (!line.trim()) return;
      last.line = line.slice(0, 100);
      if (!line.startsWith("go:")) last.packages += 1;
    },
  });
  const progress = setInterval(
    () => print(`  … ${seconds(started)}, ${last.packages} packages compiled, now ${last.line}`),
    15_000,
  );
  const { code, timedOut, output } = await build.finally(() => clearInterval(progress));
  if (code !== 0) {
    await rm(temporary, { force: true });
    const tail = output.trimEnd().split("\n").slice(-15).join("\n");
    throw new Error(
      `The Pulumi engine could not be built${timedOut ? " in 45 minutes" : ""}:\n${tail}\n` +
        "Fix: check that the Go module proxy can be reached (go env GOPROXY), or install the Pulumi CLI " +
        "(https://www.pulumi.com/docs/install/), then run this again.",
    );
  }
  // Atomic, so that two builders at once, or a killed one, never leave half a binary under the real name.
  await rename(temporary, target);
  const engine = await candidate(target, BUILT, print);
  if (engine) await putStandInsBeside(engine.path);
  else throw new Error(`${target} was built but does not run; delete it and try again`);
  print(`Pulumi engine: built in ${seconds(started)}`);
  return engine;
}

/** The engine, at any cost: found, installed from npm or built. */
export async function ensureEngine({ print = say } = {}) {
  const engine = (await findEngine({ print })) ?? (await fromNpm(print)) ?? (await fromGo(print));
  print(`Pulumi engine: ${engine.version} (${engine.origin})`);
  return engine;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureEngine({ print: (line) => console.error(line) }).then(
    (engine) => say(engine.path),
    (error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
