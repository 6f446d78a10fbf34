// Compiles the package into dist/ and puts the schema table beside its reader.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);

const out = join(root, "dist");
rmSync(out, { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const table = join("schema", "generated", "registry.bin");
if (existsSync(join(root, table))) {
  mkdirSync(join(out, "schema", "generated"), { recursive: true });
  cpSync(join(root, table), join(out, table));
}
