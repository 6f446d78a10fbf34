/** The API that programs under test have where it does not matter which. */
import { apigateway } from "../../index";

/** An API with one method that answers by itself. */
export function petsApi(): { readonly restApi: apigateway.RestApi; readonly method: apigateway.Method } {
  const restApi = new apigateway.RestApi("api", { name: "pets" });
  const method = new apigateway.Method("get", {
    restApiId: restApi.restApiId,
    httpMethod: "GET",
    authorizationType: "NONE",
    integration: { type: "MOCK" },
  });
  return { restApi, method };
}
