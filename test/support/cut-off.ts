/** The programs of tests that cut a create off: in a module of their own, so that another process can bring them up. */
import { apigateway, logs } from "../../index";

type Program = () => Promise<Record<string, unknown>>;

/** An API with one method and a deployment of it: AWS generates the ids of the first and the last. */
export const deployed =
  (description: string): Program =>
  async () => {
    const api = new apigateway.RestApi("api", { name: "shop" });
    const { restApiId } = api;
    const method = new apigateway.Method(
      "get",
      { restApiId, httpMethod: "GET", authorizationType: "NONE", integration: { type: "MOCK" } },
      { parent: api },
    );
    const deployment = new apigateway.Deployment("deployment", { restApiId, description }, { dependsOn: method });
    return Promise.resolve({ id: deployment.id });
  };

/** A log group, and an API after it. */
export const pair = (): Program => async () => {
  const group = new logs.LogGroup("group", { logGroupName: "shop" });
  const api = new apigateway.RestApi("api", { name: "shop" }, { dependsOn: group });
  return Promise.resolve({ id: api.id });
};
