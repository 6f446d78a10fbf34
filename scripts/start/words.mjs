// The longer texts of `npm start`.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Rows of equal-width columns; no terminal width is assumed, URLs are longer than any. */
export function stageTable(rows) {
  const table = rows.map(({ name, model, invokeUrl, arn }) => [
    name,
    model.StageName,
    model.DeploymentId,
    invokeUrl,
    arn,
  ]);
  const head = ["example", "stage", "deployment", "invoke URL", "ARN"];
  const widths = head.map((title, column) => Math.max(title.length, ...table.map((row) => String(row[column]).length)));
  const line = (cells) =>
    cells
      .map((cell, column) => String(cell).padEnd(widths[column]))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "─".repeat(width))), ...table.map(line)].join("\n");
}

const EXPORTED = /^(AWS_|PULUMI_|PATH$)/;
const quote = (value) => `'${value.replaceAll("'", `'\\''`)}'`;

/** Writes the environment to a file, because nobody types twelve variables, and says what to do with it. */
export function explainKept({ cloud, folder, examples }) {
  const file = join(folder, "env.sh");
  const lines = Object.entries(process.env)
    .filter(([name]) => EXPORTED.test(name))
    .map(([name, value]) => `export ${name}=${quote(value)}`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  const here = (path) => relative(process.cwd(), path);
  return `
The stacks and the local Cloud Control stay. Look around in another shell, or in this one:

  . ${here(file)}                                  # endpoint, dummy credentials, backend, PATH
  cd ${here(examples[0].workDir)} && pulumi stack output     # also: ${examples
    .slice(1)
    .map(({ name }) => name)
    .join(", ")}
  pulumi up                                           # runs examples/${examples[0].name}/index.ts
  aws cloudcontrol list-resources --type-name AWS::ApiGateway::RestApi   # any client that honours AWS_ENDPOINT_URL
  curl -s ${cloud.endpoint}/_/resources

Its log is ${here(cloud.log)}. Stop it all with: npm start -- --stop`;
}
