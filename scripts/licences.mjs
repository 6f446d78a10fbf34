// npm run licences [-- --all]: what the package brings along (--all: what its developers use, too), with versions and
// licences, as package-lock.json has them.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const all = process.argv.includes("--all");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
const rows = Object.entries(packages)
  .filter(([place, { dev, link }]) => place !== "" && !link && (all || !dev))
  .map(([place, { version, license }]) => [place.replace(/^.*node_modules\//, ""), version, license ?? "none stated"]);
const lines = [...new Set(rows.map((row) => row.join("  ")))].sort();
console.log(lines.join("\n"));
console.log(`${lines.length} packages`);
