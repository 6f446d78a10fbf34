import type { Embedded } from "../emulator/embedded";
import type { JsonObject, JsonValue } from "../provider/core/json";

/** What a resource of another provider comes to. */
export interface Neighbour {
  readonly id: string;
  /** Its outputs beyond its inputs. */
  readonly outputs: JsonObject;
}

interface Place {
  readonly region: string;
  readonly account: string;
}

type Maker = (name: string, inputs: JsonObject, cloud: Embedded, place: Place) => Neighbour;

/** An id of API Gateway's length that is the same in each run. */
function idOf(name: string, length: number): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return plain.padEnd(length, "0").slice(0, length);
}

function text(value: JsonValue | undefined, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/*
 * The resources of `@pulumi/aws` that a stage stands on. They are put into the emulated world, because the handlers ask
 * for them as AWS does: a stage needs its API, a deployment needs a method.
 */
const makers: Readonly<Record<string, Maker>> = {
  "aws:apigateway/restApi:RestApi": (name, inputs, cloud, { region, account }) => {
    const id = idOf(name, 10);
    const root = idOf(`root${name}`, 10);
    const model = { RestApiId: id, RootResourceId: root, Name: text(inputs.name, name) };
    cloud.seed({ typeName: "AWS::ApiGateway::RestApi", region, model });
    const arn = `arn:aws:apigateway:${region}::/restapis/${id}`;
    const executionArn = `arn:aws:execute-api:${region}:${account}:${id}`;
    return { id, outputs: { name: model.Name, arn, executionArn, rootResourceId: root } };
  },
  "aws:apigateway/resource:Resource": (name, inputs, cloud, { region }) => {
    const id = idOf(name, 6);
    const [RestApiId, ParentId, PathPart] = ["restApi", "parentId", "pathPart"].map((key) => text(inputs[key], ""));
    const model = { RestApiId, ResourceId: id, ParentId, PathPart };
    cloud.seed({ typeName: "AWS::ApiGateway::Resource", region, model });
    return { id, outputs: {} };
  },
  "aws:apigateway/method:Method": (_, inputs, cloud, { region }) => {
    const [RestApiId, ResourceId, HttpMethod] = ["restApi", "resourceId", "httpMethod"].map((key) =>
      text(inputs[key], ""),
    );
    // The integration is a resource of its own there, and here what a deployment asks the method for.
    const model = { RestApiId, ResourceId, HttpMethod, AuthorizationType: "NONE", Integration: { Type: "MOCK" } };
    cloud.seed({ typeName: "AWS::ApiGateway::Method", region, model });
    return { id: `agm-${String(RestApiId)}-${String(ResourceId)}-${String(HttpMethod)}`, outputs: {} };
  },
  "aws:apigateway/deployment:Deployment": (name, inputs, cloud, { region }) => {
    const id = idOf(name, 6);
    const model = { DeploymentId: id, RestApiId: text(inputs.restApi, "") };
    cloud.seed({ typeName: "AWS::ApiGateway::Deployment", region, model });
    return { id, outputs: {} };
  },
  "aws:cloudwatch/logGroup:LogGroup": (name, inputs, cloud, { region, account }) => {
    const id = text(inputs.name, name);
    const arn = `arn:aws:logs:${region}:${account}:log-group:${id}`;
    cloud.seed({ typeName: "AWS::Logs::LogGroup", region, model: { LogGroupName: id, Arn: `${arn}:*` } });
    return { id, outputs: { name: id, arn } };
  },
  "aws:iam/role:Role": (name, inputs, cloud, { region, account }) => {
    const id = text(inputs.name, name);
    const arn = `arn:aws:iam::${account}:role/${id}`;
    const policy = text(inputs.assumeRolePolicy, "{}");
    const model = { RoleName: id, Arn: arn, AssumeRolePolicyDocument: policy };
    cloud.seed({ typeName: "AWS::IAM::Role", region, model });
    return { id, outputs: { name: id, arn } };
  },
};

/** What a resource of another provider comes to: one that a stage may stand on is made, all others only have an id. */
export function neighbour(type: string, name: string, inputs: JsonObject, cloud: Embedded, place: Place): Neighbour {
  return makers[type]?.(name, inputs, cloud, place) ?? { id: `${name}-id`, outputs: {} };
}
