import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";

const root = join(__dirname, "..", "..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => join("docs", name))].filter((name) =>
  name.endsWith(".md"),
);

/** What the programs of the pages have before: names that a block uses and does not declare. */
const BEFORE = `
import type { apigateway, cloudwatch } from "pulumi-cloudcontrol";
declare global {
  const api: apigateway.RestApi;
  const getPets: apigateway.Method;
  const integration: apigateway.Method;
  const errors: cloudwatch.Alarm;
}`;

/** Which members a migration page says there are "here": one line of code for each, which compiles if it is one. */
function membersOf(page: string): string {
  const rows = readFileSync(join(root, page), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"));
  const named = rows.slice(2).flatMap((row) => {
    const [, theirs = "", ours = ""] = row.split(/(?<!\\)\|/);
    const cell = ours.trim().startsWith("the same") && !theirs.includes(".") ? theirs + ours : ours;
    return [...cell.matchAll(/`([a-z]\w*)(?:: [^`]*)?`/g)].map(([, name = ""]) => name);
  });
  const lines = [...new Set(named)].map((name) => `((member: Member) => member)("${name}");`);
  return [
    'import type { ApiStage, ApiStageArgs, CanaryStage, CanaryStageArgs, apigateway } from "pulumi-cloudcontrol";',
    "type Args = keyof ApiStageArgs | keyof CanaryStageArgs | keyof apigateway.StageArgs;",
    "type Nested = keyof apigateway.StageCanarySettingArgs | keyof apigateway.StageMethodSettingArgs;",
    "type Member = Args | Nested | keyof ApiStage | keyof CanaryStage;",
    ...lines,
  ].join("\n");
}

/** The TypeScript of the pages, by file names that say where it stands. */
function blocks(): ReadonlyMap<string, string> {
  const found = new Map([[join(root, "before.ts"), BEFORE]]);
  for (const page of pages) {
    const text = readFileSync(join(root, page), "utf8");
    for (const { index, 1: code = "" } of text.matchAll(/^```(?:ts|typescript)\n([^]*?)^```/gm)) {
      const line = text.slice(0, index).split("\n").length;
      // Beside the examples, from where a program's own files are found.
      found.set(join(root, "examples", "testing", `${page.replaceAll("/", ".")}.line-${line}.ts`), code);
    }
  }
  return found;
}

/** What the compiler says of them, as a user's own would: strict, and against the package's types. */
function complaints(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const paths = {
    "pulumi-cloudcontrol": [join(root, "index.ts")],
    "pulumi-cloudcontrol/testing": [join(root, "testing", "index.ts")],
  };
  const all = { ...options, paths, noEmit: true };
  const host = ts.createCompilerHost(all);
  host.fileExists = (name) => files.has(name) || ts.sys.fileExists(name);
  host.readFile = (name) => files.get(name) ?? ts.sys.readFile(name);
  const program = ts.createProgram([...files.keys()], all, {
    ...host,
    getSourceFile: (name, target) => {
      const text = host.readFile(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, target);
    },
  });
  return program.getSourceFiles().flatMap((source) =>
    files.has(source.fileName)
      ? [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((one) => {
          const at = source.getLineAndCharacterOfPosition(one.start ?? 0).line + 1;
          return `${source.fileName.slice(root.length)}:${at}: ${ts.flattenDiagnosticMessageText(one.messageText, " ")}`;
        })
      : [],
  );
}

// Does not prove that the programs come up; those under examples/ do, by the engine tests.
describe("the TypeScript in README.md and docs/", () => {
  it("compiles as it stands, and the tables of the migration pages name members that there are", function () {
    this.timeout(120_000);
    const files = new Map(blocks());
    expect(files.size).to.be.greaterThan(7);
    const moving = pages.filter((page) => page.includes("migrate-from"));
    expect(moving).to.have.lengthOf(4);
    for (const page of moving) {
      files.set(join(root, "examples", "testing", `${page.replaceAll("/", ".")}.table.ts`), membersOf(page));
    }
    expect(complaints(files)).to.deep.equal([]);
  });
});
