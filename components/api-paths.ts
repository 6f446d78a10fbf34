import * as pulumi from "@pulumi/pulumi";
import { Method, Resource, RestApi } from "../resources/apigateway";
import { argumentsOf } from "../resources/base";
import { comesLater } from "./later";
import { toldOf, type RestApiReference } from "./references";

/** The paths of an API, or undefined where nobody can tell. */
type Paths = readonly string[] | undefined;

/**
 * The paths of an API that is given with an OpenAPI document in JSON or with all its methods; undefined where the program
 * does not tell.
 */
export function pathsOf(restApi: RestApiReference): pulumi.Output<Paths> | undefined {
  const { body, parameters, methods } = toldOf(restApi) ?? {};
  if (body !== undefined) return pulumi.output({ body, parameters }).apply(pathsOfDocument);
  return Array.isArray(methods) ? pulumi.output(pathsOfMethods(methods)) : undefined;
}

function pathsOfDocument({ body, parameters }: { readonly body?: unknown; readonly parameters?: unknown }): Paths {
  // A base path of the document may be put in front of its paths, so that they are not the API's.
  const paths = parameters === undefined ? documentOf(body)?.paths : undefined;
  return typeof paths === "object" && paths !== null ? withSteps(Object.keys(paths)) : undefined;
}

function documentOf(body: unknown): { readonly paths?: unknown } | undefined {
  if (typeof body === "object" && body !== null) return body;
  try {
    return JSON.parse(String(body)) as { readonly paths?: unknown };
  } catch {
    // YAML, which is not read here.
    return undefined;
  }
}

/** API Gateway makes a resource for each step of a path. */
function withSteps(paths: readonly string[]): readonly string[] {
  const steps = paths.flatMap((path) => {
    const parts = path.split("/").filter(Boolean);
    return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
  });
  return [...new Set(["/", ...steps])];
}

/** Of methods of another package nobody knows the path, and one such makes the list worthless. */
async function pathsOfMethods(methods: readonly unknown[]): Promise<Paths> {
  const found = await Promise.all(
    methods.map(async (one) => (Method.isInstance(one) ? pathAt(argumentsOf(one)?.resourceId ?? "/") : undefined)),
  );
  const paths = found.filter((path) => path !== undefined);
  return paths.length === methods.length ? withSteps(paths) : undefined;
}

/** The path of a resource that is referred to by an output of its own; of the root that is an output of the API. */
async function pathAt(resourceId: unknown): Promise<string | undefined> {
  if (resourceId === "/") return "/";
  if (!comesLater(resourceId)) return undefined;
  const output = pulumi.output(resourceId) as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
  const [referred, ...others] = await output.allResources();
  if (referred === undefined || others.length > 0) return undefined;
  if (RestApi.isInstance(referred)) return "/";
  if (!Resource.isInstance(referred)) return undefined;
  const { pathPart, parentId } = argumentsOf(referred) ?? {};
  const above = await pathAt(parentId);
  if (above === undefined || typeof pathPart !== "string") return undefined;
  return `${above === "/" ? "" : above}/${pathPart}`;
}
