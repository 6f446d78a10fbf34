// What really stands in the cloud, asked by an SDK client that knows nothing of Pulumi's state or of our provider.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { CloudControlClient, GetResourceCommand, paginateListResources } = require("@aws-sdk/client-cloudcontrol");

const STAGE = "AWS::ApiGateway::Stage";
const API = "AWS::ApiGateway::RestApi";

export class LiveCloud {
  constructor(endpoint) {
    this.endpoint = endpoint;
    this.client = new CloudControlClient({ endpoint });
  }

  async #list(typeName, model) {
    const input = { TypeName: typeName, ...(model ? { ResourceModel: JSON.stringify(model) } : {}) };
    const found = [];
    for await (const page of paginateListResources({ client: this.client }, input)) {
      found.push(...page.ResourceDescriptions.map(({ Identifier }) => Identifier));
    }
    return found;
  }

  async #get(typeName, identifier) {
    const command = new GetResourceCommand({ TypeName: typeName, Identifier: identifier });
    return JSON.parse((await this.client.send(command)).ResourceDescription.Properties);
  }

  /** Every stage of every API, with the address and the ARN that AWS gives it. */
  async stages() {
    const region = await this.client.config.region();
    const stages = [];
    for (const api of await this.#list(API)) {
      const { Name: apiName } = await this.#get(API, api);
      for (const identifier of await this.#list(STAGE, { RestApiId: api })) {
        const model = await this.#get(STAGE, identifier);
        stages.push({
          identifier,
          apiName,
          model,
          invokeUrl: `https://${model.RestApiId}.execute-api.${region}.amazonaws.com/${model.StageName}`,
          arn: `arn:aws:apigateway:${region}::/restapis/${model.RestApiId}/stages/${model.StageName}`,
        });
      }
    }
    return stages;
  }

  /** What the local Cloud Control itself says that it holds; it has this one answer more than AWS. */
  async everything() {
    const response = await fetch(new URL("/_/resources", this.endpoint), { signal: AbortSignal.timeout(10_000) });
    const body = await response.json();
    return Array.isArray(body) ? body : (body.resources ?? []);
  }
}
