/** What tests of releases share: a program with one API, and what the local Cloud Control then shows. */
import type { Emulator } from "../../emulator";
import { CanaryStage, apigateway, type CanaryStageArgs } from "../../index";

const STAGE = "AWS::ApiGateway::Stage";
const DEPLOYMENT = "AWS::ApiGateway::Deployment";

type Program = () => Promise<Record<string, unknown>>;

/** A program whose stage is released; another `version` is another content. */
export function released(version: number, args: Partial<CanaryStageArgs>): Program {
  return async () => {
    const restApi = new apigateway.RestApi("api", { name: "pets" });
    const method = new apigateway.Method("get", {
      restApiId: restApi.restApiId,
      httpMethod: "GET",
      authorizationType: "NONE",
      integration: { type: "MOCK" },
    });
    const stage = new CanaryStage("pets", { restApi, stageName: "prod", redeployOn: [method, { version }], ...args });
    return Promise.resolve({ id: stage.stage.id, deploymentId: stage.deploymentId, release: stage.releaseState });
  };
}

/** What the stage serves: deployments are called by the order in which they were made, the first is 1. */
export interface Served {
  readonly stable: number;
  /** Undefined where there is no canary at all. */
  readonly canary: { readonly of: number; readonly percent: number; readonly overrides?: unknown } | undefined;
  readonly variables: unknown;
  /** Which deployments are there. */
  readonly deployments: readonly number[];
}

/** Watches the deployments of one emulator, to give them short names. */
export class Traffic {
  private readonly seen: string[] = [];

  constructor(private readonly emulator: Emulator) {}

  /** What the stage of that name serves now. */
  now(stageName = "prod"): Served {
    const all = this.emulator.resources();
    const ids = all
      .filter(({ typeName }) => typeName === DEPLOYMENT)
      .map(({ identifier }) => identifier.split("|")[0] ?? "");
    for (const id of ids) if (!this.seen.includes(id)) this.seen.push(id);
    const stage = all.find(({ typeName, model }) => typeName === STAGE && model.StageName === stageName)?.model ?? {};
    const canary = stage.CanarySetting as Record<string, unknown> | undefined;
    const overrides = canary?.StageVariableOverrides;
    return {
      stable: this.nameOf(stage.DeploymentId),
      canary: canary && {
        of: this.nameOf(canary.DeploymentId),
        percent: Number(canary.PercentTraffic),
        ...(overrides === undefined ? {} : { overrides }),
      },
      variables: stage.Variables,
      deployments: ids.map((id) => this.nameOf(id)).sort((a, b) => a - b),
    };
  }

  /** The id of a deployment by its short name. */
  idOf(name: number): string {
    return this.seen[name - 1] ?? "";
  }

  private nameOf(id: unknown): number {
    return this.seen.indexOf(String(id)) + 1;
  }
}

/** Moves the local Cloud Control's time forward to whatever the provider waits for, for as long as something runs. */
export async function whileTimePasses<T>(emulator: Emulator, run: Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    const awaited = emulator.clock.awaited();
    if (awaited !== undefined) emulator.clock.advance(awaited - emulator.clock.now());
  }, 10);
  try {
    return await run;
  } finally {
    clearInterval(timer);
  }
}

/** The environment of engine and provider, whose bakes go by the local Cloud Control's time. */
export function environmentOf(emulator: Emulator): Record<string, string> {
  return { ...emulator.env(), PULUMI_CLOUDCONTROL_CLOCK: `${emulator.endpoint}/_/clock` };
}
