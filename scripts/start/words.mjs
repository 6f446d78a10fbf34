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
  const others = examples.slice(1).map(({ name }) => name);
  return `
The stacks and the local Cloud Control stay. Look around:

  # endpoint, dummy credentials, backend and PATH for this shell
  . ${here(file)}
  # the stack of an example (${others.join(", ")} stand beside it), and its program once more
  cd ${here(examples[0].workDir)}
  pulumi stack output
  pulumi up
  # any client that honours AWS_ENDPOINT_URL
  aws cloudcontrol list-resources --type-name AWS::ApiGateway::RestApi
  # all that exists, and what was asked of it
  curl -s ${cloud.endpoint}/_/resources
  curl -s ${cloud.endpoint}/_/requests

Its log is ${here(cloud.log)}. Stop it all with: npm start -- --stop`;
}
