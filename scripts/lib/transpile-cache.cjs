// ts-node's transpiler with a memory on the disk. A test run starts hundreds of processes that want the same files, and
// transpiling those costs more than all else that most of them do.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const ts = require("typescript");

const folder = join(__dirname, "..", "..", ".pulumi-cloudcontrol", "transpiled");
const hashOf = (text) => createHash("sha256").update(text).digest("hex");

/** What was kept of a file, or undefined where it is missing, broken or of another text. */
function read(path, key) {
  try {
    const kept = JSON.parse(readFileSync(path, "utf8"));
    return kept.key === key ? kept.result : undefined;
  } catch {
    return undefined;
  }
}

/** One file for each source, so that the folder does not grow; complete or not there, as processes write it at once. */
function write(path, key, result) {
  try {
    mkdirSync(folder, { recursive: true });
    const next = `${path}.${process.pid}`;
    writeFileSync(next, JSON.stringify({ key, result }));
    renameSync(next, path);
  } catch {
    // A disk that takes nothing makes it slow, and no more.
  }
}

/** What ts-node asks for; see https://typestrong.org/ts-node/docs/transpilers. */
exports.create = ({ service }) => {
  const compilerOptions = service.config.options;
  const settings = JSON.stringify([ts.version, compilerOptions]);
  return {
    transpile(code, { fileName }) {
      const path = join(folder, hashOf(fileName));
      const key = hashOf(settings + code);
      const kept = read(path, key);
      if (kept) return kept;
      const result = ts.transpileModule(code, { fileName, compilerOptions, reportDiagnostics: true });
      const { outputText, sourceMapText, diagnostics = [] } = result;
      // What does not parse is told each time.
      if (diagnostics.length === 0) write(path, key, { outputText, sourceMapText });
      return result;
    },
  };
};
