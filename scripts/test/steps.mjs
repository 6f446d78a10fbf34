// What `npm test` runs, in this order. A check counts as one test, a suite as its tests.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/install.mjs";

const bin = (name, file) => join(root, "node_modules", name, file);
const minutes = (n) => n * 60_000;

/** Exit code of scripts/generate: what it needs to compare with (python, pip, the registry) is not to be had here. */
export const NOTHING_TO_COMPARE = 3;

/** Run two at a time: none of them needs another's result, except that all come after the build. */
export const checks = [
  { name: "types", args: [bin("typescript", "bin/tsc"), "--noEmit", "-p", "tsconfig.json"], deadline: minutes(5) },
  { name: "eslint", args: [bin("eslint", "bin/eslint.js"), "."], deadline: minutes(8) },
  {
    name: "prettier",
    args: [bin("prettier", "bin/prettier.cjs"), "--check", "--log-level=warn", "."],
    deadline: minutes(3),
  },
  { name: "knip", args: [bin("knip", "bin/knip.js")], deadline: minutes(3) },
  {
    name: "generate",
    args: ["-r", join(root, "scripts", "lib", "ts-node.cjs"), join(root, "scripts", "generate", "main.ts"), "--check"],
    deadline: minutes(8),
    mayBeLeftOut: true,
  },
];

export const build = { name: "build", args: [join(root, "scripts", "build.mjs")], deadline: minutes(4) };

/** Run one after the other: each already uses both cores. Engine tests mostly wait, so more of them fit at a time. */
export const suites = [
  { name: "unit", files: ["test/unit/**/*.test.ts"], deadline: minutes(5) },
  { name: "component", files: ["test/component/**/*.test.ts", "examples/**/*.test.ts"], deadline: minutes(6) },
  { name: "emulator", files: ["test/emulator/**/*.test.ts"], deadline: minutes(10) },
  { name: "clients", files: ["test/clients/**/*.test.ts"], deadline: minutes(8) },
  { name: "provider", files: ["test/provider/**/*.test.ts"], deadline: minutes(8), timeout: 60_000, jobs: 3 },
  { name: "fuzz", files: ["test/fuzz/**/*.test.ts"], deadline: minutes(5), timeout: 60_000 },
  {
    name: "engine",
    files: ["test/engine/**/*.test.ts", "examples/**/*.spec.ts"],
    deadline: minutes(40),
    timeout: 300_000,
    jobs: 4,
    engine: true,
  },
  // After the engine tests, which it would starve beside them.
  { name: "campaign", files: ["test/campaign/**/*.test.ts"], deadline: minutes(20), engine: true },
  { name: "package", files: ["test/package/**/*.test.ts"], deadline: minutes(15), timeout: 600_000, engine: true },
].filter(({ name }) => existsSync(join(root, "test", name)));

const groups = { lint: ["eslint", "prettier", "knip"] };

/** The names on the command line as a set of steps; none means all. Throws for a name that is none. */
export function selection(names) {
  const steps = [build, ...checks, ...suites];
  const known = steps.map(({ name }) => name);
  const wanted = names.length === 0 ? known : names.flatMap((name) => groups[name] ?? [name]);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`unknown: ${unknown.join(", ")}. Known: ${[...known, ...Object.keys(groups)].join(", ")}`);
  return new Set(wanted);
}
