// One run of a program of alchemy's users: its own AWS.ApiGateway.Stage. Arguments: up or destroy, and the properties.
import alchemy from "alchemy";
import AWS from "alchemy/aws/control";

const [phase, properties] = process.argv.slice(2);
const app = await alchemy("conformance", { phase, stage: "test", quiet: true, noTrack: true });
if (phase === "up") {
  const stage = await AWS.ApiGateway.Stage("stage", JSON.parse(properties));
  console.log(JSON.stringify(stage));
}
await app.finalize();
