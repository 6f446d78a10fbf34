/** What the local Cloud Control is like in the benchmark, and how much of everything runs at once. Milliseconds. */
export const CONDITIONS = {
  accept: 80,
  read: 50,
  handler: [2000, 4000],
  rate: { perSecond: 10, burst: 40 },
  /** The engine's own default on two cores; the peer gets the same. */
  parallel: 8,
  stagesPerApi: 10,
} as const;

export const OPERATIONS = ["create", "no-op", "update", "refresh", "destroy"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** One stage, in CloudFormation's words. */
export interface StageModel {
  readonly RestApiId: string;
  readonly StageName: string;
  readonly DeploymentId: string;
  readonly Description: string;
  readonly Variables: Readonly<Record<string, string>>;
}

/** As many stages as asked for, over as many APIs as AWS's quota of ten stages needs. */
export function stageModels(count: number, description: string): StageModel[] {
  return Array.from({ length: count }, (_, index) => {
    const api = Math.floor(index / CONDITIONS.stagesPerApi);
    return {
      RestApiId: `api${api}`,
      StageName: `s${index % CONDITIONS.stagesPerApi}`,
      DeploymentId: `dep${api}`,
      Description: description,
      Variables: { color: "blue" },
    };
  });
}

/** The APIs with their deployments that the stages stand on. */
export function parentsOf(count: number): readonly { readonly typeName: string; readonly model: object }[] {
  const apis = Math.ceil(count / CONDITIONS.stagesPerApi);
  return Array.from({ length: apis }, (_, api) => [
    {
      typeName: "AWS::ApiGateway::RestApi",
      model: { RestApiId: `api${api}`, Name: `api${api}`, RootResourceId: `root${api}` },
    },
    { typeName: "AWS::ApiGateway::Deployment", model: { RestApiId: `api${api}`, DeploymentId: `dep${api}` } },
  ]).flat();
}
