// A Node language host for the CLI's own `pulumi up`, made from what the SDK ships.
// The real one comes only with the official CLI; where that is on PATH this one is not used.
// The engine starts it with its own address as the last argument and reads the port from the first line.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
// The SDK's own copy: its messages and services are bound to it.
const grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))("@grpc/grpc-js");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const messages = require("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");

const engine = process.argv.at(-1);
/** cmd/run ends with it when it has told the user what is wrong: the engine should then add nothing. */
const ALREADY_EXPLAINED = 32;
const children = new Set();

/** The options under `runtime:` in Pulumi.yaml that cmd/run takes from its environment. */
function runtimeOptions(request) {
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  return {
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
    ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };
}

function run(call, reply) {
  const request = call.request;
  const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const response = new messages.RunResponse();
  let program;
  try {
    // The program's own copy of the SDK runs it, not ours.
    program = createRequire(join(directory, "Pulumi.yaml")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    response.setError(`@pulumi/pulumi cannot be found from ${directory}. Fix: run npm install there.`);
    reply(null, response);
    return;
  }
  const settings = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": request.getInfo()?.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: request.getParallel(),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => (value ? [`--${name}`, String(value)] : []));
  if (request.getDryrun()) flags.push("--dry-run");
  const child = spawn(process.execPath, [program, ...flags, request.getProgram() || ".", ...request.getArgsList()], {
    cwd: directory,
    // The engine shows what this process prints as the program's own output.
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      ...runtimeOptions(request),
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  children.add(child);
  const finish = (code, what) => {
    if (!children.delete(child)) return;
    if (code === ALREADY_EXPLAINED) response.setBail(true);
    else if (code !== 0) response.setError(what);
    reply(null, response);
  };
  child.on("error", (error) => finish(1, `the program could not be started: ${error.message}`));
  child.on("exit", (code, signal) => finish(code ?? 1, `the program ended with ${signal ?? `exit code ${code}`}`));
}

const answer = (message) => (_call, reply) => reply(null, message);

const server = new grpc.Server();
// What is not listed (code generation, packing, plugins in Node) grpc-js answers with UNIMPLEMENTED.
server.addService(LanguageRuntimeService, {
  handshake: answer(new messages.LanguageHandshakeResponse()),
  getRequiredPackages: answer(new messages.GetRequiredPackagesResponse()),
  getRequiredPlugins: answer(new messages.GetRequiredPluginsResponse()),
  getProgramDependencies: answer(new messages.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: answer(new messages.RuntimeOptionsResponse()),
  getPluginInfo: answer(new PluginInfo().setVersion("0.0.0")),
  about: answer(new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
  // node_modules is the user's business here.
  installDependencies: (call) => call.end(),
  run,
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  console.log(port);
});

function stop() {
  for (const child of children) child.kill("SIGKILL");
  process.exit(0);
}
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
