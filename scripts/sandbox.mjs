// The environment in which `npm start` and `npm test` run everything: whatever the user's own environment holds,
// nothing started here can reach AWS or the user's Pulumi account.
import { accessSync, constants, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Everything that runs leave behind stands here; git ignores it, and the package resolves itself from inside it. */
export const scratch = join(root, ".pulumi-cloudcontrol");

/** Nobody listens here: a test that forgets the emulator's endpoint fails at once instead of reaching AWS. */
export const NOWHERE = "http://127.0.0.1:1";

/**
 * An allow-list, because the list of what could lead to AWS is open-ended: AWS_*, container and web-identity variables,
 * proxies, NODE_OPTIONS that preload something, PULUMI_ACCESS_TOKEN, and whatever comes next year.
 */
const allowed = [
  /^(HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI)$/,
  /^LC_/,
  /^(TMPDIR|TMP|TEMP|XDG_CACHE_HOME)$/,
  /^(SYSTEMROOT|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE)$/i,
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR)$/,
  // c8 measures the children through this one.
  /^NODE_V8_COVERAGE$/,
  // The package test installs with npm, which may need the machine's registry settings.
  /^npm_config_/i,
  /^PULUMI_CLOUDCONTROL_/,
];

const proxies = { HTTPS_PROXY: "https_proxy", HTTP_PROXY: "proxy", NO_PROXY: "noproxy" };

/** npm keeps the machine's proxies, under names that only npm reads: the AWS SDK and Pulumi must not see them. */
function proxiesForNpm(parent) {
  const result = {};
  for (const [name, setting] of Object.entries(proxies)) {
    const value = parent[name] ?? parent[name.toLowerCase()];
    if (value) result[`npm_config_${setting}`] = value;
  }
  return result;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Hundreds of provider processes load the same code: compiled once, they start in half the processor's time. Not where
 * times are measured, since users have no such folder, nor where coverage is, which it blurs.
 */
function compileCache(parent) {
  if (parent.NODE_V8_COVERAGE || parent.NODE_DISABLE_COMPILE_CACHE) return {};
  return { NODE_COMPILE_CACHE: join(scratch, "compile-cache") };
}

/** PATH with our Node first, then the engine, and last the stand-ins for plugins that came with no engine here. */
function searchPath(parent, engine) {
  const node = join(root, "node_modules", "node", "bin");
  const folders = [existsSync(node) ? node : dirname(process.execPath)];
  if (engine) folders.push(dirname(engine.path));
  folders.push(...(parent.PATH ?? "").split(delimiter).filter(Boolean));
  const plugins = ["pulumi-resource-pulumi-nodejs", "pulumi-language-nodejs"];
  const complete = plugins.every((plugin) => folders.some((folder) => isExecutable(join(folder, plugin))));
  if (!complete) folders.push(join(root, "tools", "engine", "bin"));
  return [...new Set(folders)].join(delimiter);
}

/**
 * @param parent - the environment of the user
 * @param engine - from scripts/engine.mjs; without one there is no `pulumi` in the sandbox but the user's own
 * @param endpoint - the local Cloud Control
 */
export function sandboxEnv({ parent = process.env, engine, endpoint = NOWHERE, home = join(scratch, "home") } = {}) {
  const aws = join(home, "aws");
  const pulumi = join(home, "pulumi");
  const state = join(home, "state");
  for (const folder of [aws, pulumi, state]) mkdirSync(folder, { recursive: true });
  const files = { AWS_CONFIG_FILE: join(aws, "config"), AWS_SHARED_CREDENTIALS_FILE: join(aws, "credentials") };
  for (const file of Object.values(files)) if (!existsSync(file)) writeFileSync(file, "");

  const kept = Object.entries(parent).filter(([name]) => allowed.some((pattern) => pattern.test(name)));
  return {
    ...proxiesForNpm(parent),
    ...Object.fromEntries(kept),
    PATH: searchPath(parent, engine),
    ...(engine ? { PULUMI_CLOUDCONTROL_ENGINE: engine.path } : {}),
    PULUMI_CLOUDCONTROL_LANGUAGE_HOST: join(root, "test", "support", "language-host", "main.mjs"),

    // The emulator's account 000000000000; no AWS account has such a key.
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    ...files,
    // One endpoint for every service, STS and CloudWatch included.
    AWS_ENDPOINT_URL: endpoint,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
    AWS_EC2_METADATA_DISABLED: "true",

    PULUMI_HOME: pulumi,
    PULUMI_BACKEND_URL: `file://${realpathSync(state)}`,
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The engine starts hundreds of times and mostly reads tables: what it leaves is only collected where it is much.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    // No plugin is ever wanted from outside: without these a missing one is searched for on the network for minutes.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    ...compileCache(parent),
  };
}
