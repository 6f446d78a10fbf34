// npm run bench:emulator: what the local Cloud Control can take, from one client process over keep-alive connections.
// Prints numbers and judges nothing; what else the machine does counts, so the load is printed as well.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { ensureBuilt } from "./lib/dist.mjs";
import { root } from "./lib/install.mjs";

const seconds = Number(process.env.PULUMI_CLOUDCONTROL_BENCH_SECONDS ?? 5);
const lanes = 8;
const authorization =
  "AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/cloudcontrolapi/aws4_request, SignedHeaders=host, Signature=00";

/** Starts the command and waits for its first answer. */
async function launch(args) {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), "emulator", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  const endpoint = await new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("the emulator ended")));
    child.stdout.once("data", (chunk) => resolve(/http:\S+/.exec(String(chunk))[0]));
  });
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const cloud = { child, agent, port: Number(new URL(endpoint).port) };
  await call(cloud, "ListResources", { TypeName: "AWS::Logs::LogGroup" });
  return { ...cloud, started: performance.now() - begun };
}

function call({ agent, port }, operation, input) {
  const body = JSON.stringify(input);
  const headers = {
    authorization,
    "content-type": "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(body),
    "x-amz-target": `CloudApiService.${operation}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: "127.0.0.1", port, method: "POST", headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(text));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Calls as fast as the lanes can, for the time given or as often as told. */
async function load(cloud, make, { count = Infinity } = {}) {
  const times = [];
  const cpu = cpuTime(cloud);
  let sent = 0;
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const lane = async () => {
    while (sent < count && (count < Infinity || performance.now() < until)) {
      const [operation, input] = make(sent++);
      const at = performance.now();
      await call(cloud, operation, input);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const took = (performance.now() - begun) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  // Unlike all else, this does not depend on what else the machine does.
  const own = (((cpuTime(cloud) - cpu) / times.length) * 1000).toFixed(0);
  return `${Math.round(times.length / took)} calls/s (${own} µs of CPU each), p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
}

/** Milliseconds of processor time that the emulator has used, as Linux counts it. */
function cpuTime({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memory({ child }) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  return kilobytes === undefined ? "not known here" : `${Math.round(Number(kilobytes) / 1000)} MB`;
}

const model = (name) =>
  JSON.stringify({ LogGroupName: name, RetentionInDays: 30, Tags: [{ Key: "team", Value: "pets" }] });
const create = (name) => [
  "CreateResource",
  { TypeName: "AWS::Logs::LogGroup", DesiredState: model(name), ClientToken: name },
];
const get = (name) => ["GetResource", { TypeName: "AWS::Logs::LogGroup", Identifier: name }];

async function measure(title, args) {
  const cloud = await launch(args);
  console.log(`${title}\n  start to first answer: ${Math.round(cloud.started)} ms, memory ${memory(cloud)}`);
  await load(cloud, (n) => create(`warm-${n}`), { count: 500 });
  console.log(`  mutations accepted:    ${await load(cloud, (n) => create(`group-${n}`))}`);
  console.log(`  GetResource:           ${await load(cloud, (n) => get(`warm-${n % 500}`))}`);
  console.log(`  memory after that:     ${memory(cloud)}`);
  cloud.child.kill("SIGTERM");
  cloud.agent.destroy();
}

async function fill() {
  const cloud = await launch([]);
  await load(cloud, (n) => create(`group-${n}`), { count: 10_000 });
  console.log(`10,000 resources, each made by a call\n  memory: ${memory(cloud)}`);
  cloud.child.kill("SIGTERM");
  cloud.agent.destroy();
}

await ensureBuilt();
const folder = mkdtempSync(join(tmpdir(), "pulumi-cloudcontrol-bench-"));
const busy = () => loadavg()[0].toFixed(1);
console.log(`${cpus().length} cores, ${lanes} connections, ${seconds} s each; load before: ${busy()}`);
try {
  await measure("in memory", []);
  await measure("with --data", ["--data", join(folder, "cloud.log")]);
  await fill();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`load after: ${busy()}`);
