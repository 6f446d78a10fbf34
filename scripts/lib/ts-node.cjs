// node -r ./scripts/lib/ts-node.cjs: TypeScript for every process of the repository itself, transpiled once for all.
// Not by tsconfig.json, which Pulumi's own language host reads too, and refuses with such a transpiler in it.
const { join } = require("node:path");

const root = join(__dirname, "..", "..");
require("ts-node").register({
  transpileOnly: true,
  transpiler: join(__dirname, "transpile-cache.cjs"),
  cwd: root,
  project: join(root, "tsconfig.json"),
});
