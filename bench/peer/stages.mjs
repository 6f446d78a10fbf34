// node stages.mjs create|destroy <file>: the stages of the file through alchemy, so many at a time. One process for each operation,
// as a user runs it. Prints one line of JSON: how many failed, and why the first did.
import { readFileSync } from "node:fs";
import alchemy from "alchemy";
import AWS from "alchemy/aws/control";

const [, , operation, file] = process.argv;
const { stages, parallel, folder } = JSON.parse(readFileSync(file, "utf8"));

process.chdir(folder);
const app = await alchemy("bench", {
  stage: "dev",
  phase: operation === "destroy" ? "destroy" : "up",
  quiet: true,
  noTrack: true,
  password: "bench",
  destroyStrategy: "parallel",
});
const failures = [];
if (operation !== "destroy") {
  const queue = [...stages.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, stage] = next;
      await AWS.ApiGateway.Stage(`stage-${index}`, stage).catch((error) =>
        failures.push(String(error?.message ?? error)),
      );
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
await app.finalize().catch((error) => failures.push(String(error?.message ?? error)));
console.log(JSON.stringify({ failed: failures.length, first: failures[0]?.slice(0, 300) }));
process.exit(0);
