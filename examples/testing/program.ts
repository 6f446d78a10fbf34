import { apigateway, DevStage } from "pulumi-cloudcontrol";

/** The program under test: an API with one method, and a stage that serves it. */
export function program() {
  const api = new apigateway.RestApi("pets", { name: "pets" });
  const list = new apigateway.Method("list", {
    restApiId: api.restApiId,
    httpMethod: "GET",
    authorizationType: "NONE",
    integration: { type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 200}' } },
  });
  const stage = new DevStage("dev", { restApi: api, stageName: "dev", redeployOn: [list] });
  return { apiId: api.id, url: stage.invokeUrl };
}
