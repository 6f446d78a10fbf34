/** What a stack of the load must have made, held against the local Cloud Control's own list. */
import type { ResourceSnapshot } from "../../emulator";

/** What a program of the load is made of. */
export interface Shape {
  readonly name: string;
  /** Resources in all. */
  readonly size: number;
  /** How many stages are among them, each with an API, a method and a deployment: API Gateway's own rates pace these. */
  readonly stages: number;
}

/** The values of a program; the update changes all of them, and a resource each of them. */
export const GENERATIONS = {
  first: { retention: 7, text: "first" },
  second: { retention: 14, text: "second" },
} as const;

export type Generation = keyof typeof GENERATIONS;

/** The tags of each log group and queue, in the registry's words. */
export function tagsOf({ name }: Shape, generation: Generation): { readonly Key: string; readonly Value: string }[] {
  return [
    { Key: "stack", Value: name },
    { Key: "generation", Value: GENERATIONS[generation].text },
  ];
}

/** Log groups and queues, beside the stages and what those stand on. */
export const others = ({ size, stages }: Shape): number => size - 4 * stages;

/** A resource of the program in one line, with all that the program says of it. */
function wanted(shape: Shape, generation: Generation): string[] {
  const { retention, text } = GENERATIONS[generation];
  const { name, stages } = shape;
  const tags = tagsText(tagsOf(shape, generation));
  const lines: string[] = [];
  for (let at = 0; at < stages; at++) {
    const api = `${name}-${at}`;
    lines.push(`api ${api}`, `method GET of ${api}`, `deployment of ${api}`);
    lines.push(`stage prod of ${api}, its deployment, ${text}`);
  }
  for (let at = 0; at < others(shape); at++)
    lines.push(at % 2 === 0 ? `group /${name}/${at}, ${retention}, ${tags}` : `queue ${name}-${at}, ${tags}`);
  return lines.sort();
}

function tagsText(tags: unknown): string {
  const list = Array.isArray(tags) ? (tags as { Key?: unknown; Value?: unknown }[]) : [];
  return list
    .map(({ Key, Value }) => `${String(Key)}=${String(Value)}`)
    .sort()
    .join(" ");
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));

/** The same lines of what there is; what belongs to none of the stacks is called by its identifier. */
function there(live: readonly ResourceSnapshot[]): string[] {
  const ofType = (type: string): readonly ResourceSnapshot[] => live.filter(({ typeName }) => typeName === type);
  // An API brings its root and two models, which no program names.
  const brought = /^AWS::ApiGateway::(Resource|Model)$/;
  const apis = new Map(ofType("AWS::ApiGateway::RestApi").map(({ model }) => [model.RestApiId, text(model.Name)]));
  const deployments = new Set(ofType("AWS::ApiGateway::Deployment").map(({ identifier }) => identifier));
  const isBrought = ({ typeName, model }: ResourceSnapshot): boolean =>
    brought.test(typeName) && apis.has(model.RestApiId) && (typeName.endsWith("Model") || model.ParentId === undefined);
  return live
    .filter((one) => !isBrought(one))
    .map(({ typeName, identifier, model }) => {
      const api = apis.get(model.RestApiId) ?? "an API that is not there";
      const isOfApi = deployments.has(`${text(model.DeploymentId)}|${text(model.RestApiId)}`);
      switch (typeName) {
        case "AWS::ApiGateway::RestApi":
          return `api ${api}`;
        case "AWS::ApiGateway::Method":
          return `method ${text(model.HttpMethod)} of ${api}`;
        case "AWS::ApiGateway::Deployment":
          return `deployment of ${api}`;
        case "AWS::ApiGateway::Stage":
          return `stage ${text(model.StageName)} of ${api}, ${isOfApi ? "its" : "no"} deployment, ${text(model.Description)}`;
        case "AWS::Logs::LogGroup":
          return `group ${text(model.LogGroupName)}, ${text(model.RetentionInDays)}, ${tagsText(model.Tags)}`;
        case "AWS::SQS::Queue":
          return `queue ${text(model.QueueName)}, ${tagsText(model.Tags)}`;
        default:
          return `${typeName} ${identifier}`;
      }
    });
}

/**
 * What is not as the stack's program says; empty where all is.
 *
 * @param live - all that there is
 * @param isOthers - whether a line is of another stack or of nobody
 */
export function differences(
  shape: Shape,
  generation: Generation,
  live: readonly ResourceSnapshot[],
  isOthers: (line: string) => boolean,
): string[] {
  const left = wanted(shape, generation);
  const strange: string[] = [];
  for (const line of there(live)) {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    else if (!isOthers(line)) strange.push(`not of the program: ${line}`);
  }
  return [...left.map((line) => `missing: ${line}`), ...strange];
}
