// Compiles the package into dist/ and puts the schema table beside its reader.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);

// Built beside dist/ and then put in its place: a provider process may load from dist/ at any moment.
const out = join(root, "dist");
const scratch = join(root, ".pulumi-cloudcontrol");
const fresh = join(scratch, `dist-${process.pid}`);
const old = join(scratch, `dist-old-${process.pid}`);
process.on("exit", () => {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
});
mkdirSync(scratch, { recursive: true });

const tsc = spawnSync(
  process.execPath,
  [require.resolve("typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json"), "--outDir", fresh],
  { stdio: "inherit" },
);
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const table = join("schema", "generated", "registry.bin");
if (existsSync(join(root, table))) {
  mkdirSync(join(fresh, "schema", "generated"), { recursive: true });
  cpSync(join(root, table), join(fresh, table));
}
const assets = join("emulator", "page", "assets");
cpSync(join(root, assets), join(fresh, assets), { recursive: true });
if (existsSync(out)) renameSync(out, old);
renameSync(fresh, out);
